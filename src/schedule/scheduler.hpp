#pragma once

#include "schedule/decisions.hpp"
#include "schedule/settings.hpp"
#include "schedule/unit_set.hpp"

#include "mtc/types.hpp"
#include "mtc/workload.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

/// \file
/// Who does what next. Pure: events and `now` go in, decisions come out as values; no MPI, no clock, no
/// files. The same object drives a run, a test with a fake cluster and a simulation.
namespace mtc::schedule {

/// How far a stage is.
struct Progress {
    double done_s = 0.0;      ///< [s] of work, over all ranks: measured, and passed of what is under way
    double remaining_s = 0.0; ///< [s] of work, over all ranks, as estimated now
    double eta_s = 0.0;       ///< [s] until the end of the stage, as estimated now
    std::uint64_t units_done = 0;
    std::uint64_t units_total = 0;
    int n_busy = 0;
    SourceId slowest_source; ///< with the most estimated seconds left; none() when nothing is left

    /// Of the seconds, in [0, 1].
    [[nodiscard]] double share() const noexcept
    {
        return units_done == units_total ? 1.0 : done_s / std::max(done_s + remaining_s, 1e-9);
    }
};

/// One stage of a calculation. Books are kept for every unit: assigned at most once at a time, done once.
class Scheduler {
public:
    /// \param parcels  all units of the stage; those of weight 0 are dropped and counted
    /// \param classes  cost classes of the stage
    /// \param owner_of [n_block] owner of each block, for stages placed at owners; empty otherwise
    /// \param first_task  task ids begin here
    /// \param tile_of  [n_block] what has a lower one goes first; empty: all have the same
    Scheduler(const Settings& settings, StageId stage, std::span<const Parcel> parcels,
              std::span<const CostClassInfo> classes, std::span<const Rank> owner_of, TaskId first_task,
              std::span<const std::uint32_t> tile_of = {});
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    /// A rank ended a task.
    void on_receipt(const Receipt& receipt, double now_s);
    /// A rank answered a request of decide(). Its messages are to be told in the order in which it sent them.
    void on_given_back(const GivenBack& answer, double now_s);
    /// A rank is gone, and with it what it had done: all that it held or had done waits again, but for what
    /// is saved, and it is given nothing any more. Nothing more of it may be told.
    /// \param saved  units of this stage whose results are in its last save: done
    /// \throws ComputeError  for rank 0, for a rank that is lost already, and for one with work left that
    /// only it can do (blocks have owners), unless revoked
    void on_rank_lost(Rank rank, const UnitSet& saved, double now_s);
    /// Units that a rank has done, as it told, in its order.
    [[nodiscard]] std::span<const UnitRange> done_by(Rank rank) const;
    /// Units that were done in an earlier life of the calculation (from a checkpoint): never assigned.
    void on_already_done(UnitRange units);
    /// No more work is handed out, and what is assigned is asked back: every rank ends with its present unit.
    void revoke();

    /// What to send now. Every worker has one block that it computes and one that waits for it; when nothing
    /// waits any more, those that hold much are asked to give back for those that hold nothing. To be asked
    /// after every event, and at Decisions::look_again_s.
    [[nodiscard]] Decisions decide(double now_s);
    /// A small piece for rank 0 itself, when it works too (or owns blocks) and has nothing to serve; to be
    /// asked after decide(). Serve between its units, too. Its end is told by on_receipt; until then there is
    /// no other.
    [[nodiscard]] std::optional<Assignment> work_for_scheduler(double now_s);

    /// All units done (or failed, or revoked and none under way), and every request answered.
    [[nodiscard]] bool finished() const noexcept;
    /// O(sources): to be shown, not to be asked after every event.
    [[nodiscard]] Progress progress(double now_s) const;
    [[nodiscard]] TaskId next_task() const noexcept;
    [[nodiscard]] std::uint64_t n_dropped_parcels() const noexcept; ///< weight 0
    /// Every book against every other; throws ComputeError with what does not balance. For tests.
    void check_books() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace mtc::schedule
