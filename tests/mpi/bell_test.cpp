#include "mpi/bell.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

#include <chrono>

namespace mtc {

using test::world;

namespace {

constexpr double far_too_long_s = 20.0; ///< who is not woken waits so long, and the test takes notice

double now_s()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace

TEST_CASE("a token goes round by ranks that sleep until the bell rings")
{
    constexpr int n_rounds = 500;
    const mpi::Communicator comm = mpi::Communicator::duplicate(world().get());
    const int next = (comm.rank() + 1) % comm.size();
    const int before = (comm.rank() + comm.size() - 1) % comm.size();
    mpi::Bell bell;
    bell.hang(comm);
    const double begin_s = now_s();
    int n_rung = 0;
    int n_in_vain = 0;
    MPI_Request token = MPI_REQUEST_NULL;
    const auto there = [&] { // MPI_Test looks for what is new before it answers, MPI_Iprobe after that
        int came = 0;
        MPI_Test(&token, &came, MPI_STATUS_IGNORE);
        return came != 0;
    };
    for (int round = 0; round < n_rounds && comm.size() > 1; ++round) {
        if (comm.rank() != 0 || round > 0) {
            MPI_Irecv(nullptr, 0, MPI_BYTE, before, 1, comm.get(), &token);
            while (!there()) {
                bell.lie_down();
                if (there()) {
                    bell.stay_up();
                    break;
                }
                ++(bell.wait(far_too_long_s) ? n_rung : n_in_vain);
            }
        }
        const bool is_last = round + 1 == n_rounds && next == 0;
        if (!is_last) {
            MPI_Send(nullptr, 0, MPI_BYTE, next, 1, comm.get());
            bell.ring(next);
        }
    }
    comm.barrier();
    CHECK(bell.hears(next) == (comm.size() > 1));
    CHECK_FALSE(bell.hears(comm.rank()));
    CHECK(comm.sum(n_in_vain) == 0);
    CHECK((comm.sum(n_rung) > 0) == (comm.size() > 1));
    CHECK(now_s() - begin_s < far_too_long_s);
}

TEST_CASE("who lies down before the bell rings does not sleep, and without a ring the time counts")
{
    mpi::Bell bell;
    bell.ring(0); // nobody is there
    CHECK_FALSE(bell.hears(0));
    bell.hang(world());
    if (world().size() == 1) // there is nobody to wake it
        return;
    const double begin_s = now_s();
    bell.lie_down();
    bell.ring(world().rank());
    const bool first = bell.wait(far_too_long_s);
    const double first_s = now_s() - begin_s;
    bell.lie_down();
    const bool second = bell.wait(0.05);
    const double second_s = now_s() - begin_s - first_s;
    world().barrier(); // nobody waits any more
    bell.lie_down();
    world().barrier();
    if (world().rank() == 0)
        bell.ring_all();
    const bool third = world().rank() == 0 || bell.wait(far_too_long_s);
    CHECK(first);
    CHECK(first_s < far_too_long_s);
    CHECK_FALSE(second);
    CHECK(third);
    CHECK(second_s >= 0.05);
    CHECK(second_s < far_too_long_s);
}

} // namespace mtc
