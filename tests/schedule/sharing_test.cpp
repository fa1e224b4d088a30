#include "schedule/builders.hpp"

#include "schedule/scheduler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>

using namespace mtc;
using namespace mtc::schedule;
using namespace mtc::schedule::test;

namespace {

/// A scheduler with two workers, moved by hand: units of a millisecond, all alike.
struct TwoWorkers {
    Work work = WorkBuilder{{1e-3}}.parcel().units(300).weight(300.0).takes(1e-3).build();
    Scheduler scheduler{
        {.n_ranks = 3, .rank_0_works = false}, StageId{0}, work.parcels, work.classes, {}, TaskId{0}};
    std::vector<Assignment> held{};
    double now_s = 0.0;

    std::vector<GiveBack> decide()
    {
        Decisions decisions = scheduler.decide(now_s);
        std::ranges::move(decisions.assignments, std::back_inserter(held));
        return decisions.give_backs;
    }
    /// The first task of a rank, of which it does no more than `n_most` units.
    void end(int rank, std::uint64_t n_most = 1'000)
    {
        const auto task = std::ranges::find(held, Rank{rank}, &Assignment::rank);
        REQUIRE(task != held.end());
        std::uint64_t n = 0;
        for (const UnitRange& range : task->ranges)
            n += range.count;
        n = std::min(n, n_most);
        const double seconds = 1e-3 * static_cast<double>(n);
        now_s += seconds;
        scheduler.on_receipt({task->rank, task->task, n, seconds, 1e-3, false}, now_s);
        held.erase(task);
    }
    [[nodiscard]] std::ptrdiff_t n_held(int rank) const
    {
        return std::ranges::count(held, Rank{rank}, &Assignment::rank);
    }
    /// Rank 1 ends three tasks, rank 2 all.
    [[nodiscard]] bool until_rank_1_is_asked()
    {
        std::vector<GiveBack> requests = decide();
        for (int turn = 0; turn < 1'000 && requests.empty() && n_held(1) > 0; ++turn) {
            end(turn < 3 || n_held(2) == 0 ? 1 : 2);
            requests = decide();
        }
        return requests.size() == 1 && requests.front().rank == Rank{1};
    }
};

} // namespace

TEST_CASE("who is given work before it answers that nothing is left is asked again")
{
    TwoWorkers two;
    REQUIRE(two.until_rank_1_is_asked());
    // Rank 1 has nothing left when the request reaches it, but its last task could not go on: the rest waits
    // again, and both get some of it before the answer comes.
    while (two.n_held(1) > 1)
        two.end(1);
    two.end(1, 2);
    CHECK(two.decide().empty());
    REQUIRE(two.n_held(1) == 1);
    REQUIRE(two.n_held(2) == 1);
    two.scheduler.on_given_back({.rank = Rank{1}}, two.now_s);
    CHECK(two.decide().empty());
    two.end(2);
    const std::vector<GiveBack> requests = two.decide();
    REQUIRE(requests.size() == 1);
    CHECK(requests.front().rank == Rank{1});
    two.scheduler.check_books();
}

TEST_CASE("who answers a request of before a revoke with nothing is asked for everything")
{
    TwoWorkers two;
    REQUIRE(two.until_rank_1_is_asked());
    two.scheduler.revoke();
    CHECK(two.decide().empty());                               // rank 2 has nothing, rank 1 is asked already
    two.scheduler.on_given_back({.rank = Rank{1}}, two.now_s); // a unit is left, which it would have kept
    const std::vector<GiveBack> requests = two.decide();
    REQUIRE(requests.size() == 1);
    CHECK(requests.front().rank == Rank{1});
    CHECK(requests.front().n_sharers == GiveBack::everything);
    two.scheduler.on_given_back({.rank = Rank{1}}, two.now_s);
    CHECK(two.decide().empty());
}
