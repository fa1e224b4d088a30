#include "engine/lives/farewell.hpp"

#include "engine/lives/host.hpp"
#include "engine/messages/mailbox.hpp"
#include "perf/clock.hpp"

#include <cstdio>
#include <iostream>
#include <utility>

#include <unistd.h>

namespace mtc::engine {

RunEnd ended(const mpi::Communicator& world, ExitStatus status, std::string message)
{
    return {.status = status, .told = status_of(world, status, std::move(message))};
}

durable::RunStatus status_of(const mpi::Communicator& world, ExitStatus exit_status, std::string message)
{
    durable::RunStatus status;
    status.exit_status = exit_status;
    status.elapsed_s = perf::now_s();
    status.host = host_name();
    status.process = getpid();
    status.n_ranks = world.size();
    status.message = std::move(message);
    return status;
}

void tell_status(const std::string& output, const durable::RunStatus& status)
{
    try {
        durable::write_status(output, status);
    } catch (const IoError& error) {
        std::cerr << "warning: " << error.what() << '\n';
    }
}

void leave_at_once(ExitStatus status)
{
    std::cout.flush();
    std::cerr.flush();
    std::fflush(nullptr);
    _exit(static_cast<int>(status));
}

void give_up(const mpi::Communicator& world, const std::string& output, const std::string& why)
{
    if (world.rank() == 0) {
        durable::RunStatus status =
            status_of(world, ExitStatus::unfinished, why + ": the same command goes on from what was saved");
        status.restart = true;
        std::cerr << "mtc: " << status.message << std::endl;
        if (!output.empty())
            tell_status(output, status);
        try {
            durable::tell_wrapper(status);
        } catch (const IoError& error) {
            std::cerr << "warning: " << error.what() << std::endl;
        }
    }
    leave_at_once(ExitStatus::unfinished);
}

void leave_together(const mpi::Communicator& world)
{
    MPI_Request request = MPI_REQUEST_NULL;
    mpi::check(MPI_Ibarrier(world.get(), &request), "MPI_Ibarrier");
    const double give_up_s = perf::now_s() + 1.0;
    Waiter waiter{worker_naps};
    for (int arrived = 0; arrived == 0;) {
        mpi::check(MPI_Test(&request, &arrived, MPI_STATUS_IGNORE), "MPI_Test");
        if (arrived == 0 && perf::now_s() > give_up_s) {
            // MPI_Abort ends its caller alone where deaths are survived; there is a wrapper then.
            if (durable::has_wrapper())
                return;
            MPI_Abort(world.get(), static_cast<int>(ExitStatus::failed));
        }
        if (arrived == 0)
            waiter.rest();
    }
}

} // namespace mtc::engine
