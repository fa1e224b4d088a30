#pragma once

#include "durable/status.hpp"
#include "mpi/communicator.hpp"

#include "mtc/error.hpp"

#include <string>

namespace mtc::engine {

/// How a run ended, the same on every rank but for what rank 0 tells.
struct RunEnd {
    ExitStatus status = ExitStatus::complete;
    bool all_alive = true;     ///< false: MPI must not be finalized, it would wait for the dead
    durable::RunStatus told{}; ///< on rank 0
};
[[nodiscard]] RunEnd ended(const mpi::Communicator& world, ExitStatus status, std::string message);

/// What is to be told of a run at this moment by this rank.
[[nodiscard]] durable::RunStatus status_of(const mpi::Communicator& world, ExitStatus exit_status,
                                           std::string message);
/// Into the status file of the output; a file that cannot be written must not end a calculation that can.
void tell_status(const std::string& output, const durable::RunStatus& status);

/// Leaves MPI and the process without waiting for anybody: after the death of ranks.
[[noreturn]] void leave_at_once(ExitStatus status);
/// What a rank does that cannot go on without those that were lost; the others notice. Rank 0 tells why, and
/// that the run can be started again.
/// \param output  empty: not known yet
[[noreturn]] void give_up(const mpi::Communicator& world, const std::string& output, const std::string& why);
/// After a failure: waits a second for all ranks to be out of their units, then ends those that are not, or
/// leaves that to the wrapper. Collective
void leave_together(const mpi::Communicator& world);

} // namespace mtc::engine
