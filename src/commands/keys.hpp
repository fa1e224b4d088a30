#pragma once

#include "mtc/error.hpp"

#include <iosfwd>

namespace mtc::commands {

/// Prints the keys of an input, those of every calculation first, then each workload's, as Markdown tables:
/// the reference of inputs/README.md.
ExitStatus print_keys(std::ostream& out);

/// Prints the names of the ground-motion models that logic trees may hold, a line each.
ExitStatus print_models(std::ostream& out);

} // namespace mtc::commands
