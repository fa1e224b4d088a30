#include "simd/dispatch.hpp"
#include "workloads/psha/source/distance.hpp"
#include "workloads/psha/source/mesh_distance.hpp"
#include "workloads/psha/source/planar.hpp"
#include "workloads/psha/source/simple_fault.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace mtc::psha;
using mtc::InstructionSet;

namespace {

/// Of the arrays of a rupture's distances.
struct AllDistances {
    explicit AllDistances(std::size_t n)
        : values(6 * n, -1.0)
        , arrays{values.data(),         values.data() + n,     values.data() + 2 * n,
                 values.data() + 3 * n, values.data() + 4 * n, values.data() + 5 * n}
    {}
    mtc::AlignedVector<double> values;
    DistanceArrays arrays;
};

/// Sites in all directions about a pole, and on it.
std::vector<geo::Point> sites_about(double pole)
{
    std::vector<geo::Point> sites{{0.0, pole, 0.0}};
    for (int lon = -180; lon < 180; lon += 30)
        for (const double km : {3.0, 20.0, 90.0, 250.0}) {
            const geo::LonLat place =
                geo::destination({static_cast<double>(lon), pole}, pole > 0.0 ? 180.0 : 0.0, km);
            sites.push_back({static_cast<double>(lon), place.lat, 0.0});
        }
    return sites;
}

double chord(const geo::Vector3& a, const geo::Vector3& b)
{
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// The least distance from a grid of places on the plane of a rupture, which are less than 0.3 km apart.
double distance_by_grid(const PlanarRupture& rupture, const geo::Vector3& site)
{
    constexpr int n = 200;
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i <= n; ++i)
        for (int j = 0; j <= n; ++j) {
            const double along = rupture.length * i / n;
            const double down = rupture.width * j / n;
            geo::Vector3 place{};
            for (std::size_t axis = 0; axis < 3; ++axis)
                place[axis] = rupture.top_left[axis] + along * rupture.u[axis] + down * rupture.v[axis];
            least = std::min(least, chord(site, place));
        }
    return least;
}

/// Checks rrup against the nodes, and that the others are numbers that fit together. \returns sites looked at
std::size_t check_mesh(const Mesh& mesh, double pole)
{
    const MeshView view = mesh.view();
    const std::vector<geo::Point> sites = sites_about(pole);
    const SiteBlock block{sites};
    AllDistances all{block.arrays().n_padded};
    const SurfaceAttributes attributes = surface_attributes(view, view.whole());
    MeshDistances distances;
    distances.begin(mtc::simd::detected(), view, block.arrays());
    distances.compute(view.whole(), attributes, all.arrays);
    for (std::size_t s = 0; s < sites.size(); ++s) {
        CAPTURE(sites[s].lon);
        CAPTURE(sites[s].lat);
        const geo::Vector3 site = geo::cartesian(sites[s]);
        double nearest = std::numeric_limits<double>::infinity();
        double nearest_above = nearest;
        for (const geo::Point& node : view.points) {
            nearest = std::min(nearest, chord(site, geo::cartesian(node)));
            nearest_above =
                std::min(nearest_above, geo::distance_km({sites[s].lon, sites[s].lat}, {node.lon, node.lat}));
        }
        CHECK(std::abs(all.arrays.rrup[s] - nearest) < 1e-6);
        CHECK(all.arrays.rjb[s] >= 0.0);
        CHECK(all.arrays.rjb[s] <= nearest_above + 0.01);
        CHECK(all.arrays.rjb[s] > nearest_above - 3.0); // nodes are 2 km apart
        CHECK(std::isfinite(all.arrays.rx[s]));
        CHECK(std::isfinite(all.arrays.ry0[s]));
        const geo::Point middle = attributes.hypocentre;
        const double epicentral = geo::distance_km({sites[s].lon, sites[s].lat}, {middle.lon, middle.lat});
        CHECK(std::abs(all.arrays.rhypo[s] - std::hypot(epicentral, middle.depth)) < 1e-5);
    }
    return sites.size();
}

} // namespace

TEST_CASE("distances of point ruptures beside the poles are those of their planes in space")
{
    const RuptureSize size = rupture_size(MagnitudeArea::wc1994, 6.8, {70, 50, 90}, 1.5, {0.0, 15.0});
    std::size_t n_sites = 0;
    for (const double pole : {90.0, -90.0})
        for (const double lat : {89.7, 89.99, 90.0}) {
            CAPTURE(lat);
            const geo::LonLat centre{-40.0, pole > 0.0 ? lat : -lat};
            const PlanarRupture rupture = planar_rupture(place_at(centre), 8.0, size);
            const std::vector<geo::Point> sites = sites_about(pole);
            const SiteBlock block{sites};
            AllDistances all{block.arrays().n_padded};
            planar_distances(mtc::simd::detected(), rupture, block.arrays(), all.arrays);
            for (std::size_t s = 0; s < sites.size(); ++s) {
                CAPTURE(sites[s].lon);
                CAPTURE(sites[s].lat);
                const geo::Vector3 site = geo::cartesian(sites[s]);
                const double by_grid = distance_by_grid(rupture, site);
                CHECK(all.arrays.rrup[s] <= by_grid + 1e-9);
                CHECK(all.arrays.rrup[s] > by_grid - 0.05);
                const double epicentral = geo::distance_km({sites[s].lon, sites[s].lat}, centre);
                CHECK(std::abs(all.arrays.repi[s] - epicentral) < 1e-5);
                CHECK(std::abs(all.arrays.rhypo[s] - std::hypot(epicentral, 8.0)) < 1e-5);
                CHECK(all.arrays.rjb[s] >= 0.0);
                CHECK(std::isfinite(all.arrays.rjb[s]));
                CHECK(std::isfinite(all.arrays.rx[s]));
                CHECK(std::isfinite(all.arrays.ry0[s]));
                ++n_sites;
            }
        }
    CHECK(n_sites == 2 * 3 * 49);
}

TEST_CASE("distances of faults beside the poles are those of their nodes")
{
    std::size_t n_sites = 0;
    for (const double pole : {90.0, -90.0}) {
        const double sign = pole > 0.0 ? 1.0 : -1.0;
        const std::vector<geo::LonLat> trace{{30.0, sign * 89.7}, {75.0, sign * 89.8}, {130.0, sign * 89.75}};
        n_sites += check_mesh(simple_fault_mesh(trace, 60.0, {1.0, 12.0}, 2.0), pole);
    }
    CHECK(n_sites == 2 * 49);
}
