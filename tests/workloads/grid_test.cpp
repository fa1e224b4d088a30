#include "workloads/points/grid.hpp"

#include <doctest/doctest.h>

#include <cstdint>

namespace mtc::points {

TEST_CASE("units cover the grid once, and bands the units, however they are cut")
{
    std::uint64_t n_units = 0;
    for (const std::uint64_t width : {1, 2, 7, 30})
        for (std::uint64_t points_per_unit = 1; points_per_unit <= width * width; ++points_per_unit) {
            const Grid grid{width, points_per_unit, {}, 3.6};
            REQUIRE(grid.first_point(0) == 0);
            REQUIRE(grid.first_point(grid.n_units) == width * width);
            REQUIRE(grid.first_unit(0) == 0);
            REQUIRE(grid.first_unit(grid.n_bands) == grid.n_units);
            for (std::uint64_t unit = 0; unit < grid.n_units; ++unit) {
                REQUIRE(grid.first_point(unit) < grid.first_point(unit + 1));
                const std::uint64_t band = grid.band_of(unit);
                REQUIRE(band < grid.n_bands);
                REQUIRE(grid.first_unit(band) <= unit);
                REQUIRE(unit < grid.first_unit(band + 1));
                ++n_units;
            }
        }
    CHECK(n_units > 6000);
}

TEST_CASE("steps of points that are known")
{
    const std::complex<double> none;
    CHECK(steps_inside({2.0, 0.0}, none, 300) == 0); // on the circle
    CHECK(steps_inside({1.0, 0.0}, none, 300) == 300);
    CHECK(steps_inside({1.5, 0.0}, none, 300) == 1);
    CHECK(steps_inside(none, {-2.0, 0.0}, 300) == 1); // it stays at 2, which counts as outside
    CHECK(steps_inside(none, {0.0, 1.0}, 300) == 300);
    const Grid grid{1000, 1, {}, 3.6};
    CHECK(grid.at(0, 0) == std::complex<double>{-1.8, 1.8});
    CHECK(grid.at(500, 500).real() == doctest::Approx(0.0));
    std::int64_t sum = 0;
    const Grid half{500, 1, {}, 3.6};
    for (std::uint64_t point = 0; point < half.n_points(); ++point)
        sum += steps_inside(half.at(point % 500, point / 500), {-0.62772, -0.42193}, 300);
    CHECK(sum == 8306884);
}

} // namespace mtc::points
