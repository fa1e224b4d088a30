#pragma once

#include "schedule/scheduler.hpp"
#include "schedule/worklist.hpp"

#include "mtc/error.hpp"
#include "mtc/types.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace mtc::schedule::test {

/// How the ranks of a fake cluster behave.
struct Behaviour {
    int n_ranks = 2;
    double one_way_s = 10e-6;            ///< [s] of a message, at least
    std::function<double()> delay_s{};   ///< [s] more, message by message; two ranks' messages keep order
    std::vector<double> slowness{};      ///< [n_ranks] factor on unit times; empty: 1
    std::function<bool(UnitId)> fails{}; ///< a task ends with the unit before such a one
    std::function<bool(TaskId)> stops_half_way{};  ///< such a task ends after half of its units
    std::optional<std::uint64_t> revoke_after{};   ///< serving this many times, rank 0 revokes
    std::vector<Rank> owner_of_unit{};             ///< [n_unit] who must compute each; empty: anybody
    std::vector<std::pair<Rank, double>> deaths{}; ///< who dies, when
    double notice_s = 1e-3;                        ///< [s] until rank 0 knows of a death
    std::function<BlockId(UnitId)> block_of{};     ///< to count who touches which
    std::function<void(std::size_t rank, UnitId)> computes{}; ///< is told of every unit
    std::optional<int> n_processors{}; ///< as the scheduler was told; absent: nobody shares one
    bool check_every_step = false;
};

/// What came of a run.
struct Outcome {
    double makespan_s = 0.0; ///< until rank 0 knows of the last unit
    std::uint64_t n_assignments = 0;
    std::uint64_t n_ranges = 0;
    std::uint64_t n_decisions = 0;
    std::uint64_t n_subtasks = 0;   ///< assignments with a parent
    std::uint64_t n_requests = 0;   ///< to give back
    std::uint64_t n_given_back = 0; ///< units
    std::uint64_t n_in_vain = 0;    ///< requests answered with nothing
    std::uint64_t n_done = 0;
    std::uint64_t n_failed = 0;
    std::uint64_t n_lost = 0; ///< units that died with their rank
    std::uint64_t rank_0_units = 0;
    std::uint64_t n_blocks_held = 0;   ///< pairs of rank and block
    double scheduler_s = 0.0;          ///< [s] of this machine spent inside the scheduler
    std::vector<std::string> faults{}; ///< broken promises of the scheduler
};

/// Ranks and messages in one process, moved by a queue of events: the scheduler sees what it would see in a
/// run. Workers keep their work in the same Worklist as real ones.
class FakeCluster {
public:
    /// \param unit_s  [n_unit] true seconds
    FakeCluster(Scheduler& scheduler, std::vector<double> unit_s, Behaviour behaviour)
        : scheduler_{scheduler}
        , unit_s_{std::move(unit_s)}
        , behaviour_{std::move(behaviour)}
        , states_(unit_s_.size(), State::waiting)
        , by_(unit_s_.size(), 0)
        , workers_(static_cast<std::size_t>(behaviour_.n_ranks))
    {
        for (const auto& [rank, at_s] : behaviour_.deaths) {
            plan(at_s, Kind::dies, index(rank));
            plan(at_s + behaviour_.notice_s, Kind::is_missed, index(rank));
        }
    }

    /// Units that the scheduler was told are done.
    void already_done(UnitRange units)
    {
        for (std::uint64_t u = units.first.value(); u < units.end().value(); ++u)
            states_[u] = State::known;
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
        outcome_.makespan_s = last_message_s_;
        outcome_.n_done = static_cast<std::uint64_t>(std::ranges::count(states_, State::done));
        outcome_.n_failed = static_cast<std::uint64_t>(std::ranges::count(states_, State::failed));
        outcome_.n_blocks_held = blocks_held_.size();
        if (!scheduler_.finished())
            fault("nothing happens any more, but the scheduler is not finished");
        if (scheduler_.progress(now_s_).n_busy != 0)
            fault("nothing happens any more, but ranks are said to be busy");
        if (!books_.empty())
            fault("nothing happens any more, but tasks are under way");
        return outcome_;
    }

private:
    enum class State : std::uint8_t { waiting, assigned, done, failed, known };
    enum class Kind : std::uint8_t {
        message_to_worker,
        message_to_rank_0,
        between_units, ///< a worker looks at its requests
        task_ends,
        unit_ends_on_rank_0,
        look_again,
        dies,
        is_missed,
    };
    struct Event {
        double at_s = 0.0;
        std::uint64_t number = 0; // equal times: first come, first served
        Kind kind = Kind::task_ends;
        std::size_t rank = 0;
        std::uint64_t plan = 0; // of task_ends: the worker's plan that it belongs to
        bool operator>(const Event& other) const
        {
            return std::pair{at_s, number} > std::pair{other.at_s, other.number};
        }
    };
    using ToWorker = std::variant<Assignment, GiveBack>;
    using ToRank0 = std::variant<Receipt, GivenBack>;
    struct Worker {
        std::deque<ToWorker> to_it; // travelling
        std::deque<ToRank0> from_it;
        double last_to_s = 0.0; // arrival of the last message
        double last_from_s = 0.0;
        Worklist work;
        double next_s = 0.0; // when the next unit of the front task begins
        double begun_s = 0.0;
        double max_unit_s = 0.0;
        std::uint64_t stop_after = 0; // units of the front task
        std::uint64_t plan = 0;
        std::optional<GiveBack> request;
        bool asked = false; // as rank 0 knows: no answer has come yet
        bool dead = false;
        bool missed = false;
    };

    static std::size_t index(Rank rank) { return static_cast<std::size_t>(rank.value()); }
    void fault(std::string what)
    {
        if (outcome_.faults.size() < 10)
            outcome_.faults.push_back(std::move(what));
    }
    void plan(double at_s, Kind kind, std::size_t rank, std::uint64_t number = 0)
    {
        events_.push({at_s, n_events_++, kind, rank, number});
    }
    [[nodiscard]] double seconds(std::size_t rank, std::uint64_t unit) const
    {
        return unit_s_[unit] * (behaviour_.slowness.empty() ? 1.0 : behaviour_.slowness[rank]);
    }
    /// Messages between two ranks keep their order, others need not.
    [[nodiscard]] double arrival_s(double& last_s) const
    {
        const double delay_s = behaviour_.delay_s ? behaviour_.delay_s() : 0.0;
        return last_s = std::max(last_s, now_s_ + behaviour_.one_way_s + delay_s);
    }
    void send(Rank to, ToWorker message)
    {
        Worker& worker = workers_[index(to)];
        worker.to_it.push_back(std::move(message));
        plan(arrival_s(worker.last_to_s), Kind::message_to_worker, index(to));
    }
    void answer(std::size_t from, ToRank0 message)
    {
        Worker& worker = workers_[from];
        worker.from_it.push_back(std::move(message));
        plan(arrival_s(worker.last_from_s), Kind::message_to_rank_0, from);
    }

    void handle(const Event& event)
    {
        Worker& worker = workers_[event.rank];
        switch (event.kind) {
        case Kind::message_to_worker:
            if (!worker.dead)
                receive(event.rank, std::move(worker.to_it.front()));
            worker.to_it.pop_front();
            break;
        case Kind::message_to_rank_0:
            if (!worker.missed)
                inbox_.push_back(std::move(worker.from_it.front()));
            worker.from_it.pop_front();
            serve_unless_computing();
            break;
        case Kind::between_units:
            if (!worker.dead)
                give_back(event.rank);
            break;
        case Kind::task_ends:
            if (event.plan == worker.plan && !worker.dead)
                task_ends(event.rank);
            break;
        case Kind::unit_ends_on_rank_0:
            unit_ends_on_rank_0();
            break;
        case Kind::look_again:
            if (event.at_s == look_again_s_)
                serve_unless_computing();
            break;
        case Kind::dies:
            worker.dead = true;
            break;
        case Kind::is_missed:
            missing_.push_back(Rank{static_cast<int>(event.rank)});
            serve_unless_computing();
            break;
        }
    }

    void receive(std::size_t rank, ToWorker message)
    {
        Worker& worker = workers_[rank];
        if (auto* assignment = std::get_if<Assignment>(&message)) {
            worker.work.push(std::move(*assignment));
            if (worker.plan % 2 == 0)
                begin_task(rank);
            return;
        }
        if (worker.request)
            fault("two requests to one rank at a time");
        worker.request = std::get<GiveBack>(message);
        if (worker.work.empty())
            return give_back(rank);
        advance(rank);
        plan(worker.next_s == now_s_ || worker.work.front_ended()
                 ? now_s_
                 : worker.next_s + seconds(rank, worker.work.next().value()),
             Kind::between_units, rank);
    }

    /// Even plans: nothing to compute; odd ones: a task.
    void begin_task(std::size_t rank)
    {
        Worker& worker = workers_[rank];
        const Assignment& task = worker.work.front();
        worker.begun_s = worker.next_s = now_s_;
        worker.max_unit_s = 0.0;
        worker.stop_after = behaviour_.stops_half_way && behaviour_.stops_half_way(task.task)
                                ? count(task) / 2
                                : std::numeric_limits<std::uint64_t>::max();
        plan_end(rank);
    }
    void plan_end(std::size_t rank)
    {
        Worker& worker = workers_[rank];
        worker.plan += worker.plan % 2 == 0 ? 1 : 2;
        double end_s = worker.next_s;
        std::uint64_t n = 0;
        for_each_unit(worker.work.front(), [&](std::uint64_t unit) {
            if (++n <= worker.work.n_done())
                return true;
            if (n > worker.stop_after || fails(unit))
                return false;
            end_s += seconds(rank, unit);
            return true;
        });
        plan(end_s, Kind::task_ends, rank, worker.plan);
    }
    [[nodiscard]] bool fails(std::uint64_t unit) const
    {
        return behaviour_.fails && behaviour_.fails(UnitId{unit});
    }

    /// Moves a worker through the units that end until now.
    void advance(std::size_t rank)
    {
        Worker& worker = workers_[rank];
        while (!worker.work.front_ended() && worker.work.n_done() < worker.stop_after) {
            const std::uint64_t unit = worker.work.next().value();
            if (fails(unit) || worker.next_s + seconds(rank, unit) > now_s_)
                return;
            worker.next_s += seconds(rank, unit);
            worker.max_unit_s = std::max(worker.max_unit_s, seconds(rank, unit));
            compute(rank, unit);
            worker.work.unit_done(seconds(rank, unit));
        }
    }
    void compute(std::size_t rank, std::uint64_t unit)
    {
        if (states_[unit] != State::assigned)
            fault(text("unit ", unit, " was computed, but not assigned"));
        states_[unit] = State::done;
        by_[unit] = rank;
        if (behaviour_.block_of)
            blocks_held_.emplace(rank, behaviour_.block_of(UnitId{unit}));
        if (behaviour_.computes)
            behaviour_.computes(rank, UnitId{unit});
    }

    void task_ends(std::size_t rank)
    {
        advance(rank);
        Worker& worker = workers_[rank];
        const Assignment& task = worker.work.front();
        const bool failed = !worker.work.front_ended() && worker.work.n_done() < worker.stop_after;
        if (failed && !fails(worker.work.next().value()))
            fault("a task ended before its last unit");
        answer(rank, Receipt{task.rank, task.task, worker.work.n_done(), worker.next_s - worker.begun_s,
                             worker.max_unit_s, failed});
        worker.work.pop();
        next_task(rank);
    }
    void next_task(std::size_t rank)
    {
        Worker& worker = workers_[rank];
        if (!worker.work.empty())
            return begin_task(rank);
        worker.plan += worker.plan % 2;
    }

    void give_back(std::size_t rank)
    {
        Worker& worker = workers_[rank];
        if (!worker.work.empty())
            advance(rank);
        const std::uint64_t n_done = worker.work.n_done();
        GivenBack given = worker.work.give_back(*worker.request);
        given.rank = Rank{static_cast<int>(rank)};
        worker.request.reset();
        const bool changed = !given.tasks.empty();
        answer(rank, std::move(given));
        if (!changed)
            return;
        if (worker.work.empty() || n_done == 0)
            next_task(rank);
        else
            plan_end(rank);
    }

    void serve_unless_computing()
    {
        if (own_.empty())
            serve();
    }

    /// Rank 0 between two of its own units, or when a message came: messages, decisions, work for itself.
    void serve()
    {
        std::vector<ToRank0> inbox = std::exchange(inbox_, {});
        for (const ToRank0& message : inbox) {
            const Rank from = std::visit([](const auto& m) { return m.rank; }, message);
            if (!workers_[index(from)].missed)
                std::visit([this](const auto& m) { take(m); }, message);
        }
        for (const Rank rank : std::exchange(missing_, {}))
            miss(rank);
        if (behaviour_.revoke_after && outcome_.n_decisions == *behaviour_.revoke_after) {
            scheduler_.revoke();
            revoked_ = true;
        }
        Decisions decisions;
        for (bool again = true; again;) {
            again = false;
            ++outcome_.n_decisions;
            timed([&] { decisions = scheduler_.decide(now_s_); });
            for (Assignment& assignment : decisions.assignments)
                dispatch(std::move(assignment));
            for (const GiveBack& request : decisions.give_backs) {
                ++outcome_.n_requests;
                if (request.rank == Rank{0}) {
                    take(own_.give_back(request));
                    again = true;
                } else {
                    workers_[index(request.rank)].asked = true;
                    send(request.rank, request);
                }
            }
        }
        look_again_s_ = decisions.look_again_s;
        if (look_again_s_ < std::numeric_limits<double>::infinity()) {
            if (!(look_again_s_ > now_s_))
                fault("to look again at once would never end");
            plan(look_again_s_, Kind::look_again, 0);
        }
        if (own_.empty())
            if (auto own = scheduler_.work_for_scheduler(now_s_)) {
                if (own->rank != Rank{0})
                    fault(text("rank 0 was given work for rank ", own->rank.value()));
                book(*own);
                own_.push(std::move(*own));
                own_begun_s_ = now_s_;
                plan_own_unit();
            }
        if (behaviour_.check_every_step) {
            scheduler_.check_books();
            if (behaviour_.owner_of_unit.empty() && !revoked_ && own_.empty())
                nobody_waits_in_vain();
        }
    }

    /// Where nothing waits and a worker that would find a processor has nothing, somebody who has more than
    /// one unit to spare is asked, or will be at a time that is known.
    void nobody_waits_in_vain()
    {
        if (look_again_s_ < std::numeric_limits<double>::infinity() ||
            std::ranges::find(states_, State::waiting) != states_.end() ||
            std::ranges::any_of(workers_, [](const Worker& w) { return w.asked && !w.missed; }))
            return;
        std::vector<int> n_held(workers_.size(), 0);
        std::set<std::size_t> busy;
        for (const auto& [task, assignment] : books_) {
            busy.insert(index(assignment.rank));
            for_each_unit(assignment, [&](std::uint64_t unit) {
                n_held[index(assignment.rank)] += states_[unit] == State::assigned ? 1 : 0;
                return true;
            });
        }
        const auto n_living = static_cast<std::size_t>(
            std::ranges::count(workers_, false, [](const Worker& w) { return w.missed; }));
        const bool one_idles = n_living > busy.size() + (busy.contains(0) ? 0 : 1);
        const bool has_processor = static_cast<int>(busy.size()) < behaviour_.n_processors.value_or(1 << 30);
        for (std::size_t rank = 1; rank < workers_.size(); ++rank)
            if (one_idles && has_processor && n_held[rank] > 2 && !workers_[rank].dead)
                fault(text("rank ", rank, " holds ", n_held[rank], " units, others none, and nobody asks"));
    }

    template <class Call>
    void timed(const Call& call)
    {
        const auto begin = std::chrono::steady_clock::now();
        call();
        outcome_.scheduler_s +=
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }

    void dispatch(Assignment assignment)
    {
        const Rank rank = assignment.rank;
        if (rank.value() < 1 || rank.value() >= behaviour_.n_ranks || workers_[index(rank)].missed)
            return fault(text("task ", assignment.task.value(), " for rank ", rank.value()));
        book(assignment);
        send(rank, std::move(assignment));
    }

    void take(const Receipt& receipt)
    {
        last_message_s_ = now_s_;
        timed([&] { scheduler_.on_receipt(receipt, now_s_); });
        const auto book = books_.find(receipt.task);
        if (book == books_.end())
            return fault(text("a receipt of task ", receipt.task.value()));
        std::uint64_t n = 0;
        for_each_unit(book->second, [&](std::uint64_t unit) {
            if (++n > receipt.n_units)
                states_[unit] = receipt.failed ? State::failed : State::waiting;
            else if (states_[unit] != State::done)
                fault(text("unit ", unit, " is not done"));
            return true;
        });
        books_.erase(book);
    }

    void take(const GivenBack& given)
    {
        workers_[index(given.rank)].asked = false;
        scheduler_.on_given_back(given, now_s_);
        outcome_.n_in_vain += given.tasks.empty() ? 1U : 0U;
        for (const Shortened& task : given.tasks) {
            outcome_.n_given_back += task.n_units;
            const auto book = books_.find(task.task);
            if (book == books_.end()) {
                fault(text("units of task ", task.task.value(), " given back"));
                continue;
            }
            for (std::uint64_t n = task.n_units; n > 0; --n) {
                UnitRange& last = book->second.ranges.back();
                State& state = states_[last.end().value() - 1];
                if (state != State::assigned)
                    fault(text("unit ", last.end().value() - 1, " was given back, but begun"));
                state = State::waiting;
                if (--last.count == 0)
                    book->second.ranges.pop_back();
            }
            if (book->second.ranges.empty())
                books_.erase(book);
        }
    }

    void miss(Rank rank)
    {
        workers_[index(rank)].missed = true;
        // It had saved some of what it had done, whether it had told of it or not.
        UnitSet saved;
        for (std::uint64_t unit = 0; unit < states_.size(); ++unit)
            if (states_[unit] == State::done && by_[unit] == index(rank)) {
                if (unit % 3 == 0)
                    lose(unit);
                else
                    saved.add({UnitId{unit}, 1});
            }
        std::erase_if(books_, [&](const auto& book) {
            if (book.second.rank != rank)
                return false;
            for_each_unit(book.second, [&](std::uint64_t unit) {
                if (states_[unit] == State::assigned)
                    lose(unit);
                return true;
            });
            return true;
        });
        scheduler_.on_rank_lost(rank, saved, now_s_);
    }
    void lose(std::uint64_t unit)
    {
        ++outcome_.n_lost;
        states_[unit] = State::waiting;
    }

    void unit_ends_on_rank_0()
    {
        const std::uint64_t unit = own_.next().value();
        compute(0, unit);
        own_.unit_done(seconds(0, unit));
        own_max_unit_s_ = std::max(own_max_unit_s_, seconds(0, unit));
        // A failure of rank 0's units is not played: its receipts are as any other's.
        if (own_.front_ended())
            end_own();
        serve();
        if (!own_.empty() && own_.n_done() > 0) {
            if (own_.front_ended()) {
                end_own();
                serve();
            } else {
                plan_own_unit();
            }
        }
    }
    void end_own()
    {
        inbox_.push_back(Receipt{Rank{0}, own_.front().task, own_.n_done(), now_s_ - own_begun_s_,
                                 own_max_unit_s_, false});
        outcome_.rank_0_units += own_.n_done();
        own_max_unit_s_ = 0.0;
        own_.pop();
    }
    void plan_own_unit() { plan(now_s_ + seconds(0, own_.next().value()), Kind::unit_ends_on_rank_0, 0); }

    template <class Visit>
    static void for_each_unit(const Assignment& assignment, const Visit& visit)
    {
        for (const UnitRange& range : assignment.ranges)
            for (std::uint64_t u = range.first.value(); u < range.end().value(); ++u)
                if (!visit(u))
                    return;
    }
    static std::uint64_t count(const Assignment& assignment)
    {
        std::uint64_t n = 0;
        for (const UnitRange& range : assignment.ranges)
            n += range.count;
        return n;
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
        books_.emplace(assignment.task, assignment);
    }

    Scheduler& scheduler_;
    std::vector<double> unit_s_;
    Behaviour behaviour_;
    std::vector<State> states_;
    std::vector<std::size_t> by_; // the rank that computed each unit last
    std::vector<Worker> workers_;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::unordered_map<TaskId, Assignment> books_; // under way, as rank 0 knows it
    std::vector<ToRank0> inbox_;
    std::vector<Rank> missing_;
    Worklist own_; // of rank 0
    double own_begun_s_ = 0.0;
    double own_max_unit_s_ = 0.0;
    double look_again_s_ = std::numeric_limits<double>::infinity();
    bool revoked_ = false;
    std::uint64_t n_events_ = 0;
    double now_s_ = 0.0;
    double last_message_s_ = 0.0;
    std::set<std::pair<std::size_t, BlockId>> blocks_held_;
    Outcome outcome_;
};

} // namespace mtc::schedule::test
