#include "mpi/environment.hpp"

#include "mpi/communicator.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <exception>

#include <sched.h>
#include <unistd.h>

namespace mtc::mpi {

namespace {

constexpr double large_crowd = 4.0; ///< ranks a processor
constexpr int niceness = 10;        ///< a tenth of the weight

/// Where hundreds of ranks end tasks together, fairness gives rank 0 the share of one of them: all wait for
/// the answers of one that waits for its turn. mpirun, too, has to get through to all of them at the start.
void make_way()
{
    [[maybe_unused]] const int now = ::nice(niceness);
}

} // namespace

double ranks_a_processor() noexcept
{
    const char* n_local = std::getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (n_local == nullptr || sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return 1.0;
    // A rank bound to a core sees only that one, though it has it for itself: bound ranks do not crowd.
    const bool bound = std::getenv("OMPI_MCA_orte_bound_at_launch") != nullptr;
    return bound ? 1.0 : std::max(1.0, static_cast<double>(std::atoi(n_local)) / CPU_COUNT(&allowed));
}

std::optional<int> shared_processors(int n_ranks) noexcept
{
    const double crowd = ranks_a_processor();
    const char* n_local = std::getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    if (crowd <= 1.0 || n_local == nullptr || std::atoi(n_local) != n_ranks)
        return std::nullopt;
    return static_cast<int>(std::lround(n_ranks / crowd));
}

void yield_when_crowded()
{
    const double crowd = ranks_a_processor();
    if (crowd <= 1.0)
        return;
    setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0);
    const char* rank = std::getenv("OMPI_COMM_WORLD_RANK");
    if (crowd >= large_crowd && rank != nullptr && std::atoi(rank) != 0)
        make_way();
}

Environment::Environment(int& argc, char**& argv)
    : n_exceptions_{std::uncaught_exceptions()}
{
    // Open MPI's own MPI-IO loses errors: with four ranks a collective write onto a full disk was reported as
    // successful. ROMIO reports them. A choice made by the user stays.
    setenv("OMPI_MCA_io", "^ompio", 0);
    int level = MPI_THREAD_SINGLE;
    check(MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level), "MPI_Init_thread");
    if (level < MPI_THREAD_FUNNELED)
        throw MpiError{"MPI_Init_thread: MPI_THREAD_FUNNELED refused; MPI_Init_thread", MPI_ERR_OTHER};
    check(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
}

Environment::~Environment()
{
    if (std::uncaught_exceptions() == n_exceptions_)
        MPI_Finalize();
}

std::string Environment::library_version()
{
    std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> version{};
    int length = 0;
    check(MPI_Get_library_version(version.data(), &length), "MPI_Get_library_version");
    const std::string whole{version.data(), static_cast<std::size_t>(length)};
    return whole.substr(0, whole.find('\n'));
}

} // namespace mtc::mpi
