#pragma once

#include "mtc/workload.hpp"

#include <vector>

namespace mtc {

/// All of the program `mtc`, with workloads of the caller's own beside mtc's: reads the command line, runs
/// the calculation under mpirun, or checks, plans, shows and so on without MPI. For main() to return:
///
///     int main(int argc, char** argv) { return mtc::run(argc, argv, {my_kind()}); }
///
/// \returns the exit status (ExitStatus)
/// \par Ranks   called once on each; MPI begins and ends within
[[nodiscard]] int run(int argc, char** argv, std::vector<WorkloadKind> kinds = {});

} // namespace mtc
