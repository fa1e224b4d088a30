#pragma once

#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/source/mesh.hpp"

#include <array>
#include <cstddef>
#include <vector>

/// \file
/// What is asked of kite surfaces and of the ruptures on them, as OpenQuake defines it: by nodes, not by
/// cells, so that surfaces with missing nodes have it too.
namespace mtc::psha {

/// [n_rows][n_columns] for MeshView::steps
[[nodiscard]] std::vector<MeshStep> kite_steps(const MeshView& mesh);

/// Strike: plain mean over the top row. Dip: of each column the mean over its steps, weighed by the column's
/// length. Width: mean length of the columns. Depth of the top: least in the top row. Hypocentre: the node
/// in row n_rows / 2 and column n_columns / 2, halves rounded to even.
[[nodiscard]] SurfaceAttributes kite_attributes(const MeshView& mesh, const SubMesh& part) noexcept;

/// Sum of the cells' triangles, both of them taken with the diagonal from upper left to lower right. [km^2]
[[nodiscard]] double kite_area_km2(const MeshView& mesh) noexcept;

/// Greatest depth of a node. [km]
[[nodiscard]] double kite_bottom_km(const MeshView& mesh) noexcept;

/// The top edge from above, for generalised coordinates: in each column the first node, if it stands in the
/// first two rows; of these the first, the last, and those where the direction changes by more than 1 degree.
[[nodiscard]] std::vector<geo::LonLat> kite_trace(const MeshView& mesh);

/// Whether a rupture counts as vertical: the lowest step of each column is steeper than 89.9 degrees.
[[nodiscard]] bool is_vertical_kite(const MeshView& mesh, const SubMesh& part) noexcept;

/// What stands for a vertical rupture seen from above: a rectangle 200 m wide about its top edge.
/// \returns its corners, one after another
[[nodiscard]] std::array<geo::LonLat, 4> vertical_kite_outline(const MeshView& mesh,
                                                               const SubMesh& part) noexcept;

/// Nodes of the outline of a rupture, one after another: uppermost nodes of the columns along strike, last
/// nodes of the rows down dip, lowest nodes back, first nodes up.
/// \param[out] nodes  rows of MeshView::points
void kite_outline(const MeshView& mesh, const SubMesh& part, std::vector<std::size_t>& nodes);

/// The node that is there and nearest, in rows and columns, to a place in a part of a mesh.
/// \param row, column  from the first ones of the part
[[nodiscard]] geo::Point node_near(const MeshView& mesh, const SubMesh& part, std::size_t row,
                                   std::size_t column) noexcept;

} // namespace mtc::psha
