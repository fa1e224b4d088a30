#include "schedule/builders.hpp"
#include "schedule/fake_cluster.hpp"
#include "schedule/lists.hpp"
#include "schedule/queue_order.hpp"

#include "schedule/scheduler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <numeric>
#include <queue>
#include <random>

using namespace mtc;
using namespace mtc::schedule;
using namespace mtc::schedule::test;

namespace {

/// Each task in turn to the worker that is free first.
std::uint64_t greedy_ms(const std::vector<std::uint64_t>& tasks, int n_workers)
{
    std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> free_at;
    for (int w = 0; w < n_workers; ++w)
        free_at.push(0);
    std::uint64_t end = 0;
    for (const std::uint64_t task : tasks) {
        const std::uint64_t at = free_at.top() + task;
        free_at.pop();
        free_at.push(at);
        end = std::max(end, at);
    }
    return end;
}

/// The mean over random orders.
double any_order_s(std::vector<std::uint64_t> tasks_ms, int n_workers)
{
    constexpr int n_draws = 200;
    std::mt19937_64 random{1};
    double sum_s = 0.0;
    for (int i = 0; i < n_draws; ++i) {
        std::ranges::shuffle(tasks_ms, random);
        sum_s += 1e-3 * static_cast<double>(greedy_ms(tasks_ms, n_workers));
    }
    return sum_s / n_draws;
}

Outcome run(const Work& work, const Settings& settings, Behaviour behaviour = {})
{
    behaviour.n_ranks = settings.n_ranks;
    Scheduler scheduler{settings, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
    return FakeCluster{scheduler, work.unit_s, behaviour}.run();
}

Work work_of(const List& list, double seconds_per_weight, bool true_weights = true)
{
    WorkBuilder builder{{seconds_per_weight}};
    for (const std::uint64_t ms : list.tasks_ms())
        builder.parcel()
            .weight(true_weights ? static_cast<double>(ms) : 1.0)
            .takes(1e-3 * static_cast<double>(ms));
    return builder.build();
}

/// Tasks that all weigh the same.
Work blind(const std::vector<std::uint64_t>& tasks_ms)
{
    WorkBuilder builder{{0.1}};
    for (const std::uint64_t ms : tasks_ms)
        builder.parcel().weight(1.0).takes(1e-3 * static_cast<double>(ms));
    return builder.build();
}

} // namespace

TEST_CASE("the lists are the published ones")
{
    CHECK(mix(0) == 0xE220A8397B1DCDAFU);
    int n_compared = 0;
    for (const List& list : lists) {
        CAPTURE(list.name);
        std::vector<std::uint64_t> tasks = list.tasks_ms();
        CHECK(std::accumulate(tasks.begin(), tasks.end(), std::uint64_t{0}) == list.sum_ms);
        CHECK(std::ranges::max(tasks) == list.max_ms);
        for (std::size_t i = 0; i < worker_counts.size(); ++i) {
            const auto p = static_cast<std::uint64_t>(worker_counts[i]);
            CHECK(std::max((list.sum_ms + p - 1) / p, list.max_ms) == list.bound_ms[i]);
            CHECK(greedy_ms(tasks, worker_counts[i]) == list.file_order_ms[i]);
            ++n_compared;
        }
        std::ranges::sort(tasks, std::greater<>{});
        for (std::size_t i = 0; i < worker_counts.size(); ++i)
            CHECK(greedy_ms(tasks, worker_counts[i]) == list.longest_first_ms[i]);
    }
    CHECK(n_compared == 16);
}

TEST_CASE("with exact weights the lists end as longest first does")
{
    std::cout
        << "makespan / bound of the lists, longest first in brackets; first guess exact, 100 x too high, "
           "100 x too low; mixed with equal weights\n";
    int n_compared = 0;
    for (const List& list : lists)
        for (std::size_t i = 0; i < worker_counts.size(); ++i) {
            const double bound_s = 1e-3 * static_cast<double>(list.bound_ms[i]);
            const double longest_first_s = 1e-3 * static_cast<double>(list.longest_first_ms[i]);
            CAPTURE(list.name);
            CAPTURE(worker_counts[i]);
            const Settings settings{.n_ranks = worker_counts[i] + 1, .rank_0_works = false};
            std::cout << std::fixed << std::setprecision(4) << std::setw(10) << list.name << std::setw(4)
                      << worker_counts[i] << "  (" << longest_first_s / bound_s << ")";
            for (const double guess : {1.0, 100.0, 0.01}) {
                const Outcome outcome = run(work_of(list, 1e-3 * guess), settings);
                REQUIRE(outcome.faults.empty());
                CHECK(outcome.n_done == 1000);
                CHECK(outcome.makespan_s >= bound_s - 1e-3); // bounds are rounded up to whole ms
                CHECK(outcome.makespan_s <= 1.02 * longest_first_s + 20 * settings.round_trip_s);
                std::cout << "  " << outcome.makespan_s / bound_s;
                ++n_compared;
            }
            const Work blind_work = work_of(list, 1e-3, false);
            const Outcome blind = run(blind_work, settings);
            const std::vector<std::uint64_t> tasks_ms = list.tasks_ms();
            std::vector<std::uint64_t> mixed_ms;
            for (const std::uint64_t unit : queue_order(blind_work, worker_counts[i]))
                mixed_ms.push_back(tasks_ms[unit]);
            const double mixed_s = 1e-3 * static_cast<double>(greedy_ms(mixed_ms, worker_counts[i]));
            CHECK(mixed_ms.size() == 1000);
            CHECK(blind.faults.empty());
            // Nobody who does not know the times does better on average than any order.
            const double any_s = any_order_s(tasks_ms, worker_counts[i]);
            CHECK(blind.makespan_s <= 1.02 * std::max(mixed_s, any_s) + 20 * settings.round_trip_s);
            std::cout << "  | " << blind.makespan_s / bound_s << " (mixed order " << mixed_s / bound_s
                      << ", any order " << any_s / bound_s << ", file order "
                      << 1e-3 * static_cast<double>(list.file_order_ms[i]) / bound_s << ")\n";
        }
    CHECK(n_compared == 48);
}

TEST_CASE("on many workers the units that end first, which are the short ones, are not taken for all")
{
    constexpr int n_draws = 20;
    std::mt19937_64 random{7};
    int n_compared = 0;
    for (const int n_workers : {63, 255}) {
        std::vector<std::uint64_t> tasks_ms = lists[2].tasks_ms();
        double sum_s = 0.0;
        double any_order_sum_s = 0.0;
        for (int draw = 0; draw < n_draws; ++draw) {
            std::ranges::shuffle(tasks_ms, random);
            const Outcome outcome = run(blind(tasks_ms), {.n_ranks = n_workers + 1, .rank_0_works = false});
            REQUIRE(outcome.faults.empty());
            CHECK(outcome.n_done == tasks_ms.size());
            sum_s += outcome.makespan_s;
            any_order_sum_s += 1e-3 * static_cast<double>(greedy_ms(tasks_ms, n_workers));
            ++n_compared;
        }
        std::cout << "powers, not known before, on " << n_workers << " workers, mean of " << n_draws << ": "
                  << sum_s / any_order_sum_s << " of any order\n";
        CHECK(sum_s <= 1.02 * any_order_sum_s);
    }
    CHECK(n_compared == 2 * n_draws);
}

TEST_CASE("rank 0 computes whole tasks of unknown times, too, and others hardly wait for it")
{
    constexpr int n_draws = 20;
    struct Allowed {
        const List& list;
        double of_any_order; ///< by as many ranks that serve nobody
    };
    std::mt19937_64 random{9};
    int n_compared = 0;
    for (const Allowed& allowed : {Allowed{lists[0], 1.02}, {lists[1], 1.03}, {lists[2], 1.45}})
        for (const int n_ranks : {2, 3, 4, 7}) {
            CAPTURE(allowed.list.name);
            CAPTURE(n_ranks);
            std::vector<std::uint64_t> tasks_ms = allowed.list.tasks_ms();
            double sum_s = 0.0;
            double any_order_sum_s = 0.0;
            for (int draw = 0; draw < n_draws; ++draw) {
                std::ranges::shuffle(tasks_ms, random);
                const Outcome outcome = run(blind(tasks_ms), {.n_ranks = n_ranks, .rank_0_works = true});
                REQUIRE(outcome.faults.empty());
                CHECK(outcome.n_done == tasks_ms.size());
                CHECK(outcome.rank_0_units > 0);
                sum_s += outcome.makespan_s;
                any_order_sum_s += 1e-3 * static_cast<double>(greedy_ms(tasks_ms, n_ranks));
                ++n_compared;
            }
            std::cout << allowed.list.name << ", not known before, on " << n_ranks
                      << " ranks with rank 0, mean of " << n_draws << ": " << sum_s / any_order_sum_s
                      << " of any order\n";
            CHECK(sum_s <= allowed.of_any_order * any_order_sum_s);
        }
    CHECK(n_compared == 3 * 4 * n_draws);
}

TEST_CASE("in a crowd, what waits behind a first unit that turns out long costs little on average")
{
    constexpr int n_workers = 255;
    constexpr int n_draws = 20;
    std::mt19937_64 random{5};
    int n_compared = 0;
    for (const List& list : lists)
        for (const int repeats : {2, 3}) {
            CAPTURE(list.name);
            CAPTURE(repeats);
            std::vector<std::uint64_t> tasks_ms;
            for (int repeat = 0; repeat < repeats; ++repeat)
                std::ranges::copy(list.tasks_ms(), std::back_inserter(tasks_ms));
            Settings settings{.n_ranks = n_workers + 1, .rank_0_works = false};
            std::array<double, 2> sum_s{};
            for (int draw = 0; draw < n_draws; ++draw) {
                std::ranges::shuffle(tasks_ms, random);
                const Work work = blind(tasks_ms);
                for (const bool crowded : {false, true}) {
                    settings.ranks_a_processor = crowded ? 128.0 : 1.0;
                    const Outcome outcome = run(work, settings);
                    REQUIRE(outcome.faults.empty());
                    CHECK(outcome.n_done == tasks_ms.size());
                    sum_s[crowded ? 1 : 0] += outcome.makespan_s / n_draws;
                    ++n_compared;
                }
            }
            std::cout << list.name << ", " << tasks_ms.size() << " tasks on " << n_workers
                      << " workers, mean of " << n_draws << ": " << sum_s[0] << " s, in a crowd " << sum_s[1]
                      << " s\n";
            CHECK(sum_s[1] <= 1.05 * sum_s[0]);
        }
    CHECK(n_compared == 4 * 2 * n_draws * 2);
}

TEST_CASE("parcels that can be cut end within 5 % of the bound, rank 0 working or not")
{
    int n_compared = 0;
    for (const std::uint64_t seed : {1U, 2U, 3U})
        for (const bool rank_0_works : {false, true})
            for (const double guess : {1.0, 100.0, 0.01}) {
                CAPTURE(seed);
                CAPTURE(guess);
                std::mt19937_64 random{seed};
                std::lognormal_distribution<double> seconds{0.0, 2.0};
                WorkBuilder builder{{guess}};
                for (int source = 0; source < 200; ++source) {
                    const double s = seconds(random);
                    builder.parcel().units(100).weight(s).takes(s / 100);
                }
                const Work work = builder.build();
                const int n_computing = 16;
                const Settings settings{.n_ranks = rank_0_works ? 16 : 17, .rank_0_works = rank_0_works};
                const Outcome outcome = run(work, settings);
                REQUIRE(outcome.faults.empty());
                const double bound_s = work.bound_s(n_computing);
                std::cout << "lognormal, 100 units a source, 16 computing, guess x " << guess
                          << (rank_0_works ? ", rank 0 works" : "") << ": bound " << bound_s
                          << " s, makespan / bound " << outcome.makespan_s / bound_s << ", "
                          << outcome.n_assignments << " assignments, rank 0 " << outcome.rank_0_units
                          << " units\n";
                CHECK(outcome.makespan_s <= 1.05 * bound_s);
                CHECK((outcome.rank_0_units > 0) == rank_0_works);
                ++n_compared;
            }
    CHECK(n_compared == 18);
}

TEST_CASE("on few ranks rank 0 works and nobody waits for it")
{
    int n_compared = 0;
    for (const int n_ranks : {1, 2, 3, 4, 7})
        for (const double unit_s : {1e-6, 1e-3, 20e-3}) {
            CAPTURE(n_ranks);
            CAPTURE(unit_s);
            std::mt19937_64 random{11};
            std::uniform_real_distribution<double> seconds{0.5 * unit_s, 1.5 * unit_s};
            WorkBuilder builder{{0.01}}; // 100 x too low
            const int n_parcels = 50;
            const double total_s = 5.0 * n_ranks * std::min(1.0, unit_s / 1e-4);
            const auto n_units = static_cast<std::uint64_t>(total_s / (n_parcels * unit_s));
            for (int p = 0; p < n_parcels; ++p) {
                const double s = seconds(random);
                builder.parcel().units(n_units).weight(static_cast<double>(n_units) * s).takes(s);
            }
            const Work work = builder.build();
            const Outcome outcome = run(work, {.n_ranks = n_ranks, .rank_0_works = true});
            REQUIRE(outcome.faults.empty());
            const double bound_s = work.bound_s(n_ranks);
            std::cout << n_ranks << " ranks, rank 0 works, units of " << std::setprecision(6) << unit_s
                      << " s: bound " << std::setprecision(4) << bound_s << " s, makespan / bound "
                      << outcome.makespan_s / bound_s << ", " << outcome.n_assignments << " assignments\n";
            CHECK(outcome.makespan_s <= 1.02 * bound_s + work.longest_unit_s() + 5e-3);
            if (unit_s == 1e-3) // what is left on a worker at the end is given back to rank 0, too
                CHECK(outcome.makespan_s <= 1.0015 * bound_s);
            CHECK(outcome.rank_0_units > 0);
            ++n_compared;
        }
    CHECK(n_compared == 15);
}
