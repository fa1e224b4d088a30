#pragma once

#include "mtc/error.hpp"

#include <filesystem>
#include <iosfwd>

namespace mtc::commands {

/// Asks a running calculation, from any node that shares its file system, to save and leave with 75.
/// \param output  output.h5, whether it is there yet or not
/// \return 0 when it was asked, or is complete anyway; otherwise how it stands, as status() says
/// \throws InputError  when there is no trace of the calculation
/// \throws IoError     when the request cannot be written
ExitStatus stop(const std::filesystem::path& output, std::ostream& out);

} // namespace mtc::commands
