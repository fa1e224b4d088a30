#pragma once

#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/source/mesh.hpp"
#include "workloads/psha/source/planar.hpp"

#include <span>

/// \file
/// The place on a rupture that is closest to a site, where a disaggregation puts the rupture.
namespace mtc::psha {

/// The foot of the site's perpendicular, within the rectangle.
/// \param site  [km] Cartesian, with depth
[[nodiscard]] geo::LonLat closest_on(const PlanarRupture& plane, const geo::Vector3& site) noexcept;

/// The same for the closest of several planes; at least one.
[[nodiscard]] geo::LonLat closest_on(std::span<const PlanarRupture> planes,
                                     const geo::Vector3& site) noexcept;

/// The closest node of a part of a mesh, the one that the rupture distance is to.
[[nodiscard]] geo::LonLat closest_on(const MeshView& mesh, const SubMesh& part,
                                     const geo::Vector3& site) noexcept;

} // namespace mtc::psha
