#pragma once

#include "workloads/psha/geo/geodesy.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mtc::psha {

/// A point of a point, multi-point or area source that is gathered with others in a cell.
struct CellMember {
    std::uint32_t source = 0; ///< row of the flat model's sources
    std::uint32_t point = 0;  ///< row of its points
};

/// Parts points into square cells: the extent in longitude and in latitude is divided into as few equal parts
/// as are not longer than the spacing, in longitude at the points' mean latitude.
///
/// \param spacing_km  > 0
/// \returns by cell the numbers of its points, in increasing order; cells in the order of their first points.
///          Empty where all longitudes or all latitudes are the same.
[[nodiscard]] std::vector<std::vector<std::uint32_t>> square_cells(std::span<const geo::LonLat> points,
                                                                   double spacing_km);

} // namespace mtc::psha
