#pragma once

#include "commands/export/export_csv.hpp"

/// \file
/// Results as archives of arrays for numpy.load: lon, lat, depth [n_site], custom_site_id where sites have
/// one, imts [n_imt], and an array for each statistic and realization under its name ("mean", "rlz-003").
/// Texts are bytes. Memory does not grow with the number of sites. Each function returns the files that it
/// wrote.
/// \throws InputError  when the output holds nothing of the kind \throws IoError  when a file cannot be
/// written
namespace mtc::commands {

/// hazard_curves.npz: levels [n_imt, n_lvl], curves [n_site, n_imt, n_lvl].
[[nodiscard]] Files export_curves_npz(const output::Reader& reader, const std::filesystem::path& to);
/// hazard_maps.npz: poes [n_poe], maps [n_site, n_imt, n_poe].
[[nodiscard]] Files export_maps_npz(const output::Reader& reader, const std::filesystem::path& to);
/// hazard_uhs.npz: the maps of PGA and SA alone, with periods [n_imt].
[[nodiscard]] Files export_spectra_npz(const output::Reader& reader, const std::filesystem::path& to);
/// realizations.npz: weight [n_rlz], source_path [n_rlz], gsim_path [n_rlz].
[[nodiscard]] Files export_realizations_npz(const output::Reader& reader, const std::filesystem::path& to);

} // namespace mtc::commands
