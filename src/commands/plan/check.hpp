#pragma once

#include "mtc/error.hpp"

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace mtc::commands {

struct CheckArguments {
    std::string file;                                          ///< input file
    std::vector<std::pair<std::string, std::string>> settings; ///< --set key=value
};

/// Reads and checks an input as a run would, weighs it, and prints sources, units, memory, disk and an
/// estimated time. Computes no results. \throws InputError, IoError
ExitStatus check(const CheckArguments& arguments, std::ostream& out, std::ostream& messages);

} // namespace mtc::commands
