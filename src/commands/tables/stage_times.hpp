#pragma once

#include "perf/tables.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

/// \file
/// What the tables of tasks and ranks say of the stages: when tasks ran, who waited, and for whom.
namespace mtc::commands {

/// When a row of tasks ran on its rank. Spans of one rank do not overlap.
struct Span {
    double begin_s = 0.0;
    double end_s = 0.0;
};

/// [n_task] \param tasks  in the order of the file
[[nodiscard]] std::vector<Span> spans(std::span<const perf::TaskRecord> tasks);

/// |ln(duration / estimate)| of the tasks that had an estimate; merged rows do not count.
struct EstimateError {
    std::uint64_t n_tasks = 0;
    double median = 0.0;
    double percentile_90 = 0.0;
};
[[nodiscard]] EstimateError estimate_error(std::span<const perf::TaskRecord> tasks);

struct StageTimes {
    std::uint32_t stage = 0;
    std::uint64_t n_ranks = 0; ///< that computed tasks of it
    double begin_s = 0.0;      ///< of its first task
    double end_s = 0.0;        ///< of its last task
    [[nodiscard]] double makespan_s() const noexcept { return end_s - begin_s; }
};
/// In the order of stages; those without tasks are left out.
[[nodiscard]] std::vector<StageTimes> stage_times(std::span<const perf::TaskRecord> tasks,
                                                  std::span<const Span> when);

/// 1 - (sum of the stage's unit times) / (computing ranks x makespan): what is lost to waiting and messages.
/// \param units  of all stages
[[nodiscard]] double idle_share(const StageTimes& stage, std::span<const perf::UnitHistogram> units);

/// Who was waited for in the last tenth of a stage: at every moment the ranks without a task wait for those
/// with one, in equal parts.
struct Tail {
    double waited_s = 0.0;              ///< by all ranks
    std::vector<double> held_s;         ///< [n_task] waited for this row of tasks; 0 for other stages
    static constexpr double part = 0.1; ///< of the makespan
};
[[nodiscard]] Tail tail(const StageTimes& stage, std::span<const perf::TaskRecord> tasks,
                        std::span<const Span> when);

} // namespace mtc::commands
