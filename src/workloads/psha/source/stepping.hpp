#pragma once

#include <span>
#include <vector>

namespace mtc::psha {

/// A place in the plane of a projection, and its depth.
struct DeepPoint {
    double x = 0.0;     ///< [km] east
    double y = 0.0;     ///< [km] north
    double depth = 0.0; ///< [km]
};

/// Straight distance. [km]
[[nodiscard]] double distance_between(const DeepPoint& a, const DeepPoint& b) noexcept;

/// A line in steps of equal length, corners cut: each step ends where the line leaves the ball about its
/// start. The last step ends less than a step before the line's end, or hardly past it. As OpenQuake.
/// \param line  at least two points
/// \param step  [km] > 0
/// \returns the line's first point and then the ends of the steps
[[nodiscard]] std::vector<DeepPoint> whole_steps(std::span<const DeepPoint> line, double step);

/// The same to the end of the line, which is missed by up to half a step: one more step where more than half
/// of one is left. \returns at least two points
[[nodiscard]] std::vector<DeepPoint> nearest_steps(std::span<const DeepPoint> line, double step);

} // namespace mtc::psha
