#pragma once

#include "mtc/error.hpp"

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::commands {

struct ExportArguments {
    std::filesystem::path file;
    std::string what = "curves";
    std::string format = "csv";     ///< "trace": how the run went, whatever `what` says; see export_trace()
    std::filesystem::path to = "."; ///< folder, created when it is not there
};

/// What `export` can export: curves, realizations, all.
[[nodiscard]] const std::vector<std::string_view>& export_choices();

/// Writes CSV files named and shaped as OpenQuake's, without the calculation id in their names: one
/// hazard_curve-<kind>-<imt>.csv for each statistic and realization in the file and each intensity measure,
/// or realizations.csv. Prints the name of each file. \return exit status \throws InputError  when the file
/// cannot be read, or holds nothing of the kind \throws IoError     when a file cannot be written
ExitStatus export_results(const ExportArguments& arguments, std::ostream& out);

} // namespace mtc::commands
