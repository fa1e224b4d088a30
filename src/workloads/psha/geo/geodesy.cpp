#include "workloads/psha/geo/geodesy.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha::geo {

double distance_km(LonLat from, LonLat to) noexcept
{
    const double phi_1 = from.lat * radians_per_degree;
    const double phi_2 = to.lat * radians_per_degree;
    const double s_lat = std::sin((phi_1 - phi_2) / 2.0);
    const double s_lon = std::sin((from.lon - to.lon) * radians_per_degree / 2.0);
    const double haversine = s_lat * s_lat + std::cos(phi_1) * std::cos(phi_2) * s_lon * s_lon;
    return 2.0 * earth_radius_km * std::asin(std::sqrt(std::min(1.0, haversine)));
}

double azimuth_deg(LonLat from, LonLat to) noexcept
{
    const double phi_1 = from.lat * radians_per_degree;
    const double phi_2 = to.lat * radians_per_degree;
    const double d_lon = (to.lon - from.lon) * radians_per_degree;
    const double east = std::sin(d_lon) * std::cos(phi_2);
    const double north =
        std::cos(phi_1) * std::sin(phi_2) - std::sin(phi_1) * std::cos(phi_2) * std::cos(d_lon);
    const double azimuth = std::atan2(east, north) / radians_per_degree;
    // A tiny negative angle would round to 360 itself.
    return azimuth >= 0.0 ? azimuth : (azimuth + 360.0 < 360.0 ? azimuth + 360.0 : 0.0);
}

LonLat destination(LonLat from, double azimuth_deg, double distance_km) noexcept
{
    const double phi = from.lat * radians_per_degree;
    const double azimuth = azimuth_deg * radians_per_degree;
    const double angle = distance_km / earth_radius_km;
    const double sin_phi_2 =
        std::sin(phi) * std::cos(angle) + std::cos(phi) * std::sin(angle) * std::cos(azimuth);
    const double d_lon = std::atan2(std::sin(azimuth) * std::sin(angle) * std::cos(phi),
                                    std::cos(angle) - std::sin(phi) * sin_phi_2);
    return {normalised_lon(from.lon + d_lon / radians_per_degree),
            std::asin(std::clamp(sin_phi_2, -1.0, 1.0)) / radians_per_degree};
}

Vector3 cartesian(Point point) noexcept
{
    const double lambda = point.lon * radians_per_degree;
    const double phi = point.lat * radians_per_degree;
    const double r = earth_radius_km - point.depth;
    return {r * std::cos(phi) * std::cos(lambda), r * std::cos(phi) * std::sin(lambda), r * std::sin(phi)};
}

Point midpoint(Point a, Point b) noexcept
{
    const Vector3 from = cartesian({a.lon, a.lat, 0.0});
    const Vector3 to = cartesian({b.lon, b.lat, 0.0});
    const Point half = point_at({from[0] + to[0], from[1] + to[1], from[2] + to[2]});
    return {half.lon, half.lat, (a.depth + b.depth) / 2.0};
}

Point point_at(const Vector3& position) noexcept
{
    const double from_axis = std::hypot(position[0], position[1]);
    return {std::atan2(position[1], position[0]) / radians_per_degree,
            std::atan2(position[2], from_axis) / radians_per_degree,
            earth_radius_km - std::hypot(from_axis, position[2])};
}

double normalised_lon(double lon) noexcept
{
    if (lon > -180.0 && lon <= 180.0)
        return lon;
    const double turned = std::remainder(lon, 360.0); // [-180, 180]
    return turned <= -180.0 ? 180.0 : turned;
}

} // namespace mtc::psha::geo
