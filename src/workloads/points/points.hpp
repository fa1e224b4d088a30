#pragma once

#include "mtc/workload.hpp"

namespace mtc::points {

/// Steps until z -> z^2 + c leaves the circle of radius 2, for the points z of a square grid and one c.
[[nodiscard]] WorkloadKind julia_kind();

/// The same from z = 0, for the points c of the grid.
[[nodiscard]] WorkloadKind mandelbrot_kind();

} // namespace mtc::points
