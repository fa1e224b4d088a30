#pragma once

#include "workloads/psha/hazard/weigh.hpp"

namespace mtc::psha {

/// weigh() of a fault: every tenth rupture, seen as its middle and corners, at some of the sites.
void weigh_fault(const HazardContext& hazard, SourceId source, HazardSpace& space,
                 std::vector<WeighRecord>& records);

/// weigh() of explicit ruptures: each of them, in the same way.
void weigh_explicit(const HazardContext& hazard, SourceId source, IndexRange ruptures, HazardSpace& space,
                    std::vector<WeighRecord>& records);

} // namespace mtc::psha
