#pragma once

#include "workloads/psha/sites/sites.hpp"
#include "workloads/psha/sites/sites_table.hpp"

#include <optional>

namespace mtc::psha {

/// Gives sites their parameters: from the nearest point of the site model, those that it does not give from
/// the keys reference_*; then override_vs30.
///
/// \param model   the site model, if the job has one
/// \param is_own  the sites are the points of the site model
/// \throws InputError  a parameter that a model needs and nothing gives (names key and model)
void set_parameters(const Config& config, const std::vector<SiteNeeds>& needs,
                    const std::optional<SiteTable>& model, bool is_own, std::vector<Site>& sites,
                    Notes& notes);

/// Depth where the shear-wave velocity reaches 1 km/s, from vs30: Chiou & Youngs (2008), Earthquake Spectra
/// 24(1), eq. 1, doi:10.1193/1.2894832, with the coefficients of Chiou & Youngs (2014), California,
/// doi:10.1193/072813EQS219M. [m]
[[nodiscard]] double z1pt0_from_vs30(double vs30) noexcept;

/// Depth where the shear-wave velocity reaches 2.5 km/s, from vs30: Campbell & Bozorgnia (2014), eq. 33,
/// California, doi:10.1193/062913EQS175M. [km]
[[nodiscard]] double z2pt5_from_vs30(double vs30) noexcept;

} // namespace mtc::psha
