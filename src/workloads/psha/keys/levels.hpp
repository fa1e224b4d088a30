#pragma once

#include "mtc/config.hpp"
#include "workloads/psha/ground_motion/imt.hpp"

#include <vector>

namespace mtc::psha {

/// An intensity measure with its levels. [g], PGV [cm/s]
struct ImtLevels {
    Imt imt;
    std::vector<double> levels; ///< > 0, strictly increasing
};

/// The key intensity_measure_types_and_levels, ordered by period, measures without one first, as written.
/// A level of 0 becomes 1e-10, so that its logarithm exists.
/// \throws InputError  levels that do not increase (with their position), negative ones, different counts,
///                     a measure given twice
[[nodiscard]] std::vector<ImtLevels> read_levels(const Config& config);

} // namespace mtc::psha
