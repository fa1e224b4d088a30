#include "psha/hazard/golden_sources.hpp"
#include "psha/hazard/kernel_job.hpp"
#include "workloads/psha/model/point_cells.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

using namespace mtc;
using namespace mtc::psha;

TEST_CASE("points are parted into cells that are squares on the ground")
{
    // Half a degree of latitude is 55.6 km, of longitude at 60 degrees north half of that.
    std::vector<geo::LonLat> points;
    for (int row = 0; row <= 4; ++row)
        for (int column = 0; column <= 8; ++column)
            points.push_back({10.0 + 0.25 * column, 59.5 + 0.25 * row});
    const auto cells = square_cells(points, 60.0);
    REQUIRE(cells.size() == 4); // 2 columns of one degree, 2 rows of half a degree
    std::set<std::uint32_t> seen;
    for (const auto& cell : cells)
        seen.insert(cell.begin(), cell.end());
    CHECK(seen.size() == points.size());
    CHECK(cells[0] == std::vector<std::uint32_t>{0, 1, 2, 3, 9, 10, 11, 12});
    CHECK(cells[3].size() == 3 * 5); // the last row and the last column lie in the last cells

    CHECK(square_cells(points, 1000.0).size() == 1);
    CHECK(square_cells(points, 5.0).size() == points.size());
}

TEST_CASE("cells reach over the date line, and need an extent")
{
    const std::vector<geo::LonLat> across{{179.9, 1.0}, {-179.9, 1.1}, {179.8, 1.2}, {-179.0, 1.0}};
    const auto cells = square_cells(across, 50.0);
    REQUIRE(cells.size() == 2);
    CHECK(cells[0] == std::vector<std::uint32_t>{0, 1, 2});
    CHECK(square_cells(std::vector<geo::LonLat>{{1.0, 2.0}, {1.0, 3.0}}, 50.0).empty());
    CHECK(square_cells(std::vector<geo::LonLat>{{1.0, 2.0}, {3.0, 2.0}}, 50.0).empty());
    CHECK(square_cells(std::vector<geo::LonLat>{{1.0, 2.0}}, 50.0).empty());
}

TEST_CASE("the mean of a cell is weighed by rates and holds all magnitudes")
{
    test::KernelJob job;
    Source first = test::golden_point(); // two planes, two depths
    first.geometry = PointGeometry{{10.0, 45.0}};
    first.bins = {{{5.0, 0.03}, {6.0, 0.01}}};
    Source second = first;
    second.geometry = PointGeometry{{10.2, 45.1}};
    second.bins = {{{6.0, 0.01}, {7.0, 0.02}}};
    second.planes = {{1.0, 80, 30, 0}};
    second.depths = {{1.0, 10.0}};
    Source alone = first;
    alone.geometry = PointGeometry{{12.0, 44.0}};
    for (const Source& source : {first, second, alone})
        job.add(source);
    Source other = first; // another relation: not of the same cell
    other.magnitude_area = MagnitudeArea::peer;
    job.add(other);
    job.keys = {{"pointsource_distance", "30"}, {"ps_grid_spacing", "40"}};
    const ModelBytes bytes = job.flat();
    const ModelView model{bytes};
    REQUIRE(model.sources.size() == 5);
    const SourceRecord& cell = model.sources[4];
    CHECK(cell.kind == SourceKind::point_cell);
    CHECK(model.reader.texts("source_ids")[4] == "cell 4 of 2 points");
    REQUIRE(model.point_cells.size() == 5);
    CHECK(std::vector<std::uint32_t>(model.point_cells.begin(), model.point_cells.end()) ==
          std::vector<std::uint32_t>{4, 4, no_index, no_index, 4});
    const PointRecord& point = model.points[cell.points.first];
    CHECK(point.lon == doctest::Approx((10.0 * 0.04 + 10.2 * 0.03) / 0.07).epsilon(1e-14));
    CHECK(point.lat == doctest::Approx((45.0 * 0.04 + 45.1 * 0.03) / 0.07).epsilon(1e-14));
    REQUIRE(cell.planes.count == 1);
    REQUIRE(cell.depths.count == 1);
    const PlaneRecord& plane = model.planes[cell.planes.first];
    CHECK(plane.strike == doctest::Approx((66.0 * 0.04 + 80.0 * 0.03) / 0.07)); // 0.6 x 20 + 0.4 x 135
    CHECK(plane.dip == doctest::Approx((72.0 * 0.04 + 30.0 * 0.03) / 0.07));
    CHECK(plane.rake == doctest::Approx(54.0 * 0.04 / 0.07));
    CHECK(model.depths[cell.depths.first].depth == doctest::Approx((6.5 * 0.04 + 10.0 * 0.03) / 0.07));
    REQUIRE(cell.magnitudes.count == 3);
    const auto magnitudes = model.magnitudes.subspan(cell.magnitudes.first, 3);
    CHECK(magnitudes[1].magnitude == 6.0);
    CHECK(magnitudes[0].annual_rate == doctest::Approx(0.03));
    CHECK(magnitudes[1].annual_rate == doctest::Approx(0.02));
    CHECK(magnitudes[2].annual_rate == doctest::Approx(0.02));

    job.keys["pointsource_distance"] = "exact"; // nothing is far
    const ModelBytes exact = job.flat();
    CHECK(ModelView{exact}.sources.size() == 4);
    CHECK(ModelView{exact}.point_cells.empty());
}
