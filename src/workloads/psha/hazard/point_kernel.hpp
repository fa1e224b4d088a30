#pragma once

#include "workloads/psha/hazard/unit_contexts.hpp"

namespace mtc::psha {

/// Adds the contexts of a run of atoms of a point, multi-point or area source.
///
/// For every magnitude and site the source is near or far (point-source approximation): near sites see every
/// nodal plane at every depth, far ones a single mean rupture with the rate of all.
void add_points(const HazardContext& hazard, const UnitPart& part, HazardSpace& space, UnitContexts& unit);

} // namespace mtc::psha
