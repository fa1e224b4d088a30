#pragma once

#include "commands/tables/hazard_results.hpp"

#include <filesystem>
#include <string>
#include <vector>

/// \file
/// Results as CSV files, named and shaped as OpenQuake's but without the number of a calculation. The first
/// line is a comment, values have the format %.6E and coordinates %.5f; custom_site_id is the first column
/// where the sites have one. Files are written in one pass over the output, in memory that does not grow with
/// the number of sites or realizations. Each function returns the files that it wrote. \throws InputError
/// when the output holds nothing of the kind \throws IoError     when a file cannot be written
namespace mtc::commands {

using Files = std::vector<std::filesystem::path>;

/// hazard_curve-<kind>-<imt>.csv for each statistic and realization and each intensity measure.
[[nodiscard]] Files export_curves_csv(const output::Reader& reader, const std::filesystem::path& to);
/// hazard_map-<kind>.csv: columns <imt>-<poe>.
[[nodiscard]] Files export_maps_csv(const output::Reader& reader, const std::filesystem::path& to);
/// hazard_uhs-<kind>.csv: columns <poe>~<imt> of PGA and SA, by period.
[[nodiscard]] Files export_spectra_csv(const output::Reader& reader, const std::filesystem::path& to);
/// realizations.csv
[[nodiscard]] Files export_realizations_csv(const output::Reader& reader, const std::filesystem::path& to);

} // namespace mtc::commands
