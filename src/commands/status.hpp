#pragma once

#include "mtc/error.hpp"

#include <filesystem>
#include <iosfwd>

namespace mtc::commands {

struct StatusArguments {
    std::filesystem::path file; ///< output.h5, whether it is there yet or not
};

/// The output of what was named: itself, or that of an input. \throws InputError  for an input that is wrong
[[nodiscard]] std::filesystem::path output_of(const std::filesystem::path& output_or_input);

/// One line on how far a calculation is, from its files alone.
/// \return exit status: 0 complete; 1 failed; 3 complete, some sources failed; 4 running; 75 not complete
/// \throws InputError  when there is no trace of the calculation, or the file is not ours
ExitStatus status(const StatusArguments& arguments, std::ostream& out);

} // namespace mtc::commands
