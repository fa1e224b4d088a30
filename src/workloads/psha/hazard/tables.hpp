#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/model/model.hpp"

#include <vector>

namespace mtc::psha {

/// Tables of /results that follow from the model: sites, intensity measures, levels, realizations,
/// statistics.
[[nodiscard]] std::vector<Table> hazard_tables(const ModelView& model);

} // namespace mtc::psha
