#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/disagg/disagg_model.hpp"

#include <vector>

namespace mtc::psha {

/// Edges of bins: /results/disagg_bins/{mag,dist,eps,lon,lat,trt}.
[[nodiscard]] std::vector<Table> disagg_tables(const DisaggView& disagg, const ModelView& model);

/// Bins in a line, for `mtc check`.
[[nodiscard]] Fact disagg_fact(const DisaggView& disagg);

} // namespace mtc::psha
