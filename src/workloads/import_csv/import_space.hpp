#pragma once

#include "workloads/import_csv/converter.hpp"
#include "workloads/import_csv/csv_file.hpp"
#include "workloads/import_csv/import_model.hpp"
#include "workloads/import_csv/range_state.hpp"
#include "workloads/import_csv/splitter.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mtc::import_csv {

/// What a rank works in.
struct ImportSpace final : Workspace {
    explicit ImportSpace(const ImportModel& model)
        : splitter{model.job().dialect, model.job().n_fields}
        , converter{model.columns(), model.job().dialect, model.job().n_fields}
        , categories(model.columns().size())
    {}

    /// The file of a range, opened if it was not the last one. \throws IoError  when it has changed
    [[nodiscard]] const CsvFile& file_of(const ImportModel& model, std::uint64_t range);

    std::optional<std::size_t> open_file{}; ///< its place in the list
    CsvFile file;
    RangeReader reader;
    Splitter splitter;
    Converter converter;
    Batch batch;
    std::vector<BadRecord> bad;
    std::vector<std::byte> records;                      ///< to hand on
    std::vector<std::unique_ptr<Categories>> categories; ///< [n_column] of those that are one, once known
    std::string copy_text;                               ///< to a database
    std::optional<RangeStates> states{};                 ///< once known
};

} // namespace mtc::import_csv
