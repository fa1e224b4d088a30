#pragma once

#include "mtc/error.hpp"

#include <iosfwd>

namespace mtc::commands {

/// Prints the keys of an input, those of every calculation first, then each workload's, as Markdown tables:
/// the reference of inputs/README.md.
ExitStatus print_keys(std::ostream& out);

} // namespace mtc::commands
