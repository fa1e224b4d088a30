#pragma once

#include "engine/run.hpp"
#include "mpi/communicator.hpp"

#include "mtc/error.hpp"

#include <filesystem>

namespace mtc::commands {

/// Statistics, hazard maps and spectra from the realizations of an earlier output, under the statistics keys
/// of a job: no source is read and no rupture computed. The job may give levels, sites and investigation_time
/// if they are those of the earlier output; what it says of sources and logic trees is not looked at. Each
/// rank reads and computes its share of the sites; the output has the form of a calculation's. Collective.
///
/// \returns the exit status, equal on every rank; rank 0 has told what went wrong: an earlier output without
/// realizations, levels or sites that do not fit, an output that is there already and is not the same
[[nodiscard]] ExitStatus recompute(const mpi::Communicator& world, const engine::RunArguments& arguments,
                                   const std::filesystem::path& earlier);

} // namespace mtc::commands
