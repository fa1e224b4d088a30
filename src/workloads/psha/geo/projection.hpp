#pragma once

#include "workloads/psha/geo/geodesy.hpp"

#include <span>
#include <vector>

namespace mtc::psha::geo {

/// A place in the plane of a projection.
struct PlanePoint {
    double x = 0.0; ///< [km] east
    double y = 0.0; ///< [km] north
};

/// Smallest box of meridians and parallels around places; east < west + 360, above 180 when the box crosses
/// the 180 degree meridian.
struct BoundingBox {
    double west = 0.0;  ///< [deg]
    double south = 0.0; ///< [deg]
    double east = 0.0;  ///< [deg]
    double north = 0.0; ///< [deg]
};

/// Places whose longitudes spread over more than 180 degrees are taken to cross the 180 degree meridian, and
/// their western longitudes are raised by 360.
[[nodiscard]] std::vector<LonLat> unwrapped(std::span<const LonLat> places);

/// \param places  at least one, unwrapped
[[nodiscard]] BoundingBox bounding_box(std::span<const LonLat> places) noexcept;

/// Orthographic projection of the sphere: the view from far above its centre. No correction of distances.
class OrthographicProjection {
public:
    /// About the great-circle midpoint of the box's north-western and south-eastern corners.
    explicit OrthographicProjection(const BoundingBox& box) noexcept;

    /// Where the plane touches the sphere: coordinates there are the components, along its east and north, of
    /// positions on the sphere.
    [[nodiscard]] LonLat centre() const noexcept { return centre_; }

    [[nodiscard]] PlanePoint forward(LonLat place) const noexcept;
    /// \param point  within one earth radius of the centre
    /// \returns longitude within 180 degrees of the centre's, hence above 180 for places across the 180
    /// degree
    ///          meridian from it
    [[nodiscard]] LonLat inverse(PlanePoint point) const noexcept;

private:
    LonLat centre_;
    double lon_; ///< [rad] of the centre
    double sin_lat_;
    double cos_lat_;
};

} // namespace mtc::psha::geo
