#pragma once

#include "mtc/error.hpp"

#include <filesystem>
#include <iosfwd>
#include <string>

namespace mtc::commands {

struct NewInputArguments {
    std::string calculation_mode;
    std::filesystem::path file{}; ///< empty: to `out`
};

/// Writes an input to start from: every key of the workload with its meaning, those with defaults commented
/// out, those that are required without a value. \throws InputError  no such workload (nearest name), a file
/// that is there already; IoError
ExitStatus new_input(const NewInputArguments& arguments, std::ostream& out);

} // namespace mtc::commands
