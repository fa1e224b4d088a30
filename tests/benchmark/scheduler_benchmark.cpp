// Times what one task of one unit costs the scheduler: its receipt and the next assignment, without messages.

#include "schedule/scheduler.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <vector>

using namespace mtc;

namespace {

/// [s] Processor time: others on the machine do not count.
double now_s()
{
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

/// [s] a task
struct Cost {
    double setting_up = 0.0;
    double running = 0.0; ///< where each worker ends the first of its tasks in turn, each end told singly
};

Cost cost_of(int n_workers, std::uint32_t n_tasks)
{
    constexpr double unit_s = 1e-6;
    std::vector<Parcel> parcels;
    for (std::uint32_t i = 0; i < n_tasks; ++i)
        parcels.push_back({SourceId{i}, BlockId::none(), CostClass{0}, {UnitId{i}, 1}, unit_s});
    const std::vector<CostClassInfo> classes{{"units", 1.0}};
    const schedule::Settings settings{
        .n_ranks = n_workers + 1, .rank_0_works = false, .task_duration_s = 1e-9}; // one unit a task
    const double setting_up_s = now_s();
    schedule::Scheduler scheduler{settings, StageId{0}, parcels, classes, {}, TaskId{0}};

    std::deque<schedule::Assignment> under_way;
    const double begin_s = now_s();
    double at_s = 0.0;
    do {
        for (schedule::Assignment& assignment : scheduler.decide(at_s).assignments)
            under_way.push_back(std::move(assignment));
        const schedule::Assignment& first = under_way.front();
        at_s += unit_s / n_workers;
        scheduler.on_receipt({.rank = first.rank,
                              .task = first.task,
                              .n_units = 1,
                              .duration_s = unit_s,
                              .max_unit_s = unit_s},
                             at_s);
        under_way.pop_front();
    } while (!scheduler.finished());
    return {(begin_s - setting_up_s) / n_tasks, (now_s() - begin_s) / n_tasks};
}

} // namespace

/// \param arguments  tasks, 200000 when absent; workers, several numbers of them when absent
int main(int n_arguments, char** arguments)
{
    const auto n_tasks = static_cast<std::uint32_t>(n_arguments > 1 ? std::atoi(arguments[1]) : 200'000);
    std::vector<int> numbers{1, 2, 4, 16, 64, 1024};
    if (n_arguments > 2)
        numbers = {std::atoi(arguments[2])};
    std::printf("workers  ns a task  setting up [ns a task]\n");
    for (const int n_workers : numbers) {
        const Cost cost = cost_of(n_workers, n_tasks);
        std::printf("%7d  %9.0f  %22.0f\n", n_workers, 1e9 * cost.running, 1e9 * cost.setting_up);
    }
    return 0;
}
