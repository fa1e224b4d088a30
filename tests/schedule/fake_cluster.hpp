#pragma once

#include "schedule/scheduler.hpp"

#include "mtc/error.hpp"
#include "mtc/types.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace mtc::schedule::test {

/// How the ranks of a fake cluster behave.
struct Behaviour {
    int n_ranks = 2;
    double one_way_s = 10e-6;                     ///< [s] of a message
    std::vector<double> slowness{};               ///< [n_ranks] factor on unit times; empty: 1
    std::function<bool(UnitId)> fails{};          ///< a task ends with the unit before such a one
    std::function<bool(TaskId)> stops_half_way{}; ///< such a task ends after half of its units
    std::optional<std::uint64_t> revoke_after{};  ///< serving this many times, rank 0 revokes
    std::vector<Rank> owner_of_unit{};            ///< [n_unit] who must compute each; empty: anybody
    bool check_every_step = false;
};

/// What came of a run.
struct Outcome {
    double makespan_s = 0.0; ///< until rank 0 knows of the last unit
    std::uint64_t n_assignments = 0;
    std::uint64_t n_ranges = 0;
    std::uint64_t n_decisions = 0;
    std::uint64_t n_subtasks = 0; ///< assignments with a parent
    std::uint64_t n_done = 0;
    std::uint64_t n_failed = 0;
    std::uint64_t rank_0_units = 0;
    double scheduler_s = 0.0;          ///< [s] of this machine spent inside the scheduler
    std::vector<std::string> faults{}; ///< broken promises of the scheduler
};

/// Ranks and messages in one process, moved by a queue of events: the scheduler sees what it would see in a
/// run.
class FakeCluster {
public:
    /// \param unit_s  [n_unit] true seconds
    FakeCluster(Scheduler& scheduler, std::vector<double> unit_s, Behaviour behaviour)
        : scheduler_{scheduler}
        , unit_s_{std::move(unit_s)}
        , behaviour_{std::move(behaviour)}
        , states_(unit_s_.size(), State::waiting)
        , workers_(static_cast<std::size_t>(behaviour_.n_ranks))
    {}

    /// Units that the scheduler was told are done.
    void already_done(UnitRange units)
    {
        for (std::uint64_t u = units.first.value(); u < units.end().value(); ++u)
            states_[u] = State::done;
    }

    Outcome run()
    {
        serve();
        while (!events_.empty()) {
            const Event event = events_.top();
            events_.pop();
            now_s_ = event.at_s;
            handle(event);
        }
        outcome_.makespan_s = last_receipt_s_;
        if (!scheduler_.finished())
            fault("nothing happens any more, but the scheduler is not finished");
        if (scheduler_.progress().n_busy != 0)
            fault("nothing happens any more, but ranks are said to be busy");
        return outcome_;
    }
    [[nodiscard]] std::uint64_t count(bool done) const
    {
        return static_cast<std::uint64_t>(std::ranges::count(states_, done ? State::done : State::waiting));
    }

private:
    enum class State : std::uint8_t { waiting, assigned, done, failed };
    enum class Kind : std::uint8_t { assignment_arrives, task_ends, receipt_arrives, unit_ends_on_rank_0 };
    struct Event {
        double at_s = 0.0;
        std::uint64_t number = 0; // equal times: first come, first served
        Kind kind = Kind::task_ends;
        std::size_t rank = 0;
        std::size_t receipt = 0;
        bool operator>(const Event& other) const
        {
            return std::pair{at_s, number} > std::pair{other.at_s, other.number};
        }
    };
    struct Worker {
        std::deque<Assignment> travelling;
        std::deque<Assignment> held; // the first is computed
    };

    void fault(std::string what)
    {
        if (outcome_.faults.size() < 10)
            outcome_.faults.push_back(std::move(what));
    }
    void plan(double at_s, Kind kind, std::size_t rank, std::size_t receipt = 0)
    {
        events_.push({at_s, n_events_++, kind, rank, receipt});
    }
    [[nodiscard]] double slowness(std::size_t rank) const
    {
        return behaviour_.slowness.empty() ? 1.0 : behaviour_.slowness[rank];
    }

    void handle(const Event& event)
    {
        Worker& worker = workers_[event.rank];
        switch (event.kind) {
        case Kind::assignment_arrives:
            worker.held.push_back(std::move(worker.travelling.front()));
            worker.travelling.pop_front();
            if (worker.held.size() == 1)
                compute(event.rank);
            break;
        case Kind::task_ends:
            worker.held.pop_front();
            plan(now_s_ + behaviour_.one_way_s, Kind::receipt_arrives, 0, event.receipt);
            if (!worker.held.empty())
                compute(event.rank);
            break;
        case Kind::receipt_arrives:
            inbox_.push_back(receipts_[event.receipt]);
            if (!own_)
                serve();
            break;
        case Kind::unit_ends_on_rank_0:
            unit_ends_on_rank_0();
            break;
        }
    }

    /// Runs the task at the head of a worker's queue.
    void compute(std::size_t rank)
    {
        receipts_.push_back(receipt_of(workers_[rank].held.front(), slowness(rank)));
        plan(now_s_ + receipts_.back().duration_s, Kind::task_ends, rank, receipts_.size() - 1);
    }

    /// What computing a task brings. Its units change state at once, before the scheduler can know.
    Receipt receipt_of(const Assignment& task, double slow)
    {
        Receipt receipt{.rank = task.rank, .task = task.task};
        std::uint64_t n_most = 0;
        for (const UnitRange& range : task.ranges)
            n_most += range.count;
        if (behaviour_.stops_half_way && behaviour_.stops_half_way(task.task))
            n_most /= 2;
        for (const UnitRange& range : task.ranges)
            for (std::uint64_t u = range.first.value(); u < range.end().value(); ++u) {
                if (receipt.failed || receipt.n_units == n_most) {
                    states_[u] = receipt.failed ? State::failed : State::waiting;
                } else if (behaviour_.fails && behaviour_.fails(UnitId{u})) {
                    receipt.failed = true;
                    states_[u] = State::failed;
                } else {
                    states_[u] = State::done;
                    ++receipt.n_units;
                    receipt.duration_s += slow * unit_s_[u];
                    receipt.max_unit_s = std::max(receipt.max_unit_s, slow * unit_s_[u]);
                }
                outcome_.n_done += states_[u] == State::done ? 1U : 0U;
                outcome_.n_failed += states_[u] == State::failed ? 1U : 0U;
            }
        return receipt;
    }

    /// Rank 0 between two of its own units, or when a message came: receipts, decisions, work for itself.
    void serve()
    {
        const auto begin = std::chrono::steady_clock::now();
        for (const Receipt& receipt : inbox_) {
            scheduler_.on_receipt(receipt, now_s_);
            last_receipt_s_ = now_s_;
        }
        inbox_.clear();
        if (behaviour_.revoke_after && outcome_.n_decisions == *behaviour_.revoke_after) {
            scheduler_.revoke();
            revoked_ = true;
        }
        ++outcome_.n_decisions;
        std::vector<Assignment> assignments = scheduler_.decide(now_s_);
        outcome_.scheduler_s +=
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        for (Assignment& assignment : assignments) {
            if (assignment.rank.value() < 1 || assignment.rank.value() >= behaviour_.n_ranks) {
                fault(text("task ", assignment.task.value(), " for rank ", assignment.rank.value()));
                continue;
            }
            book(assignment);
            const auto rank = static_cast<std::size_t>(assignment.rank.value());
            workers_[rank].travelling.push_back(std::move(assignment));
            plan(now_s_ + behaviour_.one_way_s, Kind::assignment_arrives, rank);
        }
        if (!own_)
            if (auto own = scheduler_.work_for_scheduler(now_s_)) {
                if (own->rank != Rank{0})
                    fault(text("rank 0 was given work for rank ", own->rank.value()));
                book(*own);
                own_ = std::move(own);
                own_left_ = units_of(*own_);
                plan_own_unit();
            }
        if (behaviour_.check_every_step)
            scheduler_.check_books();
    }

    void unit_ends_on_rank_0()
    {
        own_left_.pop_front();
        const bool ended = own_left_.empty();
        if (ended) {
            inbox_.push_back(receipt_of(*own_, slowness(0)));
            outcome_.rank_0_units += inbox_.back().n_units;
            own_.reset();
        }
        serve();
        if (!ended)
            plan_own_unit();
    }
    void plan_own_unit()
    {
        plan(now_s_ + slowness(0) * unit_s_[own_left_.front()], Kind::unit_ends_on_rank_0, 0);
    }

    static std::deque<std::uint64_t> units_of(const Assignment& assignment)
    {
        std::deque<std::uint64_t> units;
        for (const UnitRange& range : assignment.ranges)
            for (std::uint64_t u = range.first.value(); u < range.end().value(); ++u)
                units.push_back(u);
        return units;
    }

    /// Every unit of an assignment must have been waiting, and be for this rank.
    void book(const Assignment& assignment)
    {
        ++outcome_.n_assignments;
        outcome_.n_ranges += assignment.ranges.size();
        outcome_.n_subtasks += assignment.parent != assignment.task ? 1U : 0U;
        if (revoked_)
            fault("an assignment after revoke");
        if (assignment.ranges.empty())
            fault("an assignment without units");
        std::uint64_t end = 0;
        for (const UnitRange& range : assignment.ranges) {
            if (range.count == 0 || range.end().value() > states_.size())
                return fault("a range of no or unknown units");
            if (end != 0 && range.first.value() <= end)
                fault("ranges that do not ascend or could be joined");
            end = range.end().value();
            for (std::uint64_t u = range.first.value(); u < end; ++u) {
                if (states_[u] != State::waiting)
                    fault(text("unit ", u, " was assigned, but did not wait"));
                if (!behaviour_.owner_of_unit.empty() && behaviour_.owner_of_unit[u] != assignment.rank)
                    fault(text("unit ", u, " was assigned to rank ", assignment.rank.value()));
                states_[u] = State::assigned;
            }
        }
    }

    Scheduler& scheduler_;
    std::vector<double> unit_s_;
    Behaviour behaviour_;
    std::vector<State> states_;
    std::vector<Worker> workers_;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::vector<Receipt> receipts_;
    std::vector<Receipt> inbox_;
    std::optional<Assignment> own_; // of rank 0
    std::deque<std::uint64_t> own_left_;
    bool revoked_ = false;
    std::uint64_t n_events_ = 0;
    double now_s_ = 0.0;
    double last_receipt_s_ = 0.0;
    Outcome outcome_;
};

} // namespace mtc::schedule::test
