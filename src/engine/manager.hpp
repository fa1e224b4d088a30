#pragma once

#include "engine/mailbox.hpp"
#include "engine/progress.hpp"
#include "engine/results.hpp"
#include "engine/runner.hpp"
#include "engine/stage_end.hpp"
#include "mtc/workload.hpp"
#include "perf/recorder.hpp"
#include "schedule/scheduler.hpp"

#include <cstdint>
#include <optional>

namespace mtc::engine {

/// What rank 0 does beside serving.
enum class SchedulerRank : std::uint32_t { automatic, dedicated, working };

struct ManagerSettings {
    SchedulerRank scheduler_rank = SchedulerRank::automatic;
    std::optional<double> task_duration_s{};
};

/// Whether rank 0 computes too in a stage.
[[nodiscard]] bool rank_0_works(SchedulerRank wish, int n_ranks, const Stage& stage) noexcept;

/// Rank 0: takes the stages one by one from parcels to reduced results. It moves messages and lets the
/// scheduler decide; between two looks at its mailbox it computes a little itself when it works too.
class Manager {
public:
    Manager(const Workload& workload, const ManagerSettings& settings, Mailbox& mailbox, Results& results,
            TaskRunner& runner, perf::Recorder& recorder, Progress& progress);

    /// All stages; then every worker is told to leave. \throws UnitError after telling them that the run
    /// failed
    void run();
    /// Parcels that could not matter, over all stages.
    [[nodiscard]] std::uint64_t n_dropped_parcels() const noexcept { return n_dropped_; }

private:
    void compute(StageId stage);
    void reduce_to_owners(StageId stage);
    void collect(StageId stage);
    void dismiss(bool failed);
    void serve(schedule::Scheduler& scheduler, const Message& message, double now_s);
    void act(schedule::Scheduler& scheduler, StageId stage);
    void on_given_back(schedule::Scheduler& scheduler, const schedule::GivenBack& answer);
    [[noreturn]] void on_failure(const Message& message);
    template <class Handle>
    void await(const Handle& handle);

    const Workload& workload_;
    ManagerSettings settings_;
    Mailbox& mailbox_;
    Results& results_;
    TaskRunner& runner_;
    perf::Recorder& recorder_;
    Progress& progress_;
    Reduction reduction_;
    Waiter waiter_;
    double look_again_s_ = 0.0; ///< decide again then, even without news
    TaskId next_task_{0};
    std::uint64_t n_dropped_ = 0;
};

} // namespace mtc::engine
