#pragma once

#include "workloads/psha/hazard/hazard_context.hpp"
#include "workloads/psha/hazard/hazard_space.hpp"

namespace mtc::psha {

class UnitContexts;

/// Adds all contexts of a unit of any kind of source.
void add_unit(const HazardContext& hazard, const UnitPart& part, HazardSpace& space, UnitContexts& contexts);

/// Computes one unit of any kind of source: what its ruptures add to the sums of its sites (dependence.hpp).
/// \throws ComputeError  naming rupture, site and model when a ground motion is not a number
void compute_unit(const HazardContext& hazard, const UnitPart& part, HazardSpace& space,
                  UnitResults& results);

} // namespace mtc::psha
