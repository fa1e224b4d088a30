#pragma once

#include "config/command_line.hpp"
#include "engine/run.hpp"

#include "mtc/error.hpp"

#include <iosfwd>

namespace mtc::commands {

/// `mtc sweep --dry-run`: prints the command of each task, one a line. No MPI.
ExitStatus print_commands(const config::CommandLine& line, std::ostream& out, std::ostream& messages);

/// Makes the input of the calculation that `mtc sweep` is. Without --output an earlier sweep.h5 that is
/// complete is replaced: who runs a list again wants it run.
/// \param first  this is rank 0, which keeps what stands on standard input beside the output until the end
void prepare_sweep(const config::CommandLine& line, bool first, engine::RunArguments& arguments);

/// Writes the job log and prints what waits for its order. Rank 0 only.
void finish_sweep(const config::CommandLine& line, const engine::RunArguments& arguments, ExitStatus status,
                  std::ostream& out, std::ostream& messages);

} // namespace mtc::commands
