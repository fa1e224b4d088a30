#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/model/model.hpp"

#include <vector>

namespace mtc::psha {

/// What a user wants to know of a hazard job before it runs: sites, sources, ruptures, models, realizations,
/// levels and their units; then, as warnings, values that look like a wrong unit.
[[nodiscard]] std::vector<Fact> hazard_facts(const ModelView& model);

} // namespace mtc::psha
