#pragma once

#include "workloads/psha/geo/geodesy.hpp"

#include <span>
#include <vector>

namespace mtc::psha::geo {

/// Points of a regular grid inside a polygon, as OpenQuake discretises area sources: rows
/// from the north, points strictly inside, in the orthographic plane of the polygon's bounding box.
///
/// \param polygon     at least three corners, not closed
/// \param spacing_km  > 0
/// \returns possibly empty; rows north to south, west to east within a row
/// \throws InputError  when edges cross or enclose nothing
[[nodiscard]] std::vector<LonLat> discretised(std::span<const LonLat> polygon, double spacing_km);

/// Sites of `region` + `region_grid_spacing`: the polygon widened by the spacing with round
/// corners, then discretised. Coordinates as OpenQuake gives them: sorted by lon, lat, then rounded to
/// 5 decimals.
/// \throws InputError  as discretised()
[[nodiscard]] std::vector<LonLat> region_grid(std::span<const LonLat> polygon, double spacing_km);

/// Whether a line crosses or touches itself, in the orthographic plane of its bounding box.
/// \param line  at least two places, those that follow each other differ
[[nodiscard]] bool crosses_itself(std::span<const LonLat> line);

} // namespace mtc::psha::geo
