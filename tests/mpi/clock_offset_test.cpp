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

int n_readings = 0; ///< of the clock below, on this rank

/// Exchanges begin once a second, and rank 0 reads its clock 0.1 s later. Only the eighth answer is as quick
/// on its way back, others take five times as long: what they tell is 0.2 s off.
double clock_of_a_busy_machine()
{
    const int n = n_readings++;
    if (world().rank() == 0)
        return n + 0.1;
    const int exchange = n / 2;
    return n % 2 == 0 ? exchange : exchange + (exchange == 7 ? 0.2 : 0.6);
}

} // namespace

TEST_CASE("of many messages the quickest tells the offset")
{
    n_readings = 0;
    const mpi::ClockOffset offset = mpi::clock_offset(world(), clock_of_a_busy_machine);
    if (world().rank() == 0)
        return;
    CHECK(n_readings >= 2 * 8);
    // Rank 0's clock has gone on while it answered the ranks before.
    const double before_s = 0.5 * n_readings * (world().rank() - 1);
    CHECK(offset.offset_s == doctest::Approx(-before_s));
    CHECK(offset.uncertainty_s == doctest::Approx(0.1));
}

TEST_CASE("clocks of one node differ by less than the measured uncertainty")
{
    const mpi::ClockOffset offset = mpi::clock_offset(world(), perf::steady_s);
    CHECK(offset.uncertainty_s < 0.1);
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
