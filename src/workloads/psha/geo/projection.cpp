#include "workloads/psha/geo/projection.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha::geo {

std::vector<LonLat> unwrapped(std::span<const LonLat> places)
{
    std::vector<LonLat> result(places.begin(), places.end());
    const auto [west, east] = std::ranges::minmax(result, {}, &LonLat::lon);
    if (east.lon - west.lon > 180.0) {
        for (LonLat& place : result) {
            if (place.lon < 0.0)
                place.lon += 360.0;
        }
    }
    return result;
}

BoundingBox bounding_box(std::span<const LonLat> places) noexcept
{
    BoundingBox box{places[0].lon, places[0].lat, places[0].lon, places[0].lat};
    for (const LonLat place : places) {
        box.west = std::min(box.west, place.lon);
        box.east = std::max(box.east, place.lon);
        box.south = std::min(box.south, place.lat);
        box.north = std::max(box.north, place.lat);
    }
    return box;
}

OrthographicProjection::OrthographicProjection(const BoundingBox& box) noexcept
{
    const LonLat north_west{box.west, box.north};
    const LonLat south_east{box.east, box.south};
    centre_ = destination(north_west, azimuth_deg(north_west, south_east),
                          0.5 * distance_km(north_west, south_east));
    lon_ = centre_.lon * radians_per_degree;
    sin_lat_ = std::sin(centre_.lat * radians_per_degree);
    cos_lat_ = std::cos(centre_.lat * radians_per_degree);
}

PlanePoint OrthographicProjection::forward(LonLat place) const noexcept
{
    const double phi = place.lat * radians_per_degree;
    const double d_lon = place.lon * radians_per_degree - lon_;
    return {earth_radius_km * std::cos(phi) * std::sin(d_lon),
            earth_radius_km * (cos_lat_ * std::sin(phi) - sin_lat_ * std::cos(phi) * std::cos(d_lon))};
}

LonLat OrthographicProjection::inverse(PlanePoint point) const noexcept
{
    const double x = point.x / earth_radius_km;
    const double y = point.y / earth_radius_km;
    const double up = std::sqrt(std::max(0.0, 1.0 - x * x - y * y));
    const double lon = lon_ + std::atan2(x, cos_lat_ * up - sin_lat_ * y);
    const double sin_lat = std::clamp(sin_lat_ * up + cos_lat_ * y, -1.0, 1.0);
    return {lon / radians_per_degree, std::asin(sin_lat) / radians_per_degree};
}

} // namespace mtc::psha::geo
