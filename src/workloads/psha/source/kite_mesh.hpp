#pragma once

#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/source/mesh.hpp"
#include "workloads/psha/source/planar.hpp"

#include <span>
#include <vector>

/// \file
/// Kite surfaces: faults of varying dip and width, drawn by profiles down dip that stand one after another
/// along strike. The mesh is laid as OpenQuake does:
///
/// - Each profile is taken in steps of `profile_step_km`, in the orthographic plane of its own bounding box,
///   depth as the third coordinate, its end missed by up to half a step (nearest_steps()). Profiles that have
///   fewer points than others end higher up: their lower nodes are missing, coordinates that are not a
///   number.
/// - The reference is the longest profile, the first of them; the first of all where the longest and the
///   shortest differ by no more than a tenth of a step.
/// - From the reference the mesh is laid to both ends. The k-th points of the profiles are an edge, which is
///   taken in whole steps of `edge_step_km` from the reference on (whole_steps(), in the plane of its own
///   bounding box): the last profile is missed by up to a step. An edge shorter than a step keeps its end.
///   The n-th points of all edges are a column. So columns keep away from the profiles, and a bend of the
///   profiles shears them.
/// - An edge that begins anew behind a short profile gets its nodes where it crosses the columns made so far:
///   the straight lines that fit their nodes best, seen from above.
/// - A node without a neighbour in its row, or without one in its column, is dropped, row by row; then rows
///   are put in the order of their mean depths.
/// - Columns run along strike: the surface dips to their right.
namespace mtc::psha {

/// \param profiles  at least two, each of at least two points; from the top down or from the bottom up
/// \returns at least two rows and columns; missing nodes are not numbers
/// \throws InputError  when the steps are too long for two rows and columns
[[nodiscard]] Mesh kite_mesh(std::span<const std::vector<geo::Point>> profiles, double profile_step_km,
                             double edge_step_km);

/// Profiles of a simple fault: the columns of its mesh of a spacing 1 % longer. A vertical one dips by 89.9
/// degrees.
[[nodiscard]] std::vector<std::vector<geo::Point>>
profiles_of_simple_fault(std::span<const geo::LonLat> trace, double dip, SeismogenicDepths seismogenic,
                         double edge_step_km);

/// The same nodes rounded to 32-bit floats, in which OpenQuake keeps the sections of multi-fault sources.
[[nodiscard]] Mesh in_single_precision(const MeshView& mesh);

} // namespace mtc::psha
