#include "mtc/error.hpp"
#include "workloads/psha/source/kite_mesh.hpp"
#include "workloads/psha/source/kite_ruptures.hpp"
#include "workloads/psha/source/kite_sections.hpp"
#include "workloads/psha/source/kite_surface.hpp"
#include "workloads/psha/source/stepping.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

using namespace mtc::psha;
using mtc::AlignedVector;
using mtc::InstructionSet;

namespace {

using Profiles = std::vector<std::vector<geo::Point>>;

constexpr double km_per_degree = geo::earth_radius_km * geo::radians_per_degree;

/// Strikes to the west, dips to the north by atan(15 / 33).
const Profiles ramp{{{0.0, 0.0, 0.0}, {0.0, 0.3, 15.0}}, {{0.2, 0.0, 0.0}, {0.2, 0.3, 15.0}}};
const Profiles wall{{{0.0, 0.0, 0.0}, {0.0, 0.0, 12.0}}, {{0.4, 0.0, 0.0}, {0.4, 0.0, 12.0}}};

bool is_there(const geo::Point& node)
{
    return !std::isnan(node.lon);
}

double distance_km(const geo::Point& a, const geo::Point& b)
{
    return std::hypot(geo::distance_km({a.lon, a.lat}, {b.lon, b.lat}), b.depth - a.depth);
}

std::size_t n_missing(const MeshView& mesh)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(mesh.points, [](const geo::Point& node) { return !is_there(node); }));
}

/// Distances of a whole surface from one site.
struct Distances {
    AlignedVector<double> rrup, rjb, rx, ry0;

    explicit Distances(std::size_t n)
        : rrup(n)
        , rjb(n)
        , rx(n)
        , ry0(n)
    {}
    [[nodiscard]] DistanceArrays arrays()
    {
        DistanceArrays to;
        to.rrup = rrup.data();
        to.rjb = rjb.data();
        to.rx = rx.data();
        to.ry0 = ry0.data();
        return to;
    }
};

Distances distances_of(const MeshView& mesh, geo::Point site)
{
    const SiteBlock block{std::array{site}};
    Distances to{block.arrays().n_padded};
    MeshDistances measure;
    measure.begin(InstructionSet::baseline, mesh, block.arrays());
    measure.compute(mesh.whole(), surface_attributes(mesh, mesh.whole()), to.arrays());
    return to;
}

std::string refusal(const auto& action)
{
    try {
        action();
    } catch (const mtc::InputError& error) {
        return error.what();
    }
    FAIL_CHECK("nothing was refused");
    return {};
}

std::shared_ptr<const KiteSection> section(std::uint32_t row, const Profiles& profiles)
{
    return std::make_shared<const KiteSection>(row, kite_mesh(profiles, 5.0, 5.0));
}

} // namespace

TEST_CASE("a line is taken in whole steps, its corners cut, and to the nearest step of its end")
{
    const std::vector<DeepPoint> down{{0, 0, 0}, {0, 0, 10.2}};
    CHECK(whole_steps(down, 3.0).size() == 4);
    CHECK(nearest_steps(down, 3.0).size() == 4);
    CHECK(nearest_steps(down, 4.0).size() == 4); // 2.2 of 4 are left
    CHECK(nearest_steps(down, 4.0).back().depth == doctest::Approx(12.0));
    const std::vector<DeepPoint> bent{{0, 0, 0}, {3, 0, 0}, {3, 0, 4}};
    const std::vector<DeepPoint> steps = whole_steps(bent, 2.5);
    REQUIRE(steps.size() == 3);
    for (std::size_t i = 1; i < steps.size(); ++i)
        CHECK(distance_between(steps[i - 1], steps[i]) == doctest::Approx(2.5));
    CHECK(steps[2].x == doctest::Approx(3.0));
    CHECK(steps[2].depth == doctest::Approx(std::sqrt(6.0)));
}

TEST_CASE("profiles become a mesh of equal steps that dips to the right of its columns")
{
    const Mesh mesh = kite_mesh(ramp, 5.0, 5.0);
    const MeshView view = mesh.view();
    REQUIRE(view.n_rows == 8); // 36.6 km down dip
    REQUIRE(view.n_columns == 5);
    CHECK(n_missing(view) == 0);
    for (std::size_t row = 0; row < view.n_rows; ++row)
        for (std::size_t column = 0; column + 1 < view.n_columns; ++column)
            CHECK(distance_km(view.point(row, column), view.point(row, column + 1)) ==
                  doctest::Approx(5.0).epsilon(1e-3));
    CHECK(view.point(0, 4).lon == 0.0); // columns begin at the first profile, which stands in the east now
    CHECK(view.point(0, 0).lon == doctest::Approx(20.0 / km_per_degree).epsilon(1e-4));
    const SurfaceAttributes surface = surface_attributes(view, view.whole());
    CHECK(surface.strike == doctest::Approx(270.001).epsilon(1e-4));
    CHECK(surface.dip ==
          doctest::Approx(std::atan(15.0 / (0.3 * km_per_degree)) / geo::radians_per_degree).epsilon(1e-3));
    CHECK(surface.width == doctest::Approx(35.0).epsilon(1e-4));
    CHECK(surface.ztor == 0.0);
    CHECK(kite_area_km2(view) == doctest::Approx(700.0).epsilon(1e-3));
    CHECK(kite_bottom_km(view) == doctest::Approx(view.point(7, 0).depth));

    const Profiles eastwards{ramp[1], ramp[0]};
    const Mesh other = kite_mesh(eastwards, 5.0, 5.0); // from the other end: the same strike
    CHECK(surface_attributes(other.view(), other.view().whole()).strike ==
          doctest::Approx(270.001).epsilon(1e-4));
    CHECK(other.view().point(0, 0).lon == doctest::Approx(0.2).epsilon(1e-9));
}

TEST_CASE("profiles that are given from the bottom up make the same surface")
{
    Profiles upwards = ramp;
    for (std::vector<geo::Point>& profile : upwards)
        std::ranges::reverse(profile);
    const Mesh mesh = kite_mesh(upwards, 5.0, 5.0);
    const MeshView view = mesh.view();
    REQUIRE(view.n_rows == 8);
    for (std::size_t row = 1; row < view.n_rows; ++row)
        CHECK(view.point(row, 0).depth > view.point(row - 1, 0).depth);
    CHECK(surface_attributes(view, view.whole()).strike == doctest::Approx(270.001).epsilon(1e-4));
}

TEST_CASE("where profiles end early nodes are missing, and edges go on behind a gap")
{
    const auto profile = [](double lon, double length) {
        return std::vector<geo::Point>{{lon, 0.0, 0.0}, {lon, 0.2 * length / 20.0, 0.5 * length}};
    };
    const Profiles gap{profile(0.0, 20.0), profile(0.2, 10.0), profile(0.4, 20.0), profile(0.6, 20.0)};
    const Mesh mesh = kite_mesh(gap, 4.0, 4.0);
    const MeshView view = mesh.view();
    const std::size_t missing = n_missing(view);
    CHECK(missing > 0);
    const std::size_t last = view.n_rows - 1;
    std::size_t n_deep = 0; // nodes of the lowest row, which goes on between the last two profiles alone
    for (std::size_t column = 0; column < view.n_columns; ++column) {
        const geo::Point& node = view.point(last, column);
        if (!is_there(node))
            continue;
        ++n_deep;
        CHECK(node.lon > 0.4);
        CHECK(node.lon < 0.6);
        CHECK(node.lon == doctest::Approx(view.point(0, column).lon).epsilon(2e-3)); // on its column
    }
    CHECK(n_deep >= 2);
    const SurfaceAttributes surface = surface_attributes(view, view.whole());
    CHECK(surface.width > 8.0);
    CHECK(surface.width < 24.0);
    CHECK(is_there(middle_point(view, view.whole())));
    const geo::BoundingBox box = bounding_box(view, view.whole());
    CHECK(box.west == doctest::Approx(0.0).epsilon(1e-6));
    CHECK(box.east < 0.601);
    const Distances from_far = distances_of(view, {0.3, -0.1, 0.0});
    CHECK(from_far.rrup[0] == doctest::Approx(0.1 * km_per_degree).epsilon(0.02));
    CHECK(from_far.rjb[0] == doctest::Approx(0.1 * km_per_degree).epsilon(1e-3));
    CHECK(std::abs(from_far.rx[0]) == doctest::Approx(0.1 * km_per_degree).epsilon(1e-3));
    CHECK(from_far.ry0[0] == 0.0);

    std::vector<SubMesh> ruptures; // none has a missing node
    append_kite_ruptures(view, {MagnitudeArea::peer, 1.5, 0.0, 4.0, 4.0}, 6.3, ruptures);
    REQUIRE(!ruptures.empty());
    for (const SubMesh& part : ruptures)
        for (std::uint32_t row = 0; row < part.n_rows; ++row)
            for (std::uint32_t column = 0; column < part.n_columns; ++column)
                CHECK(is_there(view.point(part.first_row + row, part.first_column + column)));
    const std::size_t all =
        (view.n_rows - ruptures[0].n_rows + 1) * (view.n_columns - ruptures[0].n_columns + 1);
    CHECK(ruptures.size() < all);
}

TEST_CASE("ruptures on a kite laid on a simple fault are as many as OpenQuake's")
{
    const auto profiles = profiles_of_simple_fault(
        std::vector<geo::LonLat>{{1.0, -0.2}, {1.4, 0.0}, {1.7, 0.0}}, 30.0, {5.0, 15.0}, 2.0);
    const Mesh mesh = kite_mesh(profiles, 1.0, 2.0);
    REQUIRE(mesh.view().n_rows == 21);
    REQUIRE(mesh.view().n_columns == 42);
    std::vector<SubMesh> ruptures;
    for (int tenth = 0; tenth < 10; ++tenth) // magnitudes 6.05 to 6.95
        append_kite_ruptures(mesh.view(), {MagnitudeArea::wc1994, 2.0, 90.0, 2.0, 1.0},
                             std::round(605.0 + 10.0 * tenth) / 100.0, ruptures);
    CHECK(ruptures.size() == 3098); // OpenQuake 3.25
    CHECK(ruptures[0] == SubMesh{0, 0, 7, 8});
    CHECK(ruptures[1] == SubMesh{1, 0, 7, 8}); // down dip first
    CHECK(ruptures.back().n_columns == 19);

    ruptures.clear(); // too large for the surface: none
    append_kite_ruptures(mesh.view(), {MagnitudeArea::wc1994, 2.0, 90.0, 2.0, 1.0}, 8.0, ruptures);
    CHECK(ruptures.empty());
}

TEST_CASE("ruptures that a mesh is too coarse for are refused")
{
    const std::string told = refusal([] {
        (void)kite_rupture_size({MagnitudeArea::wc1994, 2.0, 90.0, 5.0, 2.5}, 5.0);
    });
    CHECK(told.find("mesh spacing 5 is too high to represent ruptures of magnitude 5") != std::string::npos);
    CHECK(told.find("Lower rupture_mesh_spacing") != std::string::npos);
    const Mesh coarse = kite_mesh(ramp, 40.0, 40.0); // a mesh has one cell at least
    CHECK(coarse.view().points.size() == 4);
}

TEST_CASE("the Joyner-Boore distance of a kite is that from its outermost nodes")
{
    const Mesh mesh = kite_mesh(ramp, 5.0, 5.0);
    CHECK(distances_of(mesh.view(), {0.1, 0.15, 0.0}).rjb[0] == 0.0);
    CHECK(distances_of(mesh.view(), {0.1, -0.1, 0.0}).rjb[0] ==
          doctest::Approx(0.1 * km_per_degree).epsilon(1e-4));
    CHECK(distances_of(mesh.view(), {-0.1, 0.1, 0.0}).rjb[0] ==
          doctest::Approx(0.1 * km_per_degree).epsilon(1e-3));
    std::vector<std::size_t> ring;
    kite_outline(mesh.view(), mesh.view().whole(), ring);
    CHECK(ring.size() == 2 * (8 + 5) - 4);
    CHECK(std::ranges::adjacent_find(ring) == ring.end());
}

TEST_CASE("a vertical kite is a strip of 200 m, and from afar its corners")
{
    const Mesh mesh = kite_mesh(wall, 2.0, 2.0);
    const MeshView view = mesh.view();
    REQUIRE(is_vertical_kite(view, view.whole()));
    CHECK_FALSE(is_vertical_kite(kite_mesh(ramp, 5.0, 5.0).view(), SubMesh{0, 0, 8, 5}));
    CHECK(surface_attributes(view, view.whole()).dip == 90.0);
    CHECK(distances_of(view, {0.2, 0.1, 0.0}).rjb[0] ==
          doctest::Approx(0.1 * km_per_degree - 0.1).epsilon(1e-4));
    const double to_corner = std::hypot(0.5 * km_per_degree - 0.1, 0.2 * km_per_degree);
    CHECK(distances_of(view, {0.2, 0.5, 0.0}).rjb[0] == doctest::Approx(to_corner).epsilon(0.02));
    CHECK(distances_of(view, {0.2, 0.5, 0.0}).rrup[0] < 0.51 * km_per_degree);
}

TEST_CASE("sections that break together have the least of their distances and means by area")
{
    const Profiles steep{{{0.6, 0.0, 2.0}, {0.6, 0.05, 14.0}}, {{0.4, 0.0, 2.0}, {0.4, 0.05, 14.0}}};
    const auto first = section(1, ramp);
    const auto second = section(2, steep);
    const KiteSections both{{first, second}, TraceEnds::along_trace};
    const double share = first->area_km2 / (first->area_km2 + second->area_km2);
    CHECK(both.attributes().dip ==
          doctest::Approx(share * first->attributes.dip + (1.0 - share) * second->attributes.dip));
    CHECK(both.attributes().ztor == doctest::Approx((1.0 - share) * 2.0));
    CHECK(both.attributes().strike == doctest::Approx(270.001).epsilon(1e-4));

    const geo::Point site{0.3, 0.2, 0.0};
    const SiteBlock block{std::array{site}};
    Distances to{block.arrays().n_padded};
    SectionCache cache;
    for (int again = 0; again < 2; ++again) { // what is kept changes nothing
        both.distances(InstructionSet::baseline, {0, 0, 1}, block.arrays(), both.attributes().hypocentre,
                       cache, to.arrays());
        const Distances a = distances_of(first->mesh.view(), site);
        const Distances b = distances_of(second->mesh.view(), site);
        CHECK(to.rrup[0] == std::min(a.rrup[0], b.rrup[0]));
        CHECK(to.rjb[0] == std::min(a.rjb[0], b.rjb[0]));
        CHECK(to.rx[0] == doctest::Approx(0.2 * km_per_degree).epsilon(1e-2)); // on the hanging wall
        CHECK(to.ry0[0] == 0.0);
    }
    const geo::LonLat closest = both.closest_to(geo::cartesian(site));
    const double away = geo::distance_km(closest, {site.lon, site.lat});
    CHECK(away <= to.rrup[0] + 1e-6);

    const KiteSections alone{{second}, TraceEnds::straight};
    CHECK(alone.attributes().dip == second->attributes.dip);
    const geo::Point middle = middle_point(second->mesh.view(), second->mesh.view().whole());
    CHECK(alone.attributes().hypocentre.depth == middle.depth);
}

TEST_CASE("traces of kites keep corners alone, and sections their nodes in single precision")
{
    const auto straight = section(1, ramp);
    CHECK(straight->trace.size() == 2);
    const Profiles bent{{{0.0, 0.0, 0.0}, {0.0, 0.3, 15.0}},
                        {{0.2, 0.0, 0.0}, {0.2, 0.3, 15.0}},
                        {{0.4, 0.1, 0.0}, {0.4, 0.4, 15.0}}};
    const auto corner = section(2, bent);
    CHECK(corner->trace.size() >= 3);
    CHECK(corner->trace.size() <= 5);
    const Mesh rounded = in_single_precision(straight->mesh.view());
    std::size_t n_changed = 0;
    for (std::size_t i = 0; i < rounded.view().points.size(); ++i) {
        const geo::Point& before = straight->mesh.view().points[i];
        const geo::Point& after = rounded.view().points[i];
        CHECK(after.lon == static_cast<double>(static_cast<float>(before.lon)));
        n_changed += after.lat != before.lat ? 1 : 0;
    }
    CHECK(n_changed > 0);
}
