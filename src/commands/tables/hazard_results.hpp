#pragma once

#include "h5/dataset.hpp"
#include "output/reader.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// The results of a hazard calculation as they stand in an output file, for the commands that read them.
namespace mtc::commands {

/// So much of a dataset is in memory at a time, as float64 [bytes].
inline constexpr std::uint64_t rows_block_bytes = std::uint64_t{16} << 20U;

struct SiteRow {
    double lon = 0.0;   ///< [deg]
    double lat = 0.0;   ///< [deg]
    double depth = 0.0; ///< [km]
};

struct ImtRow {
    std::string name;
    double period = 0.0; ///< [s]
    std::uint32_t n_levels = 0;
};

struct RealizationRow {
    double weight = 0.0;
    std::string source_path;
    std::string gsim_path;
};

/// What the curves and maps of a file are about.
struct HazardTables {
    /// \throws InputError  when the file holds no hazard
    explicit HazardTables(const output::Reader& reader);
    /// The level of one cell [g; PGV cm/s].
    [[nodiscard]] double level(std::size_t imt, std::size_t level) const
    {
        return levels[imt * n_levels + level];
    }
    /// Rows of `imts` that a uniform hazard spectrum is made of, PGA and SA(T), by period.
    [[nodiscard]] std::vector<std::size_t> spectral_imts() const;
    [[nodiscard]] bool has_spectra() const { return !spectral_imts().empty(); }

    std::vector<SiteRow> sites;
    std::vector<std::string> custom_site_ids; ///< [n_site], or empty
    std::vector<ImtRow> imts;
    std::uint64_t n_levels = 0;   ///< of the imt with most
    std::vector<double> levels{}; ///< [n_imt][n_levels], NaN behind the last in use
    std::vector<RealizationRow> realizations;
    std::vector<std::string> statistics; ///< [n_stat]; may be empty
    std::vector<double> poes;            ///< of maps; may be empty
};

/// Curves or maps of all statistics or of all realizations: [site][kind][imt][level or poe].
struct HazardDataset {
    Dataset dataset;
    std::vector<std::string> kinds; ///< "mean", "quantile-0.5", "rlz-003": as OpenQuake names files
};

/// The datasets of curves (or of maps) that the file holds, statistics first.
/// \throws InputError  when there are none, or one does not fit the tables beside it
[[nodiscard]] std::vector<HazardDataset> curve_datasets(const output::Reader& reader,
                                                        const HazardTables& tables);
[[nodiscard]] std::vector<HazardDataset> map_datasets(const output::Reader& reader,
                                                      const HazardTables& tables);
/// The maps of a file whose intensity measures make spectra. \throws InputError
[[nodiscard]] std::vector<HazardDataset> spectra_datasets(const output::Reader& reader,
                                                          const HazardTables& tables);

/// The numbers in rows [first_row, first_row + n_rows) of a hazard dataset, of the kinds [first_kind,
/// first_kind + n_kinds), as float64 whatever the file stores. \param[out] values
/// [n_rows][n_kinds][imt][level or poe]
void read_values(const output::Reader& reader, const Dataset& dataset, std::uint64_t first_row,
                 std::uint64_t n_rows, std::uint64_t first_kind, std::uint64_t n_kinds,
                 std::vector<double>& values);

} // namespace mtc::commands
