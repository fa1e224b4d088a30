#include "workloads/psha/source/closest_point.hpp"

#include <algorithm>
#include <limits>

namespace mtc::psha {
namespace {

double dot(const geo::Vector3& a, const geo::Vector3& b) noexcept
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

double squared_distance(const geo::Vector3& a, const geo::Vector3& b) noexcept
{
    const geo::Vector3 d{a[0] - b[0], a[1] - b[1], a[2] - b[2]};
    return dot(d, d);
}

geo::Vector3 foot_on(const PlanarRupture& plane, const geo::Vector3& site) noexcept
{
    const geo::Vector3& corner = plane.top_left;
    const geo::Vector3 from{site[0] - corner[0], site[1] - corner[1], site[2] - corner[2]};
    const double along = std::clamp(dot(from, plane.u), 0.0, plane.length);
    const double down = std::clamp(dot(from, plane.v), 0.0, plane.width);
    geo::Vector3 foot;
    for (std::size_t k = 0; k < 3; ++k)
        foot[k] = corner[k] + along * plane.u[k] + down * plane.v[k];
    return foot;
}

geo::LonLat place_of(const geo::Vector3& position) noexcept
{
    const geo::Point point = geo::point_at(position);
    return {point.lon, point.lat};
}

} // namespace

geo::LonLat closest_on(const PlanarRupture& plane, const geo::Vector3& site) noexcept
{
    return place_of(foot_on(plane, site));
}

geo::LonLat closest_on(std::span<const PlanarRupture> planes, const geo::Vector3& site) noexcept
{
    geo::Vector3 closest = foot_on(planes.front(), site);
    for (const PlanarRupture& plane : planes.subspan(1))
        if (const geo::Vector3 foot = foot_on(plane, site);
            squared_distance(foot, site) < squared_distance(closest, site))
            closest = foot;
    return place_of(closest);
}

geo::LonLat closest_on(const MeshView& mesh, const SubMesh& part, const geo::Vector3& site) noexcept
{
    double least = std::numeric_limits<double>::infinity();
    geo::LonLat closest;
    for (std::size_t row = part.first_row; row < part.first_row + part.n_rows; ++row)
        for (std::size_t column = part.first_column; column < part.first_column + part.n_columns; ++column)
            if (const double distance = squared_distance(mesh.position(row, column), site);
                distance < least) {
                least = distance;
                const geo::Point& node = mesh.point(row, column);
                closest = {node.lon, node.lat};
            }
    return closest;
}

} // namespace mtc::psha
