#pragma once

#include "workloads/psha/model/model.hpp"

#include <vector>

namespace mtc::psha {

/// The strongest motion that any model of the job gives close to a rupture of the largest magnitude: the
/// median and as many standard deviations as the job takes, whatever the style of faulting. What is above it
/// adds nothing to the hazard, as the distribution of motions is truncated there.
///
/// \returns [n_imt] ln of [g, cm/s]; -infinity without a source
[[nodiscard]] std::vector<double> strongest_ln_motion(const ModelView& model);

} // namespace mtc::psha
