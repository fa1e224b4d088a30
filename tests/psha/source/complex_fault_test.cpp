#include "mtc/error.hpp"
#include "psha/source/golden_faults.hpp"
#include "test_data.hpp"
#include "workloads/psha/source/complex_fault.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace mtc::psha;
using Edges = std::vector<std::vector<geo::Point>>;

namespace {

std::string refusal(const Edges& edges, double spacing = 5.0)
{
    try {
        (void)complex_fault_mesh(edges, spacing);
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

TEST_CASE("the mesh of a complex fault is OpenQuake's")
{
    const auto file = mtc::test::reference("hazard/golden/complex_fault_mesh.csv");
    if (!file)
        return;
    const Mesh mesh = complex_fault_mesh(mtc::test::golden_edges(), 8.0);
    REQUIRE(mesh.view().n_rows == 9);
    REQUIRE(mesh.view().n_columns == 13);
    const double largest = mtc::test::largest_mesh_error(*file, mesh.view());
    MESSAGE("complex_fault_mesh: largest error [km] ", largest);
    CHECK(largest < 1e-6);
}

TEST_CASE("ruptures float on a complex fault as OpenQuake's do")
{
    const auto file = mtc::test::reference("hazard/golden/ruptures.csv");
    if (!file)
        return;
    const Mesh mesh = complex_fault_mesh(mtc::test::golden_edges(), 8.0);
    const std::vector<mtc::test::FaultRupture> ruptures = mtc::test::golden_complex_ruptures(mesh.view());
    const auto count = [&](double magnitude) {
        return std::ranges::count(ruptures, magnitude, &mtc::test::FaultRupture::magnitude);
    };
    CHECK(count(6.5) == 80);
    CHECK(count(7.0) == 58);
    CHECK(count(7.6) == 17);
    CHECK(mtc::test::check_ruptures(*file, "complex", mesh.view(), ruptures) == 31);
}

TEST_CASE("a rupture as large as a complex fault, or larger, is the whole fault once")
{
    const Mesh mesh = complex_fault_mesh(mtc::test::golden_edges(), 8.0);
    const std::vector<SubMesh> ruptures =
        complex_fault_ruptures(mesh.view(), MagnitudeArea::peer, 1.5, 90.0, 9.0);
    REQUIRE(ruptures.size() == 1);
    CHECK(ruptures[0] == mesh.view().whole());
}

TEST_CASE("ruptures on a complex fault stay on it and come close to their area")
{
    const Mesh mesh = complex_fault_mesh(mtc::test::golden_edges(), 3.0);
    const MeshView view = mesh.view();
    std::size_t n_ruptures = 0;
    for (const double magnitude : {6.0, 6.6, 7.2, 7.8}) {
        for (const double aspect_ratio : {0.5, 1.0, 4.0}) {
            const double area = median_area_km2(MagnitudeArea::wc1994, magnitude, 90.0);
            for (const SubMesh& part :
                 complex_fault_ruptures(view, MagnitudeArea::wc1994, aspect_ratio, 90.0, magnitude)) {
                CHECK(part.first_row + part.n_rows <= view.n_rows);
                CHECK(part.first_column + part.n_columns <= view.n_columns);
                CHECK(part.n_rows >= 2);
                CHECK(part.n_columns >= 2);
                if (part.first_row + part.n_rows < view.n_rows)
                    CHECK(surface_area_km2(view, part) == doctest::Approx(area).epsilon(0.5));
                ++n_ruptures;
            }
        }
    }
    CHECK(n_ruptures > 1000);
}

TEST_CASE("edges of a complex fault that cannot be are refused with their reason")
{
    const Edges good{{{10.0, 45.0, 0.0}, {10.0, 45.3, 0.0}}, {{10.1, 45.0, 10.0}, {10.1, 45.3, 10.0}}};
    CHECK(refusal(good).empty());
    CHECK(holds(refusal({good[0]}), "complex fault of 1 edges (at least 2 are needed)"));
    CHECK(holds(refusal({good[0], {{10.1, 45.0, 10.0}}}), "edge 2 of a complex fault has 1 points"));
    CHECK(holds(refusal({good[0], {{10.1, 45.0, 10.0}, {10.1, 45.0, 10.0}}}), "has no length"));
    CHECK(holds(refusal({good[0], {good[1][1], good[1][0]}}), "Edges points are not in the right order"));
    const Edges from_other_end{{good[0][1], good[0][0]}, {good[1][1], good[1][0]}};
    CHECK(holds(refusal(from_other_end), "Surface does not conform with Aki & Richards convention"));
    CHECK(holds(refusal({good[1], good[0]}), "Surface does not conform with Aki & Richards convention"));
    CHECK(holds(refusal(good, 0.0), "complex_fault_mesh_spacing = 0"));
}
