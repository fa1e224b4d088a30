#include "psha/hazard/golden_sources.hpp"
#include "psha/hazard/kernel_job.hpp"
#include "simd/dispatch.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

using namespace mtc;
using namespace mtc::psha;

namespace {

struct Computed {
    std::vector<double> hazard;
    std::uint64_t n_contexts = 0;
};

/// Floating ruptures of the golden simple fault, with these hypocentres, as a model for firm rock sees them.
Computed computed(const std::string& model, const std::vector<HypocentreShare>& hypocentres,
                  const std::vector<double>& levels, const std::vector<MagnitudeRate>& bins)
{
    test::KernelJob job;
    job.model = model;
    job.levels = {{"PGA", levels}};
    job.keys = {{"rupture_mesh_spacing", "2"}};
    for (Site& site : job.sites)
        site.vs30 = 900.0;
    Source source = test::golden_simple();
    std::get<FaultGeometry>(source.geometry).hypocentres = hypocentres;
    std::get<FaultGeometry>(source.geometry).slips = {{0.0, 0.3}, {90.0, 0.7}};
    source.bins = {bins};
    job.add(source);
    const ModelBytes bytes = job.flat();
    const HazardContext hazard{bytes, simd::detected()};
    HazardSpace space{hazard};
    Computed result;
    result.hazard = test::hazard_of(hazard, space);
    result.n_contexts = space.n_contexts;
    return result;
}

const std::vector<double> some_levels{0.005, 0.02, 0.1};
const std::vector<MagnitudeRate> floating{{6.0, 0.01}, {6.5, 0.003}, {7.2, 0.0005}}; // 71 ruptures
const HypocentreShare top{0.25, 0.0, 0.4};
const HypocentreShare bottom{0.75, 1.0, 0.6};

} // namespace

TEST_CASE("hypocentres share the rate of each rupture, and slips change nothing")
{
    const std::string no_hypocentre = "BooreAtkinson2008";
    const Computed middle = computed(no_hypocentre, {}, some_levels, floating);
    const Computed shared = computed(no_hypocentre, {top, bottom}, some_levels, floating);
    CHECK(middle.n_contexts == 7 * 71);
    CHECK(shared.n_contexts == 2 * 7 * 71);
    REQUIRE(shared.hazard.size() == 21);
    for (std::size_t i = 0; i < 21; ++i)
        CHECK(shared.hazard[i] == doctest::Approx(middle.hazard[i]).epsilon(1e-13));
}

TEST_CASE("hazard with several hypocentres is the weighted mean of that with each")
{
    const auto with = [](std::vector<HypocentreShare> shares) {
        return computed("CampbellBozorgnia2014", shares, some_levels, floating).hazard;
    };
    const std::vector<double> both = with({top, bottom});
    const std::vector<double> of_top = with({{top.along, top.down, 1.0}});
    const std::vector<double> of_bottom = with({{bottom.along, bottom.down, 1.0}});
    REQUIRE(both.size() == 21);
    std::size_t n_stronger = 0;
    for (std::size_t i = 0; i < 21; ++i) {
        CHECK(both[i] == doctest::Approx(0.4 * of_top[i] + 0.6 * of_bottom[i]).epsilon(1e-12));
        CHECK(of_bottom[i] >= of_top[i]); // deeper ones are stronger in this model
        n_stronger += of_bottom[i] > 1.001 * of_top[i] ? 1 : 0;
    }
    CHECK(n_stronger >= 10); // at low levels all exceed
}

TEST_CASE("a share of the width is the depth that the model sees")
{
    // On rock the median's share of the depth stands alone: c18 (depth - 7 km), not below 7 km. The mesh has
    // 8 rows 2 km apart from 1 km down at a dip of 55 degrees.
    const double depth = 1.0 + 14.0 * std::sin(55.0 * std::numbers::pi / 180.0);
    const double stronger = std::exp(0.0333 * (depth - 7.0));
    std::vector<double> weaker_levels;
    for (const double level : some_levels)
        weaker_levels.push_back(level / stronger);
    const std::vector<MagnitudeRate> whole{{7.2, 0.0005}};
    const Computed of_bottom = computed("CampbellBozorgnia2014", {{0.5, 1.0, 1.0}}, some_levels, whole);
    const Computed of_top = computed("CampbellBozorgnia2014", {{0.5, 0.0, 1.0}}, weaker_levels, whole);
    CHECK(of_bottom.n_contexts == 7);
    REQUIRE(of_top.hazard.size() == 21);
    for (std::size_t i = 0; i < 21; ++i)
        CHECK(of_bottom.hazard[i] == doctest::Approx(of_top.hazard[i]).epsilon(1e-6));
}
