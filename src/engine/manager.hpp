#pragma once

#include "engine/failures/failures.hpp"
#include "engine/lives/stop.hpp"
#include "engine/messages/mailbox.hpp"
#include "engine/progress.hpp"
#include "engine/results/results.hpp"
#include "engine/runner.hpp"
#include "engine/saves/saver.hpp"
#include "engine/stage_end.hpp"
#include "engine/vigil.hpp"
#include "mtc/workload.hpp"
#include "perf/recorder.hpp"
#include "schedule/scheduler.hpp"

#include <cstdint>
#include <exception>
#include <filesystem>
#include <limits>
#include <optional>
#include <vector>

namespace mtc::engine {

/// What rank 0 does beside serving.
enum class SchedulerRank : std::uint32_t { automatic, dedicated, working };

struct ManagerSettings {
    SchedulerRank scheduler_rank = SchedulerRank::automatic;
    std::optional<double> task_duration_s{};
    double stop_at_s =
        std::numeric_limits<double>::infinity(); ///< [s] since the start: hand out no more work
    std::filesystem::path output{};              ///< that `mtc stop` names; empty: nobody can
};

/// Whether rank 0 computes too in a stage.
[[nodiscard]] bool rank_0_works(SchedulerRank wish, int n_ranks, const Stage& stage) noexcept;

/// Rank 0: takes the stages one by one from parcels to reduced results. It moves messages and lets the
/// scheduler decide; between two looks at its mailbox it computes a little itself when it works too.
class Manager {
public:
    Manager(const Workload& workload, const ManagerSettings& settings, Mailbox& mailbox, Results& results,
            TaskRunner& runner, perf::Recorder& recorder, Progress& progress, Saver& saver,
            Failures& failures, Vigil vigil = {});

    /// All stages, or until the run is to stop; then every worker is told to leave.
    /// \param done  by stage, the units that were done in an earlier life
    /// \throws UnitError after telling them that the run failed
    [[nodiscard]] End run(std::vector<schedule::UnitSet> done);
    /// Parcels that could not matter, over all stages.
    [[nodiscard]] std::uint64_t n_dropped_parcels() const noexcept { return n_dropped_; }
    /// Why the run ended unfinished although nobody asked for it; empty: for no such reason.
    [[nodiscard]] const std::string& hopeless() const noexcept { return vigil_.hopeless(); }

private:
    /// \returns false when units are left because the run is to stop
    [[nodiscard]] bool compute(StageId stage, const schedule::UnitSet& done);
    /// Why the run is to stop; empty while it is not.
    [[nodiscard]] std::string why_stop(double now_s);
    void reduce_to_owners(StageId stage);
    void collect(StageId stage);
    void end_stage(StageId stage);
    [[nodiscard]] bool compute_all(schedule::Scheduler& first, StageId stage,
                                   const schedule::Settings& settings, std::span<const Parcel> parcels,
                                   std::span<const Rank> owner_of_block);
    /// Serves until the active scheduler has finished. \returns false when units are left
    [[nodiscard]] bool serve_all(const StageWork& work);
    void attend(const StageWork& work);
    [[nodiscard]] bool all_are_there();
    void lose_lost(schedule::Scheduler& scheduler) const;
    void dismiss(End end);
    void serve(schedule::Scheduler& scheduler, const Message& message, double now_s);
    void act(schedule::Scheduler& scheduler, StageId stage);
    void on_given_back(schedule::Scheduler& scheduler, const schedule::GivenBack& answer);
    void on_stop(const Message& message);
    void on_failure(const FailedUnit& failed, Rank rank);
    template <class Handle>
    void await(const Handle& handle);

    const Workload& workload_;
    ManagerSettings settings_;
    Mailbox& mailbox_;
    Results& results_;
    TaskRunner& runner_;
    perf::Recorder& recorder_;
    Progress& progress_;
    Saver& saver_;
    Failures& failures_;
    Vigil vigil_;
    Reduction reduction_;
    Waiter waiter_{scheduler_naps};
    double look_again_s_ = 0.0; ///< decide again then, even without news
    TaskId next_task_{0};
    std::uint64_t n_dropped_ = 0;
    StopRequests stop_requests_;
    std::string asked_to_stop_; ///< by another rank: why
    bool stopping_ = false;     ///< the present round of a stage is revoked
    bool news_ = false;         ///< something to decide on has come
    bool is_called_ = false;    ///< the roll, since there was something to compute
    std::uint64_t n_roll_calls_ = 0;
    std::vector<Rank> unheard_; ///< they have not answered the last one
    std::exception_ptr thrown_; ///< while a unit of this rank waited
    bool units_left_ = false;   ///< one that counts as done is not: no memory was there, or it was left
};

} // namespace mtc::engine
