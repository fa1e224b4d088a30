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
    std::string what{};             ///< empty: curves, or the table of a sweep
    std::string format = "csv";     ///< csv, npz; "trace": how the run went, whatever `what` says
    std::filesystem::path to = "."; ///< folder, created when it is not there
};

/// What `export` can export: curves, maps, uhs, realizations, disagg, disagg-rlzs, disagg-traditional, sweep,
/// all.
[[nodiscard]] const std::vector<std::string_view>& export_choices();

/// Writes results as files for other programs, named and shaped as OpenQuake's but without the number of a
/// calculation: export_csv.hpp, export_npz.hpp, export_sweep.hpp, export_trace.hpp. "all" is whatever the
/// output holds. Prints the name of each file. \return exit status \throws InputError  when the output cannot
/// be read, or holds nothing of the kind \throws IoError     when a file cannot be written
ExitStatus export_results(const ExportArguments& arguments, std::ostream& out);

} // namespace mtc::commands
