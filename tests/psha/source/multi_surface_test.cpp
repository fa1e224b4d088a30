#include "mtc/error.hpp"
#include "psha/source/csv.hpp"
#include "simd/dispatch.hpp"
#include "test_data.hpp"
#include "workloads/psha/source/generalised_coordinates.hpp"
#include "workloads/psha/source/multi_surface.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

using namespace mtc::psha;
using mtc::InstructionSet;
using mtc::test::number;
using Row = std::vector<std::string>;

namespace {

std::vector<InstructionSet> instruction_sets()
{
    std::vector<InstructionSet> sets;
    for (auto set = 0U; set <= static_cast<unsigned>(mtc::simd::detected()); ++set)
        sets.push_back(InstructionSet{set});
    return sets;
}

std::map<std::string, std::vector<Row>> by_case(const std::filesystem::path& file)
{
    std::map<std::string, std::vector<Row>> cases;
    for (const Row& row : mtc::test::csv_rows(file))
        cases[row.at(0)].push_back(row);
    return cases;
}

geo::Point point_of(const Row& row, std::size_t column)
{
    return {number(row.at(column)), number(row.at(column + 1)), number(row.at(column + 2))};
}

bool is_polyline(const std::string& name)
{
    return name.starts_with("poly");
}

MultiSurface surface_of(const std::vector<Row>& parts)
{
    std::vector<PlanarRupture> planes;
    for (const Row& row : parts) {
        const PlaneCorners corners{point_of(row, 2), point_of(row, 5), point_of(row, 8), point_of(row, 11)};
        CHECK(check_corners(corners).empty());
        planes.push_back(planar_surface(corners));
    }
    return MultiSurface{planes};
}

GeneralisedCoordinates polylines_of(const std::vector<Row>& parts)
{
    std::vector<std::vector<geo::LonLat>> traces;
    for (const Row& row : parts) {
        std::vector<geo::LonLat>& trace = traces.emplace_back();
        for (std::size_t column = 2; column + 2 < row.size() && !row[column].empty(); column += 3)
            trace.push_back({number(row[column]), number(row[column + 1])});
    }
    return GeneralisedCoordinates{traces};
}

double turn(double a, double b)
{
    return std::abs(std::remainder(a - b, 360.0));
}

std::string refusal(const PlaneCorners& corners)
{
    try {
        (void)check_corners(corners);
    } catch (const mtc::InputError& error) {
        return error.what();
    }
    return "";
}

bool holds(const std::string& message, const char* part)
{
    return message.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("distances of multi-surfaces and their coordinates are OpenQuake's")
{
    const auto parts_file = mtc::test::reference("hazard/golden/multi_surface_parts.csv");
    const auto values_file = mtc::test::reference("hazard/golden/multi_surface.csv");
    if (!parts_file || !values_file)
        return;
    const auto parts = by_case(*parts_file);
    const auto values = by_case(*values_file);
    REQUIRE(values.size() == 8);
    for (const InstructionSet set : instruction_sets()) {
        for (const auto& [name, rows] : values) {
            CAPTURE(name);
            REQUIRE(rows.size() == 30);
            std::vector<geo::Point> sites;
            for (const Row& row : rows)
                sites.push_back({number(row.at(2)), number(row.at(3)), 0.0});
            const SiteBlock block{sites};
            const std::size_t n = block.arrays().n_padded;
            mtc::AlignedVector<double> out(5 * n, -1.0);
            mtc::AlignedVector<double> scratch(GeneralisedCoordinates::n_scratch * n);
            double* rx = out.data() + 2 * n;
            double* ry0 = out.data() + 3 * n;
            double* u = out.data() + 4 * n;
            if (is_polyline(name)) {
                polylines_of(parts.at(name)).compute(set, block.arrays(), rx, u, scratch.data());
            } else {
                const MultiSurface surface = surface_of(parts.at(name));
                surface.coordinates().compute(set, block.arrays(), rx, u, scratch.data());
                DistanceArrays wanted;
                wanted.rrup = out.data();
                wanted.rjb = out.data() + n;
                wanted.rx = rx;
                wanted.ry0 = ry0;
                surface.distances(set, block.arrays(), wanted, scratch);
            }
            double largest_rrup_rjb = 0.0;
            double largest_coordinate = 0.0;
            std::size_t n_compared = 0;
            for (std::size_t i = 0; i < rows.size(); ++i) {
                for (std::size_t m = 0; m < 5; ++m) {
                    if (rows[i].at(4 + m).empty())
                        continue;
                    double& largest = m < 2 ? largest_rrup_rjb : largest_coordinate;
                    largest = std::max(largest, std::abs(out[m * n + i] - number(rows[i][4 + m])));
                    ++n_compared;
                }
            }
            CHECK(n_compared == (is_polyline(name) ? 60 : 150));
            MESSAGE(name, " ", std::string{mtc::simd::name(set)}, ": largest errors [km] rrup, rjb ",
                    largest_rrup_rjb, "; rx, ry0, u ", largest_coordinate);
            CHECK(largest_rrup_rjb < 5e-7);
            CHECK(largest_coordinate < 3e-5);
        }
    }
}

TEST_CASE("attributes of multi-surfaces are OpenQuake's")
{
    const auto parts_file = mtc::test::reference("hazard/golden/multi_surface_parts.csv");
    const auto attributes_file = mtc::test::reference("hazard/golden/multi_surface_attrs.csv");
    if (!parts_file || !attributes_file)
        return;
    const auto parts = by_case(*parts_file);
    const auto attributes = mtc::test::csv_rows(*attributes_file);
    REQUIRE(attributes.size() == 6);
    constexpr double float32 = 1.2e-7; // OpenQuake's precision here
    for (const Row& row : attributes) {
        CAPTURE(row.at(0));
        const MultiSurface surface = surface_of(parts.at(row[0]));
        const SurfaceAttributes& mean = surface.attributes();
        const auto near = [&](std::size_t column, double value) {
            CAPTURE(column);
            CHECK(std::abs(number(row.at(column)) - value) <= float32 * std::max(1.0, std::abs(value)));
        };
        near(1, surface.area_km2());
        near(2, mean.dip);
        CHECK(turn(number(row.at(3)), mean.strike) < 360.0 * float32);
        near(4, mean.width);
        near(5, mean.ztor);
        near(6, surface.mean_bottom());
        near(7, surface.bottom());
        near(8, mean.hypocentre.lon);
        near(9, mean.hypocentre.lat);
        near(10, mean.hypocentre.depth);
        CHECK(std::abs(surface.coordinates().u_max() - number(row.at(11))) < 3e-5);
        std::istringstream reversed{row.at(12)};
        std::size_t n_traces = 0;
        for (int flag = 0; reversed >> flag; ++n_traces)
            CHECK(surface.coordinates().reversed(n_traces) == (flag == 1));
        CHECK(n_traces == surface.planes().size());
    }
}

TEST_CASE("a plane of given corners has their orientation and extent")
{
    constexpr double degree_per_km = 1.0 / (geo::earth_radius_km * geo::radians_per_degree);
    const PlaneCorners corners{{10.0, 0.0, 2.0},
                               {10.0, 20.0 * degree_per_km, 2.0},
                               {10.0 + 6.0 * degree_per_km, 0.0, 10.0},
                               {10.0 + 6.0 * degree_per_km, 20.0 * degree_per_km, 10.0}};
    CHECK(check_corners(corners).empty());
    const PlanarRupture plane = planar_surface(corners);
    CHECK(std::abs(plane.strike) < 1e-9);
    CHECK(plane.dip == doctest::Approx(std::atan2(8.0, 6.0) / geo::radians_per_degree));
    CHECK(plane.width == doctest::Approx(10.0).epsilon(0.001));
    CHECK(plane.length == doctest::Approx(20.0).epsilon(0.001));
    CHECK(plane.ztor == 2.0);
    CHECK(plane.bottom == 10.0);
    CHECK(plane.hypocentre.depth == doctest::Approx(6.0));
    CHECK(plane.hypocentre.lon == doctest::Approx(10.0 + 3.0 * degree_per_km));
    const geo::Point back = corner(plane, bottom_right);
    CHECK(std::abs(back.lon - corners.bottom_right.lon) < 1e-12);
    CHECK(std::abs(back.lat - corners.bottom_right.lat) < 1e-12);
    CHECK(back.depth == 10.0);
}

TEST_CASE("corners that make no sound plane are refused or warned of")
{
    const PlaneCorners good{{10.0, 45.0, 0.0}, {10.0, 45.2, 0.0}, {10.1, 45.0, 10.0}, {10.1, 45.2, 10.0}};
    CHECK(refusal(good).empty());
    PlaneCorners corners = good;
    corners.top_right.depth = 1.0;
    CHECK(holds(refusal(corners), "top and bottom edges must be parallel to the earth surface"));
    corners = good;
    corners.bottom_right.depth = 9.0;
    CHECK(holds(refusal(corners), "top and bottom edges must be parallel to the earth surface"));
    corners = good;
    corners.bottom_right.lat = 45.25;
    CHECK(holds(refusal(corners), "top and bottom edges have different lengths"));
    corners = {good.top_left, good.top_right, good.bottom_right, good.bottom_left};
    CHECK(holds(refusal(corners), "corners are in the wrong order"));
    corners = {good.bottom_left, good.bottom_right, good.top_left, good.top_right};
    CHECK(holds(refusal(corners), "corners are in the wrong order"));
    corners = good;
    corners.top_right = good.top_left;
    CHECK(holds(refusal(corners), "do not span a plane"));
    corners = good;
    corners.bottom_right.lon = 10.13; // 2 km
    CHECK(holds(check_corners(corners), "corner points do not lie on the same plane"));
}
