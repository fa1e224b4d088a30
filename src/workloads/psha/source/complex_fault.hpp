#pragma once

#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/source/magnitude_area.hpp"
#include "workloads/psha/source/mesh.hpp"

#include <span>
#include <vector>

/// \file
/// Complex faults: a surface between edges that change depth, and the ruptures that float on it.
///
/// Cells differ in size, so ruptures differ in shape: one magnitude's ruptures are a list of SubMesh, the
/// k-th of them is the k-th in OpenQuake's order, and each has the magnitude's rate over their number. Lists
/// are made once per fault and magnitude; 16 bytes a rupture, they may stand in a model one after another.
namespace mtc::psha {

/// \param edges       from the top edge to the bottom one, each along strike with the surface dipping to
///                    its right; at least two edges of at least two points
/// \param spacing_km  > 0, about the side of a cell
/// \throws InputError  on fewer edges or points, and when the edges are not as said: "Edges points are not in
///                     the right order", "Surface does not conform with Aki & Richards convention"
[[nodiscard]] Mesh complex_fault_mesh(std::span<const std::vector<geo::Point>> edges, double spacing_km);

/// One magnitude's ruptures: from each cell, as many columns as come closest to the length and then as many
/// rows as come closest to the area.
/// \param mesh          of complex_fault_mesh()
/// \param aspect_ratio  length over width
/// \returns at least one
[[nodiscard]] std::vector<SubMesh> complex_fault_ruptures(const MeshView& mesh, MagnitudeArea relation,
                                                          double aspect_ratio, double rake, double magnitude);

} // namespace mtc::psha
