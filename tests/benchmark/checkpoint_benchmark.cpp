// What saving costs a rank that computes: sums in blocks, of which every unit changes one, with and without
// saves. Printed: units a second of processor time each way, what the saves took, and the share of the run by
// the rule that an interval is at least 100 times the cost of a save.
//     checkpoint_benchmark FOLDER [MEGABYTES [SECONDS [INTERVAL_S]]]

#include "engine/saves/saver.hpp"
#include "perf/clock.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

using namespace mtc;

namespace {

constexpr std::uint64_t block_cells = 65536; // 512 kB

double processor_s(clockid_t clock)
{
    timespec used{};
    clock_gettime(clock, &used);
    return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

struct Outcome {
    double units_per_processor_s = 0.0; ///< of all threads
    double wall_s = 0.0;
    perf::Tables tables;
};

/// A unit adds to a whole block, then computes for a millisecond or so.
Outcome run(const std::vector<Stage>& stages, engine::Saver* saver, engine::Results& results,
            perf::Recorder& recorder, double seconds)
{
    const auto n_blocks = static_cast<std::uint32_t>(stages[0].block_cells.size());
    const std::vector<double> values(block_cells, 1e-9);
    const CellRun whole{0, values};
    const double begin_s = perf::now_s();
    const double begin_processor_s = processor_s(CLOCK_PROCESS_CPUTIME_ID);
    std::uint64_t unit = 0;
    double sum = 0.0;
    for (; perf::now_s() - begin_s < seconds; ++unit) {
        if (saver != nullptr)
            saver->between_units(perf::now_s());
        results.begin_unit({StageId{0}, UnitId{unit}});
        for (int i = 0; i < 200'000; ++i)
            sum += static_cast<double>(i) / (sum + 1.0);
        results.add(BlockId{static_cast<std::uint32_t>(unit * 7919 % n_blocks)}, {&whole, 1});
        results.end_unit();
    }
    if (sum < 0.0)
        std::puts("never");
    const double used_s = processor_s(CLOCK_PROCESS_CPUTIME_ID) - begin_processor_s;
    return {static_cast<double>(unit) / used_s, perf::now_s() - begin_s, recorder.tables()};
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fputs("usage: checkpoint_benchmark FOLDER [MEGABYTES [SECONDS [INTERVAL_S]]]\n", stderr);
        return 2;
    }
    const double megabytes = argc > 2 ? std::atof(argv[2]) : 1000.0;
    const double seconds = argc > 3 ? std::atof(argv[3]) : 30.0;
    const double interval_s = argc > 4 ? std::atof(argv[4]) : 10.0;
    const std::string folder = std::string{argv[1]} + "/checkpoint_benchmark.ckpt";
    std::filesystem::remove_all(folder);

    Stage stage;
    stage.name = "sums";
    stage.result = ResultKind::sums;
    stage.destination = Destination::owners;
    stage.n_units = ~std::uint64_t{0} >> 1U;
    stage.block_cells.assign(static_cast<std::size_t>(megabytes * 1e6 / (block_cells * 8.0)), block_cells);
    const std::vector<Stage> stages{stage};
    perf::Recorder recorder;
    engine::Results results{stages};
    (void)run(stages, nullptr, results, recorder, 0.2 * seconds); // touches the memory
    const Outcome without = run(stages, nullptr, results, recorder, 0.4 * seconds);
    Outcome with;
    {
        engine::Saver saver{{.folder = folder, .interval_s = interval_s, .origin = {.run_id = 1}},
                            stages,
                            results,
                            recorder,
                            Rank{0},
                            1};
        with = run(stages, &saver, results, recorder, seconds);
    }
    std::printf(
        "%.0f MB of sums; units a second of processor: %.0f without saves, %.0f with (%.2f %% fewer)\n",
        megabytes, without.units_per_processor_s, with.units_per_processor_s,
        100.0 * (1.0 - with.units_per_processor_s / without.units_per_processor_s));
    for (const perf::EventRow& event : with.tables.events)
        std::printf("  %6.1f s  %s\n", event.time_s, event.text.c_str());
    std::filesystem::remove_all(folder);
    return with.tables.events.empty() ? 1 : 0;
}
