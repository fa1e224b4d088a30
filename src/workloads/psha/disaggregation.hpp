#pragma once

#include "mtc/workload.hpp"

namespace mtc::psha {

/// Disaggregation: which ruptures, by magnitude, distance, place, region type and epsilon, the hazard at some
/// sites comes from.
[[nodiscard]] WorkloadKind disaggregation_kind();

} // namespace mtc::psha
