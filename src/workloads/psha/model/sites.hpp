#pragma once

#include "mtc/config.hpp"
#include "mtc/workload.hpp"
#include "workloads/psha/model/model.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mtc::psha {

struct Sites {
    std::vector<Site> sites;             ///< in the order in which they are numbered
    std::vector<std::string> custom_ids; ///< [n_site], or empty when the input gives none
};

/// Which key makes a model of the job need a site parameter: see read_sites.
struct SiteNeeds {
    std::uint32_t parameters = 0; ///< mask of SiteParameter
    std::string model;            ///< a model that needs them
};

/// The sites of a job from the one of sites, sites_csv and region that it gives, their
/// parameters from the keys reference_*. Coordinates are rounded to 5 decimals; sites are ordered by
/// longitude and latitude, those of a CSV with a header stand in the order of the file.
///
/// \param needs  what each ground-motion model of the job needs
/// \throws InputError  no or several geometries, a site outside [-180, 180] x [-90, 90], two equal sites, a
///                     parameter that a model needs and the job does not give (names key and model)
[[nodiscard]] Sites read_sites(const Config& config, const std::vector<SiteNeeds>& needs, Notes& notes);

/// Sites of a CSV with or without a header, not yet rounded or sorted.
struct CsvSites {
    bool has_header = false;
    std::vector<Site> sites;
    std::vector<std::string> custom_ids; ///< [n_site] or empty
    std::vector<std::size_t> lines;      ///< [n_site] for messages
};

/// \throws InputError  with file, line and value
[[nodiscard]] CsvSites read_sites_csv(const std::filesystem::path& file, Notes& notes);

} // namespace mtc::psha
