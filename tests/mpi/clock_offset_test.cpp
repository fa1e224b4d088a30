#include "mpi/clock_offset.hpp"

#include "perf/clock.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace mtc {

using test::world;

namespace {

/// A clock that is as wrong as if this rank's machine had been switched on earlier.
double shifted_clock()
{
    return perf::steady_s() + 1000.0 * world().rank();
}

} // namespace

TEST_CASE("clocks of one node differ by less than a millisecond, and by less than the measured uncertainty")
{
    const mpi::ClockOffset offset = mpi::clock_offset(world(), perf::steady_s);
    CHECK(std::abs(offset.offset_s) < 1e-3);
    CHECK(std::abs(offset.offset_s) <= offset.uncertainty_s);
    if (world().rank() == 0)
        CHECK(offset.uncertainty_s == 0.0);
    else
        CHECK(offset.uncertainty_s > 0.0);
}

TEST_CASE("a clock that is off is found to be, within the uncertainty")
{
    const mpi::ClockOffset offset = mpi::clock_offset(world(), shifted_clock);
    CHECK(std::abs(offset.offset_s - 1000.0 * world().rank()) <= offset.uncertainty_s + 1e-9);
    CHECK(offset.uncertainty_s < 0.1);
}

TEST_CASE("ranks of a node have the offset of their first")
{
    const mpi::ClockOffset offset = mpi::clock_offset_by_node(world(), perf::steady_s);
    CHECK(std::abs(offset.offset_s) < 1e-3); // 0 where all are on one node
    CHECK(offset.uncertainty_s < 0.1);
}

TEST_CASE("splits keep the order of ranks")
{
    const mpi::Communicator halves = world().split(world().rank() % 2);
    CHECK(halves.rank() == world().rank() / 2);
    CHECK(halves.size() == (world().size() + 1 - world().rank() % 2) / 2);
    const mpi::Communicator node = world().split_by_node();
    CHECK(node.size() >= 1);
    CHECK(node.size() <= world().size());
}

} // namespace mtc
