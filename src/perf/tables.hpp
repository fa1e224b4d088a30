#pragma once

#include "mtc/types.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

/// \file
/// The performance tables of a run as they are kept in memory: one row a task, a source, a rank, an
/// operation. All times are seconds since the common origin of the run (the end of the start-up barrier).
namespace mtc::perf {

enum class TaskStatus : std::uint8_t { done = 0, failed = 1, withdrawn = 2 };

/// A row of /performance/tasks; it stays on the rank that computed the task until the end.
struct TaskRow {
    std::uint64_t task = 0;       ///< unique in the calculation
    std::uint64_t parent = 0;     ///< the task this one was cut from; itself when from none
    std::uint64_t first_unit = 0; ///< of its first range
    std::uint32_t stage = 0;
    std::uint32_t source = 0;    ///< first source
    std::uint32_t n_sources = 0; ///< 1, or more for a bundle
    std::uint32_t cost_class = 0;
    std::uint32_t n_units = 0;
    std::int32_t rank = 0;
    float weight = 0.0F;
    float estimated_s = 0.0F;
    double start_s = 0.0;
    float duration_s = 0.0F; ///< computing, messages answered in between included
    float wait_s = 0.0F;     ///< idle before it began
    float max_unit_s = 0.0F;
    float sum_squares_s2 = 0.0F; ///< of unit times
    float memory_mb = 0.0F;      ///< resident set at its end
    std::uint8_t status = 0;     ///< TaskStatus
};

struct SourceRow {
    std::uint32_t stage = 0;
    std::uint32_t source = 0;
    std::uint64_t n_units = 0;
    double weight = 0.0;
    double seconds = 0.0;
};

struct RankRow {
    std::int32_t rank = 0;
    std::string host;
    std::string cpu_model;
    std::string binding; ///< processors this rank may use, "0-3"
    std::uint64_t n_tasks = 0;
    std::uint64_t n_units = 0;
    double busy_s = 0.0;       ///< computing units
    double waiting_s = 0.0;    ///< nothing to compute
    double scheduling_s = 0.0; ///< rank 0: weighing, deciding, messages
    double reducing_s = 0.0;
    double writing_s = 0.0;
    double total_s = 0.0; ///< from the origin to the end of writing
    double memory_peak_mb = 0.0;
};

/// Seconds, memory and counts by operation, as OpenQuake's performance_data.
struct OperationRow {
    std::string operation; ///< nested: "read input/source models"
    double seconds = 0.0;  ///< summed over calls and ranks
    double max_s = 0.0;    ///< largest sum of one rank
    std::uint64_t counts = 0;
    double memory_mb = 0.0; ///< largest growth of the resident set in one call
};

/// How long units of one cost class took: a histogram with logarithmic bins, six a decade from 0.1 us on.
struct UnitHistogram {
    static constexpr std::size_t n_bins = 64;
    static constexpr double first_s = 1e-7;
    static constexpr double bins_per_decade = 6.0;

    std::uint32_t stage = 0;
    std::uint32_t cost_class = 0;
    std::array<std::uint64_t, n_bins> counts{};
    double seconds = 0.0; ///< of all its units
    double max_s = 0.0;
};

/// The bin of a duration; the last one takes all that are longer.
[[nodiscard]] std::size_t unit_bin(double seconds) noexcept;

/// Messages of one kind that a rank sent.
struct TransferRow {
    std::string kind; ///< "assignment", "receipt", "part", ...
    std::uint64_t n_messages = 0;
    std::uint64_t n_bytes = 0;
};

/// Something worth knowing that happened at one moment: a give-back, a failure, a stage's beginning or end.
struct EventRow {
    double time_s = 0.0;
    std::int32_t rank = 0;
    std::string kind;
    std::string text;
};

/// What one rank brings to the end of the run.
struct Tables {
    std::vector<TaskRow> tasks;
    std::vector<SourceRow> sources;
    RankRow rank;
    std::vector<OperationRow> operations;
    std::vector<UnitHistogram> units;
    std::vector<TransferRow> transfer;
    std::vector<EventRow> events;
};

} // namespace mtc::perf
