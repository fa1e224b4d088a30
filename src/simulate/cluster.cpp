#include "simulate/cluster.hpp"

#include "schedule/worklist.hpp"
#include "simulate/event_queue.hpp"
#include "simulate/random.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace mtc::simulate {

namespace {

/// A task, from the decision to its receipt. Its units are drawn together: none of them has a state.
struct Task {
    TaskId id;
    std::uint64_t n_units = 0;
    double duration_s = 0.0;
    double longest_unit_s = 0.0;
    double estimated_s = 0.0; // by the scheduler
    double begun_s = 0.0;
    std::uint32_t next = 0; // on the same rank

    [[nodiscard]] double unit_s() const { return duration_s / static_cast<double>(n_units); }
};

constexpr std::uint32_t no_task = static_cast<std::uint32_t>(-1);

/// Tasks on their way to a rank or there, in the order in which they were sent: messages between two ranks
/// keep theirs.
struct Worker {
    std::uint32_t first = no_task; // computed, when n_arrived > 0
    std::uint32_t last = no_task;
    std::uint32_t n_arrived = 0;
    std::uint32_t n_sharers = 0; // of a request to give back that it will answer
};

enum class Kind : std::uint32_t {
    assignment_arrives,
    request_arrives,
    between_units, ///< the request is answered
    task_ends,
    receipt_arrives,
    answer_arrives,
    rank_0_free,
    look_again,
};

struct Happening {
    Kind kind{};
    std::uint32_t rank = 0;
    std::uint32_t task =
        no_task; // of request_arrives: how many sharers; of answer_arrives: the answer's place
};

class Cluster {
public:
    Cluster(const schedule::Settings& settings, const MessageCost& messages, const Work& work,
            std::uint64_t seed)
        : messages_{messages}
        , times_{*work.times}
        , random_{seed}
        , scheduler_{settings, StageId{0}, work.parcels, work.classes, {}, TaskId{0}}
        , workers_(static_cast<std::size_t>(settings.n_ranks))
    {}

    Outcome run()
    {
        rank_0_turns();
        while (!events_.empty()) {
            const auto event = events_.take();
            now_s_ = event.at_s;
            handle(event.what);
        }
        if (!scheduler_.finished())
            throw ComputeError(text("the simulated scheduler stopped after ", outcome_.n_units,
                                    " units, before the end of the stage"));
        return outcome_;
    }

private:
    void handle(const Happening& event)
    {
        switch (event.kind) {
        case Kind::assignment_arrives:
            if (++workers_[event.rank].n_arrived == 1)
                begin_first(event.rank);
            break;
        case Kind::request_arrives:
            request_arrives(event.rank, event.task);
            break;
        case Kind::between_units:
            answer(event.rank);
            break;
        case Kind::task_ends:
            if (workers_[event.rank].first == event.task && end_s(event.task) == now_s_)
                task_ends(event.rank); // otherwise it was shortened meanwhile
            break;
        case Kind::look_again:
            news_ = true;
            if (!rank_0_occupied_)
                rank_0_turns();
            break;
        case Kind::receipt_arrives:
        case Kind::answer_arrives:
            inbox_.push_back({event.kind, event.rank, event.task, now_s_});
            if (!rank_0_occupied_)
                rank_0_turns();
            break;
        case Kind::rank_0_free:
            rank_0_occupied_ = false;
            if (own_)
                own_step();
            rank_0_turns();
            break;
        }
    }

    void begin_first(std::uint32_t rank)
    {
        const std::uint32_t task = workers_[rank].first;
        tasks_[task].begun_s = now_s_;
        events_.plan(end_s(task), {Kind::task_ends, rank, task});
    }
    [[nodiscard]] double end_s(std::uint32_t task) const
    {
        return tasks_[task].begun_s + tasks_[task].duration_s;
    }

    /// A worker answers between two units, which all last as long within a task.
    void request_arrives(std::uint32_t rank, std::uint32_t n_sharers)
    {
        Worker& worker = workers_[rank];
        worker.n_sharers = n_sharers;
        if (worker.n_arrived == 0)
            return answer(rank);
        const Task& running = tasks_[worker.first];
        const double n_begun = std::min(std::ceil((now_s_ - running.begun_s) / running.unit_s()),
                                        static_cast<double>(running.n_units));
        events_.plan(std::max(now_s_, running.begun_s + n_begun * running.unit_s()),
                     {Kind::between_units, rank});
    }

    void answer(std::uint32_t rank)
    {
        Worker& worker = workers_[rank];
        schedule::Worklist work;
        std::uint32_t task = worker.first;
        for (std::uint32_t i = 0; i < worker.n_arrived; ++i, task = tasks_[task].next) {
            schedule::Assignment held{};
            held.task = tasks_[task].id;
            held.ranges = {{UnitId{0}, tasks_[task].n_units}};
            held.estimated_s = tasks_[task].estimated_s;
            work.push(std::move(held));
        }
        if (!work.empty()) {
            const Task& running = tasks_[worker.first];
            const auto n_done =
                static_cast<std::uint64_t>(std::lround((now_s_ - running.begun_s) / running.unit_s()));
            for (std::uint64_t n = std::min(n_done, running.n_units); n > 0; --n)
                work.unit_done(running.unit_s());
        }
        const schedule::GivenBack given =
            work.give_back({Rank{static_cast<std::int32_t>(rank)}, worker.n_sharers});
        const std::uint32_t running = worker.first;
        for (const schedule::Shortened& cut : given.tasks)
            shorten(rank, cut);
        if (worker.n_arrived > 0 && worker.first != running)
            begin_first(rank);
        else if (worker.n_arrived > 0 && !given.tasks.empty())
            events_.plan(end_s(running), {Kind::task_ends, rank, running});
        if (free_answers_.empty()) {
            free_answers_.push_back(static_cast<std::uint32_t>(answers_.size()));
            answers_.emplace_back();
        }
        const std::uint32_t place = free_answers_.back();
        free_answers_.pop_back();
        answers_[place] = given;
        events_.plan(now_s_ + messages_.one_way_s, {Kind::answer_arrives, rank, place});
    }

    /// The task loses its last units; one that loses all is gone.
    void shorten(std::uint32_t rank, const schedule::Shortened& cut)
    {
        Worker& worker = workers_[rank];
        std::uint32_t before = no_task;
        std::uint32_t at = worker.first;
        for (; tasks_[at].id != cut.task; at = tasks_[at].next)
            before = at;
        Task& task = tasks_[at];
        const double kept = 1.0 - static_cast<double>(cut.n_units) / static_cast<double>(task.n_units);
        task.n_units -= cut.n_units;
        task.duration_s *= kept;
        task.estimated_s *= kept;
        if (task.n_units > 0)
            return;
        (before == no_task ? worker.first : tasks_[before].next) = task.next;
        if (worker.last == at)
            worker.last = before;
        --worker.n_arrived;
        free_.push_back(at);
    }

    void task_ends(std::uint32_t rank)
    {
        Worker& worker = workers_[rank];
        const std::uint32_t ended = worker.first;
        worker.first = tasks_[ended].next;
        if (worker.first == no_task)
            worker.last = no_task;
        outcome_.busy_s += tasks_[ended].duration_s;
        events_.plan(now_s_ + messages_.one_way_s, {Kind::receipt_arrives, rank, ended});
        if (--worker.n_arrived > 0)
            begin_first(rank);
    }

    /// What rank 0 does when it is free: it takes in all that came, decides and sends; then it computes a
    /// little itself, if it works too. Its time passes in between.
    void rank_0_turns()
    {
        double served_s = 0.0;
        for (const Arrival& arrival : inbox_) { // a rank's answer counts before the receipts that follow it
            served_s += messages_.receipt_s;
            outcome_.queueing_s += now_s_ - arrival.at_s;
            if (arrival.kind == Kind::receipt_arrives)
                take_in(Rank{static_cast<std::int32_t>(arrival.rank)}, arrival.what);
            else
                take_in_answer(arrival.what);
        }
        outcome_.n_messages += inbox_.size();
        inbox_.clear();
        while (std::exchange(news_, false))
            served_s += act(now_s_ + served_s);
        outcome_.rank_0_serving_s += served_s;
        if (!own_)
            if (const auto assignment = scheduler_.work_for_scheduler(now_s_)) {
                own_ = accept(*assignment);
                own_left_ = tasks_[*own_].n_units;
            }
        double occupied_s = served_s;
        if (own_) // it looks for messages between its units
            occupied_s += tasks_[*own_].duration_s / static_cast<double>(tasks_[*own_].n_units);
        if (occupied_s > 0.0 || own_) {
            rank_0_occupied_ = true;
            events_.plan(now_s_ + occupied_s, {Kind::rank_0_free, 0, no_task});
        }
        if (scheduler_.finished())
            outcome_.makespan_s = std::max(outcome_.makespan_s, now_s_ + served_s);
    }

    /// Sends what the scheduler decides now. \returns [s] that it takes
    double act(double at_s)
    {
        const schedule::Decisions decisions = scheduler_.decide(now_s_);
        double served_s = 0.0;
        for (const schedule::Assignment& assignment : decisions.assignments) {
            served_s += messages_.assign_s;
            send(assignment, at_s + served_s);
        }
        for (const schedule::GiveBack& request : decisions.give_backs) {
            if (request.rank == Rank{0}) {
                give_own_back();
                continue;
            }
            served_s += messages_.assign_s;
            ++outcome_.n_messages;
            events_.plan(
                at_s + served_s + messages_.one_way_s,
                {Kind::request_arrives, static_cast<std::uint32_t>(request.rank.value()), request.n_sharers});
        }
        if (decisions.look_again_s < std::numeric_limits<double>::infinity() &&
            decisions.look_again_s != look_again_s_)
            events_.plan(decisions.look_again_s, {Kind::look_again});
        look_again_s_ = decisions.look_again_s;
        return served_s;
    }

    /// Rank 0 gives away what it has not begun of its own, and ends the rest.
    void give_own_back()
    {
        schedule::GivenBack given{.rank = Rank{0}};
        if (own_) {
            Task& own = tasks_[*own_];
            given.tasks.push_back({own.id, own_left_});
            own.duration_s -= own.unit_s() * static_cast<double>(own_left_);
            own.n_units -= own_left_;
        }
        scheduler_.on_given_back(given, now_s_);
        if (own_ && tasks_[*own_].n_units == 0)
            free_.push_back(*own_);
        else if (own_)
            end_own();
        own_.reset();
        news_ = true;
    }

    /// A unit of rank 0's own ended.
    void own_step()
    {
        if (--own_left_ > 0)
            return;
        end_own();
        own_.reset();
    }
    void end_own()
    {
        outcome_.busy_s += tasks_[*own_].duration_s;
        outcome_.rank_0_computing_s += tasks_[*own_].duration_s;
        take_in(Rank{0}, *own_);
    }

    void take_in(Rank rank, std::uint32_t task)
    {
        const Task& ended = tasks_[task];
        outcome_.n_units += ended.n_units;
        scheduler_.on_receipt({.rank = rank,
                               .task = ended.id,
                               .n_units = ended.n_units,
                               .duration_s = ended.duration_s,
                               .max_unit_s = ended.longest_unit_s},
                              now_s_);
        free_.push_back(task);
        news_ = true;
    }

    void take_in_answer(std::uint32_t place)
    {
        scheduler_.on_given_back(answers_[place], now_s_);
        free_answers_.push_back(place);
        news_ = true;
    }

    void send(const schedule::Assignment& assignment, double at_s)
    {
        const auto rank = static_cast<std::uint32_t>(assignment.rank.value());
        Worker& worker = workers_.at(rank);
        const std::uint32_t task = accept(assignment);
        (worker.last == no_task ? worker.first : tasks_[worker.last].next) = task;
        worker.last = task;
        ++outcome_.n_messages;
        events_.plan(at_s + messages_.one_way_s, {Kind::assignment_arrives, rank, task});
    }

    std::uint32_t accept(const schedule::Assignment& assignment)
    {
        Task task{.id = assignment.task, .estimated_s = assignment.estimated_s};
        for (const UnitRange& range : assignment.ranges) {
            const Drawn drawn = times_.draw(range, random_);
            task.n_units += range.count;
            task.duration_s += drawn.seconds;
            task.longest_unit_s = std::max(task.longest_unit_s, drawn.longest_s);
        }
        task.next = no_task;
        ++outcome_.n_tasks;
        outcome_.longest_unit_s = std::max(outcome_.longest_unit_s, task.longest_unit_s);
        if (free_.empty()) {
            tasks_.push_back(task);
            return static_cast<std::uint32_t>(tasks_.size() - 1);
        }
        const std::uint32_t place = free_.back();
        free_.pop_back();
        tasks_[place] = task;
        return place;
    }

    struct Arrival {
        Kind kind; // a receipt or an answer
        std::uint32_t rank;
        std::uint32_t what; // place of the task or of the answer
        double at_s;
    };

    MessageCost messages_;
    const UnitTimes& times_;
    Random random_;
    schedule::Scheduler scheduler_;
    EventQueue<Happening> events_;
    std::vector<Worker> workers_;
    std::vector<Task> tasks_;                  // under way; places are used again
    std::vector<std::uint32_t> free_;          // places in tasks_
    std::vector<Arrival> inbox_;               // of rank 0, in the order of coming
    std::vector<schedule::GivenBack> answers_; // on their way
    std::vector<std::uint32_t> free_answers_;  // places in answers_
    double look_again_s_ = std::numeric_limits<double>::infinity();
    std::optional<std::uint32_t> own_; // task of rank 0 itself
    std::uint64_t own_left_ = 0;       // units of it
    bool rank_0_occupied_ = false;
    bool news_ = true; // since the last decisions
    double now_s_ = 0.0;
    Outcome outcome_;
};

} // namespace

Outcome run_stage(const schedule::Settings& settings, const MessageCost& messages, const Work& work,
                  std::uint64_t seed)
{
    return Cluster{settings, messages, work, seed}.run();
}

} // namespace mtc::simulate
