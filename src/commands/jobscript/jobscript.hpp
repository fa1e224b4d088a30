#pragma once

#include "commands/jobscript/fill.hpp"

#include "mtc/error.hpp"

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mtc::commands {

struct JobScriptArguments {
    BatchSystem system = BatchSystem::slurm;
    std::string file{};                                          ///< input
    std::filesystem::path script{};                              ///< what is written; empty: to `out`
    std::vector<std::pair<std::string, std::string>> settings{}; ///< --set key=value
    std::optional<int> n_nodes{}; ///< --nodes; otherwise the fewest that keep to walltime_s, or all that pay
    std::optional<int> cores{};   ///< --cores of a node; otherwise as many as this machine has
    std::optional<double> walltime_s{}; ///< --time that a job may take; otherwise by the estimate [s]
    std::string partition{};
    std::string account{};
    std::string program = "mtc"; ///< what the script starts
};

/// Writes the script that submits an input, with nodes, ranks, memory and time from the forecasts of `mtc
/// plan` and `mtc check`; its first lines say how they came about.
/// \throws InputError  a bad input, a script that is there already; IoError
ExitStatus jobscript(const JobScriptArguments& arguments, std::ostream& out, std::ostream& messages);

} // namespace mtc::commands
