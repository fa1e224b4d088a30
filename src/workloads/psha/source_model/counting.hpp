#pragma once

#include "mtc/config.hpp"
#include "mtc/workload.hpp"
#include "workloads/psha/source_model/source_model.hpp"

#include <vector>

namespace mtc::psha {

/// Makes the bins of all distributions and leaves those that count: of rate > 0, at least minimum_magnitude,
/// and within [2.5, 10.2). Sources without one are left out, with a remark, and groups without a source too:
/// they would cost memory and time for nothing. \throws InputError  when no source is left
void keep_what_counts(std::vector<SourceModel>& files, const Config& config, Notes& notes);

} // namespace mtc::psha
