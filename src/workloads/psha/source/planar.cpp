#include "workloads/psha/source/planar.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/source/vectors.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

/// Unit vectors of the local horizontal plane.
struct Horizontal {
    Vector east;
    Vector north;
};

/// \param up  unit vector of a place
Horizontal horizontal_at(const Vector& up)
{
    const double from_axis = std::hypot(up.x(), up.y());
    if (from_axis == 0.0) // at a pole: as on the meridian of Greenwich
        return {{0.0, 1.0, 0.0}, {-up.z(), 0.0, 0.0}};
    const double cos_lon = up.x() / from_axis;
    const double sin_lon = up.y() / from_axis;
    return {{-sin_lon, cos_lon, 0.0}, {-up.z() * cos_lon, -up.z() * sin_lon, from_axis}};
}

/// Unit vectors along strike and across it, to the right.
struct StrikeAxes {
    Vector along;
    Vector across;
};

/// A direction in the local horizontal plane.
struct Strike {
    double sine;
    double cosine;
};

StrikeAxes strike_axes(const Horizontal& at, Strike strike)
{
    return {strike.cosine * at.north + strike.sine * at.east,
            strike.cosine * at.east - strike.sine * at.north};
}

/// Sets what distances need from the corners.
/// \param corners  unit vectors; `rupture` holds the depths of the edges
void set_plane(PlanarRupture& rupture, const std::array<Vector, 4>& corners, Strike strike)
{
    for (std::size_t i = 0; i < corners.size(); ++i)
        rupture.surface_corners[i] = plain(geo::earth_radius_km * corners[i]);

    const double top_radius = geo::earth_radius_km - rupture.ztor;
    const double bottom_radius = geo::earth_radius_km - rupture.bottom;
    const Vector tl = top_radius * corners[top_left];
    const Vector top_edge = top_radius * (corners[top_right] - corners[top_left]);
    const Vector bottom_edge = bottom_radius * (corners[bottom_right] - corners[bottom_left]);
    const Vector left_edge = bottom_radius * corners[bottom_left] - tl;
    const Vector right_edge = bottom_radius * corners[bottom_right] - top_radius * corners[top_right];
    const Vector u = top_edge.normalized();
    const Vector n = top_edge.cross(left_edge).normalized();
    const Vector v = n.cross(u);
    rupture.length = (u.dot(top_edge) + u.dot(bottom_edge)) / 2.0;
    rupture.width = (v.dot(left_edge) + v.dot(right_edge)) / 2.0;
    rupture.top_left = plain(tl);
    rupture.u = plain(u);
    rupture.v = plain(v);
    rupture.n = plain(n);

    const StrikeAxes at_tl = strike_axes(horizontal_at(corners[top_left]), strike);
    const StrikeAxes at_tr = strike_axes(horizontal_at(corners[top_right]), strike);
    const StrikeAxes at_bl = strike_axes(horizontal_at(corners[bottom_left]), strike);
    rupture.pole_top = plain(at_tl.across);
    rupture.pole_bottom = plain(at_bl.across);
    rupture.pole_left = plain(-at_tl.along); // to the right of azimuth strike + 90
    rupture.pole_right = plain(-at_tr.along);
}

/// How far down the plane must move to lie within the seismogenic depths, negative: up. [km]
double vertical_shift(double depth, const RuptureSize& size)
{
    const double down = size.seismogenic.upper - depth + size.vertical_km / 2.0;
    return down >= 0.0 ? down : std::min(0.0, size.seismogenic.lower - depth - size.vertical_km / 2.0);
}

} // namespace

Place place_at(geo::LonLat position) noexcept
{
    const double lambda = position.lon * geo::radians_per_degree;
    const double phi = position.lat * geo::radians_per_degree;
    const double sin_lon = std::sin(lambda);
    const double cos_lon = std::cos(lambda);
    const double sin_lat = std::sin(phi);
    const double cos_lat = std::cos(phi);
    return {position,
            {cos_lat * cos_lon, cos_lat * sin_lon, sin_lat},
            {-sin_lon, cos_lon, 0.0},
            {-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat}};
}

RuptureSize rupture_size(MagnitudeArea relation, double magnitude, NodalPlane plane, double aspect_ratio,
                         SeismogenicDepths seismogenic) noexcept
{
    const double sin_dip = std::sin(plane.dip * geo::radians_per_degree);
    const double cos_dip = std::cos(plane.dip * geo::radians_per_degree);
    const double area = median_area_km2(relation, magnitude, plane.rake);
    double length = std::sqrt(area * aspect_ratio);
    double width = area / length;
    const double widest = (seismogenic.lower - seismogenic.upper) / sin_dip;
    if (width > widest) {
        width = widest;
        length = area / width;
    }

    RuptureSize size;
    size.magnitude = magnitude;
    size.plane = plane;
    size.seismogenic = seismogenic;
    size.length_km = length;
    size.width_km = width;
    size.vertical_km = width * sin_dip;
    size.shift_per_depth = cos_dip / sin_dip;
    const double half_length = length / 2.0;
    const double half_across = width * cos_dip / 2.0;
    const double to_corner = std::hypot(half_length, half_across);
    size.radius_km = relation == MagnitudeArea::point ? 0.0 : to_corner;
    size.sin_strike = std::sin(plane.strike * geo::radians_per_degree);
    size.cos_strike = std::cos(plane.strike * geo::radians_per_degree);
    const double angle = to_corner / geo::earth_radius_km;
    size.centre_to_corner_up = std::cos(angle);
    size.centre_to_corner_along = std::sin(angle) * half_length / to_corner;
    size.centre_to_corner_across = std::sin(angle) * half_across / to_corner;
    return size;
}

PlanarRupture planar_rupture(const Place& place, double depth, const RuptureSize& size) noexcept
{
    PlanarRupture rupture;
    rupture.magnitude = size.magnitude;
    rupture.strike = size.plane.strike;
    rupture.dip = size.plane.dip;
    rupture.rake = size.plane.rake;
    rupture.hypocentre = {place.position.lon, place.position.lat, depth};
    rupture.epicentre = plain(geo::earth_radius_km * vector(place.up));

    Vector centre = vector(place.up);
    const Strike strike{size.sin_strike, size.cos_strike};
    StrikeAxes axes = strike_axes({vector(place.east), vector(place.north)}, strike);
    const double down = vertical_shift(depth, size);
    if (down != 0.0) {
        const double angle = down * size.shift_per_depth / geo::earth_radius_km;
        centre = std::cos(angle) * centre + std::sin(angle) * axes.across;
        axes = strike_axes(horizontal_at(centre), strike);
    }
    // The seismogenic depths stay the bounds whatever rounding does: a ztor of -1e-16 has no power 0.5.
    rupture.ztor = std::max(depth + down - size.vertical_km / 2.0, size.seismogenic.upper);
    rupture.bottom = std::min(depth + down + size.vertical_km / 2.0, size.seismogenic.lower);

    const Vector up = size.centre_to_corner_up * centre;
    const Vector along = size.centre_to_corner_along * axes.along;
    const Vector across = size.centre_to_corner_across * axes.across;
    const std::array<Vector, 4> corners{up - along - across, up + along - across, up - along + across,
                                        up + along + across}; // unit vectors
    set_plane(rupture, corners, strike);
    return rupture;
}

PlanarRupture planar_rupture(geo::Point hypocentre, double strike, double dip, double rake, double magnitude,
                             MagnitudeArea relation, double aspect_ratio, double upper_seismogenic_depth,
                             double lower_seismogenic_depth) noexcept
{
    return planar_rupture(place_at({hypocentre.lon, hypocentre.lat}), hypocentre.depth,
                          rupture_size(relation, magnitude, {strike, dip, rake}, aspect_ratio,
                                       {upper_seismogenic_depth, lower_seismogenic_depth}));
}

PlanarRupture planar_surface(const PlaneCorners& corners) noexcept
{
    const std::array<geo::Point, 4> points{corners.top_left, corners.top_right, corners.bottom_left,
                                           corners.bottom_right};
    const geo::LonLat left{points[top_left].lon, points[top_left].lat};
    const double horizontal = geo::distance_km(left, {points[bottom_left].lon, points[bottom_left].lat});
    const double vertical = points[bottom_left].depth - points[top_left].depth;

    PlanarRupture rupture;
    rupture.strike = geo::azimuth_deg(left, {points[top_right].lon, points[top_right].lat});
    rupture.dip = std::atan2(vertical, horizontal) / geo::radians_per_degree;
    rupture.ztor = points[top_left].depth;
    rupture.bottom = points[bottom_left].depth;
    rupture.hypocentre = geo::midpoint(points[top_left], points[bottom_right]);
    rupture.epicentre = geo::cartesian({rupture.hypocentre.lon, rupture.hypocentre.lat, 0.0});
    std::array<Vector, 4> directions;
    for (std::size_t i = 0; i < points.size(); ++i)
        directions[i] = vector(geo::cartesian({points[i].lon, points[i].lat, 0.0})).normalized();
    const double strike = rupture.strike * geo::radians_per_degree;
    set_plane(rupture, directions, {std::sin(strike), std::cos(strike)});
    return rupture;
}

std::string check_corners(const PlaneCorners& corners)
{
    const auto& [tl, tr, bl, br] = corners;
    if (tl.depth != tr.depth || bl.depth != br.depth)
        throw InputError(text("top and bottom edges must be parallel to the earth surface (depths are ",
                              tl.depth, " and ", tr.depth, " km at the top, ", bl.depth, " and ", br.depth,
                              " km at the bottom)"));
    const Vector top_left_at = vector(geo::cartesian(tl));
    const Vector top = vector(geo::cartesian(tr)) - top_left_at;
    const Vector left = vector(geo::cartesian(bl)) - top_left_at;
    const Vector to_bottom_right = vector(geo::cartesian(br)) - top_left_at;
    const Vector normal = top.cross(left);
    if (!(normal.norm() > 0.0))
        throw InputError("corner points do not span a plane (three of them lie on a line or coincide)");
    const Vector u = top.normalized();
    const double bottom_length = u.dot(to_bottom_right - left);
    if (!(bottom_length > 0.0) || !(bl.depth > tl.depth))
        throw InputError("corners are in the wrong order (topLeft, topRight, bottomLeft, bottomRight are "
                         "wanted, right being along strike and bottom the deeper edge)");
    // As OpenQuake: lengths in km are held against a part of the area in km^2.
    const double tolerance = 0.002 * top.norm() * left.dot(normal.cross(u).normalized());
    if (std::abs(top.norm() - bottom_length) > tolerance)
        throw InputError(text("top and bottom edges have different lengths (", top.norm(), " and ",
                              bottom_length, " km, accepted difference ", tolerance, " km)"));
    const double off_plane = std::abs(normal.normalized().dot(to_bottom_right));
    return off_plane > tolerance
               ? text("corner points do not lie on the same plane (bottomRight is ", off_plane, " km off)")
               : std::string{};
}

geo::Point corner(const PlanarRupture& rupture, Corner which) noexcept
{
    geo::Point point = geo::point_at(rupture.surface_corners[which]);
    point.depth = which == top_left || which == top_right ? rupture.ztor : rupture.bottom;
    return point;
}

double rupture_radius_km(MagnitudeArea relation, double magnitude, NodalPlane plane, double aspect_ratio,
                         SeismogenicDepths seismogenic) noexcept
{
    return rupture_size(relation, magnitude, plane, aspect_ratio, seismogenic).radius_km;
}

} // namespace mtc::psha
