#include "mpi/environment.hpp"

#include "mpi/communicator.hpp"

#include <array>
#include <cstdlib>
#include <exception>
#include <sched.h>

namespace mtc::mpi {

void yield_when_crowded()
{
    const char* n_local = std::getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (n_local == nullptr || sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return;
    // A rank bound to a core sees only that one, though it has it for itself: bound ranks do not crowd.
    const int n_processors = CPU_COUNT(&allowed);
    const bool bound = std::getenv("OMPI_MCA_orte_bound_at_launch") != nullptr;
    if (!bound && std::atoi(n_local) > n_processors)
        setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0);
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
