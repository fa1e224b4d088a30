#pragma once

#include <array>
#include <numbers>

/// \file
/// Geodesy on the sphere of OpenQuake: R = 6371 km, great circles, depth added along the radius.
namespace mtc::psha::geo {

inline constexpr double earth_radius_km = 6371.0;
inline constexpr double radians_per_degree = std::numbers::pi / 180.0;

/// A place on the surface; degrees east and north.
struct LonLat {
    double lon = 0.0; ///< [deg]
    double lat = 0.0; ///< [deg]
};

struct Point {
    double lon = 0.0;   ///< [deg]
    double lat = 0.0;   ///< [deg]
    double depth = 0.0; ///< [km] positive down
};

using Vector3 = std::array<double, 3>;

/// Great-circle distance by the haversine formula. [km]
[[nodiscard]] double distance_km(LonLat from, LonLat to) noexcept;

/// Initial azimuth of the great circle, in [0, 360). [deg]
[[nodiscard]] double azimuth_deg(LonLat from, LonLat to) noexcept;

/// Where a great circle that leaves `from` with `azimuth` is after `distance`.
[[nodiscard]] LonLat destination(LonLat from, double azimuth_deg, double distance_km) noexcept;

/// Half way on the great circle, at the mean depth; longitude in [-180, 180].
/// \param a, b  not antipodes
[[nodiscard]] Point midpoint(Point a, Point b) noexcept;

/// Cartesian coordinates. [km] x towards (0,0), y towards (90,0), z towards the north pole
[[nodiscard]] Vector3 cartesian(Point point) noexcept;

/// The inverse of cartesian(); longitude in [-180, 180].
[[nodiscard]] Point point_at(const Vector3& position) noexcept;

/// Longitude brought into (-180, 180].
[[nodiscard]] double normalised_lon(double lon) noexcept;

} // namespace mtc::psha::geo
