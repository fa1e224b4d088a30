#pragma once

#include "workloads/import_csv/converter.hpp"
#include "workloads/import_csv/csv_file.hpp"
#include "workloads/import_csv/dialect.hpp"
#include "workloads/import_csv/load.hpp"

#include "mtc/config.hpp"
#include "mtc/workload.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mtc::import_csv {

/// What is asked for, but for lists. Without padding: its bytes are hashed.
struct Job {
    Dialect dialect;
    std::uint32_t n_fields = 0;        ///< of a record
    std::uint32_t rejects = 0;         ///< 1: bad records go to a table; 0: the first one stops the run
    std::uint32_t max_connections = 0; ///< to a database; 0: what it allows
    std::uint64_t n_lines = 0;         ///< of all files, estimated from the first
};
static_assert(std::has_unique_object_representations_v<Job>);

/// A file as it was when the calculation began.
struct FileInfo {
    std::uint64_t n_bytes = 0;
    std::int64_t modified_ns = 0; ///< since 1970
    std::uint64_t data_begin = 0; ///< byte behind the header
    std::uint64_t n_header_lines = 0;
    std::uint64_t first_range = 0;
    std::uint64_t n_ranges = 0;
};

/// Keys of calculation_mode = import_csv.
[[nodiscard]] const std::vector<Option>& options();

/// Finds and opens all files, compares their headers, and tries the first lines of the first.
/// \throws InputError
[[nodiscard]] ModelBytes read_model(const Config& config, Notes& notes);

/// What read_model() wrote, read in place.
class ImportModel {
public:
    explicit ImportModel(std::span<const std::byte> model);

    [[nodiscard]] const Job& job() const noexcept { return job_; }
    [[nodiscard]] std::span<const FileInfo> files() const noexcept { return files_; }
    [[nodiscard]] const std::string& path(std::size_t file) const { return paths_[file]; }
    [[nodiscard]] std::span<const PlacedColumn> columns() const noexcept { return columns_; }
    [[nodiscard]] std::uint64_t n_ranges() const noexcept;
    [[nodiscard]] std::uint64_t n_bytes() const noexcept;
    [[nodiscard]] std::size_t file_of(std::uint64_t range) const noexcept;
    /// Its `in_quotes` is left to the caller.
    [[nodiscard]] ByteRange range(std::uint64_t range) const noexcept;
    [[nodiscard]] bool to_database() const noexcept { return !load_.database.empty(); }
    [[nodiscard]] const Load& load() const noexcept { return load_; }

private:
    Job job_;
    std::span<const FileInfo> files_;
    std::vector<std::string> paths_;
    std::vector<PlacedColumn> columns_;
    Load load_;
};

} // namespace mtc::import_csv
