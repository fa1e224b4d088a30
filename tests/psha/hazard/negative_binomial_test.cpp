#include "psha/hazard/golden_sources.hpp"
#include "psha/hazard/kernel_job.hpp"
#include "simd/dispatch.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

using namespace mtc;
using namespace mtc::psha;

namespace {

constexpr double alpha = 2.0;

/// -ln sum_k p_k (1 - g)^k, term by term with theta = tau / (tau + expected) and tau = 1 / dispersion, until
/// nothing is left.
long double exponent_by_series(long double expected, long double dispersion, long double g)
{
    const long double tau = 1.0L / dispersion;
    const long double theta = tau / (tau + expected);
    const long double step = expected / (tau + expected); // 1 - theta
    long double probability = std::exp(-tau * std::log1p(expected / tau));
    long double left = 1.0L;
    long double none = 0.0L;
    long double some = 0.0L;
    for (long double k = 0.0L; k < expected || left > 1e-25L; ++k) {
        const long double no_exceedance = g < 1.0L ? k * std::log1p(-g) : (k > 0.0L ? -1e4L : 0.0L);
        none += probability * std::exp(no_exceedance);
        some -= probability * std::expm1(no_exceedance);
        probability *= (tau + k) / (k + 1.0L) * step;
        left = probability * (tau + k + 2.0L) / theta; // more than all further terms
    }
    return some < 0.5L ? -std::log1p(-some) : -std::log(none);
}

std::vector<double> hazard_of(const Source& source)
{
    test::KernelJob job;
    job.add(source);
    const ModelBytes model = job.flat();
    const HazardContext hazard{model, simd::detected()};
    HazardSpace space{hazard};
    return test::hazard_of(hazard, space);
}

/// Calls `use(hazard, n_runs)` with -ln(non-exceedance) [cell] of every rupture of a source, where each atom
/// is one rupture. \returns the number of ruptures
std::size_t for_each_rupture(const Source& source, const std::function<void(std::size_t, double)>& use)
{
    test::KernelJob job;
    job.add(source);
    const ModelBytes model = job.flat();
    const HazardContext hazard{model, simd::detected()};
    REQUIRE(hazard.blocks.size() == 1);
    REQUIRE(hazard.model.sources.size() == 1);
    HazardSpace space{hazard};
    UnitPart part = hazard.units.part(UnitId{0});
    part.n_sites = static_cast<std::uint32_t>(hazard.model.sites.size());
    part.n_atoms = 1;
    const std::uint64_t n = n_atoms(hazard.model, hazard.model.sources[0]);
    std::vector<Stage> stages(1);
    stages[0].result = ResultKind::sums;
    stages[0].block_cells = {part.n_sites * hazard.blocks.cells_per_site()};
    std::vector<double> cells(stages[0].block_cells[0]);
    for (part.first_atom = 0; part.first_atom < n; ++part.first_atom) {
        engine::Results results{stages};
        results.begin_unit({StageId{0}, UnitId{0}});
        compute_unit(hazard, part, space, results);
        results.sums(StageId{0}, BlockId{0}, 0, cells);
        for (std::size_t i = 0; i < cells.size(); ++i)
            use(i, cells[i]);
    }
    CHECK(space.n_contexts == n * part.n_sites);
    return n;
}

/// A point with one plane and depth: each magnitude is one rupture.
Source plain_point()
{
    Source source = test::golden_point();
    source.planes = {{1.0, 20, 60, 90}};
    source.depths = {{1.0, 8.0}};
    return source;
}

Source plain_points()
{
    Source source = plain_point();
    source.kind = SourceKind::multi_point;
    source.geometry = MultiPointGeometry{{{10.0, 44.99}, {10.1, 44.99}, {10.0, 45.05}}};
    return source;
}

Source plain_area()
{
    Source source = test::golden_area();
    source.planes = plain_point().planes;
    source.depths = plain_point().depths;
    return source;
}

} // namespace

TEST_CASE("the closed form of the negative binomial distribution is its series")
{
    std::size_t n_compared = 0;
    long double largest = 0.0L;
    for (const double dispersion : {1e-3, 0.1, 1.0, 2.0, 20.0})
        for (const double expected : {1e-6, 0.01, 0.5, 5.0, 50.0})
            for (const double g : {1e-9, 1e-3, 0.3, 0.9, 1.0}) {
                CAPTURE(dispersion);
                CAPTURE(expected);
                CAPTURE(g);
                const long double series = exponent_by_series(expected, dispersion, g);
                REQUIRE(series > 0.0L);
                const long double difference =
                    std::abs(negative_binomial_exponent(expected, dispersion, g) / series - 1.0L);
                CHECK(difference < 1e-14L);
                largest = std::max(largest, difference);
                ++n_compared;
            }
    CHECK(n_compared == 125);
    MESSAGE("largest relative difference " << static_cast<double>(largest));
    CHECK(negative_binomial_exponent(0.5, alpha, 0.0) == 0.0);
}

TEST_CASE("of small dispersion the negative binomial distribution is Poisson's")
{
    constexpr double expected = 0.7;
    constexpr double g = 0.4;
    constexpr double poisson = expected * g;
    std::size_t n_compared = 0;
    for (const double dispersion : {1e-2, 1e-4, 1e-6, 1e-9, 1e-15, 1e-300, 5e-324}) {
        CAPTURE(dispersion);
        const double below = poisson - negative_binomial_exponent(expected, dispersion, g);
        CHECK(below >= 0.0);
        CHECK(below <= dispersion * poisson * poisson / 2.0 + 1e-16);
        ++n_compared;
    }
    CHECK(n_compared == 7);
}

TEST_CASE("every rupture of a source of each kind has negative binomial occurrences of its own rate")
{
    std::size_t n_ruptures = 0;
    std::size_t n_cells = 0;
    double largest = 0.0;
    for (Source source : {plain_point(), plain_points(), plain_area(), test::golden_simple(),
                          test::golden_complex(), test::characteristic_plane(), test::kite_fault()}) {
        CAPTURE(source.id);
        std::vector<double> wanted(21);
        const std::size_t n = for_each_rupture(source, [&](std::size_t cell, double of_rupture) {
            wanted[cell] += std::log1p(alpha * of_rupture) / alpha;
        });
        CHECK(n >= 2);
        n_ruptures += n;
        source.dispersion = alpha;
        const std::vector<double> hazard = hazard_of(source);
        REQUIRE(hazard.size() == wanted.size());
        for (std::size_t cell = 0; cell < wanted.size(); ++cell) {
            CAPTURE(cell);
            CHECK(hazard[cell] == doctest::Approx(wanted[cell]).epsilon(1e-11));
            if (wanted[cell] > 1e-12) {
                largest = std::max(largest, std::abs(hazard[cell] / wanted[cell] - 1.0));
                ++n_cells;
            }
        }
        source.dispersion = 0.0;
        CHECK(hazard[0] < 0.9999 * hazard_of(source)[0]); // and it is another number than Poisson's
    }
    MESSAGE(n_ruptures << " ruptures, largest relative difference " << largest);
    CHECK(n_ruptures > 300);
    CHECK(n_cells > 120);
}

TEST_CASE("planes, depths and hypocentres of a point or fault are ruptures of their own")
{
    Source point = test::golden_point();
    point.bins = {{{6.0, 0.05}}};
    std::vector<double> wanted(21);
    for (const PlaneRecord& plane : point.planes)
        for (const DepthRecord& depth : point.depths) {
            Source one = point;
            one.planes = {{1.0, plane.strike, plane.dip, plane.rake}};
            one.depths = {{1.0, depth.depth}};
            one.bins = {{{6.0, 0.05 * plane.probability * depth.probability}}};
            const std::vector<double> of_one = hazard_of(one);
            for (std::size_t cell = 0; cell < wanted.size(); ++cell)
                wanted[cell] += std::log1p(alpha * of_one[cell]) / alpha;
        }
    point.dispersion = alpha;
    const std::vector<double> hazard = hazard_of(point);
    for (std::size_t cell = 0; cell < wanted.size(); ++cell) {
        CAPTURE(cell);
        CHECK(hazard[cell] == doctest::Approx(wanted[cell]).epsilon(1e-11));
        CHECK(wanted[cell] > 0.0);
    }
}

TEST_CASE("exclusive sources may have negative binomial occurrences")
{
    Source first = plain_point();
    first.dispersion = alpha;
    const Source second = test::characteristic_plane();
    const std::vector<double> of_first = hazard_of(first);
    const std::vector<double> of_second = hazard_of(second);
    SourceGroup group{.trt = "Active Shallow Crust", .dependence = Dependence::exclusive_sources};
    group.probability = 0.8;
    group.weights = {0.6, 0.4};
    group.sources = {first, second};
    test::KernelJob job;
    job.groups = {group};
    const ModelBytes model = job.flat();
    const HazardContext hazard{model, simd::detected()};
    HazardSpace space{hazard};
    const std::vector<double> both = test::hazard_of(hazard, space);
    REQUIRE(both.size() == 21);
    for (std::size_t i = 0; i < both.size(); ++i) {
        CAPTURE(i);
        const double some = 0.6 * -std::expm1(-of_first[i]) + 0.4 * -std::expm1(-of_second[i]);
        CHECK(both[i] == doctest::Approx(-std::log1p(-0.8 * some)).epsilon(1e-11));
    }
}

TEST_CASE("points of other distributions are not averaged with each other")
{
    test::KernelJob job;
    job.keys = {{"ps_grid_spacing", "50"}, {"pointsource_distance", "10"}, {"max_sites_disagg", "1"}};
    for (const auto& [place, dispersion] : {std::pair{geo::LonLat{10.0, 44.99}, 0.0},
                                            {{10.1, 45.05}, 0.0},
                                            {{10.02, 44.99}, alpha},
                                            {{10.1, 45.04}, alpha},
                                            {{10.05, 45.02}, 1.0}}) {
        Source source = plain_point();
        source.geometry = PointGeometry{place};
        source.dispersion = dispersion;
        job.add(source);
    }
    const ModelBytes bytes = job.flat();
    const ModelView model{bytes};
    std::vector<double> of_cells;
    for (const SourceRecord& source : model.sources)
        if (source.kind == SourceKind::point_cell)
            of_cells.push_back(source.dispersion);
    CHECK(of_cells == std::vector{0.0, alpha});
}
