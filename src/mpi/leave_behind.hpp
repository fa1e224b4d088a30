#pragma once

#include <mpi.h>

#include <cstddef>
#include <vector>

namespace mtc::mpi {

/// Nobody waits for this message any more, as its other end may be gone. Should it come back, MPI still reads
/// or writes the bytes: where they are not through they are kept until the process ends.
void leave_behind(MPI_Request request, std::vector<std::byte> bytes) noexcept;

} // namespace mtc::mpi
