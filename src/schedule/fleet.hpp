#pragma once

#include "schedule/cost_model.hpp"
#include "schedule/indexed_heap.hpp"
#include "schedule/piece.hpp"

#include "mtc/types.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mtc::schedule {

/// A task that a rank holds, as the scheduler remembers it.
struct Flight {
    TaskId task;
    CostClass cost_class;
    StrandId strand; ///< none() when its units are of several
    std::uint64_t n_units = 0;
    double corrected_weight = 0.0; ///< weight x correction of each strand
    double longest_unit_s = 0.0;
    bool whole = false;           ///< Outlook::whole
    double measured_unit_s = 0.0; ///< as the rank told of its first units; 0 while it has not
    double expected_s = 0.0;      ///< by the fleet, when it was given or last estimated
};

/// What every rank holds and when it is expected to have nothing left. A rank computes what it holds in
/// the order in which it was given. O(log n_ranks) a change.
///
/// A rank that holds few tasks is estimated as a whole, at present rates, with every change; one that holds
/// many, which are short, keeps what was expected of each when it was given.
class Fleet {
public:
    static constexpr std::size_t most_in_flight = 16; ///< tasks on one worker, however short they are
    static constexpr std::size_t many_in_flight = 12; ///< with more it is given nothing: then several at once

    /// Rank 0 is no worker: what it holds is kept here too, but it never stands in the order of workers.
    explicit Fleet(int n_ranks);

    void start(Rank rank, const Flight& flight, double now_s, const CostModel& cost);
    /// \throws ComputeError  when the rank does not hold the task
    [[nodiscard]] const Flight& find(Rank rank, TaskId task) const;
    /// \param flight  as find() found it; it is gone afterwards
    void end(Rank rank, const Flight& flight, double now_s, const CostModel& cost);

    /// The task it holds is another now: shorter, or better known.
    void change(Rank rank, const Flight& flight, const CostModel& cost);
    /// The rank is gone: never again among the workers. What it held is forgotten.
    void lose(Rank rank, const CostModel& cost);

    [[nodiscard]] std::span<const Flight> held(Rank rank) const { return holds(rank).held(); }
    [[nodiscard]] std::size_t n_held(Rank rank) const { return holds(rank).held().size(); }
    /// [s] when the rank is expected to have nothing left; in the past when it is late
    [[nodiscard]] double free_at_s(Rank rank) const { return holds(rank).free_at_s; }
    /// [s] of what waits on the rank behind what it computes
    [[nodiscard]] double queued_s(Rank rank) const { return holds(rank).queued_s; }
    /// [s] of the longest unit that a rank holds; 0 when it holds none
    [[nodiscard]] double longest_unit_s(Rank rank) const;
    /// [s] that all ranks together are expected to need for what they hold
    [[nodiscard]] double held_s(double now_s) const;
    /// [s] of what is held that have passed on all ranks together, as far as expected. O(n_ranks)
    [[nodiscard]] double passed_s(double now_s) const;
    /// Tasks of whole units of `least_unit_s` and more that go on after their expected end, by class: what
    /// can be cut can be given back. O(n_ranks)
    void overdue(double now_s, double least_unit_s, const CostModel& cost, std::span<Overdue> by_class) const;
    /// [s] when the last rank is expected to have nothing left; in the past when none has. O(n_ranks)
    [[nodiscard]] double last_free_at_s() const;
    [[nodiscard]] int n_busy() const noexcept { return n_busy_; }
    /// Workers that hold nothing.
    [[nodiscard]] int n_idle_workers() const;
    /// Ranks that were not lost, rank 0 among them.
    [[nodiscard]] int n_ranks() const noexcept { return static_cast<int>(holds_.size()) - n_lost_; }
    [[nodiscard]] bool lost(Rank rank) const { return holds(rank).lost; }
    [[nodiscard]] std::uint64_t n_units(Rank rank) const;

    /// The worker that runs dry first among those that hold nothing or one block; none() without such.
    [[nodiscard]] Rank driest();
    /// The worker that has the least waiting behind what it computes among those that hold more blocks than
    /// one, but not more than many_in_flight; none() without such.
    [[nodiscard]] Rank shallowest();
    /// Every worker has at least `depth_s` of work waiting behind what it computes, or work until `until_s`,
    /// or more than many_in_flight tasks, or is parked.
    [[nodiscard]] bool all_fed(double depth_s, double until_s);
    /// A worker that nothing is to be given to now: neither driest() nor shallowest() again until what it
    /// holds changes or is estimated anew.
    void park(Rank rank);
    /// Estimates anew when every rank has nothing left: rates have changed. O(n_ranks log n_ranks)
    void estimate_anew(const CostModel& cost);

private:
    struct Hold {
        std::vector<Flight> flights; // few, in the order of computing
        std::size_t n_ended = 0;     // of those at the front
        double begun_s = 0.0;        // the first of them
        double free_at_s = 0.0;
        double queued_s = 0.0;
        bool lost = false;
        bool moved = false; // it is in moved_
        [[nodiscard]] std::span<Flight> held() noexcept { return std::span{flights}.subspan(n_ended); }
        [[nodiscard]] std::span<const Flight> held() const noexcept
        {
            return std::span{flights}.subspan(n_ended);
        }
        void remove(std::size_t i);
    };
    [[nodiscard]] const Hold& holds(Rank rank) const
    {
        return holds_[static_cast<std::size_t>(rank.value())];
    }
    void estimate(Hold& hold, const CostModel& cost);
    void lengthen(Hold& hold, const CostModel& cost);
    void shorten(Hold& hold);
    void moved(Rank rank);
    void place_moved();
    void place(Rank rank);

    std::vector<Hold> holds_;
    // What is held changes several times between two questions for the order: it is made when asked for.
    IndexedHeap dry_;            // workers with at most one block: who runs dry first
    IndexedHeap queued_;         // the others that can take one more: who has the least waiting
    std::vector<Rank> moved_;    // workers whose place in these is of the past
    double free_at_sum_s_ = 0.0; // of busy ranks
    int n_busy_ = 0;
    int n_lost_ = 0;
};

} // namespace mtc::schedule
