#pragma once

#include "h5/parallel.hpp"
#include "mpi/communicator.hpp"
#include "output/piece_stream.hpp"
#include "output/rows.hpp"
#include "perf/tables.hpp"

#include "mtc/config.hpp"
#include "mtc/error.hpp"
#include "mtc/workload.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::output {

/// What the file says of the run. Only rank 0's is looked at.
struct RunInfo {
    std::string calculation_mode;
    std::string description;
    std::string instruction_set; ///< of the kernels: "avx2"
    std::string input_file;
    std::string input_text;
    std::string input_hash; ///< of everything that determines the results, with its kind: Fnv1a::text()
    std::vector<ConfigurationRow> configuration;
    std::int32_t compression = 0; ///< level of deflate for what write_rows() writes; 0: none
};

/// The input file's name, text and effective configuration; the rest is left to the caller.
[[nodiscard]] RunInfo run_info_of(const Config& config);

/// Names behind the numbers of the performance tables.
struct StageDescription {
    std::string name;
    std::vector<std::string> cost_classes; ///< [n_class]
    std::vector<SourceInfo> sources;       ///< [n_source]
};

/// Whole records of one unit.
struct UnitPiece {
    std::uint64_t unit = 0;
    std::span<const std::byte> bytes;
};

/// Writes output.h5 from all ranks: as `<final>.part`, renamed by finish(), so that a file with its final
/// name is whole. Every function is collective, and when one throws (IoError, ComputeError) it throws on
/// every rank, the .part is gone and the writer is of no further use. A writer that is destroyed unfinished
/// removes the .part.
class Writer {
public:
    /// Creates the file with its root attributes, the input's text and the effective configuration. Whoever
    /// has a file of the final name that must stay decides so before.
    Writer(const mpi::Communicator& comm, std::filesystem::path final_path, const RunInfo& info,
           std::span<const h5::Hint> hints = {});
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// \param table  on rank 0; not looked at elsewhere
    void write_table(const Table* table);
    /// \param dataset  equal on every rank, with n_rows
    /// \param pieces   rows of this rank, in any order
    h5::Transfer write_rows(const Dataset& dataset, std::span<const h5::RowPiece> pieces);
    /// Places records by the number of their unit, and writes `<path>_start` uint64[n_units + 1]: the first
    /// record of each unit, and the number of all. \param dataset  equal on every rank; its n_rows is not
    /// looked at \param pieces   of this rank, in any order; several of one unit keep the order in which they
    /// are given. All
    ///                 records of a unit are on one rank.
    h5::Transfer write_records(const Dataset& dataset, std::span<const UnitPiece> pieces,
                               std::uint64_t n_units);
    /// The same for more than memory holds: the stretch that all ranks write together ends where the first of
    /// them must. \param mine  rows of this rank, keys are their numbers
    h5::Transfer write_rows(const Dataset& dataset, PieceStream& mine);
    /// \param mine  records of this rank, keys are their units
    /// \param starts  whether `<path>_start` is written
    h5::Transfer write_records(const Dataset& dataset, PieceStream& mine, std::uint64_t n_units,
                               bool starts = true);
    /// \param mine    tables of this rank
    /// \param stages    on rank 0; not looked at elsewhere
    /// \param failures  on rank 0; not looked at elsewhere
    void write_performance(const perf::Tables& mine, std::span<const StageDescription> stages,
                           std::span<const perf::FailureRow> failures = {});

    /// Brings everything to the disk and gives the file its final name.
    /// \param status  complete or some_sources_failed
    void finish(ExitStatus status = ExitStatus::complete);

private:
    void all_or_none(const std::function<void()>& work);
    void give_up() noexcept;
    void remove_part() const noexcept;
    void create(const RunInfo& info, std::span<const h5::Hint> hints);
    h5::Transfer create_and_write(const Dataset& dataset, std::span<const h5::RowPiece> pieces,
                                  int compression = 0);

    const mpi::Communicator& comm_;
    std::filesystem::path final_;
    std::filesystem::path part_;
    std::optional<h5::File> file_;
    std::int32_t compression_ = 0; ///< rank 0's, on every rank
};

} // namespace mtc::output
