#include "psha/hazard/golden_sources.hpp"
#include "psha/hazard/kernel_job.hpp"
#include "simd/dispatch.hpp"
#include "workloads/psha/hazard/weigh.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace mtc;
using namespace mtc::psha;

namespace {

/// Four points about (10.05, 45.02), 6 and 10 km apart, each with two planes and two depths.
std::vector<Source> square()
{
    std::vector<Source> points;
    for (const geo::LonLat place : {geo::LonLat{10.0, 44.99}, {10.1, 44.99}, {10.0, 45.05}, {10.1, 45.05}}) {
        points.push_back(test::golden_point());
        points.back().geometry = PointGeometry{place};
    }
    return points;
}

/// One point, with one plane and depth, that has the mean and the rates of all four.
Source mean_of_square()
{
    Source mean = test::golden_point();
    mean.geometry = PointGeometry{{10.05, 45.02}};
    mean.planes = {{1.0, 0.6 * 20 + 0.4 * 135, 0.6 * 60 + 0.4 * 90, 54.0}};
    mean.depths = {{1.0, 0.3 * 3.0 + 0.7 * 8.0}};
    for (MagnitudeRate& bin : mean.bins[0])
        bin.annual_rate *= 4.0;
    return mean;
}

test::KernelJob job_of(const std::vector<Source>& sources)
{
    test::KernelJob job;
    job.model = "ChiouYoungs2014";
    for (const Source& source : sources)
        job.add(source);
    return job;
}

struct Computed {
    std::vector<double> hazard;
    std::uint64_t n_contexts = 0;
};

Computed computed(const test::KernelJob& job)
{
    const ModelBytes model = job.flat();
    const HazardContext hazard{model, simd::detected()};
    HazardSpace space{hazard};
    Computed result;
    result.hazard = test::hazard_of(hazard, space);
    result.n_contexts = space.n_contexts;
    return result;
}

} // namespace

TEST_CASE("near sites have all ruptures of a cell's points, far ones its mean")
{
    // Sites at 5, 15, 37, 31, 92, 9 and 98 km from the cell; limits of 25 to 29 km part them.
    test::KernelJob in_cells = job_of(square());
    in_cells.keys = {{"pointsource_distance", "8"}, {"ps_grid_spacing", "20"}, {"max_sites_disagg", "1"}};
    const Computed cells = computed(in_cells);
    const Computed all = computed(job_of(square()));
    const Computed mean = computed(job_of({mean_of_square()}));
    const std::vector<bool> is_near{true, true, false, false, false, true, false};
    CHECK(all.n_contexts == 7 * 48);
    CHECK(cells.n_contexts == 3 * 48 + 4 * 3);
    REQUIRE(cells.hazard.size() == 21);
    std::size_t n_compared = 0;
    for (std::size_t site = 0; site < 7; ++site)
        for (std::size_t level = 0; level < 3; ++level) {
            const std::size_t i = 3 * site + level;
            const double wanted = is_near[site] ? all.hazard[i] : mean.hazard[i];
            if (wanted > 1e-9) {
                CHECK(cells.hazard[i] == doctest::Approx(wanted).epsilon(1e-12));
                ++n_compared;
            }
        }
    CHECK(n_compared >= 18);
}

TEST_CASE("near points of a cell share its rates equally, magnitude by magnitude")
{
    std::vector<Source> unequal = square();
    for (MagnitudeRate& bin : unequal[0].bins[0])
        bin.annual_rate *= 3.0;
    unequal[1].bins[0].pop_back(); // two points lack the largest magnitude
    unequal[2].bins[0].pop_back();
    std::vector<Source> equal = square();
    const std::size_t n_bins = equal[0].bins[0].size();
    REQUIRE(n_bins == 3);
    for (std::size_t b = 0; b < n_bins; ++b) {
        double sum = 0.0;
        double n_points = 0.0;
        for (const Source& point : unequal)
            if (b < point.bins[0].size()) {
                sum += point.bins[0][b].annual_rate;
                n_points += 1.0;
            }
        for (Source& point : equal)
            if (b < point.bins[0].size())
                point.bins[0][b].annual_rate = sum / n_points;
    }
    equal[1].bins[0].pop_back();
    equal[2].bins[0].pop_back();
    test::KernelJob in_cells = job_of(unequal);
    in_cells.keys = {{"pointsource_distance", "1000"}, {"ps_grid_spacing", "20"}}; // all sites are near
    const Computed cells = computed(in_cells);
    const Computed points = computed(job_of(equal));
    CHECK(cells.n_contexts == points.n_contexts);
    REQUIRE(cells.hazard.size() == points.hazard.size());
    for (std::size_t i = 0; i < cells.hazard.size(); ++i)
        CHECK(cells.hazard[i] == doctest::Approx(points.hazard[i]).epsilon(1e-12));
    CHECK(cells.hazard[0] > 0.0);
}

TEST_CASE("with few sites one near site makes a cell's points count for all")
{
    test::KernelJob in_cells = job_of(square());
    in_cells.keys = {{"pointsource_distance", "20"}, {"ps_grid_spacing", "20"}};
    CHECK(computed(in_cells).n_contexts == 7 * 48);
    in_cells.keys["pointsource_distance"] = "[(5, 0), (5.5, 0), (5.6, 300), (7, 300)]"; // by magnitude
    in_cells.keys["max_sites_disagg"] = "1";
    CHECK(computed(in_cells).n_contexts == 2 * 7 * 16 + (3 * 16 + 4)); // 5.25: three sites are within 16 km
}

TEST_CASE("weighing of cells foresees the contexts")
{
    test::KernelJob in_cells = job_of(square());
    in_cells.keys = {{"pointsource_distance", "8"},
                     {"ps_grid_spacing", "20"},
                     {"max_sites_disagg", "1"},
                     {"maximum_distance", "200"}};
    const ModelBytes model = in_cells.flat();
    const HazardContext hazard{model, simd::detected()};
    HazardSpace space{hazard};
    double n_contexts = 0.0;
    const WeighUnits units{hazard.model};
    REQUIRE(hazard.model.sources.size() == 5);
    for (std::uint32_t s = 0; s < 5; ++s) {
        std::vector<WeighRecord> records;
        weigh(hazard, SourceId{s}, units.items(units.units(SourceId{s}).first, hazard.model), space, records);
        REQUIRE(records.size() == 1);
        n_contexts += records[0].n_contexts;
    }
    CHECK(n_contexts == doctest::Approx(3 * 48 + 4 * 3).epsilon(0.1));
}
