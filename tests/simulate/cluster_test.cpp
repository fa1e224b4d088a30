#include "simulate/cluster.hpp"
#include "simulate/event_queue.hpp"
#include "simulate/forecast.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <vector>

namespace mtc::simulate {

namespace {

const std::vector<CostClassInfo> one_class{{"units", 1.0}};

/// `n_sources` sources of as many units each, all of the same time, of known weight.
StageWork equal_units(std::uint32_t n_sources, std::uint64_t units_each, double unit_s)
{
    StageWork stage{.name = "work", .classes = one_class};
    for (std::uint32_t i = 0; i < n_sources; ++i) {
        stage.parcels.push_back({SourceId{i}, BlockId::none(), CostClass{0},
                                 UnitRange{UnitId{i * units_each}, units_each},
                                 unit_s * static_cast<double>(units_each)});
        stage.means.push_back({unit_s, units_each, CostClass{0}});
    }
    return stage;
}

Outcome run(const StageWork& stage, int n_ranks, bool rank_0_works, const MessageCost& messages = {},
            std::uint64_t seed = 1)
{
    schedule::Settings settings;
    settings.n_ranks = n_ranks;
    settings.rank_0_works = rank_0_works;
    const UnitTimes times{stage.parcels, stage.means, stage.spreads};
    return run_stage(settings, messages, {stage.parcels, stage.classes, &times}, seed);
}

constexpr MessageCost free_messages{.one_way_s = 0.0, .receipt_s = 0.0, .assign_s = 0.0};

/// Lognormal around 10 ms.
perf::UnitHistogram lognormal(double sigma)
{
    perf::UnitHistogram histogram;
    Random random{42};
    for (int i = 0; i < 200'000; ++i) {
        const double seconds = 0.01 * std::exp(sigma * random.normal());
        ++histogram.counts[perf::unit_bin(seconds)];
        histogram.seconds += seconds;
        histogram.max_s = std::max(histogram.max_s, seconds);
    }
    return histogram;
}

/// Calls for n draws of `units` units each: mean, standard deviation and largest of the sums.
struct Moments {
    double mean = 0.0;
    double deviation = 0.0;
    double smallest = 1e300;
    double largest = 0.0;
};
Moments moments(const UnitTimes& times, std::uint64_t units, int n)
{
    Random random{5};
    double sum = 0.0;
    double squares = 0.0;
    Moments result;
    for (int i = 0; i < n; ++i) {
        const double seconds = times.draw({UnitId{0}, units}, random).seconds;
        sum += seconds;
        squares += seconds * seconds;
        result.smallest = std::min(result.smallest, seconds);
        result.largest = std::max(result.largest, seconds);
    }
    result.mean = sum / n;
    result.deviation = std::sqrt(std::max(0.0, squares / n - result.mean * result.mean));
    return result;
}

} // namespace

TEST_CASE("events come by time, equal ones in the order of planning")
{
    EventQueue<int> queue;
    Random random{3};
    std::vector<std::pair<double, int>> planned;
    for (int i = 0; i < 1000; ++i) {
        const double at_s = std::floor(20.0 * random.uniform());
        planned.emplace_back(at_s, i);
        queue.plan(at_s, i);
    }
    std::ranges::stable_sort(planned, {}, [](const auto& event) { return event.first; });
    std::size_t n_right = 0;
    for (const auto& [at_s, what] : planned) {
        REQUIRE_FALSE(queue.empty());
        const auto event = queue.take();
        n_right += event.at_s == at_s && event.what == what ? 1U : 0U;
    }
    CHECK(n_right == 1000);
    CHECK(queue.empty());
}

TEST_CASE("an answer to a give-back and the receipt behind it are taken in as they were sent, however late")
{
    // Rank 0 is so slow that what a worker gave back and the end of the shortened task wait for it together.
    int n_compared = 0;
    std::uint64_t n_messages = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        StageWork stage = equal_units(20'000, 1, 1e-4);
        stage.spreads.emplace_back(lognormal(1.0), 0.0);
        const MessageCost slow{.one_way_s = 10e-6, .receipt_s = 200e-6, .assign_s = 200e-6};
        const Outcome outcome = run(stage, 100 * static_cast<int>(seed), false, slow, seed);
        CHECK(outcome.n_units == 20'000);
        CHECK(outcome.queueing_s > 0.0);
        n_messages += outcome.n_messages - 2 * outcome.n_tasks; // requests and answers
        ++n_compared;
    }
    CHECK(n_compared == 20);
    CHECK(n_messages > 100);
}

TEST_CASE("equal units without message costs end when arithmetic says")
{
    // 1000 units of 0.1 s on 10 workers: ten seconds, whatever the blocks.
    const StageWork stage = equal_units(20, 50, 0.1);
    const Outcome dedicated = run(stage, 11, false, free_messages);
    CHECK(dedicated.makespan_s == doctest::Approx(10.0).epsilon(1e-9));
    CHECK(dedicated.busy_s == doctest::Approx(100.0).epsilon(1e-9));
    CHECK(dedicated.n_units == 1000);
    CHECK(dedicated.rank_0_serving_s == 0.0);
    CHECK(dedicated.longest_unit_s == 0.1);
    const Outcome alone = run(stage, 1, true, free_messages);
    CHECK(alone.makespan_s == doctest::Approx(100.0).epsilon(1e-9));
    CHECK(alone.n_messages == 0);
    CHECK(alone.rank_0_computing_s == doctest::Approx(100.0).epsilon(1e-9));
}

TEST_CASE("every task costs its messages, and a rank 0 that is full decides the makespan")
{
    const StageWork stage = equal_units(1, 20'000, 1e-3);
    const MessageCost slow{.one_way_s = 1e-3, .receipt_s = 0.01, .assign_s = 0.02};
    const Outcome outcome = run(stage, 101, false, slow);
    CHECK(outcome.n_units == 20'000);
    const std::uint64_t n_exchanges = outcome.n_messages / 2; // of tasks, and of requests to give back
    CHECK(outcome.n_messages == 2 * n_exchanges);
    CHECK(n_exchanges >= outcome.n_tasks);
    // In and out, one after the other, at one rank.
    CHECK(outcome.rank_0_serving_s == doctest::Approx(0.03 * static_cast<double>(n_exchanges)).epsilon(1e-9));
    CHECK(outcome.makespan_s >= outcome.rank_0_serving_s);
    CHECK(outcome.makespan_s > 20.0 / 100.0);
    CHECK(outcome.queueing_s > 0.0);
}

TEST_CASE("rank 0 computes beside its workers when it works")
{
    const StageWork stage = equal_units(10, 1000, 1e-3);
    const Outcome outcome = run(stage, 2, true);
    CHECK(outcome.n_units == 10'000);
    CHECK(outcome.rank_0_computing_s > 4.0);
    CHECK(outcome.makespan_s < 5.1);
    CHECK(outcome.makespan_s >= 5.0);
}

TEST_CASE("the same seed gives the same outcome, another one another")
{
    StageWork stage = equal_units(100, 100, 0.01);
    stage.spreads.emplace_back(lognormal(1.0), 0.0);
    const Outcome first = run(stage, 40, false, {}, 7);
    const Outcome again = run(stage, 40, false, {}, 7);
    const Outcome other = run(stage, 40, false, {}, 8);
    CHECK(first.makespan_s == again.makespan_s);
    CHECK(first.busy_s == again.busy_s);
    CHECK(first.n_tasks == again.n_tasks);
    CHECK(first.queueing_s == again.queueing_s);
    CHECK(first.makespan_s != other.makespan_s);
    // Known means: the sum of all is known but for what parts of sources deviate.
    CHECK(first.busy_s == doctest::Approx(100.0).epsilon(0.05));
}

TEST_CASE("a spread has mean 1 and the variance of its histogram")
{
    const double sigma = 0.8;
    const Spread spread{lognormal(sigma), 0.0};
    REQUIRE_FALSE(spread.constant());
    CHECK(spread.variance() == doctest::Approx(std::exp(sigma * sigma) - 1.0).epsilon(0.06));
    CHECK(spread.quantile(0.5) == doctest::Approx(std::exp(-sigma * sigma / 2.0)).epsilon(0.03));
    // Half of the variance of the logarithm is that of the sources' means.
    const Spread narrowed{lognormal(sigma), sigma * sigma / 2.0};
    CHECK(narrowed.variance() == doctest::Approx(std::exp(sigma * sigma / 2.0) - 1.0).epsilon(0.06));
    CHECK(Spread{lognormal(sigma), 1.1 * sigma * sigma}.constant());
    CHECK(Spread{perf::UnitHistogram{}, 0.0}.constant());
}

TEST_CASE("blocks have the mean and the scatter of their units, drawn singly or as a sum")
{
    const Spread spread{lognormal(0.8), 0.0};
    const std::vector<Parcel> parcels{
        {SourceId{0}, BlockId::none(), CostClass{0}, UnitRange{UnitId{0}, 1'000'000}, 1.0}};
    const std::vector<UnitMean> means{{0.01, 1'000'000, CostClass{0}}};
    const UnitTimes times{parcels, means, {&spread, 1}};
    for (const std::uint64_t n :
         {std::uint64_t{1}, std::uint64_t{64}, std::uint64_t{65}, std::uint64_t{5000}}) {
        CAPTURE(n);
        const auto count = static_cast<double>(n);
        const Moments drawn = moments(times, n, 20'000);
        CHECK(drawn.mean == doctest::Approx(0.01 * count).epsilon(0.03));
        CHECK(drawn.deviation == doctest::Approx(0.01 * std::sqrt(count * spread.variance())).epsilon(0.06));
        CHECK(drawn.smallest > 0.0);
    }
    // All units of a source together took what was measured.
    const Moments whole = moments(times, 1'000'000, 100);
    CHECK(whole.smallest == doctest::Approx(10'000.0).epsilon(1e-9));
    CHECK(whole.largest == doctest::Approx(10'000.0).epsilon(1e-9));
}

TEST_CASE("units of no parcel are an error")
{
    const StageWork stage = equal_units(2, 10, 1.0);
    const UnitTimes times{stage.parcels, stage.means, {}};
    Random random{1};
    CHECK(times.draw({UnitId{5}, 10}, random).seconds == doctest::Approx(10.0));
    CHECK_THROWS_WITH_AS((void)times.draw({UnitId{15}, 10}, random), "unit 20 is in no parcel", ComputeError);
    CHECK_THROWS_AS((UnitTimes{stage.parcels, {}, {}}), ComputeError);
}

TEST_CASE("powers of two stand between the numbers asked for")
{
    CHECK(with_powers_of_two(std::array{100, 5, 100}) == std::vector{5, 8, 16, 32, 64, 100});
    CHECK(with_powers_of_two(std::array{64}) == std::vector{64});
    CHECK(with_powers_of_two(std::array{7}) == std::vector{7});
}

TEST_CASE("ranks stop paying where doubling them gains less than a tenth")
{
    const auto on = [](int n_ranks, double total_s) {
        return Forecast{.n_ranks = n_ranks, .total_s = total_s};
    };
    CHECK(last_that_pays(std::vector{on(2, 100.0), on(3, 99.0), on(4, 60.0), on(8, 54.6)}) == 4);
    CHECK(last_that_pays(std::vector{on(2, 100.0), on(4, 60.0), on(8, 54.5)}) == 0);
    CHECK(last_that_pays(std::vector{on(2, 100.0)}) == 0);
}

TEST_CASE("a forecast adds the serial parts, which decide in the end")
{
    Calculation calculation;
    calculation.stages.push_back(equal_units(100, 100, 0.1));
    calculation.serial_s = 2.0;
    const Forecast few = forecast(calculation, 11, {}, 1);
    CHECK(few.stages_s == doctest::Approx(100.0).epsilon(0.01));
    CHECK(few.total_s == few.stages_s + 2.0);
    CHECK(few.busy_s == doctest::Approx(1000.0).epsilon(1e-9));
    CHECK(few.efficiency() == doctest::Approx(1000.0 / (11.0 * few.total_s)).epsilon(1e-12));
    CHECK(few.idle_share() >= 0.0);
    CHECK(few.idle_share() < 0.02);
    const Forecast many = forecast(calculation, 1001, {}, 1);
    CHECK(many.total_s > 3.0);
    CHECK(many.total_s < 3.3);
}

TEST_CASE("10,000 ranks and a million units take seconds")
{
    StageWork stage = equal_units(10'000, 100, 0.1);
    Random random{11};
    for (std::size_t i = 0; i < stage.means.size(); ++i)
        stage.means[i].unit_s *= std::exp(0.5 * random.normal());
    stage.spreads.emplace_back(lognormal(0.7), 0.0);
    const auto begin = std::chrono::steady_clock::now();
    const Outcome outcome = run(stage, 10'000, false);
    const double elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::cout << "10,000 ranks, 1,000,000 units, " << outcome.n_tasks << " tasks: simulated in " << elapsed_s
              << " s\n";
    CHECK(outcome.n_units == 1'000'000);
    const double bound_s = std::max(outcome.busy_s / 9'999.0, outcome.longest_unit_s);
    CHECK(outcome.makespan_s >= bound_s);
    CHECK(outcome.makespan_s < 2.0 * bound_s); // Graham 1966, doi:10.1002/j.1538-7305.1966.tb01709.x
}

} // namespace mtc::simulate
