#include "schedule/worklist.hpp"

#include "schedule/guided.hpp"

#include <algorithm>

namespace mtc::schedule {

namespace {

constexpr double shortest_unit_s = 1e-9; ///< keeps shares above 0

std::uint64_t n_units(const Assignment& task)
{
    std::uint64_t n = 0;
    for (const UnitRange& range : task.ranges)
        n += range.count;
    return n;
}

} // namespace

void Worklist::unit_done(double seconds)
{
    begun_ = false;
    ++n_done_;
    done_s_ += seconds;
    if (++in_range_ == front().ranges[range_].count) {
        in_range_ = 0;
        ++range_;
    }
}

void Worklist::pop()
{
    tasks_.pop_front();
    range_ = 0;
    in_range_ = 0;
    n_done_ = 0;
    done_s_ = 0.0;
}

GivenBack Worklist::give_back(const GiveBack& request)
{
    GivenBack given{.rank = request.rank};
    if (n_done_ > 0) {
        given.running = front().task;
        given.n_done = n_done_;
        given.duration_s = done_s_;
    }
    const bool all = request.n_sharers == GiveBack::everything;
    double left_s = 0.0;
    for (std::size_t i = 0; i < tasks_.size(); ++i)
        left_s += unit_s(i) * static_cast<double>(n_left(i));
    const double n_sharers = static_cast<double>(request.n_sharers);
    double to_give_s = left_s * n_sharers / (n_sharers + 1.0);
    for (std::size_t i = tasks_.size(); i-- > 0;) {
        const std::uint64_t n = all ? n_left(i) : units_that_fit(to_give_s, unit_s(i), n_left(i));
        if (n == 0)
            continue;
        to_give_s -= unit_s(i) * static_cast<double>(n);
        given.tasks.push_back({tasks_[i].task, n});
        cut(i, n);
    }
    return given;
}

/// Units of a task that are not begun.
std::uint64_t Worklist::n_left(std::size_t task) const
{
    return n_units(tasks_[task]) - (task == 0 ? n_done_ + (begun_ ? 1 : 0) : 0);
}

/// [s] expected of a unit: as measured in the front task, as estimated in those that wait.
double Worklist::unit_s(std::size_t task) const
{
    const double seconds = task == 0 && n_done_ > 0
                               ? done_s_ / static_cast<double>(n_done_)
                               : tasks_[task].estimated_s / static_cast<double>(n_units(tasks_[task]));
    return std::max(seconds, shortest_unit_s);
}

/// Takes the last units from a task; one that is left without any is gone.
void Worklist::cut(std::size_t task, std::uint64_t n)
{
    Assignment& shortened = tasks_[task];
    const double kept = 1.0 - static_cast<double>(n) / static_cast<double>(n_units(shortened));
    shortened.weight *= kept;
    shortened.estimated_s *= kept;
    while (n > 0) {
        UnitRange& last = shortened.ranges.back();
        const std::uint64_t cut = std::min(n, last.count);
        last.count -= cut;
        n -= cut;
        if (last.count == 0)
            shortened.ranges.pop_back();
    }
    if (task == 0 && !begun_ && range_ < shortened.ranges.size() &&
        in_range_ == shortened.ranges[range_].count) {
        in_range_ = 0;
        ++range_;
    }
    if (shortened.ranges.empty())
        tasks_.erase(tasks_.begin() + static_cast<std::ptrdiff_t>(task));
}

} // namespace mtc::schedule
