#include "psha/source/csv.hpp"
#include "psha/source/golden_point.hpp"
#include "test_data.hpp"
#include "workloads/psha/source/planar.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>

using namespace mtc::psha;
using mtc::test::number;

static_assert(std::is_trivially_copyable_v<PlanarRupture> && std::is_trivially_copyable_v<RuptureSize>);

TEST_CASE("point ruptures have OpenQuake's planes")
{
    const auto file = mtc::test::reference("hazard/golden/ruptures.csv");
    if (!file)
        return;
    const std::vector<PlanarRupture> ruptures = mtc::test::golden_point_ruptures();
    std::size_t n_compared = 0;
    double largest = 0.0;
    for (const auto& row : mtc::test::csv_rows(*file)) {
        if (row.at(0) != "point")
            continue;
        REQUIRE(n_compared < ruptures.size());
        const PlanarRupture& r = ruptures[n_compared];
        CAPTURE(n_compared);
        CHECK(static_cast<std::size_t>(number(row.at(1))) == n_compared);
        CHECK(r.magnitude == number(row.at(2)));
        CHECK(r.rake == number(row.at(4)));
        CHECK(r.strike == number(row.at(5)));
        CHECK(r.dip == number(row.at(6)));
        CHECK(std::abs(r.ztor - number(row.at(7))) < 1e-6);
        CHECK(std::abs(r.width - number(row.at(8))) < 1e-6);
        CHECK(r.hypocentre.lon == number(row.at(9)));
        CHECK(r.hypocentre.lat == number(row.at(10)));
        CHECK(r.hypocentre.depth == number(row.at(11)));
        for (const Corner which : {top_left, top_right, bottom_left, bottom_right}) {
            const geo::Point p = corner(r, which);
            const std::size_t column = 14 + 3 * which;
            CHECK(std::abs(p.lon - number(row.at(column))) < 1e-8);
            CHECK(std::abs(p.lat - number(row.at(column + 1))) < 1e-8);
            CHECK(std::abs(p.depth - number(row.at(column + 2))) < 1e-6);
            largest = std::max({largest, std::abs(p.lon - number(row.at(column))),
                                std::abs(p.lat - number(row.at(column + 1)))});
        }
        ++n_compared;
    }
    CHECK(n_compared == 12);
    MESSAGE("ruptures of points: largest difference of corners [deg] ", largest);
}

TEST_CASE("a rupture made in one step is the same value")
{
    const std::vector<PlanarRupture> ruptures = mtc::test::golden_point_ruptures();
    const PlanarRupture r =
        planar_rupture({10.05, 45.02, 8.0}, 20.0, 60.0, 90.0, 5.75, MagnitudeArea::wc1994, 1.5, 0.0, 10.0);
    CHECK(std::memcmp(&r, &ruptures[5], sizeof r) == 0);
}

TEST_CASE("size follows the aspect ratio until the seismogenic depths cut the width")
{
    const RuptureSize small = rupture_size(MagnitudeArea::peer, 5.0, {0, 45, 0}, 2.0, {0.0, 12.0});
    CHECK(small.length_km * small.width_km == doctest::Approx(10.0));
    CHECK(small.length_km / small.width_km == doctest::Approx(2.0));
    const RuptureSize cut = rupture_size(MagnitudeArea::peer, 7.0, {0, 45, 0}, 2.0, {2.0, 12.0});
    CHECK(cut.width_km == doctest::Approx(10.0 * std::sqrt(2.0)));
    CHECK(cut.length_km * cut.width_km == doctest::Approx(1000.0));
    CHECK(cut.vertical_km == doctest::Approx(10.0));
}

TEST_CASE("planes never leave the seismogenic depths")
{
    int n_checked = 0;
    for (const double magnitude : {4.0, 5.0, 6.0, 7.0, 8.0}) {
        for (const double dip : {15.0, 30.0, 60.0, 90.0}) {
            const RuptureSize size =
                rupture_size(MagnitudeArea::wc1994, magnitude, {200, dip, -90}, 1.0, {1.0, 16.0});
            for (const double depth : {1.0, 5.0, 16.0}) {
                const PlanarRupture r = planar_rupture(place_at({-70.0, -33.0}), depth, size);
                CHECK(r.ztor >= 1.0);
                CHECK(r.bottom <= 16.0);
                CHECK(std::abs(r.bottom - r.ztor - size.vertical_km) < 1e-9);
                CHECK(r.hypocentre.depth == depth);
                ++n_checked;
            }
        }
    }
    CHECK(n_checked == 60);
}

TEST_CASE("the radius of a rupture is half the diagonal of its projection")
{
    const NodalPlane plane{20, 60, 90};
    const RuptureSize size = rupture_size(MagnitudeArea::wc1994, 6.25, plane, 1.5, {0.0, 10.0});
    const double across = size.width_km * std::cos(60.0 * geo::radians_per_degree);
    const double expected = 0.5 * std::sqrt(size.length_km * size.length_km + across * across);
    CHECK(rupture_radius_km(MagnitudeArea::wc1994, 6.25, plane, 1.5, {0.0, 10.0}) ==
          doctest::Approx(expected));
    CHECK(size.radius_km == doctest::Approx(expected));
    CHECK(rupture_radius_km(MagnitudeArea::point, 6.25, plane, 1.5, {0.0, 10.0}) == 0.0);
}
