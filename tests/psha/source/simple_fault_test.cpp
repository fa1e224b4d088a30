#include "mtc/error.hpp"
#include "psha/source/golden_faults.hpp"
#include "test_data.hpp"
#include "workloads/psha/source/simple_fault.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace mtc::psha;

namespace {

constexpr double degree_per_km = 1.0 / (geo::earth_radius_km * geo::radians_per_degree);

std::string refusal(const std::vector<geo::LonLat>& trace, double dip, SeismogenicDepths depths,
                    double spacing)
{
    try {
        (void)simple_fault_mesh(trace, dip, depths, spacing);
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

TEST_CASE("the mesh of a simple fault is OpenQuake's")
{
    const auto file = mtc::test::reference("hazard/golden/simple_fault_mesh.csv");
    if (!file)
        return;
    const Mesh mesh = mtc::test::golden_simple_mesh();
    REQUIRE(mesh.view().n_rows == 8);
    REQUIRE(mesh.view().n_columns == 18);
    const double largest = mtc::test::largest_mesh_error(*file, mesh.view());
    MESSAGE("simple_fault_mesh: largest error [km] ", largest);
    CHECK(largest < 1e-6);
}

TEST_CASE("ruptures float on a simple fault as OpenQuake's do")
{
    const auto file = mtc::test::reference("hazard/golden/ruptures.csv");
    if (!file)
        return;
    const Mesh mesh = mtc::test::golden_simple_mesh();
    const std::vector<mtc::test::FaultRupture> ruptures = mtc::test::golden_simple_ruptures(mesh.view());
    CHECK(ruptures.size() == 52 + 18 + 1);
    CHECK(mtc::test::check_ruptures(*file, "simple", mesh.view(), ruptures) == 11);
}

TEST_CASE("steps along a straight trace end within half a step of its end")
{
    // Eastwards on the equator, where the plane's distances are arcs but for the third order.
    for (const double length : {10.2, 10.4, 10.6, 10.8, 0.3, 1.4}) {
        CAPTURE(length);
        const std::vector<geo::LonLat> trace{{0.0, 0.0}, {length * degree_per_km, 0.0}};
        const auto steps = resampled_trace(trace, 1.0);
        REQUIRE(steps.size() == std::max(2U, static_cast<unsigned>(std::round(length)) + 1));
        for (std::size_t i = 1; i < steps.size(); ++i)
            CHECK(std::abs(geo::distance_km(steps[i - 1], steps[i]) - 1.0) < 1e-6);
    }
}

TEST_CASE("a whole number of steps ends there, as in OpenQuake")
{
    // In the plane the trace is 8 mm shorter: the last step oversteps its end, which is no turn of the trace.
    const std::vector<geo::LonLat> trace{{0.0, 0.0}, {20.0 * degree_per_km, 0.0}};
    const auto steps = resampled_trace(trace, 1.0);
    REQUIRE(steps.size() == 21);
    CHECK(geo::distance_km(trace[0], steps.back()) == doctest::Approx(20.0).epsilon(1e-5));
}

TEST_CASE("a step across a bend is as long as the others, a vertex within reach is passed over")
{
    const std::vector<geo::LonLat> trace{{0.0, 0.0},
                                         {2.5 * degree_per_km, 0.0},
                                         {2.5 * degree_per_km, 0.2 * degree_per_km},
                                         {5.5 * degree_per_km, 3.0 * degree_per_km}};
    const auto steps = resampled_trace(trace, 1.0);
    REQUIRE(steps.size() == 8);
    for (std::size_t i = 1; i < steps.size(); ++i)
        CHECK(std::abs(geo::distance_km(steps[i - 1], steps[i]) - 1.0) < 1e-6);
    CHECK(steps[3].lat > 0.2 * degree_per_km); // on the last segment, beyond both vertices
}

TEST_CASE("a trace across the 180 degree meridian has the mesh of the same trace elsewhere")
{
    const std::vector<geo::LonLat> here{{9.9, -0.2}, {10.3, 0.1}};
    const std::vector<geo::LonLat> there{{179.9, -0.2}, {-179.7, 0.1}};
    const Mesh a = simple_fault_mesh(here, 40.0, {2.0, 12.0}, 2.5);
    const Mesh b = simple_fault_mesh(there, 40.0, {2.0, 12.0}, 2.5);
    REQUIRE(a.view().points.size() == b.view().points.size());
    for (std::size_t i = 0; i < a.view().points.size(); ++i) {
        geo::Point turned = a.view().points[i];
        turned.lon = geo::normalised_lon(turned.lon + 170.0);
        CHECK(mtc::test::apart(turned, b.view().points[i]) < 1e-9);
    }
}

TEST_CASE("a vertical fault stands below its trace, its ruptures have dip 90")
{
    const std::vector<geo::LonLat> trace{{0.0, 0.0}, {0.0, 20.3 * degree_per_km}};
    const Mesh mesh = simple_fault_mesh(trace, 90.0, {0.0, 12.0}, 1.0);
    const MeshView view = mesh.view();
    REQUIRE(view.n_rows == 13);
    REQUIRE(view.n_columns == 21);
    for (std::size_t column = 0; column < 21; ++column)
        CHECK(std::abs(view.point(12, column).lon) < 1e-12);
    CHECK(view.point(12, 0).depth == doctest::Approx(12.0));
    const SlidingRupture ruptures =
        simple_fault_ruptures(view, 1.0, MagnitudeArea::peer, 2.0, 0.0, 6.0); // 100 km^2: 14.1 by 7.1 km
    CHECK(ruptures.n_columns == 15);
    CHECK(ruptures.n_rows == 8);
    CHECK(ruptures.count() == 7 * 6);
    CHECK(ruptures.at(8) == SubMesh{1, 1, 8, 15});
    const SurfaceAttributes surface = surface_attributes(view, ruptures.at(0));
    CHECK(surface.dip == doctest::Approx(90.0));
    // Chords of the sphere point a little downwards, which counts as a deviation from north.
    CHECK(std::abs(std::remainder(surface.strike, 360.0)) < 0.005);
    CHECK(surface.width == doctest::Approx(7.0));
    CHECK(surface_area_km2(view, ruptures.at(0)) == doctest::Approx(14.0 * 7.0).epsilon(0.001));
    CHECK(surface.hypocentre.depth == doctest::Approx(3.5));
}

TEST_CASE("ruptures keep their area where the fault is too narrow or too short")
{
    const std::vector<geo::LonLat> trace{{0.0, 0.0}, {0.0, 100.0 * degree_per_km}};
    const Mesh narrow = simple_fault_mesh(trace, 90.0, {0.0, 5.0}, 1.0);
    // 100 km^2 squares of 10 km become 20 by 5 km.
    const SlidingRupture flat = simple_fault_ruptures(narrow.view(), 1.0, MagnitudeArea::peer, 1.0, 0.0, 6.0);
    CHECK(flat.n_rows == 6);
    CHECK(flat.n_columns == 21);
    const Mesh deep = simple_fault_mesh(std::vector<geo::LonLat>{{0.0, 0.0}, {0.0, 5.2 * degree_per_km}},
                                        90.0, {0.0, 100.0}, 1.0);
    const SlidingRupture tall = simple_fault_ruptures(deep.view(), 1.0, MagnitudeArea::peer, 1.0, 0.0, 6.0);
    CHECK(tall.n_rows == 21);
    CHECK(tall.n_columns == 6);
    const SlidingRupture whole = simple_fault_ruptures(deep.view(), 1.0, MagnitudeArea::peer, 1.0, 0.0, 9.0);
    CHECK(whole.count() == 1);
    CHECK(whole.at(0) == deep.view().whole());
    // One node wide: orientation of the cells beside it, no length but a width.
    const SlidingRupture thin = simple_fault_ruptures(deep.view(), 1.0, MagnitudeArea::peer, 0.02, 0.0, 5.0);
    REQUIRE(thin.n_columns == 1);
    const SurfaceAttributes surface = surface_attributes(deep.view(), thin.at(thin.count() - 1));
    CHECK(surface.dip == doctest::Approx(90.0));
    CHECK(surface.width == doctest::Approx(thin.n_rows - 1.0));
    CHECK_THROWS_WITH_AS(
        (void)simple_fault_ruptures(deep.view(), 1.0, MagnitudeArea::point, 1.0, 0.0, 5.5),
        doctest::Contains("mesh spacing 1 is too high to represent ruptures of magnitude 5.5"),
        mtc::InputError);
}

TEST_CASE("a simple fault that cannot be is refused with its reason")
{
    const std::vector<geo::LonLat> good{{0.0, 0.0}, {0.1, 0.1}};
    CHECK(refusal(good, 45.0, {0.0, 10.0}, 1.0).empty());
    CHECK(holds(refusal({{0.0, 0.0}}, 45.0, {0.0, 10.0}, 1.0),
                "fault trace of 1 points (at least 2 that differ"));
    CHECK(holds(refusal({}, 45.0, {0.0, 10.0}, 1.0), "fault trace of 0 points"));
    CHECK(holds(refusal({{0.0, 0.0}, {0.0, 0.0}}, 45.0, {0.0, 10.0}, 1.0), "fault trace of 1 points"));
    CHECK(refusal({good[0], good[0], good[1], good[1]}, 45.0, {0.0, 10.0}, 1.0).empty());
    CHECK(holds(refusal({{0.0, 0.0}, {0.2, 0.0}, {0.2, 0.1}, {0.1, -0.1}}, 45.0, {0.0, 10.0}, 1.0),
                "intersects itself"));
    CHECK(holds(refusal(good, 0.0, {0.0, 10.0}, 1.0), "dip = 0 (accepted: above 0, at most 90)"));
    CHECK(holds(refusal(good, 91.0, {0.0, 10.0}, 1.0), "dip = 91"));
    CHECK(holds(refusal(good, std::numeric_limits<double>::quiet_NaN(), {0.0, 10.0}, 1.0), "dip = nan"));
    CHECK(holds(refusal(good, 45.0, {10.0, 10.0}, 1.0), "lowerSeismoDepth = 10 (must be below"));
    CHECK(holds(refusal(good, 45.0, {-1.0, 10.0}, 1.0), "upperSeismoDepth = -1"));
    CHECK(holds(refusal(good, 45.0, {0.0, 10.0}, 0.0), "rupture_mesh_spacing = 0"));
}
