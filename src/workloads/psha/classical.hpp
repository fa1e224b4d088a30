#pragma once

#include "mtc/workload.hpp"

namespace mtc::psha {

/// Classical probabilistic seismic hazard: curves of the probability of exceedance for every site, intensity
/// measure and realization of the logic tree, from an unchanged OpenQuake job.
///
/// Stages: `weigh` estimates how many contexts each source gives in each site block; `compute` adds up
/// -ln(probability of non-exceedance) by group and ground-motion model; `statistics` turns the sums of a
/// block into the curves of its sites.
[[nodiscard]] WorkloadKind classical_kind();

} // namespace mtc::psha
