#pragma once

#include "mpi/communicator.hpp"

#include "mtc/workload.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mtc::output {

/// What rank 0 has, on every rank. Collective.
[[nodiscard]] std::vector<std::string> broadcast(const mpi::Communicator& comm,
                                                 std::vector<std::string> texts);
[[nodiscard]] Dataset broadcast(const mpi::Communicator& comm, const Dataset& dataset);

} // namespace mtc::output
