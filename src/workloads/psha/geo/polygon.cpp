#include "workloads/psha/geo/polygon.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/geo/projection.hpp"

// Boost.Geometry grows its boxes from an empty state that GCC cannot see being filled.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <boost/geometry.hpp>
#include <boost/geometry/geometries/linestring.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/polygon.hpp>
#pragma GCC diagnostic pop

#include <algorithm>
#include <cmath>
#include <string>

namespace mtc::psha::geo {
namespace {

namespace bg = boost::geometry;
using Xy = bg::model::d2::point_xy<double>;
using Polygon2d = bg::model::polygon<Xy>;

/// Edges are divided into great-circle parts of about this length before they become straight in the plane.
constexpr double edge_part_km = 100.0;
/// Round corners of the widened polygon: 16 segments per quarter circle, as OpenQuake has them.
constexpr int segments_per_circle = 64;

/// A buffer's width without the simplification of the outline (by a thousandth of the width) that comes with
/// it: the bulge of a divided edge is smaller, but moves the first row of the grid.
struct ExactWidth : bg::strategy::buffer::distance_symmetric<double> {
    using distance_symmetric::distance_symmetric;
    static double simplify_distance() { return 0.0; }
};

/// The polygon with long edges divided into equal great-circle parts; longitudes unwrapped.
std::vector<LonLat> with_divided_edges(std::span<const LonLat> polygon)
{
    std::vector<LonLat> result;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        const LonLat from = polygon[i];
        const LonLat to = polygon[(i + 1) % polygon.size()];
        const double length = distance_km(from, to);
        const double azimuth = azimuth_deg(from, to);
        const double n_parts = std::floor(length / edge_part_km);
        result.push_back(from);
        for (double part = 1.0; part < n_parts; part += 1.0)
            result.push_back(destination(from, azimuth, length * part / n_parts));
    }
    return unwrapped(result);
}

Polygon2d in_plane(std::span<const LonLat> polygon, const OrthographicProjection& projection)
{
    Polygon2d result;
    for (const LonLat corner : polygon) {
        const PlanePoint p = projection.forward(corner);
        bg::append(result.outer(), Xy{p.x, p.y});
    }
    bg::correct(result); // closes the ring and turns it clockwise
    return result;
}

/// \throws InputError  when edges cross or enclose nothing
void check_outline(std::span<const LonLat> polygon)
{
    const std::vector<LonLat> corners = unwrapped(polygon);
    std::string reason;
    if (!bg::is_valid(in_plane(corners, OrthographicProjection{bounding_box(corners)}), reason))
        throw InputError(text("polygon of ", polygon.size(), " corners from (", polygon[0].lon, ", ",
                              polygon[0].lat, "): ", reason,
                              " (its edges must not cross, and must enclose an area)."));
}

/// Outer ring of the polygon widened by `width_km` with round corners.
std::vector<LonLat> widened(std::span<const LonLat> polygon, double width_km)
{
    const OrthographicProjection projection{bounding_box(polygon)};
    bg::model::multi_polygon<Polygon2d> buffer;
    bg::buffer(in_plane(polygon, projection), buffer, ExactWidth{width_km},
               bg::strategy::buffer::side_straight{}, bg::strategy::buffer::join_round{segments_per_circle},
               bg::strategy::buffer::end_round{segments_per_circle},
               bg::strategy::buffer::point_circle{segments_per_circle});
    std::vector<LonLat> result;
    for (const Xy& p : buffer.at(0).outer())
        result.push_back(projection.inverse({p.x(), p.y()}));
    result.pop_back(); // repeats the first
    return result;
}

double rounded_to_5_decimals(double degrees)
{
    return std::nearbyint(degrees * 1e5) / 1e5;
}

/// discretised() of an outline that is known to be sound.
std::vector<LonLat> grid_inside(std::span<const LonLat> polygon, double spacing_km)
{
    const std::vector<LonLat> corners = with_divided_edges(polygon);
    const BoundingBox box = bounding_box(corners);
    const OrthographicProjection projection{box};
    const Polygon2d outline = in_plane(corners, projection);

    std::vector<LonLat> inside;
    const double lat_step = spacing_km / earth_radius_km / radians_per_degree;
    for (double lat = box.north; lat > box.south; lat -= lat_step) {
        if (90.0 - std::abs(lat) < 1e-9)
            continue; // a pole has no eastward steps
        // Eastward steps from one latitude all span the same longitude.
        const double lon_step = destination({0.0, lat}, 90.0, spacing_km).lon;
        for (double lon = box.west; lon < box.east; lon += lon_step) {
            const PlanePoint p = projection.forward({lon, lat});
            if (bg::within(Xy{p.x, p.y}, outline))
                inside.push_back({normalised_lon(lon), lat});
        }
    }
    return inside;
}

} // namespace

std::vector<LonLat> discretised(std::span<const LonLat> polygon, double spacing_km)
{
    check_outline(polygon);
    return grid_inside(polygon, spacing_km);
}

std::vector<LonLat> region_grid(std::span<const LonLat> polygon, double spacing_km)
{
    check_outline(polygon);
    std::vector<LonLat> sites = grid_inside(widened(with_divided_edges(polygon), spacing_km), spacing_km);
    // Sorted before rounding: sites of one column differ in longitude by less than the last decimal.
    std::ranges::sort(sites,
                      [](LonLat a, LonLat b) { return a.lon != b.lon ? a.lon < b.lon : a.lat < b.lat; });
    for (LonLat& site : sites)
        site = {rounded_to_5_decimals(site.lon), rounded_to_5_decimals(site.lat)};
    return sites;
}

bool crosses_itself(std::span<const LonLat> line)
{
    const std::vector<LonLat> places = unwrapped(line);
    const OrthographicProjection projection{bounding_box(places)};
    bg::model::linestring<Xy> in_plane;
    for (const LonLat place : places) {
        const PlanePoint p = projection.forward(place);
        bg::append(in_plane, Xy{p.x, p.y});
    }
    return !bg::is_simple(in_plane);
}

} // namespace mtc::psha::geo
