#pragma once

#include "workloads/psha/ground_motion/motion_table.hpp"

#include <filesystem>

namespace mtc::psha {

/// Reads a ground-motion table of OpenQuake's (GMPETable) from HDF5: /Mw [n_magnitudes]; /Distances
/// [n_distances, 1, n_magnitudes] with the attribute metric (rrup, rjb, repi or rhypo); medians in /IMLs: SA
/// [n_distances, n_periods, n_magnitudes] with the periods T, PGA and PGV [n_distances, 1, n_magnitudes];
/// total standard deviations in /Total, named and shaped alike. What else is in the file is not looked at,
/// /Amplification among it, which OpenQuake applies no more.
///
/// \throws InputError  naming file and object: not HDF5, something missing, of another shape, not ascending,
///                     not above 0, an unknown metric, or more than 32 million numbers
[[nodiscard]] MotionTable read_motion_table(const std::filesystem::path& file);

} // namespace mtc::psha
