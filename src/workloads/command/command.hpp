#pragma once

#include "mtc/workload.hpp"

namespace mtc::command {

/// Runs of programs: a command for each combination of parameters, or for each line of a file, with what it
/// prints and how it ended in one table.
[[nodiscard]] WorkloadKind kind();

} // namespace mtc::command
