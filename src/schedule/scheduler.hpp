#pragma once

#include "mtc/types.hpp"
#include "mtc/workload.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

/// \file
/// Who does what next. Pure: events and `now` go in, decisions come out as values; no MPI, no clock, no
/// files. The same object drives a run, a test with a fake cluster and a simulation.
namespace mtc::schedule {

struct Settings {
    int n_ranks = 1;
    bool rank_0_works = true;    ///< rank 0 computes too; its share is asked for by work_for_scheduler()
    double round_trip_s = 20e-6; ///< [s] of one assignment and its receipt
    std::optional<double> task_duration_s{}; ///< [s] upper bound of a task; automatic when absent
    double guided_factor = 2.0;              ///< k of: remaining seconds / (k x workers)
};

/// A block of units for one rank.
struct Assignment {
    Rank rank;
    TaskId task;
    TaskId parent; ///< the task it was cut from; itself when from none
    StageId stage;
    CostClass cost_class;
    SourceId source; ///< of the first range
    std::uint32_t n_sources = 1;
    std::vector<UnitRange> ranges; ///< in the order to compute them: ascending, not adjacent
    double weight = 0.0;
    double estimated_s = 0.0;
};

/// What a rank tells of a task that it ended. Its first `n_units` units, in the order of its ranges, are
/// done. The others have failed when `failed` is set; otherwise they were not begun and wait again, to become
/// tasks whose parent is this one.
struct Receipt {
    Rank rank;
    TaskId task;
    std::uint64_t n_units = 0; ///< units done
    double duration_s = 0.0;
    double max_unit_s = 0.0;
    bool failed = false;
};

/// How far a stage is.
struct Progress {
    double weight_done = 0.0;
    double weight_total = 0.0;
    double remaining_s = 0.0; ///< [s] of work, over all ranks, as estimated now
    std::uint64_t units_done = 0;
    std::uint64_t units_total = 0;
    int n_busy = 0;
    SourceId slowest_source; ///< with the most estimated seconds left; none() when nothing is left
};

/// One stage of a calculation. Books are kept for every unit: assigned at most once at a time, done once.
class Scheduler {
public:
    /// \param parcels  all units of the stage; those of weight 0 are dropped and counted
    /// \param classes  cost classes of the stage
    /// \param owner_of [n_block] owner of each block, for stages placed at owners; empty otherwise
    /// \param first_task  task ids begin here
    Scheduler(const Settings& settings, StageId stage, std::span<const Parcel> parcels,
              std::span<const CostClassInfo> classes, std::span<const Rank> owner_of, TaskId first_task);
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    /// A rank ended a task.
    void on_receipt(const Receipt& receipt, double now_s);
    /// Units that were done in an earlier life of the calculation (from a checkpoint): never assigned.
    void on_already_done(UnitRange units);
    /// No more work is handed out; what is assigned may end.
    void revoke();

    /// Assignments to send now. Every worker has one block that it computes and one that waits for it.
    [[nodiscard]] std::vector<Assignment> decide(double now_s);
    /// A small piece for rank 0 itself, when it works too (or owns blocks) and has nothing to serve; to be
    /// asked after decide(). Serve between its units, too. Its end is told by on_receipt; until then there is
    /// no other.
    [[nodiscard]] std::optional<Assignment> work_for_scheduler(double now_s);

    /// All units done (or failed, or revoked and none under way).
    [[nodiscard]] bool finished() const noexcept;
    [[nodiscard]] Progress progress() const;
    [[nodiscard]] TaskId next_task() const noexcept;
    [[nodiscard]] std::uint64_t n_dropped_parcels() const noexcept; ///< weight 0
    /// Every book against every other; throws ComputeError with what does not balance. For tests.
    void check_books() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace mtc::schedule
