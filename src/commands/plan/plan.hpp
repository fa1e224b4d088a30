#pragma once

#include "mtc/error.hpp"

#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mtc::commands {

struct PlanArguments {
    std::string file;  ///< output of an earlier run, or an input (.ini)
    std::string ranks; ///< --ranks "64,256,4096"
    std::vector<std::pair<std::string, std::string>> settings; ///< --set key=value, for an input
};

/// Numbers of ranks parted by commas, as given; at least one, each from 1 to 1,000,000.
/// \throws InputError  naming what is none
[[nodiscard]] std::vector<int> parse_ranks(std::string_view list);

/// Simulates the calculation on other numbers of ranks with the scheduler of a run, and prints how long it
/// would take, how much of the ranks it would use, and up to where more of them pay. \throws InputError,
/// IoError
ExitStatus plan(const PlanArguments& arguments, std::ostream& out, std::ostream& messages);

} // namespace mtc::commands
