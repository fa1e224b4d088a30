#pragma once

#include "mtc/config.hpp"
#include "mtc/flat.hpp"
#include "mtc/workload.hpp"

#include <vector>

namespace mtc::psha {

/// Keys of a classical hazard job.
[[nodiscard]] const std::vector<Option>& hazard_options();

/// Reads everything a hazard job names (logic trees, source models, sites) into the flat model of model.hpp.
/// \throws InputError  file and line, the value, what is accepted
[[nodiscard]] ModelBytes read_model(const Config& config, Notes& notes);

} // namespace mtc::psha
