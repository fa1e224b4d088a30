#include "schedule/builders.hpp"
#include "schedule/fake_cluster.hpp"
#include "schedule/random_case.hpp"

#include "schedule/scheduler.hpp"

#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iostream>
#include <list>

using namespace mtc;
using namespace mtc::schedule;
using namespace mtc::schedule::test;

namespace {

constexpr std::uint32_t n_blocks = 200;
constexpr std::uint32_t blocks_in_tile = 10;

/// Sources of very different weight that each reach every block, their units as a hazard job numbers them:
/// block after block.
Work many_sources()
{
    WorkBuilder builder{{1.0, 3.0}};
    for (std::uint32_t block = 0; block < n_blocks; ++block)
        for (std::uint32_t source = 0; source < 60; ++source) {
            const double unit_s = 1e-3 * static_cast<double>(1 + mix(source * n_blocks + block) % 20);
            const std::uint64_t n = 1 + mix(source) % 8;
            builder.parcel()
                .of_source(source)
                .of_class(source % 2)
                .at_block(block)
                .units(n)
                .takes(unit_s)
                .weight(unit_s * static_cast<double>(n) * (source == 7 ? 0.05 : 1.0)); // one surprises
        }
    return builder.build();
}

/// What a rank with room for so many blocks would have to bring back.
class Memory {
public:
    explicit Memory(std::size_t most)
        : most_{most}
    {}
    void touch(std::uint32_t block)
    {
        const auto found = std::ranges::find(held_, block);
        if (found != held_.end()) {
            held_.erase(found);
        } else if (seen_.at(block)) {
            ++n_back_;
        }
        seen_[block] = true;
        held_.push_front(block);
        if (held_.size() > most_)
            held_.pop_back();
    }
    [[nodiscard]] std::uint64_t n_back() const { return n_back_; }

private:
    std::size_t most_;
    std::list<std::uint32_t> held_;
    std::vector<bool> seen_ = std::vector<bool>(n_blocks, false);
    std::uint64_t n_back_ = 0;
};

std::vector<std::uint32_t> tiles()
{
    std::vector<std::uint32_t> tile_of(n_blocks);
    for (std::uint32_t b = 0; b < n_blocks; ++b)
        tile_of[b] = b / blocks_in_tile;
    return tile_of;
}

struct Run {
    double over_bound = 0.0;
    std::uint64_t n_back = 0; ///< blocks that ranks needed again, with memory for two tiles
    int n_idle_between = 0;   ///< [tiles] that began only when the one before had ended everywhere
};

Run run(const Work& work, int n_ranks, bool rank_0_works, const std::vector<std::uint32_t>& tile_of)
{
    std::vector<std::uint32_t> block_of_unit(work.unit_s.size());
    for (const Parcel& parcel : work.parcels)
        for (std::uint64_t u = parcel.units.first.value(); u < parcel.units.end().value(); ++u)
            block_of_unit[u] = parcel.block.value();
    std::vector<Memory> memories(static_cast<std::size_t>(n_ranks), Memory{2 * blocks_in_tile});
    std::vector<std::uint32_t> order; // tile of each unit, as they end
    Behaviour behaviour;
    behaviour.n_ranks = n_ranks;
    behaviour.computes = [&](std::size_t rank, UnitId unit) {
        const std::uint32_t block = block_of_unit[unit.value()];
        memories[rank].touch(block);
        order.push_back(block / blocks_in_tile);
    };
    const Settings settings{.n_ranks = n_ranks, .rank_0_works = rank_0_works};
    Scheduler scheduler{settings, StageId{0}, work.parcels, work.classes, {}, TaskId{0}, tile_of};
    const Outcome outcome = FakeCluster{scheduler, work.unit_s, behaviour}.run();
    REQUIRE_MESSAGE(outcome.faults.empty(), outcome.faults.front());
    REQUIRE(outcome.n_done == work.unit_s.size());
    scheduler.check_books();
    Run result;
    result.over_bound = outcome.makespan_s / work.bound_s(rank_0_works ? n_ranks : n_ranks - 1);
    for (const Memory& memory : memories)
        result.n_back += memory.n_back();
    for (std::uint32_t tile = 0; tile + 1 < n_blocks / blocks_in_tile; ++tile) {
        const auto last = std::ranges::find(order.rbegin(), order.rend(), tile).base();
        result.n_idle_between += std::find(order.begin(), last, tile + 1) == last;
    }
    return result;
}

} // namespace

TEST_CASE("tile after tile few blocks are needed again, nobody waits between tiles, and the bound is reached")
{
    const Work work = many_sources();
    for (const bool rank_0_works : {false, true})
        for (const int n_ranks : {2, 4, 17}) {
            CAPTURE(rank_0_works);
            CAPTURE(n_ranks);
            const Run whole = run(work, n_ranks, rank_0_works, {});
            const Run tiled = run(work, n_ranks, rank_0_works, tiles());
            std::cout << n_ranks << " ranks" << (rank_0_works ? ", rank 0 works" : "")
                      << ": blocks needed again " << whole.n_back << " without tiles, " << tiled.n_back
                      << " with; makespan / bound " << whole.over_bound << " and " << tiled.over_bound
                      << '\n';
            CHECK(whole.n_back > 20 * n_blocks);
            CHECK(tiled.n_back < n_blocks / 2);
            CHECK(tiled.over_bound <= 1.02);
            // What rank 0 takes is the lightest of the last tile, not of all: it serves a little later.
            CHECK(tiled.over_bound <= whole.over_bound + (rank_0_works ? 0.015 : 0.001));
            if (n_ranks == 17)
                CHECK(tiled.n_idle_between < 3);
        }
}

TEST_CASE("whatever the work and the cluster, tiles lose nothing and compute nothing twice")
{
    std::uint64_t n_units = 0;
    std::uint64_t n_tiled = 0;
    for (std::uint64_t seed = 5001; seed <= 5150; ++seed) {
        CAPTURE(seed);
        Case c = random_case(seed);
        if (!c.owner_of.empty()) // blocks that have owners are read, not added to
            continue;
        c.tile_of.resize(10);
        for (std::uint32_t b = 0; b < c.tile_of.size(); ++b)
            c.tile_of[b] = b / (1 + static_cast<std::uint32_t>(seed % 4));
        c.behaviour.stops_half_way = [seed](TaskId task) { return mix(seed ^ task.value()) % 4 == 0; };
        Scheduler scheduler = scheduler_of(c);
        const Outcome outcome = FakeCluster{scheduler, c.work.unit_s, c.behaviour}.run();
        REQUIRE_MESSAGE(outcome.faults.empty(), outcome.faults.front());
        REQUIRE(outcome.n_done == c.n_units);
        n_units += outcome.n_done;
        ++n_tiled;
    }
    CHECK(n_tiled > 80);
    CHECK(n_units > 30'000);
}

TEST_CASE("what a lost rank had done of earlier tiles goes first again")
{
    const Work work = many_sources();
    Behaviour behaviour;
    behaviour.n_ranks = 5;
    behaviour.deaths = {{Rank{2}, 10.0}, {Rank{3}, 20.0}};
    const std::vector<std::uint32_t> tile_of = tiles();
    Scheduler scheduler{{.n_ranks = 5, .rank_0_works = false},
                        StageId{0},
                        work.parcels,
                        work.classes,
                        {},
                        TaskId{0},
                        tile_of};
    const Outcome outcome = FakeCluster{scheduler, work.unit_s, behaviour}.run();
    REQUIRE_MESSAGE(outcome.faults.empty(), outcome.faults.front());
    CHECK(outcome.n_lost > 100);
    CHECK(outcome.n_done == work.unit_s.size());
    scheduler.check_books();
}

TEST_CASE("a block without a tile is refused")
{
    WorkBuilder builder;
    builder.parcel().at_block(3);
    builder.parcel(); // of none: it belongs to the first tile
    const Work work = builder.build();
    const std::vector<std::uint32_t> tile_of{0, 0, 1};
    CHECK_THROWS_WITH_AS(
        (Scheduler{{.n_ranks = 2}, StageId{0}, work.parcels, work.classes, {}, TaskId{0}, tile_of}),
        "block 3 of source 0 (3 blocks are in tiles)", ComputeError);
}
