#pragma once

#include "mtc/error.hpp"

#include <filesystem>
#include <iosfwd>

namespace mtc::commands {

struct ReportArguments {
    std::filesystem::path file;
    std::filesystem::path folder = "."; ///< of the page
};

/// Writes <stem>.html beside nothing else: one page that holds what was computed, the results and how the run
/// went, and needs neither network nor other files. Large results are thinned, so that it stays below 10 MB.
/// \return exit status
/// \throws InputError  when the file cannot be read
/// \throws IoError     when the page cannot be written
ExitStatus report(const ReportArguments& arguments, std::ostream& out);

} // namespace mtc::commands
