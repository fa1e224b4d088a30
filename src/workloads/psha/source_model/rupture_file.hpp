#pragma once

#include <filesystem>
#include <string>
#include <vector>

/// \file
/// Ruptures of a multi-fault source in an HDF5 file beside its NRML file, as OpenQuake writes them: a group
/// named by the source's id holds `mag` [n], `rake` [n], `probs_occur` [n][k] and `rupture_idxs` [n], texts
/// of section ids parted by blanks.
namespace mtc::psha {

struct RuptureArrays {
    std::vector<double> magnitudes;         ///< [n]
    std::vector<double> rakes;              ///< [n] [deg]
    std::vector<double> probabilities;      ///< [n][n_probabilities]
    std::size_t n_probabilities = 0;        ///< of each rupture
    std::vector<std::string> section_lists; ///< [n] ids parted by blanks or commas
};

/// Reads the group of a source. \throws InputError  naming file and dataset
using ReadRuptureFile = RuptureArrays (*)(const std::filesystem::path& file, const std::string& source_id);

/// Readers of models need no HDF5: what reads these files is given to them once, before any model is read.
void read_rupture_files_with(ReadRuptureFile read) noexcept;

/// \throws InputError  what the reader throws; that this program reads no such files, where none was given
[[nodiscard]] RuptureArrays read_rupture_file(const std::filesystem::path& file,
                                              const std::string& source_id);

/// The reader by HDF5.
[[nodiscard]] RuptureArrays read_hdf5_ruptures(const std::filesystem::path& file,
                                               const std::string& source_id);

} // namespace mtc::psha
