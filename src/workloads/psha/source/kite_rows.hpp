#pragma once

#include "workloads/psha/geo/geodesy.hpp"

#include <cmath>
#include <vector>

/// \file
/// Rows of nodes along strike of a kite surface in the making, all of one length; the coordinates of missing
/// nodes are not numbers.
namespace mtc::psha {

using KiteRow = std::vector<geo::Point>;

[[nodiscard]] inline bool is_there(const geo::Point& node) noexcept
{
    return !std::isnan(node.lon);
}

/// From the top down by mean depth; then, as OpenQuake, rows that dive below a later one, the last excepted,
/// change places with it. Every row has a node.
void sort_by_depth(std::vector<KiteRow>& rows);

/// Columns that are missing in all rows.
void drop_empty_columns(std::vector<KiteRow>& rows);

/// Whether the surface dips to the left of its rows, by the first complete cell. A vertical surface, whose
/// way down has no direction, is turned to the order of its profiles. \throws InputError  when there is no
/// complete cell
[[nodiscard]] bool is_to_be_turned(const std::vector<KiteRow>& rows);

} // namespace mtc::psha
