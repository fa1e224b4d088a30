#include "workloads/psha/source/outline.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

using namespace mtc::psha;
using geo::PlanePoint;

namespace {

/// Nodes 1 km apart along strike and 0.8 km across it. The rows bend, the columns sway, and the whole is
/// turned.
struct Grid {
    std::size_t n_rows;
    std::size_t n_columns;
    double bend; // [1/km] of rows, each a parabola
    double sway; // [1/km] of columns
    PlanePoint strike;
};

std::vector<PlanePoint> nodes_of(const Grid& grid)
{
    std::vector<PlanePoint> nodes;
    for (std::size_t row = 0; row < grid.n_rows; ++row) {
        for (std::size_t column = 0; column < grid.n_columns; ++column) {
            const double u = static_cast<double>(column) - 0.5 * static_cast<double>(grid.n_columns - 1);
            const double v = static_cast<double>(row) - 0.5 * static_cast<double>(grid.n_rows - 1);
            const double along = u + grid.sway * v * v;
            const double across = -0.8 * v + grid.bend * u * u;
            nodes.push_back({grid.strike.x * along - grid.strike.y * across,
                             grid.strike.y * along + grid.strike.x * across});
        }
    }
    return nodes;
}

/// Zero inside.
double distance(const PlanePoint& point, std::span<const PlanePoint> ring)
{
    double least = std::numeric_limits<double>::infinity();
    bool is_inside = false;
    PlanePoint from = ring.back();
    for (const PlanePoint& to : ring) {
        const double x = to.x - from.x;
        const double y = to.y - from.y;
        const double part =
            std::clamp(((point.x - from.x) * x + (point.y - from.y) * y) / (x * x + y * y), 0.0, 1.0);
        least = std::min(least, std::hypot(point.x - from.x - part * x, point.y - from.y - part * y));
        if ((from.y > point.y) != (to.y > point.y) && point.x < from.x + (point.y - from.y) * x / y)
            is_inside = !is_inside;
        from = to;
    }
    return is_inside ? 0.0 : least;
}

/// Above zero for counterclockwise rings. [km^2]
double area(std::span<const PlanePoint> ring)
{
    double twice = 0.0;
    PlanePoint from = ring.back();
    for (const PlanePoint& to : ring) {
        twice += from.x * to.y - from.y * to.x;
        from = to;
    }
    return twice / 2.0;
}

struct Reference {
    Grid grid;
    std::array<double, 4> distances; // [km] of the sites below
};

constexpr std::array<PlanePoint, 4> sites{{{1.0, 9.0}, {-8.0, -2.5}, {12.0, -3.0}, {-3.0, -14.0}}};

// By GEOS 3.11: each stripe between two rows buffered by 0.005 with 2 segments a quarter circle, their unary
// union simplified with tolerance 0.005, topology preserved. Most other starts of the ring change each of
// these lines.
const std::vector<Reference> references{
    {{2, 6, 0.004, 0.003, {1.0, 0.0}}, {8.587390466, 5.892274015, 9.853863924, 13.634016028}},
    {{2, 6, -0.004, -0.003, {0.28, -0.96}}, {6.628716103, 7.974000000, 10.961243226, 11.940049961}},
    {{5, 9, 0.004, -0.003, {1.0, 0.0}}, {7.386667590, 4.101550021, 8.140520518, 12.431130950}},
    {{5, 9, -0.004, 0.003, {0.6, 0.8}}, {4.868816774, 4.381251916, 9.764001332, 9.996166629}},
    {{9, 7, 0.004, 0.003, {0.28, -0.96}}, {5.409890404, 5.175406717, 8.094869449, 10.218755416}},
    {{9, 7, -0.004, -0.003, {1.0, 0.0}}, {5.803198340, 4.963233723, 9.035536663, 10.760598989}},
    {{12, 8, 0.004, 0.003, {0.28, -0.96}}, {4.910667697, 3.978245263, 6.766187326, 9.331403971}},
    {{12, 8, 0.004, -0.003, {0.6, 0.8}}, {4.389796248, 3.236772892, 7.180714802, 9.548474663}},
    {{12, 8, -0.004, 0.003, {-1.0, 0.0}}, {4.589126990, 4.460300685, 8.538343343, 9.630258181}},
    {{24, 5, 0.004, 0.003, {-1.0, 0.0}}, {0.000000000, 5.961489817, 10.036121151, 4.818045310}},
    {{24, 5, 0.004, -0.003, {0.6, 0.8}}, {5.888507723, 4.675097134, 3.886817410, 10.805847956}},
    {{24, 5, -0.004, 0.003, {0.28, -0.96}}, {6.409744103, 0.000000000, 4.119652802, 10.353131537}},
};

} // namespace

TEST_CASE("widened outlines are those of a geometry library")
{
    WidenedOutline outline;
    for (const Reference& reference : references) {
        const auto nodes = nodes_of(reference.grid);
        const auto ring = outline.build(nodes, reference.grid.n_columns);
        REQUIRE(ring.size() >= 4);
        CHECK(area(ring) < 0.0);
        for (std::size_t i = 0; i < sites.size(); ++i) {
            CAPTURE(reference.grid.n_rows);
            CAPTURE(i);
            CHECK(std::abs(distance(sites[i], ring) - reference.distances[i]) < 2e-9);
        }
    }
}

TEST_CASE("the outline of a rectangle keeps within 5 m of its widened sides")
{
    // 20 km by 6 km, two rows: all that is simplified away is on straight lines and at corners.
    std::vector<PlanePoint> nodes;
    for (const double y : {3.0, -3.0}) {
        for (int i = 0; i <= 10; ++i)
            nodes.push_back({2.0 * i, y});
    }
    WidenedOutline outline;
    const auto ring = outline.build(nodes, 11);
    REQUIRE(ring.size() >= 4);
    CHECK(ring.size() <= 5);
    CHECK(-area(ring) > 20.0 * 6.0);
    CHECK(-area(ring) < 20.01 * 6.01);
    for (const PlanePoint& vertex : ring) {
        const double x = std::max({-vertex.x, 0.0, vertex.x - 20.0});
        const double y = std::max(0.0, std::abs(vertex.y) - 3.0);
        CHECK(std::hypot(x, y) == doctest::Approx(0.005).epsilon(1e-9));
    }
}

TEST_CASE("meshes without a plain outline have none")
{
    WidenedOutline outline;
    const std::vector<PlanePoint> line{{0, 0}, {1, 0}, {2, 0}, {0, 0}, {1, 0}, {2, 0}};
    CHECK(outline.build(line, 3).empty()); // vertical
    CHECK(outline.build(line, 6).empty()); // one row
    CHECK(outline.build(line, 1).empty()); // one column
    const std::vector<PlanePoint> folded{{0, 0}, {1, 0}, {2, 0}, {0, -1}, {3, -1}, {2, -1}};
    CHECK(outline.build(folded, 3).empty());
    const std::vector<PlanePoint> to_the_left{{0, 0}, {1, 0}, {0, 1}, {1, 1}};
    CHECK(outline.build(to_the_left, 2).empty());
    const std::vector<PlanePoint> to_the_right{{0, 1}, {1, 1}, {0, 0}, {1, 0}};
    CHECK(outline.build(to_the_right, 2).size() >= 4);
}
