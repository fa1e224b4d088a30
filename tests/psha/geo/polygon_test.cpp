#include "mtc/error.hpp"
#include "psha/source/csv.hpp"
#include "test_data.hpp"
#include "workloads/psha/geo/polygon.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace mtc::psha::geo;
using mtc::test::number;

namespace {

const std::vector<LonLat> area{{9.5, 44.5}, {10.5, 44.4}, {10.7, 45.2}, {9.8, 45.5}};

/// A calculation of OpenQuake with a region; its mean.csv lists at most twelve sites, evenly picked.
struct RegionCase {
    std::string folder;
    std::vector<LonLat> region;
    double spacing_km;
    std::size_t n_sites;
    std::size_t n_listed;
};

/// Rectangle with corners in the order in which the job files write them.
std::vector<LonLat> rectangle(double west, double south, double east, double north)
{
    return {{west, south}, {west, north}, {east, north}, {east, south}};
}

std::vector<LonLat> listed_sites(const std::filesystem::path& mean_csv)
{
    std::vector<LonLat> sites;
    for (const auto& row : mtc::test::csv_rows(mean_csv)) {
        const LonLat site{number(row.at(0)), number(row.at(1))};
        if (sites.empty() || sites.back().lon != site.lon || sites.back().lat != site.lat)
            sites.push_back(site);
    }
    return sites;
}

} // namespace

TEST_CASE("an area is discretised into OpenQuake's points")
{
    CHECK(discretised(area, 10.0).size() == 78);
    CHECK(discretised(area, 5.0).size() == 317);
    const std::vector<LonLat> points = discretised(area, 20.0);
    REQUIRE(points.size() == 19);

    const auto file = mtc::test::reference("hazard/golden/area_points_20km.csv");
    if (!file)
        return;
    const auto rows = mtc::test::csv_rows(*file);
    REQUIRE(rows.size() == points.size());
    double largest = 0.0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CHECK(std::abs(points[i].lon - number(rows[i].at(0))) < 1e-8);
        CHECK(std::abs(points[i].lat - number(rows[i].at(1))) < 1e-8);
        largest = std::max({largest, std::abs(points[i].lon - number(rows[i].at(0))),
                            std::abs(points[i].lat - number(rows[i].at(1)))});
    }
    MESSAGE("area_points: largest difference [deg] ", largest);
}

TEST_CASE("an area across the 180 degree meridian has the points of the same area elsewhere")
{
    std::vector<LonLat> here = rectangle(-1.2, 10.0, 0.7, 11.5);
    std::vector<LonLat> there = here;
    for (LonLat& corner : there)
        corner.lon = normalised_lon(corner.lon + 180.0);
    const std::vector<LonLat> expected = discretised(here, 15.0);
    const std::vector<LonLat> points = discretised(there, 15.0);
    REQUIRE(points.size() == expected.size());
    REQUIRE(points.size() > 100);
    for (std::size_t i = 0; i < points.size(); ++i) {
        CHECK(std::abs(points[i].lon - normalised_lon(expected[i].lon + 180.0)) < 1e-11);
        CHECK(points[i].lat == expected[i].lat);
    }
}

TEST_CASE("too coarse a spacing gives no points")
{
    CHECK(discretised(area, 500.0).empty());
}

TEST_CASE("polygons whose edges cross or enclose nothing are refused")
{
    const std::vector<std::vector<LonLat>> polygons{
        {{0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}},
        {{0.0, 0.0}, {1.0, 0.0}, {2.0, 0.0}},
        {{0.0, 0.0}, {1.0, 1.0}, {1.0, 0.0}, {0.0, 1.0}},
    };
    for (const std::vector<LonLat>& polygon : polygons) {
        CHECK_THROWS_AS((void)discretised(polygon, 1.0), mtc::InputError);
        CHECK_THROWS_AS((void)region_grid(polygon, 1.0), mtc::InputError);
    }
}

TEST_CASE("a region with an inward corner is widened along all of its edges")
{
    const std::vector<LonLat> l_shape{{0.0, 0.0}, {0.0, 1.0}, {0.4, 1.0}, {0.4, 0.4}, {1.0, 0.4}, {1.0, 0.0}};
    const std::vector<LonLat> sites = region_grid(l_shape, 10.0);
    const auto n_between = [&](double west, double east, double south, double north) {
        return std::ranges::count_if(
            sites, [=](LonLat s) { return s.lon > west && s.lon < east && s.lat > south && s.lat < north; });
    };
    CHECK(n_between(0.5, 2.0, 0.5, 2.0) == 0);
    CHECK(n_between(0.4, 0.49, 0.5, 0.9) > 2); // within 10 km of the inward edge
    CHECK(n_between(-0.09, 0.0, 0.0, 1.0) > 5);
}

TEST_CASE("regions give OpenQuake's sites in OpenQuake's order")
{
    const std::vector<RegionCase> cases{
        {"demos/AreaSourceClassicalPSHA", rectangle(-1.0, -1.5, 1.0, 0.7), 10.0, 624, 12},
        {"demos/PointSourceClassicalPSHA",
         {{-179.0, -1.0}, {-179.0, 1.0}, {178.0, 1.0}, {178.0, -1.0}},
         10.0,
         840,
         12},
        {"demos/SimpleFaultSourceClassicalPSHA", rectangle(0.5, -1.0, 2.2, 0.7), 5.0, 1521, 12},
        {"demos/ComplexFaultSourceClassicalPSHA", rectangle(0.0, -2.0, 2.0, -0.5), 5.0, 1610, 12},
        {"demos/CharacteristicFaultSourceCase1ClassicalPSHA", rectangle(-1.5, -3.0, 0.5, -1.5), 4.0, 2451,
         12},
        {"demos/CharacteristicFaultSourceCase2ClassicalPSHA", rectangle(0.5, -1.0, 2.2, 0.7), 4.0, 2400, 12},
        {"demos/CharacteristicFaultSourceCase3ClassicalPSHA", rectangle(0.0, -2.0, 2.0, -0.5), 4.0, 2451, 12},
        {"qa/classical_case_40", rectangle(-1.0, -1.5, 1.0, 0.7), 100.0, 16, 12},
        {"qa/classical_case_51", rectangle(-1.0, -1.5, 1.0, 0.7), 300.0, 4, 4},
    };
    for (const RegionCase& c : cases) {
        CAPTURE(c.folder);
        const std::vector<LonLat> sites = region_grid(c.region, c.spacing_km);
        CHECK(sites.size() == c.n_sites);
        const auto file = mtc::test::reference("oq/" + c.folder + "/oq_run/mean.csv");
        if (!file)
            continue;
        const std::vector<LonLat> listed = listed_sites(*file);
        REQUIRE(listed.size() == c.n_listed);
        for (std::size_t i = 0; i < listed.size(); ++i) {
            const std::size_t picked = i * c.n_sites / c.n_listed;
            CAPTURE(i);
            REQUIRE(picked < sites.size());
            CHECK(std::abs(sites[picked].lon - listed[i].lon) < 1e-9);
            CHECK(std::abs(sites[picked].lat - listed[i].lat) < 1e-9);
        }
    }
}

TEST_CASE("a line that crosses itself is told from one that only turns, also at the 180 degree meridian")
{
    for (const double origin : {10.0, 179.95}) {
        const auto place = [&](double lon, double lat) { return LonLat{normalised_lon(origin + lon), lat}; };
        const std::vector<LonLat> turning{place(0, 0), place(0.2, 0), place(0.2, 0.1), place(0.1, 0.1)};
        std::vector<LonLat> crossing = turning;
        crossing.push_back(place(0.1, -0.1));
        CHECK_FALSE(crosses_itself(turning));
        CHECK(crosses_itself(crossing));
        CHECK_FALSE(crosses_itself(std::vector<LonLat>{place(0, 0), place(0.2, 0)}));
    }
}
