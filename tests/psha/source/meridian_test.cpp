#include "simd/dispatch.hpp"
#include "workloads/psha/source/complex_fault.hpp"
#include "workloads/psha/source/kite_mesh.hpp"
#include "workloads/psha/source/multi_surface.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace mtc::psha;

namespace {

using Lines = std::vector<std::vector<geo::Point>>;

/// From about 10 degrees east to the 180 degree meridian.
geo::Point moved(geo::Point point)
{
    return {geo::normalised_lon(point.lon + 170.0), point.lat, point.depth};
}

Lines moved(Lines lines)
{
    for (std::vector<geo::Point>& line : lines)
        for (geo::Point& point : line)
            point = moved(point);
    return lines;
}

/// \returns the number of nodes there are on the far side of the meridian
std::size_t check_same_mesh(const Mesh& here, const Mesh& there)
{
    const MeshView a = here.view();
    const MeshView b = there.view();
    REQUIRE(a.n_rows == b.n_rows);
    REQUIRE(a.n_columns == b.n_columns);
    std::size_t n_beyond = 0;
    for (std::size_t i = 0; i < a.points.size(); ++i) {
        CAPTURE(i);
        const geo::Point wanted = moved(a.points[i]);
        const geo::Point node = b.points[i];
        CHECK(std::isnan(node.lon) == std::isnan(wanted.lon));
        if (std::isnan(wanted.lon))
            continue;
        CHECK(std::abs(std::remainder(node.lon - wanted.lon, 360.0)) < 1e-9);
        CHECK(std::abs(node.lat - wanted.lat) < 1e-9);
        CHECK(std::abs(node.depth - wanted.depth) < 1e-7);
        n_beyond += std::remainder(node.lon, 360.0) < 0.0 ? 1 : 0;
    }
    return n_beyond;
}

} // namespace

TEST_CASE("complex faults across the 180 degree meridian have the mesh of the same fault elsewhere")
{
    const Lines edges{{{9.8, 44.6, 5.0}, {9.9, 45.0, 6.0}, {10.0, 45.4, 5.5}},
                      {{10.5, 44.5, 40.0}, {10.6, 45.0, 45.0}, {10.7, 45.45, 42.0}}};
    CHECK(check_same_mesh(complex_fault_mesh(edges, 5.0), complex_fault_mesh(moved(edges), 5.0)) > 20);
}

TEST_CASE("kites across the 180 degree meridian have the mesh of the same kite elsewhere")
{
    const Lines profiles{{{9.7, 45.1, 1.0}, {9.7, 45.22, 12.0}},
                         {{9.95, 45.12, 1.0}, {9.95, 45.26, 15.0}},
                         {{10.3, 45.2, 1.0}, {10.3, 45.3, 12.0}}};
    CHECK(check_same_mesh(kite_mesh(profiles, 2.0, 2.0), kite_mesh(moved(profiles), 2.0, 2.0)) > 20);
}

TEST_CASE("multi-surfaces across the 180 degree meridian have the distances of the same surface elsewhere")
{
    const std::vector<PlaneCorners> corners{
        {{9.9, 44.8, 0.0}, {9.9, 44.9, 0.0}, {9.96, 44.8, 8.0}, {9.96, 44.9, 8.0}},
        {{9.95, 44.9, 0.0}, {10.05, 45.0, 0.0}, {10.01, 44.9, 8.0}, {10.11, 45.0, 8.0}}};
    std::vector<geo::Point> sites;
    for (int i = -4; i <= 4; ++i)
        for (const double lat : {44.6, 44.85, 44.97, 45.3})
            sites.push_back({10.0 + 0.13 * i, lat, 0.0});
    const auto distances_of = [](const std::vector<PlanarRupture>& planes,
                                 const std::vector<geo::Point>& from) {
        const SiteBlock block{from};
        const std::size_t n = block.arrays().n_padded;
        mtc::AlignedVector<double> out(4 * n, -1.0);
        mtc::AlignedVector<double> scratch(GeneralisedCoordinates::n_scratch * n);
        DistanceArrays wanted;
        wanted.rrup = out.data();
        wanted.rjb = out.data() + n;
        wanted.rx = out.data() + 2 * n;
        wanted.ry0 = out.data() + 3 * n;
        MultiSurface{planes}.distances(mtc::simd::detected(), block.arrays(), wanted, scratch);
        return out;
    };
    std::vector<PlanarRupture> here;
    std::vector<PlanarRupture> there;
    for (const PlaneCorners& plane : corners) {
        here.push_back(planar_surface(plane));
        there.push_back(planar_surface({moved(plane.top_left), moved(plane.top_right),
                                        moved(plane.bottom_left), moved(plane.bottom_right)}));
    }
    std::vector<geo::Point> sites_there;
    std::ranges::transform(sites, std::back_inserter(sites_there),
                           [](const geo::Point& site) { return moved(site); });
    const auto a = distances_of(here, sites);
    const auto b = distances_of(there, sites_there);
    REQUIRE(a.size() == b.size());
    REQUIRE(a.size() >= 4 * sites.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        CAPTURE(i);
        CHECK(std::abs(a[i] - b[i]) < 1e-6);
    }
}
