#include "workloads/psha/hazard/hazard_space.hpp"

#include "simd/dispatch.hpp"

#include <algorithm>

namespace mtc::psha {

HazardSpace::HazardSpace(const HazardContext& hazard)
    : contexts{hazard.site_parameters, hazard.distances, hazard.model.job->minimum_distance,
               hazard.sites_are_alike}
    , mean(hazard.levels.n_imt * Contexts::capacity)
    , sigma(hazard.levels.n_imt * Contexts::capacity)
    , sites(4 * simd::padded(hazard.blocks.largest()))
    , distances(7 * simd::padded(hazard.blocks.largest()))
    , events(n_event_contexts * hazard.levels.n_levels_padded)
{
    std::size_t most_models = 0;
    for (const GroupRecord& group : hazard.model.groups)
        most_models = std::max<std::size_t>(most_models, group.group_models.count);
    const std::size_t n_sites = hazard.blocks.largest();
    sums.resize(most_models * hazard.levels.n_imt * n_sites * hazard.levels.n_levels_padded);
    touched.resize(n_sites);
    in_range.resize(n_sites + 1);
    is_near.resize(simd::padded(n_sites));
    cells.resize(n_sites * most_models * hazard.levels.cells());
    runs.reserve(n_sites);
}

} // namespace mtc::psha
