#include "simulate/cluster.hpp"

#include "simulate/event_queue.hpp"
#include "simulate/random.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace mtc::simulate {

namespace {

/// A task, from the decision to its receipt. Its units are drawn together: none of them has a state.
struct Task {
    TaskId id;
    std::uint64_t n_units = 0;
    double duration_s = 0.0;
    double longest_unit_s = 0.0;
    std::uint32_t next = 0; // on the same rank
};

constexpr std::uint32_t no_task = static_cast<std::uint32_t>(-1);

/// Tasks on their way to a rank or there, in the order in which they were sent: messages between two ranks
/// keep theirs.
struct Worker {
    std::uint32_t first = no_task; // computed, when n_arrived > 0
    std::uint32_t last = no_task;
    std::uint32_t n_arrived = 0;
};

enum class Kind : std::uint32_t { assignment_arrives, task_ends, receipt_arrives, rank_0_free };

struct Happening {
    Kind kind{};
    std::uint32_t rank = 0;
    std::uint32_t task = no_task;
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
        case Kind::task_ends:
            task_ends(event.rank);
            break;
        case Kind::receipt_arrives:
            inbox_.push_back({event.rank, event.task, now_s_});
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
        events_.plan(now_s_ + tasks_[task].duration_s, {Kind::task_ends, rank, task});
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
        for (const Arrival& arrival : inbox_) {
            served_s += messages_.receipt_s;
            outcome_.queueing_s += now_s_ - arrival.at_s;
            take_in(Rank{static_cast<std::int32_t>(arrival.rank)}, arrival.task);
        }
        outcome_.n_messages += inbox_.size();
        inbox_.clear();
        if (news_)
            for (const schedule::Assignment& assignment : scheduler_.decide(now_s_)) {
                served_s += messages_.assign_s;
                send(assignment, now_s_ + served_s);
            }
        news_ = false;
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

    /// A unit of rank 0's own ended.
    void own_step()
    {
        if (--own_left_ > 0)
            return;
        outcome_.busy_s += tasks_[*own_].duration_s;
        outcome_.rank_0_computing_s += tasks_[*own_].duration_s;
        take_in(Rank{0}, *own_);
        own_.reset();
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
        Task task{.id = assignment.task};
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
        std::uint32_t rank;
        std::uint32_t task;
        double at_s;
    };

    MessageCost messages_;
    const UnitTimes& times_;
    Random random_;
    schedule::Scheduler scheduler_;
    EventQueue<Happening> events_;
    std::vector<Worker> workers_;
    std::vector<Task> tasks_;          // under way; places are used again
    std::vector<std::uint32_t> free_;  // places in tasks_
    std::vector<Arrival> inbox_;       // of rank 0
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
