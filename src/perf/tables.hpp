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

/// One task as it was measured.
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
    float memory_mb = 0.0F;  ///< resident set at its end
    std::uint8_t status = 0; ///< TaskStatus
};

/// A row of /performance/tasks: a task, or neighbours on one rank that were merged. It stays on the rank that
/// computed it until the end, hence the narrow types; numbers that do not fit stand as the largest that does.
struct TaskRecord {
    std::uint64_t first_unit = 0; ///< of its first range
    double start_s = 0.0;
    std::uint32_t task = 0;   ///< modulo 2^32; of several the first, as in all that is not a sum
    std::uint32_t parent = 0; ///< modulo 2^32
    std::uint32_t source = 0;
    std::uint32_t n_units = 0; ///< sum
    float weight = 0.0F;       ///< sum
    float estimated_s = 0.0F;  ///< sum
    float duration_s = 0.0F;   ///< sum
    float wait_s = 0.0F;       ///< sum; so the row ends wait_s + duration_s after the end of the one before
    float max_unit_s = 0.0F;   ///< largest
    std::uint16_t rank = 0;
    std::uint16_t n_sources = 0;
    std::uint16_t cost_class = 0;
    std::uint16_t memory_mb = 0; ///< largest
    std::uint16_t n_merged = 1;  ///< tasks in this row
    std::uint8_t stage = 0;
    std::uint8_t status = 0; ///< TaskStatus, the worst
};
static_assert(sizeof(TaskRecord) == 64, "the memory that a rank's tasks need");

/// The same with the run of the calculation that it belongs to.
struct FiledTask : TaskRecord {
    std::uint32_t life = 0; ///< 0: the first run; more after each interruption
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
    double reading_s = 0.0;    ///< from the origin until this rank can compute
    double busy_s = 0.0;       ///< computing units
    double waiting_s = 0.0;    ///< nothing to compute
    double scheduling_s = 0.0; ///< messages between units; rank 0: weighing and deciding too
    double reducing_s = 0.0;
    double writing_s = 0.0;
    double total_s = 0.0; ///< from the origin to the end of writing: the sum of the parts above
    double memory_peak_mb = 0.0;
    double clock_offset_s = 0.0; ///< this rank's steady clock minus rank 0's when the run began
    double clock_uncertainty_s = 0.0;
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
    std::uint64_t n_units = 0;
    std::array<std::uint64_t, n_bins> counts{};
    double seconds = 0.0; ///< of all its units
    double max_s = 0.0;
};

/// The bin of a duration; the last one takes all that are longer.
[[nodiscard]] std::size_t unit_bin(double seconds) noexcept;
/// Where bin `i` begins; the first one takes all that are shorter. [s]
[[nodiscard]] double unit_bin_begin_s(std::size_t i) noexcept;

/// Messages of one kind that were sent.
struct TransferRow {
    std::string kind; ///< "assignment", "receipt", "part", ...
    std::uint64_t n_messages = 0;
    std::uint64_t n_bytes = 0;
    std::uint64_t max_bytes = 0; ///< largest n_bytes of one rank
};

/// Something worth knowing that happened at one moment: a give-back, a failure, a stage's beginning or end.
struct EventRow {
    double time_s = 0.0;
    std::int32_t rank = 0;
    std::string kind;
    std::string text;
    std::uint32_t life = 0; ///< of the calculation: 0 the first run, more after each interruption
};

/// A unit that could not be computed and was left out.
struct FailureRow {
    std::uint32_t stage = 0;
    std::uint32_t source = 0;
    std::uint64_t unit = 0;
    std::string name;      ///< of the source
    std::int32_t rank = 0; ///< that tried it last; -1 when it cost workers
    std::uint32_t n_tries = 0;
    std::string why;
};

/// What one rank brings to the end of the run.
struct Tables {
    std::vector<TaskRecord> tasks;
    std::vector<SourceRow> sources;
    RankRow rank;
    std::vector<OperationRow> operations;
    std::vector<UnitHistogram> units;
    std::vector<TransferRow> transfer;
    std::vector<EventRow> events;
    std::uint64_t n_events_left_out = 0; ///< there were more than a rank keeps
    std::uint32_t life = 0;              ///< that all of this belongs to, but for:
    std::vector<FiledTask> earlier_tasks;
    std::vector<EventRow> earlier_events;
};

} // namespace mtc::perf
