#pragma once

#include <string>

/// \file
/// Numbers as text for files of hundreds of megabytes: the very characters of printf, many times faster.
namespace mtc::commands {

/// Appends `%.6E`. A value that is not finite is written as "nan", "inf" or "-inf".
void append_scientific(std::string& text, double value);

/// Appends `%.5f`.
void append_coordinate(std::string& text, double value);

} // namespace mtc::commands
