#define DOCTEST_CONFIG_IMPLEMENT
#include "run_counter.hpp"
#include "world.hpp"

#include "mpi/environment.hpp"

#include <iostream>
#include <sstream>

REGISTER_LISTENER("counter", 1, mtc::test::RunCounter);

namespace mtc::test {

const mpi::Communicator* world_of_tests = nullptr;

const mpi::Communicator& world()
{
    return *world_of_tests;
}

} // namespace mtc::test

int main(int argc, char** argv)
{
    mtc::mpi::yield_when_crowded();
    const mtc::mpi::Environment environment(argc, argv);
    const auto world = mtc::mpi::Communicator::duplicate(MPI_COMM_WORLD);
    mtc::test::world_of_tests = &world;
    std::ostringstream report;
    doctest::Context tests(argc, argv);
    tests.setCout(&report); // ranks must not talk at once
    const int failed = tests.run();
    for (int rank = 0; rank < world.size(); ++rank) {
        world.barrier();
        if (rank == world.rank() && (rank == 0 || failed != 0))
            std::cout << "--- rank " << rank << " of " << world.size() << '\n' << report.str() << std::flush;
    }
    return world.max(failed != 0 || mtc::test::n_run == 0 ? 1 : 0);
}
