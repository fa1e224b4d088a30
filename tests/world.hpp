#pragma once

#include "mpi/communicator.hpp"

namespace mtc::test {

/// All ranks of a test under mpirun.
const mpi::Communicator& world();

} // namespace mtc::test
