#pragma once

#include "mtc/types.hpp"
#include "perf/tables.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace mtc::engine {

/// Tasks and events that one process of an interrupted run had saved. Times count from the origin of that
/// run.
struct EarlierTables {
    std::uint64_t run_id = 0;
    std::uint32_t life = 0; ///< 0: the first run of the calculation
    std::vector<perf::TaskRecord> tasks{};
    std::vector<perf::EventRow> events{};
};

/// What is saved of a process's tables.
[[nodiscard]] std::vector<std::byte> serialised(std::uint64_t run_id, const perf::Tables& tables);
/// \throws IoError  when the bytes are not whole
[[nodiscard]] EarlierTables earlier_tables(std::span<const std::byte> bytes);
/// All that dead processes of this calculation left in the folder of its checkpoints; what is damaged is left
/// out: tables are no results. Files are dealt to ranks.
[[nodiscard]] std::vector<EarlierTables> find_earlier_tables(const std::filesystem::path& folder,
                                                             std::uint64_t run_id, int rank, int n_ranks);
/// What the ranks that were lost in this life had saved of theirs. \param living  the others
[[nodiscard]] std::vector<EarlierTables> find_lost_tables(const std::filesystem::path& folder,
                                                          std::uint64_t run_id, std::uint32_t life,
                                                          std::span<const Rank> living);
/// How the run before this one ended, by the status file of the output, for the table of events.
[[nodiscard]] std::string end_of_run_before(const std::filesystem::path& output);
/// The number of the life that follows.
[[nodiscard]] std::uint32_t next_life(std::span<const EarlierTables> earlier) noexcept;
/// Adds them, each row with its life.
void add(perf::Tables& tables, std::span<const EarlierTables> earlier);

} // namespace mtc::engine
