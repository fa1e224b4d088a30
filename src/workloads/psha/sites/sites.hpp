#pragma once

#include "mtc/config.hpp"
#include "mtc/workload.hpp"
#include "workloads/psha/model/model.hpp"

#include <cstdint>
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

/// The sites of a job: from the one of sites, sites_csv and region that it gives, without these the points of
/// site_model_file. Coordinates are rounded to 5 decimals; sites are ordered by longitude and latitude, those
/// of a CSV with a header or of a site model stand in the order of the file.
///
/// Their parameters come from the nearest point of the site model (chord), those that it does not give from
/// the keys reference_*; override_vs30 replaces vs30 and what follows from it.
///
/// \param needs  what each ground-motion model of the job needs
/// \param notes  warns of sites far from the site model: beyond sqrt(2) grid spacings, or 5 km
/// \throws InputError  no or several geometries, a site outside [-180, 180] x [-90, 90], two equal sites, a
///                     parameter that a model needs and the job does not give (names key and model)
[[nodiscard]] Sites read_sites(const Config& config, const std::vector<SiteNeeds>& needs, Notes& notes);

} // namespace mtc::psha
