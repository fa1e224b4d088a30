// Times what the performance tables cost while they are recorded: for each unit, task and message.

#include "perf/clock.hpp"
#include "perf/recorder.hpp"

#include <cstdio>

using namespace mtc;

namespace {

constexpr std::uint64_t n_units = 5'000'000;
constexpr std::uint64_t n_tasks = 2'000'000;
constexpr std::uint64_t n_messages = 5'000'000;

void print(const char* what, std::uint64_t n, double begin_s)
{
    std::printf("%-64s %8.1f ns\n", what, 1e9 * (perf::now_s() - begin_s) / static_cast<double>(n));
}

perf::TaskRow task_of(std::uint64_t i)
{
    perf::TaskRow task;
    task.task = i;
    task.parent = i;
    task.source = static_cast<std::uint32_t>(i / 3);
    task.n_sources = 1;
    task.n_units = 1;
    task.start_s = 1e-3 * static_cast<double>(i);
    task.duration_s = 1e-3F;
    return task;
}

} // namespace

int main()
{
    perf::Recorder recorder;
    double begin_s = perf::now_s();
    for (std::uint64_t i = 0; i < n_units; ++i)
        recorder.add_unit_time(StageId{0}, CostClass{static_cast<std::uint32_t>(i / 100 % 8)},
                               1e-6 * static_cast<double>(1 + i % 4096));
    print("unit: its time in the histogram of its class", n_units, begin_s);

    begin_s = perf::now_s();
    double sum_s = 0.0;
    for (std::uint64_t i = 0; i < n_units; ++i)
        sum_s += perf::now_s();
    print("unit: reading the clock once", n_units, begin_s);

    begin_s = perf::now_s();
    for (std::uint64_t i = 0; i < n_tasks; ++i) {
        const perf::TaskRow task = task_of(i);
        recorder.end_idle(task.start_s);
        recorder.add_units(StageId{0}, SourceId{task.source % 1000}, 1, 1e-3);
        recorder.add_task(task);
    }
    print("task: its row, its source, its part of the rank; with merging", n_tasks, begin_s);

    begin_s = perf::now_s();
    double sum_mb = 0.0;
    for (std::uint64_t i = 0; i < n_tasks; ++i)
        sum_mb += perf::recent_resident_mb(perf::now_s());
    print("task: memory, asked for every 10 ms", n_tasks, begin_s);
    begin_s = perf::now_s();
    for (std::uint64_t i = 0; i < n_tasks / 100; ++i)
        sum_mb += perf::resident_mb();
    print("(memory, asked for each time)", n_tasks / 100, begin_s);

    begin_s = perf::now_s();
    for (std::uint64_t i = 0; i < n_messages; ++i)
        recorder.add_message(i % 2 == 0 ? "assignment" : "receipt", 64);
    print("message: its kind and length", n_messages, begin_s);

    std::printf("%zu rows of %zu bytes for %llu tasks\n", recorder.tables().tasks.size(),
                sizeof(perf::TaskRecord), static_cast<unsigned long long>(n_tasks));
    return sum_s > 0.0 && sum_mb > 0.0 ? 0 : 1;
}
