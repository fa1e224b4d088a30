#include "schedule/builders.hpp"
#include "schedule/fake_cluster.hpp"
#include "schedule/random_case.hpp"

#include "schedule/scheduler.hpp"

#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <limits>
#include <numeric>
#include <random>

using namespace mtc;
using namespace mtc::schedule;
using namespace mtc::schedule::test;

namespace {

Assignment only(const Decisions& decisions)
{
    REQUIRE(decisions.assignments.size() == 1);
    return decisions.assignments.front();
}

} // namespace

TEST_CASE("every unit is computed once, whatever the work and the cluster")
{
    std::uint64_t n_units = 0;
    std::uint64_t n_of_rank_0 = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        const Case c = random_case(seed);
        Scheduler scheduler = scheduler_of(c);
        const Outcome outcome = FakeCluster{scheduler, c.work.unit_s, c.behaviour}.run();
        REQUIRE_MESSAGE(outcome.faults.empty(), outcome.faults.front());
        REQUIRE(outcome.n_done == c.n_units);
        CHECK(scheduler.n_dropped_parcels() == c.n_weightless_parcels);
        CHECK(scheduler.next_task() == TaskId{100 + outcome.n_assignments});
        const Progress progress = scheduler.progress(outcome.makespan_s);
        CHECK(progress.units_done == c.n_units);
        CHECK(progress.units_total == c.n_units);
        CHECK(progress.share() == 1.0);
        CHECK(progress.remaining_s == 0.0);
        CHECK(progress.slowest_source.is_none());
        n_units += outcome.n_done;
        n_of_rank_0 += outcome.rank_0_units;
    }
    CHECK(n_units > 90'000);
    CHECK(n_of_rank_0 > 1'000);
}

TEST_CASE("units that fail, that come back or were done before are counted, and nothing is lost")
{
    std::uint64_t n_failed = 0;
    std::uint64_t n_subtasks = 0;
    std::uint64_t n_known = 0;
    for (std::uint64_t seed = 1001; seed <= 1200; ++seed) {
        CAPTURE(seed);
        Case c = random_case(seed);
        c.behaviour.fails = [seed](UnitId unit) { return mix(seed + unit.value()) % 50 == 0; };
        c.behaviour.stops_half_way = [seed](TaskId task) { return mix(seed ^ task.value()) % 4 == 0; };
        Scheduler scheduler = scheduler_of(c);
        FakeCluster cluster{scheduler, c.work.unit_s, c.behaviour};
        std::uint64_t n_before = 0;
        for (const Parcel& parcel : c.work.parcels)
            if (parcel.weight > 0.0 && mix(seed + parcel.units.first.value()) % 5 == 0) {
                const UnitRange known{UnitId{parcel.units.first.value() + parcel.units.count / 3},
                                      parcel.units.count - parcel.units.count / 3};
                scheduler.on_already_done(known);
                cluster.already_done(known);
                n_before += known.count;
            }
        const Outcome outcome = cluster.run();
        REQUIRE_MESSAGE(outcome.faults.empty(), outcome.faults.front());
        CHECK(outcome.n_done + outcome.n_failed + n_before == c.n_units);
        CHECK(scheduler.progress(outcome.makespan_s).units_done == outcome.n_done + n_before);
        n_failed += outcome.n_failed;
        n_subtasks += outcome.n_subtasks;
        n_known += n_before;
    }
    CHECK(n_failed > 1'000);
    CHECK(n_subtasks > 1'000);
    CHECK(n_known > 1'000);
}

TEST_CASE("after revoke what is under way ends and nothing else begins")
{
    std::uint64_t n_left = 0;
    for (std::uint64_t seed = 2001; seed <= 2100; ++seed) {
        CAPTURE(seed);
        Case c = random_case(seed);
        c.behaviour.revoke_after = seed % 5;
        Scheduler scheduler = scheduler_of(c);
        const Outcome outcome = FakeCluster{scheduler, c.work.unit_s, c.behaviour}.run();
        REQUIRE_MESSAGE(outcome.faults.empty(), outcome.faults.front());
        CHECK(scheduler.progress(outcome.makespan_s).units_done == outcome.n_done);
        n_left += c.n_units - outcome.n_done;
    }
    CHECK(n_left > 1'000);
}

TEST_CASE("a worker has one block to compute and one that waits, never a probe behind a probe")
{
    WorkBuilder builder{{1e-3}};
    for (int p = 0; p < 100; ++p)
        builder.parcel().units(100).weight(1000);
    const Work work = builder.build();
    Scheduler scheduler{
        {.n_ranks = 2, .rank_0_works = false}, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
    const Assignment probe = only(scheduler.decide(0.0));
    CHECK(probe.ranges == UnitRanges{UnitRange{UnitId{0}, 4}});
    CHECK(probe.weight == doctest::Approx(40));
    CHECK(probe.estimated_s == doctest::Approx(0.04));
    CHECK(probe.parent == probe.task);
    CHECK(scheduler.decide(0.001).assignments.empty());
    CHECK(scheduler.progress(0.001).n_busy == 1);

    scheduler.on_receipt({.rank = Rank{1}, .task = probe.task, .n_units = 4, .duration_s = 0.004}, 4.0);
    const std::vector<Assignment> two = scheduler.decide(4.0).assignments;
    REQUIRE(two.size() == 2);
    CHECK(two[0].estimated_s == doctest::Approx(0.016)); // a millisecond a unit now, four times the probe
    CHECK(two[1].ranges == UnitRanges{UnitRange{UnitId{20}, 16}});
    CHECK(scheduler.decide(4.0).assignments.empty());
    CHECK(scheduler.progress(4.0).remaining_s == doctest::Approx(9.996));
    CHECK(scheduler.progress(4.0).done_s == doctest::Approx(0.004));
    CHECK(scheduler.progress(4.01).remaining_s == doctest::Approx(9.986)); // time passes without events, too
    CHECK(scheduler.progress(4.01).done_s == doctest::Approx(0.014));
    CHECK(scheduler.progress(4.01).eta_s == doctest::Approx(9.986));
    CHECK(scheduler.progress(4.01).share() == doctest::Approx(1.4e-3));
    scheduler.check_books();
}

TEST_CASE("nothing waits behind long units until there is reason to trust their estimates")
{
    WorkBuilder builder{{1.0}};
    for (int p = 0; p < 1000; ++p)
        builder.parcel();
    const Work work = builder.build();
    Scheduler scheduler{
        {.n_ranks = 2, .rank_0_works = false}, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
    double now_s = 0.0;
    std::vector<Assignment> held = scheduler.decide(now_s).assignments;
    std::size_t n_receipts = 0;
    while (held.size() == 1) {
        std::uint64_t n_units = 0;
        for (const UnitRange& range : held.front().ranges)
            n_units += range.count;
        now_s += static_cast<double>(n_units);
        scheduler.on_receipt({.rank = Rank{1},
                              .task = held.front().task,
                              .n_units = n_units,
                              .duration_s = static_cast<double>(n_units)},
                             now_s);
        ++n_receipts;
        held = scheduler.decide(now_s).assignments;
    }
    CHECK(held.size() == 2);
    CHECK(n_receipts == 19); // of which 16 are remembered
}

TEST_CASE("while many of those that began together go on, those that ended do not stand for them")
{
    constexpr int n_workers = 100;
    WorkBuilder builder{{0.1}};
    for (int p = 0; p < 1000; ++p)
        builder.parcel();
    const Work work = builder.build();
    Scheduler scheduler{{.n_ranks = n_workers + 1, .rank_0_works = false},
                        StageId{0},
                        work.parcels,
                        work.classes,
                        {},
                        TaskId{0}};
    std::vector<Assignment> probes = scheduler.decide(0.0).assignments;
    REQUIRE(probes.size() == n_workers);
    std::vector<int> n_held(n_workers + 1, 1);
    std::size_t n_given = 0;
    std::size_t n_ended_until_trust = 0;
    for (std::size_t n_ended = 1; n_ended <= n_workers; ++n_ended) { // all alike, told one after the other
        const Assignment& probe = probes[n_ended - 1];
        const double now_s = 0.1 + 1e-5 * static_cast<double>(n_ended);
        scheduler.on_receipt({probe.rank, probe.task, 1, 0.1, 0.1, false}, now_s);
        --n_held[static_cast<std::size_t>(probe.rank.value())];
        for (const Assignment& given : scheduler.decide(now_s).assignments) {
            n_given += given.ranges.front().count * given.ranges.size();
            n_held[static_cast<std::size_t>(given.rank.value())] += 1;
        }
        if (n_ended_until_trust == 0 && std::ranges::max(n_held) > 1)
            n_ended_until_trust = n_ended;
        if (n_ended_until_trust == 0)
            CHECK(n_given == n_ended); // one unit each: nothing waits behind another
    }
    CHECK(n_ended_until_trust > n_workers * 2 / 3);
    CHECK(n_ended_until_trust < n_workers * 9 / 10);
    CHECK(std::ranges::count(n_held, 2) == n_workers); // also for those that were not trusted at first
    scheduler.check_books();
}

TEST_CASE("whole units go one by one until enough of a class have ended, however short the first were")
{
    WorkBuilder builder{{0.1}};
    for (int p = 0; p < 1000; ++p)
        builder.parcel();
    const Work work = builder.build();
    Scheduler scheduler{
        {.n_ranks = 101, .rank_0_works = false}, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
    const std::vector<Assignment> probes = scheduler.decide(0.0).assignments;
    REQUIRE(probes.size() == 100);
    std::size_t n_compared = 0;
    for (std::size_t i = 0; i < 15; ++i) { // shorter than a message is worth
        const double seconds = 1e-5 * static_cast<double>(i + 1);
        scheduler.on_receipt({probes[i].rank, probes[i].task, 1, seconds, seconds, false}, seconds);
        const Assignment given = only(scheduler.decide(seconds));
        CHECK(given.rank == probes[i].rank);
        CHECK(given.ranges.size() == 1);
        CHECK(given.ranges.front().count == 1);
        ++n_compared;
    }
    CHECK(n_compared == 15);
    scheduler.check_books();
}

TEST_CASE("in a large crowd a second long probe waits behind the first where plenty is left for all")
{
    struct Start {
        double crowd;
        int n_units; ///< for 100 workers
        double unit_s;
        std::size_t n_tasks; ///< that each is given at once
    };
    for (const Start& start : {Start{64.0, 1100, 0.1, 2}, Start{1.0, 1100, 0.1, 1}, Start{63.0, 1100, 0.1, 1},
                               Start{64.0, 900, 0.1, 1}, // what waits behind a long one would be missed
                               Start{64.0, 11'000, 5e-3, 1}}) { // probes of several units, which are short
        CAPTURE(start.crowd);
        CAPTURE(start.n_units);
        WorkBuilder builder{{1.0}};
        for (int p = 0; p < start.n_units; ++p)
            builder.parcel().weight(start.unit_s);
        const Work work = builder.build();
        const Settings settings{.n_ranks = 101, .rank_0_works = false, .ranks_a_processor = start.crowd};
        Scheduler scheduler{settings, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
        std::vector<std::size_t> n_of_rank(101, 0);
        for (const Assignment& task : scheduler.decide(0.0).assignments)
            ++n_of_rank[static_cast<std::size_t>(task.rank.value())];
        CHECK(n_of_rank[0] == 0);
        CHECK(std::ranges::count(n_of_rank, start.n_tasks) == 100);
        CHECK(scheduler.decide(0.0).assignments.empty());
        scheduler.check_books();
    }
}

TEST_CASE("neighbours join, and units given back become a task with a parent")
{
    WorkBuilder builder{{1.0}};
    for (std::uint32_t p = 0; p < 64; ++p)
        builder.parcel().weight(0.001).of_source(p).at_block(0);
    const Work work = builder.build();
    const Settings settings{.n_ranks = 2, .rank_0_works = false, .round_trip_s = 1e-3}; // a task lasts 100 ms
    Scheduler scheduler{settings, StageId{0}, work.parcels, work.classes, {}, TaskId{7}};
    const Assignment probe = only(scheduler.decide(0.0));
    CHECK(probe.n_sources == 4);
    scheduler.on_receipt({.rank = Rank{1}, .task = probe.task, .n_units = 4, .duration_s = 0.004}, 0.004);
    const std::vector<Assignment> blocks = scheduler.decide(0.004).assignments;
    REQUIRE(blocks.size() == 2);
    CHECK(blocks[0].ranges == UnitRanges{UnitRange{UnitId{4}, 16}}); // four times the probe
    CHECK(blocks[0].n_sources == 16);
    CHECK(blocks[0].source == SourceId{4});

    scheduler.on_receipt({.rank = Rank{1}, .task = blocks[0].task, .n_units = 6, .duration_s = 0.006}, 0.01);
    const Assignment subtask = only(scheduler.decide(0.01));
    CHECK(subtask.parent == blocks[0].task);
    CHECK(subtask.ranges == UnitRanges{UnitRange{UnitId{10}, 10}});
    scheduler.check_books();
}

TEST_CASE("the source with the most seconds left is named, by what was measured of it")
{
    WorkBuilder builder{{1.0}};
    builder.parcel().units(100).weight(100).of_source(0);
    builder.parcel().units(100).weight(90).of_source(1);
    const Work work = builder.build();
    const Settings settings{.n_ranks = 3, .rank_0_works = false, .task_duration_s = 1.0};
    Scheduler scheduler{settings, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
    const std::vector<Assignment> probes = scheduler.decide(0.0).assignments;
    REQUIRE(probes.size() == 2);
    CHECK(scheduler.progress(0.0).slowest_source == SourceId{0});
    CHECK(scheduler.progress(0.0).remaining_s == doctest::Approx(190.0));
    double now_s = 0.0;
    std::vector<Assignment> under_way = probes;
    for (int step = 0; step < 190 && scheduler.progress(now_s).slowest_source == SourceId{0}; ++step) {
        now_s += 1.0;
        const Assignment ended = under_way.front();
        under_way.erase(under_way.begin());
        scheduler.on_receipt({.rank = ended.rank,
                              .task = ended.task,
                              .n_units = ended.ranges.front().count,
                              .duration_s = ended.source == SourceId{0} ? 0.1 : 10.0},
                             now_s);
        Decisions decisions = scheduler.decide(now_s);
        for (Assignment& next : decisions.assignments)
            under_way.push_back(std::move(next));
    }
    CHECK(scheduler.progress(now_s).slowest_source == SourceId{1});
    CHECK(scheduler.progress(now_s).units_done < 30);
}

TEST_CASE("what breaks the contract is refused with its facts")
{
    const auto make = [](const WorkBuilder& builder, std::vector<Rank> owners = {}, Settings settings = {}) {
        const Work work = WorkBuilder{builder}.build();
        Scheduler{settings, StageId{0}, work.parcels, work.classes, owners, TaskId{0}}.check_books();
    };
    CHECK_NOTHROW(make(WorkBuilder{}.parcel()));
    CHECK_THROWS_WITH_AS(
        make(WorkBuilder{}.parcel().weight(-1)),
        "the parcel of units 0 to 0, source 0, weighs -1 (a weight is finite and not negative)",
        ComputeError);
    CHECK_THROWS_AS(make(WorkBuilder{}.parcel().weight(std::numeric_limits<double>::quiet_NaN())),
                    ComputeError);
    CHECK_THROWS_AS(make(WorkBuilder{}.parcel().units(0)), ComputeError);
    CHECK_THROWS_AS(make(WorkBuilder{}.parcel().of_class(1)), ComputeError);
    CHECK_THROWS_AS(make(WorkBuilder{{0.0}}.parcel()), ComputeError);
    CHECK_THROWS_AS(make(WorkBuilder{}.parcel(), {Rank{0}}), ComputeError);             // no block
    CHECK_THROWS_AS(make(WorkBuilder{}.parcel().at_block(0), {Rank{1}}), ComputeError); // no such rank
    CHECK_THROWS_AS(make(WorkBuilder{}.parcel(), {}, {.n_ranks = 0}), ComputeError);

    Work twice = WorkBuilder{}.parcel().units(5).parcel().units(5).build();
    twice.parcels[1].units.first = UnitId{4};
    CHECK_THROWS_WITH_AS(
        (Scheduler{{}, StageId{0}, twice.parcels, twice.classes, {}, TaskId{0}}.check_books()),
        "units 4 to 8 of source 1 are in two parcels (a unit is in one)", ComputeError);

    const Work work = WorkBuilder{}.parcel().units(4).weight(4e-4).build();
    Scheduler scheduler{
        {.n_ranks = 2, .rank_0_works = false}, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
    CHECK_THROWS_AS(scheduler.on_already_done({UnitId{3}, 2}), ComputeError);
    const Assignment task = only(scheduler.decide(0.0));
    CHECK_THROWS_AS(scheduler.on_already_done({UnitId{0}, 1}), ComputeError); // under way
    CHECK_THROWS_AS(scheduler.on_receipt({.rank = Rank{0}, .task = task.task}, 1.0), ComputeError);
    CHECK_THROWS_AS(scheduler.on_receipt({.rank = Rank{2}, .task = task.task}, 1.0), ComputeError);
    CHECK_THROWS_AS(scheduler.on_receipt({.rank = Rank{1}, .task = TaskId{9}}, 1.0), ComputeError);
    CHECK_THROWS_AS(scheduler.on_receipt({.rank = Rank{1}, .task = task.task, .n_units = 5}, 1.0),
                    ComputeError);
    scheduler.check_books();
    scheduler.on_receipt({.rank = Rank{1}, .task = task.task, .n_units = 4}, 1.0);
    CHECK_THROWS_AS(scheduler.on_receipt({.rank = Rank{1}, .task = task.task, .n_units = 4}, 1.0),
                    ComputeError);
    CHECK(scheduler.finished());
}

TEST_CASE("a hundred thousand parcels of a hundred units on a thousand workers")
{
    std::mt19937_64 random{5};
    std::lognormal_distribution<double> seconds{-3.0, 1.0};
    WorkBuilder builder{{10.0, 0.1, 1.0, 1.0}};
    for (std::uint32_t p = 0; p < 100'000; ++p) {
        const double s = seconds(random);
        builder.parcel().units(100).weight(s).takes(s / 100).of_class(p % 4).of_source(p / 3);
    }
    const Work work = builder.build();
    const Settings settings{.n_ranks = 1001, .rank_0_works = false};
    const auto begin = std::chrono::steady_clock::now();
    Scheduler scheduler{settings, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
    const std::chrono::duration<double> made = std::chrono::steady_clock::now() - begin;
    const Outcome outcome = FakeCluster{scheduler, work.unit_s, {.n_ranks = settings.n_ranks}}.run();
    REQUIRE(outcome.faults.empty());
    CHECK(outcome.n_done == 10'000'000);
    scheduler.check_books();
    std::cout << "10^5 parcels, 10^7 units, 1000 workers: made in " << made.count() << " s, "
              << outcome.n_assignments << " assignments of " << outcome.n_ranges << " ranges in "
              << outcome.scheduler_s << " s of the scheduler, "
              << static_cast<double>(outcome.n_assignments) / outcome.scheduler_s
              << " a second, makespan / bound " << outcome.makespan_s / work.bound_s(1000) << " (bound "
              << work.bound_s(1000) << " s)\n";
    CHECK(outcome.makespan_s <= 1.02 * work.bound_s(1000));
}

TEST_CASE("a million units, each a task of its own, on sixteen workers")
{
    WorkBuilder builder{{1e-6}};
    builder.parcel().units(1'000'000).weight(1e6).takes(1e-6);
    const Work work = builder.build();
    const Settings settings{.n_ranks = 17, .rank_0_works = false, .task_duration_s = 1e-6};
    Scheduler scheduler{settings, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
    const Outcome outcome = FakeCluster{scheduler, work.unit_s, {.n_ranks = settings.n_ranks}}.run();
    REQUIRE(outcome.faults.empty());
    CHECK(outcome.n_assignments == 1'000'000);
    std::cout << "10^6 tasks of one unit, 16 workers: "
              << static_cast<double>(outcome.n_assignments) / outcome.scheduler_s
              << " a second of the scheduler\n";
}
