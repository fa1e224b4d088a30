#include "psha/hazard/golden_sources.hpp"
#include "psha/hazard/kernel_job.hpp"
#include "simd/dispatch.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace mtc;
using namespace mtc::psha;

namespace {

std::vector<double> hazard_of(const test::KernelJob& job)
{
    const ModelBytes model = job.flat();
    const HazardContext hazard{model, simd::detected()};
    HazardSpace space{hazard};
    return test::hazard_of(hazard, space);
}

std::vector<double> hazard_of(const Source& source)
{
    test::KernelJob job;
    job.add(source);
    return hazard_of(job);
}

double probability(double hazard)
{
    return -std::expm1(-hazard);
}

const PlaneCorners plane{{10.0, 45.0, 1.0}, {10.2, 45.1, 1.0}, {10.05, 44.95, 10.0}, {10.25, 45.05, 10.0}};
constexpr geo::Point middle{10.12, 45.02, 6.0};

/// A rupture of magnitude 6.5 on a plane.
ExplicitRupture rupture(std::vector<double> probabilities, double magnitude = 6.5, double weight = 1.0)
{
    return {.magnitude = magnitude,
            .rake = 90.0,
            .hypocentre = middle,
            .surface = PlanarSurfaces{{plane}},
            .probabilities = std::move(probabilities),
            .weight = weight};
}

Source explicit_source(std::vector<ExplicitRupture> ruptures)
{
    Source source;
    source.id = "explicit";
    source.kind = SourceKind::non_parametric;
    source.geometry = NonParametricGeometry{std::move(ruptures)};
    return source;
}

/// Breaks the plane with each magnitude; 1/50 a year is one expected occurrence, whose hazard is G.
Source characteristic(std::vector<MagnitudeRate> bins)
{
    Source source;
    source.id = "characteristic";
    source.kind = SourceKind::characteristic_fault;
    source.geometry = CharacteristicGeometry{PlanarSurfaces{{plane}}, 90.0};
    source.bins = {std::move(bins)};
    return source;
}

/// Compares all cells. \returns how many
template <class Expected>
std::size_t check_cells(const std::vector<double>& hazard, const Expected& expected)
{
    REQUIRE(hazard.size() == 21);
    for (std::size_t i = 0; i < hazard.size(); ++i) {
        CAPTURE(i);
        CHECK(std::abs(hazard[i] - expected(i)) <= 1e-12 + 1e-11 * expected(i));
        CHECK(hazard[i] > 0.0);
    }
    return hazard.size();
}

test::KernelJob group_of(std::vector<Source> sources, SourceGroup group)
{
    group.trt = "Active Shallow Crust";
    group.sources = std::move(sources);
    test::KernelJob job;
    job.groups.push_back(std::move(group));
    return job;
}

} // namespace

TEST_CASE("a rupture's probabilities of occurrences become that of exceedance")
{
    const std::vector<double> listed{0.5, 0.3, 0.2};
    for (const double g : {0.0, 1e-12, 1e-3, 0.4, 1.0}) {
        CAPTURE(g);
        CHECK(exceedance_of(listed, g) == doctest::Approx(0.3 * g + 0.2 * (2.0 * g - g * g)).epsilon(1e-14));
    }
    CHECK(exponent_of(1.0) == largest_exponent);
    CHECK(exponent_of(1e-20) == 1e-20);
}

TEST_CASE("explicit ruptures of an independent group")
{
    const std::vector<double> g = hazard_of(characteristic({{6.5, 0.02}}));
    const std::vector<double> two =
        hazard_of(explicit_source({rupture({0.5, 0.3, 0.2}), rupture({0.9, 0.1})}));
    check_cells(two, [&](std::size_t i) {
        return -std::log1p(-(0.3 * g[i] + 0.2 * g[i] * (2.0 - g[i]))) - std::log1p(-0.1 * g[i]);
    });
}

TEST_CASE("exclusive sources")
{
    const Source fault = characteristic({{6.5, 0.01}, {7.0, 0.002}});
    const std::vector<double> of_point = hazard_of(test::golden_point());
    const std::vector<double> of_fault = hazard_of(fault);
    SourceGroup group;
    group.dependence = Dependence::exclusive_sources;
    group.probability = 0.8;
    group.weights = {0.6, 0.4};
    check_cells(hazard_of(group_of({test::golden_point(), fault}, group)), [&](std::size_t i) {
        return -std::log1p(-0.8 * (0.6 * probability(of_point[i]) + 0.4 * probability(of_fault[i])));
    });
}

TEST_CASE("exclusive ruptures")
{
    const std::vector<double> g = hazard_of(characteristic({{6.5, 0.02}}));
    const Source first = explicit_source({rupture({0.5, 0.5}, 6.5, 0.6), rupture({0.2, 0.8}, 6.5, 0.4)});
    const Source second = explicit_source({rupture({0.7, 0.3}, 6.5, 1.0)});
    SourceGroup group;
    group.dependence = Dependence::exclusive_ruptures;
    group.probability = 0.9;
    check_cells(hazard_of(group_of({first, second}, group)), [&](std::size_t i) {
        const double none = (1.0 - 0.6 * 0.5 * g[i] - 0.4 * 0.8 * g[i]) * (1.0 - 0.3 * g[i]);
        return -std::log1p(-0.9 * (1.0 - none));
    });
}

TEST_CASE("clusters break every rupture once an event")
{
    const std::vector<double> small = hazard_of(characteristic({{6.5, 0.02}}));
    const std::vector<double> large = hazard_of(characteristic({{7.0, 0.02}}));
    const Source both = characteristic({{6.5, 0.1}, {7.0, 0.003}}); // rates do not count
    const Source one = characteristic({{7.0, 0.2}});
    SourceGroup group;
    group.is_cluster = true;
    group.cluster_rate = 0.004;
    group.probability = 0.5; // does not count either
    check_cells(hazard_of(group_of({both, one}, group)), [&](std::size_t i) {
        return 0.2 * (1.0 - (1.0 - small[i]) * (1.0 - large[i]) * (1.0 - large[i]));
    });
    group.dependence = Dependence::exclusive_sources;
    group.weights = {0.25, 0.75};
    check_cells(hazard_of(group_of({both, one}, group)), [&](std::size_t i) {
        return 0.2 * 0.5 * (0.25 * (1.0 - (1.0 - small[i]) * (1.0 - large[i])) + 0.75 * large[i]);
    });
}

TEST_CASE("groups of all kinds add up")
{
    SourceGroup group;
    group.is_cluster = true;
    group.cluster_rate = 0.01;
    test::KernelJob job = group_of({characteristic({{6.5, 0.1}})}, group);
    const std::vector<double> of_cluster = hazard_of(job);
    job.groups.push_back({.trt = "Active Shallow Crust"});
    job.add(test::golden_point());
    const std::vector<double> of_point = hazard_of(test::golden_point());
    check_cells(hazard_of(job), [&](std::size_t i) { return of_cluster[i] + of_point[i]; });
}
