#include "workloads/psha/hazard/unit_kernel.hpp"

#include "workloads/psha/hazard/point_kernel.hpp"
#include "workloads/psha/hazard/surface_kernel.hpp"
#include "workloads/psha/hazard/unit_sums.hpp"

namespace mtc::psha {

void add_unit(const HazardContext& hazard, const UnitPart& part, HazardSpace& space, UnitContexts& contexts)
{
    if (contexts.source().points.count > 0)
        add_points(hazard, part, space, contexts);
    else if (contexts.source().fault == no_index)
        add_explicit_ruptures(hazard, part, space, contexts);
    else if (contexts.source().ends == no_index)
        add_characteristic(hazard, part, space, contexts);
    else
        add_floating_ruptures(hazard, part, space, contexts);
    contexts.flush();
}

void compute_unit(const HazardContext& hazard, const UnitPart& part, HazardSpace& space, UnitResults& results)
{
    UnitSums sums{hazard, part, space};
    add_unit(hazard, part, space, sums);
    sums.give(results);
}

} // namespace mtc::psha
