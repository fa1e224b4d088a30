#include "engine/results/sums.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using mtc::BlockId;
using mtc::CellRun;
using mtc::engine::BlockSums;

namespace {

std::vector<std::byte> bytes_of(const BlockSums& sums, BlockId block)
{
    std::vector<std::byte> bytes(sums.n_bytes(block));
    sums.copy(block, bytes);
    return bytes;
}

} // namespace

TEST_CASE("sums are the same bits in whatever order and on however many ranks units are added")
{
    for (const bool wide : {false, true}) {
        CAPTURE(wide);
        const std::vector<std::uint64_t> cells{5};
        std::mt19937_64 random{7};
        std::lognormal_distribution<double> value{-6.0, 5.0};
        std::vector<std::vector<double>> units(200, std::vector<double>(5));
        for (auto& unit : units)
            std::ranges::generate(unit, [&] { return value(random); });
        BlockSums in_order{cells, 37.0, wide};
        for (const auto& unit : units)
            in_order.add(BlockId{0}, std::vector{CellRun{0, unit}});
        std::ranges::shuffle(units, random);
        std::vector<BlockSums> ranks;
        for (int rank = 0; rank < 3; ++rank)
            ranks.emplace_back(cells, 37.0, wide);
        for (std::size_t u = 0; u < units.size(); ++u)
            ranks[u % 3].add(BlockId{0}, std::vector{CellRun{0, units[u]}});
        ranks[2].add_raw(BlockId{0}, bytes_of(ranks[0], BlockId{0}), ranks[0].n_units(BlockId{0}));
        ranks[2].add_raw(BlockId{0}, bytes_of(ranks[1], BlockId{0}), ranks[1].n_units(BlockId{0}));
        CHECK(bytes_of(in_order, BlockId{0}) == bytes_of(ranks[2], BlockId{0}));
        CHECK(ranks[2].n_units(BlockId{0}) == 200);
        std::vector<double> out(5);
        in_order.read(BlockId{0}, 0, out);
        for (const double sum : out)
            CHECK(sum > 0.0);
    }
}

TEST_CASE("sums round to the promised precision and saturate at the limit")
{
    const std::vector<std::uint64_t> cells{3};
    for (const bool wide : {false, true}) {
        CAPTURE(wide);
        BlockSums sums{cells, 37.0, wide};
        const std::vector<double> values{1e-9, 30.0, -1.0};
        for (int i = 0; i < 1000; ++i)
            sums.add(BlockId{0}, std::vector{CellRun{0, values}});
        std::vector<double> out(3);
        sums.read(BlockId{0}, 0, out);
        CHECK(std::abs(out[0] - 1e-6) <= (wide ? 1e-20 : 1000 * 7e-18));
        CHECK(out[1] == 37.0);
        CHECK(out[2] == 0.0);
    }
}

TEST_CASE("a value that is not a number is refused before anything is added")
{
    const std::vector<std::uint64_t> cells{4};
    BlockSums sums{cells, 37.0, false};
    const std::vector<double> good{1.0, 2.0};
    const std::vector<double> bad{1.0, std::numeric_limits<double>::quiet_NaN()};
    const std::vector<CellRun> runs{{0, good}, {2, bad}};
    CHECK_THROWS_WITH_AS(sums.add(BlockId{0}, runs), "cell 3 of block 0 is not a number", mtc::ComputeError);
    CHECK_FALSE(sums.holds(BlockId{0}));
    CHECK(sums.n_units(BlockId{0}) == 0);
}

TEST_CASE("infinity counts as the limit, a run outside the block is refused")
{
    const std::vector<std::uint64_t> cells{1};
    BlockSums sums{cells, 1.0, false};
    const std::vector<double> infinite{std::numeric_limits<double>::infinity()};
    sums.add(BlockId{0}, std::vector{CellRun{0, infinite}});
    std::vector<double> out(1);
    sums.read(BlockId{0}, 0, out);
    CHECK(out[0] == 1.0);
    CHECK_THROWS_AS(sums.add(BlockId{0}, std::vector{CellRun{1, infinite}}), mtc::ComputeError);
}
