#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/geo/projection.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

using namespace mtc::psha::geo;

namespace {

constexpr double km_per_degree = earth_radius_km * radians_per_degree;

const std::array<LonLat, 5> starts{
    {{10.0, 45.0}, {-179.9, 0.0}, {179.95, -60.0}, {0.0, 85.0}, {-70.0, -33.0}}};

} // namespace

TEST_CASE("distances and azimuths along the equator and the meridians are those of the circle")
{
    CHECK(distance_km({0, 0}, {1, 0}) == doctest::Approx(km_per_degree).epsilon(1e-13));
    CHECK(distance_km({179.5, 0}, {-179.5, 0}) == doctest::Approx(km_per_degree).epsilon(1e-12));
    CHECK(distance_km({20, 10}, {20, -80}) == doctest::Approx(90 * km_per_degree).epsilon(1e-13));
    CHECK(distance_km({0, 0}, {180, 0}) == doctest::Approx(180 * km_per_degree).epsilon(1e-13));
    CHECK(azimuth_deg({0, 0}, {1, 0}) == doctest::Approx(90));
    CHECK(azimuth_deg({0, 0}, {-1, 0}) == doctest::Approx(270));
    CHECK(azimuth_deg({0, 0}, {0, 1}) == 0.0);
    CHECK(azimuth_deg({0, 1}, {0, 0}) == doctest::Approx(180));
    CHECK(azimuth_deg({179.5, 0}, {-179.5, 0}) == doctest::Approx(90));
}

TEST_CASE("destination undoes distance and azimuth")
{
    int n_compared = 0;
    for (const LonLat from : starts) {
        for (double azimuth = 0.0; azimuth < 360.0; azimuth += 37.0) {
            for (const double distance : {0.01, 10.0, 300.0}) {
                const LonLat to = destination(from, azimuth, distance);
                CHECK(std::abs(distance_km(from, to) - distance) < 1e-9);
                const double turn = std::remainder(azimuth_deg(from, to) - azimuth, 360.0);
                CHECK(std::abs(turn) * radians_per_degree * distance < 1e-8);
                CHECK(to.lon > -180.0);
                CHECK(to.lon <= 180.0);
                ++n_compared;
            }
        }
    }
    CHECK(n_compared == 150);
}

TEST_CASE("Cartesian coordinates go back to longitude, latitude and depth")
{
    const Vector3 east = cartesian({90.0, 0.0, 71.0});
    CHECK(std::abs(east[0]) < 1e-12);
    CHECK(east[1] == doctest::Approx(6300.0));
    CHECK(cartesian({0.0, 90.0, 0.0})[2] == doctest::Approx(earth_radius_km));
    for (const LonLat place : starts) {
        const Point back = point_at(cartesian({place.lon, place.lat, 12.5}));
        CHECK(std::abs(back.lon - place.lon) < 1e-12);
        CHECK(std::abs(back.lat - place.lat) < 1e-12);
        CHECK(std::abs(back.depth - 12.5) < 1e-11);
    }
}

TEST_CASE("longitudes are brought into (-180, 180]")
{
    CHECK(normalised_lon(180.0) == 180.0);
    CHECK(normalised_lon(-180.0) == 180.0);
    CHECK(normalised_lon(190.0) == -170.0);
    CHECK(normalised_lon(540.0) == 180.0);
    CHECK(normalised_lon(-541.0) == 179.0);
    CHECK(normalised_lon(12.25) == 12.25);
}

TEST_CASE("longitudes across the 180 degree meridian are unwrapped")
{
    const std::vector<LonLat> across{{-179.0, -1.0}, {-179.0, 1.0}, {178.0, 1.0}, {178.0, -1.0}};
    const BoundingBox box = bounding_box(unwrapped(across));
    CHECK(box.west == 178.0);
    CHECK(box.east == 181.0);
    CHECK(box.south == -1.0);
    CHECK(box.north == 1.0);
    const std::vector<LonLat> elsewhere{{-10.0, 0.0}, {20.0, 0.0}};
    CHECK(bounding_box(unwrapped(elsewhere)).west == -10.0);
}

TEST_CASE("the orthographic projection has its centre at 0 and goes back exactly")
{
    const OrthographicProjection flat{{-1.0, -1.0, 1.0, 1.0}};
    CHECK(std::abs(flat.forward({0, 0}).x) < 1e-12);
    CHECK(std::abs(flat.forward({0, 0}).y) < 1e-12);
    CHECK(flat.forward({30, 0}).x == doctest::Approx(earth_radius_km / 2.0));
    CHECK(flat.forward({0, 30}).y == doctest::Approx(earth_radius_km / 2.0));

    for (const BoundingBox& box : {BoundingBox{9.0, 44.0, 11.0, 46.0},
                                   BoundingBox{178.0, -20.0, 182.0, -17.0}, BoundingBox{-71, 60, -69, 62}}) {
        const OrthographicProjection projection{box};
        for (const double lon : {box.west, (box.west + box.east) / 2.0, box.east}) {
            for (const double lat : {box.south, box.north}) {
                const LonLat back = projection.inverse(projection.forward({lon, lat}));
                CHECK(std::abs(std::remainder(back.lon - lon, 360.0)) < 1e-12);
                CHECK(std::abs(back.lat - lat) < 1e-12);
            }
        }
    }
}

TEST_CASE("the midpoint is as far from one point as from the other, at their mean depth")
{
    int n_compared = 0;
    for (const LonLat a : starts) {
        for (double azimuth = 0.0; azimuth < 360.0; azimuth += 53.0) {
            const LonLat b = destination(a, azimuth, 120.0);
            const Point half = midpoint({a.lon, a.lat, 4.0}, {b.lon, b.lat, 10.0});
            CHECK(std::abs(distance_km(a, {half.lon, half.lat}) - 60.0) < 1e-9);
            CHECK(std::abs(distance_km(b, {half.lon, half.lat}) - 60.0) < 1e-9);
            CHECK(half.depth == 7.0);
            ++n_compared;
        }
    }
    CHECK(n_compared == 35);
}

TEST_CASE("a projection's plane is spanned by east and north at its centre")
{
    const OrthographicProjection projection{BoundingBox{9.0, 44.0, 11.0, 46.0}};
    const LonLat centre = projection.centre();
    const PlanePoint origin = projection.forward(centre);
    CHECK(std::abs(origin.x) < 1e-9);
    CHECK(std::abs(origin.y) < 1e-9);
    CHECK(projection.forward({centre.lon, centre.lat + 0.1}).y ==
          doctest::Approx(earth_radius_km * std::sin(0.1 * radians_per_degree)));
}
