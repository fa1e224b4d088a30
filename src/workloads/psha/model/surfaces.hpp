#pragma once

#include "workloads/psha/model/model.hpp"
#include "workloads/psha/source/mesh.hpp"
#include "workloads/psha/source/planar.hpp"

#include <span>
#include <vector>

/// \file
/// From a surface's definition in the flat model to what distances are measured from.
namespace mtc::psha {

/// The arrays that surfaces are rows and ranges of: of a ModelView, or of one in the making.
struct SurfaceArrays {
    std::span<const IndexRange> lines;
    std::span<const geo::Point> points;
};

[[nodiscard]] inline SurfaceArrays surface_arrays(const ModelView& model) noexcept
{
    return {model.surface_lines, model.surface_points};
}

/// The mesh of a simple, complex or kite surface. \throws InputError  a definition that makes none
[[nodiscard]] Mesh surface_mesh(const SurfaceRecord& surface, const SurfaceArrays& arrays);

/// \returns the i-th plane of a surface of planes
[[nodiscard]] PlanarRupture surface_plane(const SurfaceRecord& surface, const SurfaceArrays& arrays,
                                          std::uint32_t i) noexcept;

/// How ruptures float on a fault.
struct Floating {
    MagnitudeArea relation = MagnitudeArea::wc1994;
    double aspect_ratio = 1.0;
    double rake = 0.0; ///< [deg]
};

/// Appends the ruptures of one magnitude, in OpenQuake's order.
/// \param mesh  of `surface`, simple, complex or kite
/// \throws InputError  when the mesh is too coarse for the magnitude
void append_floating_ruptures(const SurfaceRecord& surface, const MeshView& mesh, const Floating& floating,
                              double magnitude, std::vector<SubMesh>& ruptures);

} // namespace mtc::psha
