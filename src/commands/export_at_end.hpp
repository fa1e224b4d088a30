#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mtc::commands {

/// A calculation as its command line named it.
struct EndOfRun {
    std::filesystem::path input;
    std::optional<std::filesystem::path> output; ///< --output
    std::vector<std::pair<std::string, std::string>> settings{};
    bool has_sources = true; ///< false: realizations of an earlier output, see statistics_options()
};

/// What the job asks for by `exports` and `export_dir`, from its complete output: realizations, and curves,
/// maps and spectra as hazard_curves, hazard_maps and uniform_hazard_spectra say. Warns of a format that is
/// none of csv and npz, and of what the output does not hold: the calculation is done, and the rest is
/// written. Does nothing without `exports`.
/// \throws IoError  when a file cannot be written
void export_at_end(const EndOfRun& run, std::ostream& messages);

} // namespace mtc::commands
