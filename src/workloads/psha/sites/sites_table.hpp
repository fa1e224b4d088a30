#pragma once

#include "mtc/config.hpp"
#include "mtc/workload.hpp"
#include "workloads/psha/ground_motion/model.hpp"
#include "workloads/psha/model/model.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Tables of places: what sites_csv and site_model_file hold.
namespace mtc::psha {

/// A site parameter: its column in a site model, its place in Site, and the key that gives it to all sites.
struct SiteColumn {
    SiteParameter parameter;
    std::string_view name;
    double Site::*member;
    std::string_view reference_key; ///< empty: no key gives it
};

inline constexpr auto site_columns = std::to_array<SiteColumn>({
    {needs_vs30, "vs30", &Site::vs30, "reference_vs30_value"},
    {needs_vs30measured, "vs30measured", &Site::vs30measured, "reference_vs30_type"},
    {needs_z1pt0, "z1pt0", &Site::z1pt0, "reference_depth_to_1pt0km_per_sec"},
    {needs_z2pt5, "z2pt5", &Site::z2pt5, "reference_depth_to_2pt5km_per_sec"},
    {needs_backarc, "backarc", &Site::backarc, ""},
});

/// Places in the order given, not yet rounded or sorted.
struct SiteTable {
    /// Where a place stands, for messages.
    struct Origin {
        std::uint32_t source = 0; ///< row of `sources`
        std::uint32_t number = 0; ///< line, or position from 1
    };
    std::vector<Site> sites{};             ///< [n_site] with the parameters of the mask `parameters`
    std::uint32_t parameters = 0;          ///< mask of SiteParameter
    std::vector<std::string> custom_ids{}; ///< [n_site], or empty when the table gives none
    std::vector<Origin> origins{};         ///< [n_site]
    std::vector<std::string> sources{};    ///< "sites.csv:" or "job.ini:5: sites, site "; the number follows
    bool keeps_order = false;              ///< sites are numbered as they stand, not by place

    /// "sites.csv:12"
    [[nodiscard]] std::string where(std::size_t i) const;
};

/// Places of a CSV with or without a header. \throws InputError  with file, line and value
[[nodiscard]] SiteTable read_sites_csv(const std::filesystem::path& file, Notes& notes);

/// Places with parameters: a CSV with a header.
/// \param wanted  mask of SiteParameter; other columns are not looked at
[[nodiscard]] SiteTable read_site_model_csv(const std::filesystem::path& file, std::uint32_t wanted,
                                            Notes& notes);

/// All files of site_model_file, CSV or NRML.
/// \throws InputError  with file, line and value; files that do not give the same parameters
[[nodiscard]] SiteTable read_site_model(const Config& config, std::uint32_t wanted, Notes& notes);

/// The text of a column as a number: above 0 for vs30; 1 or 0 for vs30measured and backarc, from true, false,
/// measured, inferred, 1 or 0. \throws InputError  beginning with `where`
[[nodiscard]] double site_value(const SiteColumn& column, std::string_view value, const std::string& where);

} // namespace mtc::psha
