#pragma once

#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/source/magnitude_area.hpp"

#include <array>
#include <string>

/// \file
/// Planar ruptures of point and area sources as plain values. What depends on magnitude
/// and nodal plane alone is computed once (RuptureSize), what depends on the place alone once (Place), so
/// that putting a rupture at one of thousands of points takes a few vector operations.
namespace mtc::psha {

struct NodalPlane {
    double strike = 0.0; ///< [deg]
    double dip = 0.0;    ///< [deg] in (0, 90]
    double rake = 0.0;   ///< [deg]
};

struct SeismogenicDepths {
    double upper = 0.0; ///< [km]
    double lower = 0.0; ///< [km] > upper
};

/// A place on the surface with its unit vectors up, east and north.
struct Place {
    geo::LonLat position;
    geo::Vector3 up;
    geo::Vector3 east;
    geo::Vector3 north;
};

[[nodiscard]] Place place_at(geo::LonLat position) noexcept;

/// Size and orientation of a rupture before it is placed.
struct RuptureSize {
    double magnitude = 0.0;
    NodalPlane plane;
    SeismogenicDepths seismogenic;
    double length_km = 0.0;
    double width_km = 0.0;        ///< down dip, cut to the seismogenic thickness (the length then grows)
    double vertical_km = 0.0;     ///< vertical extent of the plane
    double shift_per_depth = 0.0; ///< horizontal over vertical shift of a plane that moves within itself
    double radius_km = 0.0;       ///< of its surface projection, 0 for PointMSR
    double sin_strike = 0.0;
    double cos_strike = 1.0;
    double centre_to_corner_up = 1.0;     ///< corner = this part of the centre's up,
    double centre_to_corner_along = 0.0;  ///< this of the unit vector along strike, for TR and BR,
    double centre_to_corner_across = 0.0; ///< and this of the one across it, for BL and BR
};

/// \param aspect_ratio  length over width, > 0
[[nodiscard]] RuptureSize rupture_size(MagnitudeArea relation, double magnitude, NodalPlane plane,
                                       double aspect_ratio, SeismogenicDepths seismogenic) noexcept;

/// Corners of a plane, seen from the hanging wall; also the index into arrays of four.
enum Corner : std::size_t { top_left, top_right, bottom_left, bottom_right };

/// A rectangle with everything that distances from it need. A plain value: it lives on the stack.
struct PlanarRupture {
    double magnitude = 0.0;
    double strike = 0.0;    ///< [deg] of the nodal plane
    double dip = 0.0;       ///< [deg] of the nodal plane
    double rake = 0.0;      ///< [deg]
    double ztor = 0.0;      ///< [km] depth of the top edge
    double bottom = 0.0;    ///< [km] depth of the bottom edge
    double length = 0.0;    ///< [km] mean of top and bottom edge, measured along u
    double width = 0.0;     ///< [km] mean of left and right edge, measured along v
    geo::Point hypocentre;  ///< the source's place and depth, wherever the plane was moved
    geo::Vector3 top_left;  ///< [km] Cartesian, with depth
    geo::Vector3 u;         ///< unit vector along strike, from TL to TR
    geo::Vector3 v;         ///< unit vector down dip
    geo::Vector3 n;         ///< unit vector normal to the plane
    geo::Vector3 epicentre; ///< [km] Cartesian, on the surface
    std::array<geo::Vector3, 4> surface_corners; ///< [km] Cartesian, on the surface, by Corner
    /// Poles (unit vectors) of great circles: the angle of a site from the circle is asin(site . pole),
    /// positive to the right. Azimuth strike through TL and BL; azimuth strike + 90 through TL and TR.
    geo::Vector3 pole_top;
    geo::Vector3 pole_bottom;
    geo::Vector3 pole_left;
    geo::Vector3 pole_right;
};

/// Puts a rupture at a source's point: centred on it, moved within its own plane when it would stick out of
/// the seismogenic depths.
///
/// \param depth  [km] of the hypocentre, within the seismogenic depths
[[nodiscard]] PlanarRupture planar_rupture(const Place& place, double depth,
                                           const RuptureSize& size) noexcept;

/// The same in one step, for a single rupture.
[[nodiscard]] PlanarRupture planar_rupture(geo::Point hypocentre, double strike, double dip, double rake,
                                           double magnitude, MagnitudeArea relation, double aspect_ratio,
                                           double upper_seismogenic_depth,
                                           double lower_seismogenic_depth) noexcept;

/// Corners of a plane as a file gives them.
struct PlaneCorners {
    geo::Point top_left;
    geo::Point top_right;
    geo::Point bottom_left;
    geo::Point bottom_right;
};

/// The plane of a planarSurface, for distances: strike, dip and the middle as hypocentre are its own,
/// magnitude and rake are left to the caller.
/// \param corners  sound by check_corners()
[[nodiscard]] PlanarRupture planar_surface(const PlaneCorners& corners) noexcept;

/// \throws InputError  "top and bottom edges must be parallel to the earth surface", "top and bottom edges
///                     have different lengths", "corners are in the wrong order"
/// \returns a warning, empty when the corners lie on one plane
[[nodiscard]] std::string check_corners(const PlaneCorners& corners);

/// Longitude, latitude and depth of a corner.
[[nodiscard]] geo::Point corner(const PlanarRupture& rupture, Corner which) noexcept;

/// Radius of the rupture's surface projection, half of its diagonal; 0 for PointMSR. [km]
[[nodiscard]] double rupture_radius_km(MagnitudeArea relation, double magnitude, NodalPlane plane,
                                       double aspect_ratio, SeismogenicDepths seismogenic) noexcept;

} // namespace mtc::psha
