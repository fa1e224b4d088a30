#pragma once

#include "workloads/import_csv/import_model.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// What an import leaves in the output file.
namespace mtc::import_csv {

/// The lists of a category.
struct CategoryDatasets {
    std::size_t column = 0; ///< of the model
    Dataset list;           ///< of the texts that one part of the files holds
    DatasetId names;        ///< of the import: all of them
};

/// Datasets of the import, numbered as its stage has them: first the columns, each by its place in the model,
/// unless rows go to a database.
struct ImportDatasets {
    std::vector<Dataset> all;
    std::vector<CategoryDatasets> categories;
    DatasetId parts;
    DatasetId rejects; ///< none() when the first bad line stops the run
};

[[nodiscard]] ImportDatasets import_datasets(const ImportModel& model);

/// A row of /results/parts: what one unit made of a range.
struct PartRow {
    std::uint64_t first_byte = 0;
    std::uint64_t n_rows = 0;
    std::uint64_t n_rejected = 0;
    std::uint32_t file = 0;
};
void pack(const PartRow& part, std::vector<std::byte>& record);

/// A row of /results/rejects, but for the line's text.
struct RejectRow {
    std::uint32_t file = 0;
    std::uint64_t line = 0;
    std::string_view why;
};
/// Adds one. Texts longer than their place are cut.
void append(const RejectRow& reject, std::string_view line_text, std::vector<std::byte>& records);

/// The table /results/files.
[[nodiscard]] Table files_table(const ImportModel& model);

} // namespace mtc::import_csv
