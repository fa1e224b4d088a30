#pragma once

#include "workloads/psha/hazard/unit_contexts.hpp"

namespace mtc::psha {

/// Adds the contexts of a run of ruptures that float on a fault; those with several hypocentres count
/// for each with its weight.
void add_floating_ruptures(const HazardContext& hazard, const UnitPart& part, HazardSpace& space,
                           UnitContexts& unit);

/// The same for a fault that breaks as a whole: a run of its magnitudes.
void add_characteristic(const HazardContext& hazard, const UnitPart& part, HazardSpace& space,
                        UnitContexts& unit);

/// The same for a run of ruptures given one by one.
void add_explicit_ruptures(const HazardContext& hazard, const UnitPart& part, HazardSpace& space,
                           UnitContexts& unit);

} // namespace mtc::psha
