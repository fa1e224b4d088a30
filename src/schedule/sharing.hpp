#pragma once

#include "schedule/decisions.hpp"
#include "schedule/indexed_heap.hpp"

#include "mtc/types.hpp"

#include <limits>
#include <vector>

namespace mtc::schedule {

/// Which workers are asked to give back what they have not begun, when nothing waits and others have nothing
/// to do: the one with the most time left first. Nobody is asked twice at a time, nor in vain.
///
/// Time left is the estimate, or for a worker that is late as much again as it is late: what has taken
/// longer than expected will go on for about as long.
class Sharing {
public:
    /// A request must spare at least this many round trips, or units would be sent to and fro for nothing.
    static constexpr double round_trips_to_spare = 10.0;

    Sharing(int n_ranks, double round_trip_s);

    /// What a worker holds.
    struct Holding {
        std::uint64_t n_units = 0;
        double free_at_s = 0.0; ///< expected
        double unit_s = 0.0;    ///< of its longest unit
    };
    /// A worker holds something else now, or is expected to hold it for another time.
    void update(Rank rank, const Holding& holding);
    /// It was given more: worth asking again, whatever it answers to a request that is under way, which may
    /// have reached it before.
    void refresh(Rank rank)
    {
        worker(rank).spent = false;
        worker(rank).refreshed = true;
    }
    /// Whom to ask on behalf of `n_idle` ranks, where all ranks are expected to need `held_s` for what they
    /// hold. Nobody who is expected to need less than `least_left_s`, or so little that a request spares
    /// nothing.
    [[nodiscard]] std::vector<GiveBack> ask(int n_idle, double held_s, double now_s,
                                            double least_left_s = 0.0);
    /// [s] Ask again then.
    [[nodiscard]] double look_again_s() const noexcept { return look_again_s_; }
    /// A worker is asked by somebody else, for everything. False when it has been asked already.
    [[nodiscard]] bool reserve(Rank rank);
    /// \throws ComputeError  when it was not asked
    void on_answer(Rank rank, bool gave_something);
    void on_lost(Rank rank); ///< no answer will come
    /// No answer is outstanding.
    [[nodiscard]] bool quiet() const noexcept { return n_asked_ == 0; }

private:
    struct Worker {
        Holding holding;
        bool asked = false;
        bool spent = false;     // answered that it has nothing to give
        bool refreshed = false; // since it was asked
        int n_promised = 0;     // sharers that its answer is for
        double until_s = 0.0;   // then they need not wait for it
    };

    [[nodiscard]] Worker& worker(Rank rank) { return workers_[static_cast<std::size_t>(rank.value())]; }
    void place(Rank rank);
    void mark_asked(Rank rank, int n_promised, double until_s);
    [[nodiscard]] int n_promised(double now_s);
    [[nodiscard]] Rank most_loaded(double now_s, double least_left_s);

    double spare_s_; // a give-back is worth
    std::vector<Worker> workers_;
    IndexedHeap last_;           // by free_at_s, of those worth asking
    IndexedHeap first_;          // by -free_at_s, of the same
    std::vector<Rank> promises_; // asked, with sharers that wait for the answer
    int n_asked_ = 0;
    double look_again_s_ = std::numeric_limits<double>::infinity();
};

} // namespace mtc::schedule
