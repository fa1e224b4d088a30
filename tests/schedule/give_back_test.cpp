#include "schedule/builders.hpp"
#include "schedule/fake_cluster.hpp"
#include "schedule/lists.hpp"
#include "schedule/random_case.hpp"

#include "schedule/scheduler.hpp"
#include "schedule/worklist.hpp"

#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <iostream>

using namespace mtc;
using namespace mtc::schedule;
using namespace mtc::schedule::test;

namespace {

Assignment task(std::uint64_t id, UnitRanges ranges, double estimated_s)
{
    Assignment assignment{};
    assignment.task = TaskId{id};
    assignment.ranges = std::move(ranges);
    assignment.weight = 1.0;
    assignment.estimated_s = estimated_s;
    return assignment;
}

UnitRange units(std::uint64_t first, std::uint64_t count)
{
    return {UnitId{first}, count};
}

enum class Weights { exact, equal, wild };

/// The tasks of a list, cut into units of 5 ms.
Work cut(const List& list, Weights weights)
{
    constexpr double unit_ms = 5.0;
    WorkBuilder builder{{1e-3}};
    for (const std::uint64_t ms : list.tasks_ms()) {
        const auto time_ms = static_cast<double>(ms);
        const double n = std::ceil(time_ms / unit_ms);
        double weight = time_ms;
        if (weights == Weights::equal)
            weight = 1.0;
        else if (weights == Weights::wild)
            weight *= mix(ms) % 2 == 0 ? 100.0 : 0.01;
        builder.parcel().units(static_cast<std::uint64_t>(n)).weight(weight).takes(1e-3 * time_ms / n);
    }
    return builder.build();
}

Outcome run(const Work& work, const Settings& settings, Behaviour behaviour = {})
{
    behaviour.n_ranks = settings.n_ranks;
    Scheduler scheduler{settings, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
    Outcome outcome = FakeCluster{scheduler, work.unit_s, behaviour}.run();
    scheduler.check_books();
    return outcome;
}

} // namespace

TEST_CASE("a rank gives tasks that wait before the tail of the one it computes, and keeps its share")
{
    Worklist work;
    work.push(task(1, {units(0, 4), units(10, 6)}, 10.0));
    work.push(task(2, {units(20, 3)}, 3.0));
    for (int i = 0; i < 3; ++i)
        work.unit_done(1.0);
    const GivenBack half = work.give_back({Rank{5}, 1}); // of 7 + 3 units of a second
    CHECK(half.rank == Rank{5});
    CHECK(half.running == TaskId{1});
    CHECK(half.n_done == 3);
    CHECK(half.duration_s == doctest::Approx(3.0));
    REQUIRE(half.tasks.size() == 2);
    CHECK(half.tasks[0].task == TaskId{2});
    CHECK(half.tasks[0].n_units == 3);
    CHECK(half.tasks[1].task == TaskId{1});
    CHECK(half.tasks[1].n_units == 2);
    CHECK(work.front().ranges == UnitRanges{units(0, 4), units(10, 4)});
    CHECK(work.front().estimated_s == doctest::Approx(8.0));

    const GivenBack most = work.give_back({Rank{5}, 1000}); // one of the five is kept
    REQUIRE(most.tasks.size() == 1);
    CHECK(most.tasks[0].n_units == 4);
    CHECK(work.next() == UnitId{3});
    CHECK(work.give_back({Rank{5}, 1000}).tasks.empty()); // the last unit stays where it is
    const GivenBack all = work.give_back({Rank{5}, GiveBack::everything});
    REQUIRE(all.tasks.size() == 1);
    CHECK(all.tasks[0].n_units == 1);
    CHECK(work.front_ended());
    CHECK(work.n_done() == 3);
    work.pop();
    CHECK(work.empty());

    work.push(task(3, {units(30, 2), units(40, 1)}, 3.0));
    work.unit_done(1.0);
    work.unit_done(1.0);
    CHECK(work.give_back({Rank{5}, GiveBack::everything}).tasks.front().n_units == 1);
    CHECK(work.front_ended());
    work.pop();
    work.push(task(4, {units(50, 9)}, 9.0));
    CHECK(work.give_back({Rank{5}, GiveBack::everything}).tasks.front().n_units == 9);
    CHECK(work.empty()); // nothing was begun: the task is gone
}

TEST_CASE(
    "lists cut into units of 5 ms end within a unit and 2 % of the bound when weights are right or all equal")
{
    std::cout << "units of 5 ms, makespan / bound: exact, equal, wild (x 100, / 100) weights; allowed\n";
    int n_compared = 0;
    std::uint64_t n_given_back = 0;
    for (const List& list : lists)
        for (const int n_workers : worker_counts) {
            std::cout << list.name << ' ' << n_workers << ':';
            double allowed = 0.0;
            for (const Weights weights : {Weights::exact, Weights::equal, Weights::wild}) {
                CAPTURE(list.name);
                CAPTURE(n_workers);
                const Work work = cut(list, weights);
                const Settings settings{.n_ranks = n_workers + 1, .rank_0_works = false};
                const Outcome outcome = run(work, settings);
                REQUIRE_MESSAGE(outcome.faults.empty(), outcome.faults.front());
                const double bound_s = work.bound_s(n_workers);
                allowed = 1.02 + (work.longest_unit_s() + 5e-3) / bound_s;
                std::cout << "  " << outcome.makespan_s / bound_s << " (" << outcome.n_requests << " asked, "
                          << outcome.n_in_vain << " in vain, " << outcome.n_assignments << " tasks)";
                // Weights that are 10^4 apart for sources alike cost some units more.
                const double late_s = weights == Weights::wild ? 6.0 * work.longest_unit_s() : 0.0;
                CHECK(outcome.makespan_s <= allowed * bound_s + late_s);
                n_given_back += outcome.n_given_back;
                ++n_compared;
            }
            std::cout << "  " << allowed << '\n';
        }
    CHECK(n_compared == 48);
    CHECK(n_given_back > 1'000);
}

TEST_CASE("a rank at half speed gives back what it cannot do in time")
{
    int n_compared = 0;
    for (const int n_workers : {2, 8, 64}) {
        CAPTURE(n_workers);
        WorkBuilder builder{{1.0}};
        for (int p = 0; p < 10 * n_workers; ++p)
            builder.parcel().units(40).weight(0.2).takes(5e-3);
        const Work work = builder.build();
        Behaviour behaviour;
        behaviour.slowness.assign(static_cast<std::size_t>(n_workers) + 1, 1.0);
        behaviour.slowness[1] = 2.0;
        const Outcome outcome = run(work, {.n_ranks = n_workers + 1, .rank_0_works = false}, behaviour);
        REQUIRE_MESSAGE(outcome.faults.empty(), outcome.faults.front());
        const double bound_s = work.sum_s() / (n_workers - 0.5);
        std::cout << "one of " << n_workers << " workers at half speed: makespan / bound "
                  << outcome.makespan_s / bound_s << '\n';
        CHECK(outcome.makespan_s <= 1.02 * bound_s + 2 * 5e-3 + 5e-3);
        ++n_compared;
    }
    CHECK(n_compared == 3);
}

TEST_CASE("one source that weighs as much as any other and lasts as long as all of them is shared")
{
    int n_compared = 0;
    for (const int n_workers : {1, 2, 16, 500, 5000}) {
        CAPTURE(n_workers);
        WorkBuilder builder{{1.0}};
        const auto n_units = static_cast<std::uint64_t>(200 * n_workers);
        builder.parcel().units(n_units).weight(1.0).takes(5e-3);
        for (int p = 0; p < n_workers; ++p)
            builder.parcel().units(200).weight(1.0).takes(5e-3);
        const Work work = builder.build();
        const Settings settings{.n_ranks = n_workers + 1, .rank_0_works = false};
        const Outcome outcome = run(work, settings);
        REQUIRE_MESSAGE(outcome.faults.empty(), outcome.faults.front());
        CHECK(outcome.n_done == work.unit_s.size());
        const double bound_s = work.bound_s(n_workers);
        std::cout << "straggler of unknown weight, " << n_workers << " workers: bound " << bound_s
                  << " s, makespan / bound " << outcome.makespan_s / bound_s << ", " << outcome.n_requests
                  << " requests, " << outcome.n_in_vain << " in vain, " << outcome.n_assignments
                  << " tasks, scheduler " << outcome.scheduler_s << " s\n";
        // On very many workers rank 0 needs tasks of 40 ms and more to keep up.
        const double shortest_s = std::max(5e-3, 2.0 * settings.service_s * n_workers);
        CHECK(outcome.makespan_s <= 1.02 * bound_s + 3.0 * shortest_s + 5e-3);
        ++n_compared;
    }
    CHECK(n_compared == 5);
}

TEST_CASE("whatever a lost rank held, or had done and not saved, is computed by others")
{
    std::uint64_t n_lost = 0;
    std::uint64_t n_given_back = 0;
    int n_cases = 0;
    for (std::uint64_t seed = 3001; seed <= 3200; ++seed) {
        CAPTURE(seed);
        Case c = random_case(seed);
        if (!c.owner_of.empty() || c.settings.n_ranks < 3)
            continue;
        ++n_cases;
        const double about_s = c.work.sum_s() / c.settings.n_ranks;
        for (int rank = 1; rank < std::min(c.settings.n_ranks - 1, 4); ++rank)
            c.behaviour.deaths.emplace_back(Rank{rank}, about_s * rank / 5.0);
        c.behaviour.notice_s = 0.01 * about_s + 1e-6;
        Scheduler scheduler = scheduler_of(c);
        const Outcome outcome = FakeCluster{scheduler, c.work.unit_s, c.behaviour}.run();
        REQUIRE_MESSAGE(outcome.faults.empty(), outcome.faults.front());
        CHECK(outcome.n_done == c.n_units);
        CHECK(scheduler.progress(outcome.makespan_s).units_done == c.n_units);
        n_lost += outcome.n_lost;
        n_given_back += outcome.n_given_back;
    }
    CHECK(n_cases > 100);
    CHECK(n_lost > 500);
    CHECK(n_given_back > 100);
}

TEST_CASE("when all workers are lost, rank 0 computes what is left, though it only served")
{
    const Work work = WorkBuilder{}.parcel().units(40).weight(40).build();
    Scheduler scheduler{
        {.n_ranks = 3, .rank_0_works = false}, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
    REQUIRE(scheduler.decide(0.0).assignments.size() == 2);
    CHECK_FALSE(scheduler.work_for_scheduler(0.0).has_value());
    UnitSet saved;
    saved.add({UnitId{30}, 3}); // and never told of
    scheduler.on_rank_lost(Rank{1}, saved, 0.1);
    scheduler.on_rank_lost(Rank{2}, {}, 0.1);
    scheduler.check_books();
    std::uint64_t n_computed = 0;
    while (const auto own = scheduler.work_for_scheduler(0.2)) {
        std::uint64_t n = 0;
        for (const UnitRange& units : own->ranges)
            n += units.count;
        n_computed += n;
        scheduler.on_receipt({Rank{0}, own->task, n, 1e-3 * static_cast<double>(n), 1e-3, false}, 0.2);
    }
    CHECK(n_computed == 37);
    CHECK(scheduler.finished());
    scheduler.check_books();
}

TEST_CASE("after revoke every rank ends with its present unit")
{
    WorkBuilder builder{{1.0}};
    for (int p = 0; p < 100; ++p)
        builder.parcel().units(1000).weight(100.0).takes(0.1);
    const Work work = builder.build();
    Behaviour behaviour;
    behaviour.revoke_after = 40;
    behaviour.check_every_step = true;
    for (const bool rank_0_works : {false, true}) {
        const Outcome outcome = run(work, {.n_ranks = 6, .rank_0_works = rank_0_works}, behaviour);
        REQUIRE_MESSAGE(outcome.faults.empty(), outcome.faults.front());
        CHECK(outcome.n_done > 0);
        CHECK(outcome.n_given_back > 50);
        CHECK(outcome.n_done + outcome.n_given_back < work.unit_s.size());
    }
}

TEST_CASE("the first unit of every heavy source runs early, and one that surprises goes next, unit by unit")
{
    WorkBuilder builder{{1.0}};
    for (std::uint32_t p = 0; p < 10; ++p)
        builder.parcel().units(100).weight(100.0 + p).takes(1.0);
    const Work work = builder.build();
    Scheduler scheduler{
        {.n_ranks = 2, .rank_0_works = false}, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
    std::vector<SourceId> first;
    double now_s = 0.0;
    std::vector<Assignment> tasks;
    for (int i = 0; i < 13; ++i) {
        Decisions decisions = scheduler.decide(now_s);
        REQUIRE(decisions.assignments.size() == 1);
        tasks.push_back(decisions.assignments.front());
        const double unit_s = tasks.back().source == SourceId{4} ? 7.0 : 1.0;
        std::uint64_t n = 0;
        for (const UnitRange& range : tasks.back().ranges)
            n += range.count;
        now_s += unit_s * static_cast<double>(n);
        scheduler.on_receipt({.rank = Rank{1},
                              .task = tasks.back().task,
                              .n_units = n,
                              .duration_s = unit_s * static_cast<double>(n),
                              .max_unit_s = unit_s},
                             now_s);
    }
    // The first is the probe of the class; then the others from heavy to light; the fifth of them surprises.
    CHECK(tasks[0].source == SourceId{9});
    for (std::uint32_t i = 1; i <= 5; ++i) {
        CHECK(tasks[i].source == SourceId{9 - i});
        CHECK(tasks[i].ranges == UnitRanges{units(100 * (9 - i), 1)});
    }
    for (std::size_t i = 6; i < tasks.size(); ++i) {
        CHECK(tasks[i].source == SourceId{4});
        CHECK(tasks[i].ranges == UnitRanges{units(400 + i - 5, 1)});
    }
    scheduler.check_books();
}

TEST_CASE("a few long units among very many do not make every unit a task")
{
    Work work = WorkBuilder{{1e-3}}.parcel().units(20'000).weight(20'000.0).takes(3e-3).build();
    for (std::size_t unit = 500; unit < work.unit_s.size(); unit += 1000)
        work.unit_s[unit] = 60e-3;
    for (const int n_ranks : {3, 17}) {
        CAPTURE(n_ranks);
        const Outcome outcome = run(work, {.n_ranks = n_ranks, .rank_0_works = false});
        CHECK(outcome.faults.empty());
        CHECK(outcome.n_done == work.unit_s.size());
        CHECK(outcome.n_assignments < static_cast<std::uint64_t>(50 * (n_ranks - 1)));
        CHECK(outcome.makespan_s < 1.01 * work.bound_s(n_ranks - 1) + work.longest_unit_s());
    }
}

TEST_CASE(
    "one huge source beside a thousand small ones takes fewer than 50 messages a worker, and nobody idles")
{
    // Weights say a third of what the huge one takes; four ranks to a processor interrupt each other.
    WorkBuilder builder{{2e-3, 2e-3}};
    builder.parcel().units(2'700).weight(2'700.0).of_class(1).at_block(0).takes(6e-3);
    for (int p = 0; p < 1000; ++p)
        builder.parcel().units(1).weight(1.0).at_block(0).takes(2e-3);
    Work work = builder.build();
    for (std::size_t unit = 0; unit < work.unit_s.size(); ++unit)
        work.unit_s[unit] += unit % 20 == 7 ? 20e-3 : 0.0;
    int n_compared = 0;
    for (const int n_workers : {1, 3, 7}) {
        CAPTURE(n_workers);
        const Outcome outcome = run(work, {.n_ranks = n_workers + 1, .rank_0_works = false});
        CHECK(outcome.faults.empty());
        CHECK(outcome.n_done == work.unit_s.size());
        const std::uint64_t n_messages = 2 * (outcome.n_assignments + outcome.n_requests);
        std::cout << "one huge source, " << n_workers
                  << " workers: " << static_cast<double>(n_messages) / n_workers
                  << " messages each, makespan / bound " << outcome.makespan_s / work.bound_s(n_workers)
                  << '\n';
        CHECK(n_messages < static_cast<std::uint64_t>(50 * n_workers));
        CHECK(outcome.makespan_s <= 1.02 * work.bound_s(n_workers));
        ++n_compared;
    }
    CHECK(n_compared == 3);
}

TEST_CASE("where ranks share processors nobody is asked for work while more than these are busy")
{
    const Work work = WorkBuilder{{1.0}}.parcel().units(1'000).weight(1.0).takes(1e-3).build();
    for (const bool shared : {false, true}) {
        CAPTURE(shared);
        Settings settings{.n_ranks = 5, .rank_0_works = false};
        if (shared)
            settings.n_processors = 2;
        Scheduler scheduler{settings, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
        std::vector<Assignment> held;
        double now_s = 0.0;
        const auto decide = [&] {
            Decisions decisions = scheduler.decide(now_s);
            for (Assignment& assignment : decisions.assignments)
                held.push_back(std::move(assignment));
            return decisions.give_backs;
        };
        const auto end = [&](const Assignment& task) {
            std::uint64_t n = 0;
            for (const UnitRange& range : task.ranges)
                n += range.count;
            const double seconds = 1e-3 * static_cast<double>(n);
            scheduler.on_receipt({task.rank, task.task, n, seconds, 1e-3, false}, now_s += 1e-5);
        };
        const auto of = [](Rank rank) {
            return [rank](const Assignment& task) { return task.rank == rank; };
        };
        // Everybody works on until nothing waits; then ranks 4, 3 and 2 run dry one after the other.
        std::vector<GiveBack> requests = decide();
        while (scheduler.progress(now_s).units_done < 300) {
            REQUIRE_FALSE(held.empty());
            const Assignment first = held.front();
            held.erase(held.begin());
            end(first);
            requests = decide();
        }
        for (int n = 0; n < 1'000 && requests.empty(); ++n) {
            const int rank = std::ranges::any_of(held, of(Rank{4}))   ? 4
                             : std::ranges::any_of(held, of(Rank{3})) ? 3
                                                                      : 2;
            const auto task = std::ranges::find_if(held, of(Rank{rank}));
            REQUIRE(task != held.end());
            const Assignment ended = *task;
            held.erase(task);
            end(ended);
            requests = decide();
        }
        REQUIRE(requests.size() == 1);
        CHECK(scheduler.progress(now_s).n_busy == (shared ? 2 : 3));
        CHECK(requests.front().n_sharers == 1);
    }
    CHECK_THROWS_AS(
        (Scheduler{{.n_ranks = 5, .n_processors = 0}, StageId{0}, work.parcels, work.classes, {}, TaskId{0}}),
        ComputeError);
}

TEST_CASE("a first unit that sets up what the others use is no surprise, many that last as long are")
{
    WorkBuilder builder{{1.0}};
    builder.parcel().units(10'000).weight(10'000.0);
    for (const bool others : {false, true}) {
        CAPTURE(others);
        const Work work = builder.build();
        Scheduler scheduler{
            {.n_ranks = 3, .rank_0_works = false}, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
        Decisions decisions = scheduler.decide(0.0);
        REQUIRE(decisions.assignments.size() == 2);
        const std::vector<Assignment> probes = decisions.assignments;
        double now_s = 1.0;
        std::vector<std::uint64_t> n_units;
        for (const Assignment& probe : probes) {
            std::uint64_t n = 0;
            for (const UnitRange& range : probe.ranges)
                n += range.count;
            n_units.push_back(n);
        }
        REQUIRE(n_units == std::vector<std::uint64_t>{1, 1}); // a unit is said to last a second
        scheduler.on_receipt({probes[0].rank, probes[0].task, 1, 5e-3, 5e-3, false}, now_s);
        decisions = scheduler.decide(now_s);
        REQUIRE_FALSE(decisions.assignments.empty());
        const Assignment several = decisions.assignments.front();
        REQUIRE(several.ranges.front().count == 4); // as the growth of blocks allows
        now_s += 1.0;
        scheduler.on_receipt({several.rank, several.task, 4, others ? 160e-3 : 55e-3, 40e-3, false}, now_s);
        decisions = scheduler.decide(now_s);
        REQUIRE_FALSE(decisions.assignments.empty());
        CHECK(decisions.assignments.front().ranges.front().count == (others ? 1 : 16));
    }
}

TEST_CASE("a worker goes on with the block that it holds where sizes are equal, at no cost")
{
    const int n_workers = 15;
    std::uint64_t n_held[2] = {0, 0};
    double over_bound[2] = {0.0, 0.0};
    double longest_over_bound = 0.0;
    for (const bool has_blocks : {false, true}) {
        WorkBuilder builder{{1.0}};
        const std::uint32_t n_blocks = 12;
        for (std::uint32_t source = 0; source < 100; ++source) // equal sizes stand together, block by block
            for (std::uint32_t block = 0; block < n_blocks; ++block) {
                builder.parcel().of_source(source).weight(0.01).takes(
                    0.009 + 1e-4 * static_cast<double>(mix(source * n_blocks + block) % 20));
                if (has_blocks)
                    builder.at_block(block);
            }
        const Work work = builder.build();
        Behaviour behaviour;
        behaviour.block_of = [&](UnitId unit) {
            return BlockId{static_cast<std::uint32_t>(unit.value() % n_blocks)};
        };
        const Outcome outcome =
            run(work, {.n_ranks = n_workers + 1, .rank_0_works = false, .task_duration_s = 0.01}, behaviour);
        REQUIRE_MESSAGE(outcome.faults.empty(), outcome.faults.front());
        n_held[has_blocks] = outcome.n_blocks_held;
        longest_over_bound = work.longest_unit_s() / work.bound_s(n_workers);
        over_bound[has_blocks] = outcome.makespan_s / work.bound_s(n_workers);
    }
    std::cout << "blocks on 15 workers: " << n_held[0] << " held without preference, " << n_held[1]
              << " with; makespan / bound " << over_bound[0] << " and " << over_bound[1] << '\n';
    CHECK(n_held[1] < n_held[0]);
    CHECK(over_bound[1] <= over_bound[0] + longest_over_bound);
}

TEST_CASE("what nobody asked for is refused")
{
    const Work work = WorkBuilder{}.parcel().units(40).weight(40).build();
    Scheduler scheduler{
        {.n_ranks = 3, .rank_0_works = false}, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
    CHECK_THROWS_WITH_AS(scheduler.on_given_back({.rank = Rank{1}}, 0.0),
                         "rank 1 answered a request to give back (it has none)", ComputeError);
    CHECK_THROWS_AS(scheduler.on_rank_lost(Rank{0}, {}, 0.0), ComputeError);
    CHECK_THROWS_AS(scheduler.on_rank_lost(Rank{3}, {}, 0.0), ComputeError);
    scheduler.on_rank_lost(Rank{2}, {}, 0.0);
    CHECK_THROWS_AS(scheduler.on_rank_lost(Rank{2}, {}, 0.0), ComputeError);
    const Decisions decisions = scheduler.decide(0.0);
    REQUIRE(decisions.assignments.size() == 1);
    CHECK(decisions.assignments.front().rank == Rank{1});
}

TEST_CASE("a unit that is being computed is not given back, whatever is asked for")
{
    Worklist work;
    work.push(task(1, {units(0, 2), units(10, 1)}, 3.0));
    work.push(task(2, {units(20, 2)}, 2.0));
    work.unit_begun();
    const GivenBack all = work.give_back({Rank{1}, GiveBack::everything});
    REQUIRE(all.tasks.size() == 2);
    CHECK(all.tasks[0].task == TaskId{2});
    CHECK(all.tasks[0].n_units == 2);
    CHECK(all.tasks[1].task == TaskId{1});
    CHECK(all.tasks[1].n_units == 2);
    CHECK(work.next() == UnitId{0});
    work.push(task(3, {units(30, 1)}, 1.0)); // further work may come meanwhile
    work.unit_done(1.0);
    CHECK(work.front_ended());
    work.pop();
    REQUIRE_FALSE(work.empty());
    CHECK(work.next() == UnitId{30});
    work.unit_begun();
    CHECK(work.give_back({Rank{1}, GiveBack::everything}).tasks.empty());
    work.unit_done(1.0);
    CHECK(work.front_ended());
}
