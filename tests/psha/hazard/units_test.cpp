#include "psha/hazard/allocations.hpp"
#include "psha/hazard/golden_sources.hpp"
#include "psha/hazard/kernel_job.hpp"
#include "simd/dispatch.hpp"
#include "workloads/psha/hazard/weigh.hpp"

#include <doctest/doctest.h>

#include <variant>
#include <vector>

using namespace mtc;
using namespace mtc::psha;

namespace {

/// Drops what it is given.
class NoResults final : public UnitResults {
public:
    void add(BlockId, std::span<const CellRun> runs) override { n_runs += runs.size(); }
    void rows(DatasetId, std::uint64_t, std::span<const std::byte>) override {}
    void records(DatasetId, std::span<const std::byte>) override {}
    std::size_t n_runs = 0;
};

/// A grid of sites from `west`, 0.05 degrees apart.
std::vector<Site> grid(std::size_t n, double west)
{
    std::vector<Site> sites;
    for (std::size_t i = 0; i < n; ++i)
        sites.push_back({west + 0.05 * static_cast<double>(i % 50), 44.0 + 0.05 * static_cast<double>(i / 50),
                         0.0, 400.0, 1.0, 150.0, 1.5, 0.0});
    return sites;
}

Source multi_point()
{
    Source source = test::golden_point();
    source.id = "multi";
    source.kind = SourceKind::multi_point;
    source.geometry = MultiPointGeometry{{{10.0, 45.0}, {10.1, 45.0}, {10.2, 45.0}}};
    source.bins = {{{5.0, 0.1}, {6.0, 0.02}}, {{5.5, 0.04}}, {{5.1, 0.03}, {5.6, 0.02}, {6.1, 0.01}}};
    return source;
}

/// A rupture given by itself. One surface: to make the mesh of another takes memory.
Source explicit_rupture()
{
    Source source;
    source.id = "explicit";
    source.kind = SourceKind::non_parametric;
    const auto fault = std::get<FaultGeometry>(test::golden_simple().geometry);
    source.geometry = NonParametricGeometry{{ExplicitRupture{.magnitude = 6.5,
                                                             .rake = 90.0,
                                                             .hypocentre = {10.12, 45.02, 6.0},
                                                             .surface = fault.surface,
                                                             .probabilities = {0.9, 0.08, 0.02},
                                                             .weight = 1.0}}};
    return source;
}

} // namespace

TEST_CASE("computing a unit again allocates nothing")
{
    test::KernelJob job;
    job.keys = {{"rupture_mesh_spacing", "2"}, {"complex_fault_mesh_spacing", "8"}};
    job.model = "ChiouYoungs2014";
    for (const Source& source :
         {test::golden_point(), multi_point(), test::golden_area(), test::golden_simple(),
          test::golden_complex(), test::characteristic_plane(), test::kite_fault(), explicit_rupture()}) {
        job.groups.clear();
        job.add(source);
        const ModelBytes model = job.flat();
        const HazardContext hazard{model, simd::detected()};
        HazardSpace space{hazard};
        NoResults results;
        const UnitPart part = hazard.units.part(UnitId{0});
        compute_unit(hazard, part, space, results);
        const std::uint64_t before = test::n_allocations();
        compute_unit(hazard, part, space, results);
        const std::uint64_t after = test::n_allocations();
        CAPTURE(source.id);
        CHECK(before > 0);
        CHECK(after == before);
        CHECK(results.n_runs == 14);
    }
}

TEST_CASE("every atom of every source and every site of every block is in exactly one unit")
{
    test::KernelJob job;
    job.sites = grid(500, 9.0);
    job.keys = {{"rupture_mesh_spacing", "2"}};
    job.levels = {{"PGA", std::vector<double>(40)}, {"SA(0.1)", std::vector<double>(40)}};
    for (auto& [imt, levels] : job.levels)
        for (std::size_t i = 0; i < levels.size(); ++i)
            levels[i] = 0.01 * static_cast<double>(i + 1);
    job.add(test::golden_point());
    job.add(multi_point());
    job.add(test::golden_area());
    job.add(test::golden_simple());
    job.groups.push_back({.trt = "Active Shallow Crust", .dependence = Dependence::exclusive_sources});
    job.groups.back().weights = {0.5, 0.5};
    job.add(test::golden_area());
    job.add(test::golden_simple());
    const ModelBytes model = job.flat();
    const HazardContext hazard{model, simd::detected()};
    REQUIRE(hazard.blocks.size() == 2);
    std::uint64_t n_seen = 0;
    std::uint64_t n_wanted = 0;
    std::uint64_t n_site_parts = 0;
    for (std::uint32_t s = 0; s < hazard.model.sources.size(); ++s)
        for (std::uint32_t b = 0; b < hazard.blocks.size(); ++b) {
            const std::uint32_t n_sites = hazard.blocks.span(BlockId{b}).count;
            const std::uint64_t atoms = n_atoms(hazard.model, hazard.model.sources[s]);
            std::vector<int> seen(n_sites * atoms, 0);
            const UnitRange units = hazard.units.units(SourceId{s}, BlockId{b});
            for (std::uint64_t u = 0; u < units.count; ++u) {
                const UnitPart part = hazard.units.part(UnitId{units.first.value() + u});
                CHECK(part.source == SourceId{s});
                CHECK(part.block == BlockId{b});
                if (s >= 4) {
                    CHECK(part.n_atoms == atoms);
                    n_site_parts += part.n_sites < n_sites ? 1 : 0;
                }
                for (std::uint64_t a = 0; a < part.n_atoms; ++a)
                    for (std::uint32_t i = 0; i < part.n_sites; ++i)
                        ++seen.at((part.first_atom + a) * n_sites + part.first_site + i);
            }
            for (const int times : seen)
                n_seen += times == 1 ? 1 : 0;
            n_wanted += seen.size();
        }
    CHECK(n_seen == n_wanted);
    CHECK(n_wanted == 500 * (3 + 6 + 234 + 71 + 234 + 71));
    CHECK(n_site_parts > 4);
}

TEST_CASE("a multi-point source is its points")
{
    const auto hazard_with = [](const std::vector<Source>& sources) {
        test::KernelJob job;
        for (const Source& source : sources)
            job.add(source);
        const ModelBytes model = job.flat();
        const HazardContext hazard{model, simd::detected()};
        HazardSpace space{hazard};
        return test::hazard_of(hazard, space);
    };
    const Source multi = multi_point();
    std::vector<Source> points;
    for (std::size_t i = 0; i < 3; ++i) {
        points.push_back(test::golden_point());
        geo::LonLat place = std::get<MultiPointGeometry>(multi.geometry).locations[i];
        place = {static_cast<double>(static_cast<float>(place.lon)), place.lat}; // as OpenQuake keeps them
        points.back().geometry = PointGeometry{place};
        points.back().bins = {multi.bins[i]};
    }
    const std::vector<double> together = hazard_with({multi});
    const std::vector<double> apart = hazard_with(points);
    REQUIRE(together.size() == 21);
    for (std::size_t i = 0; i < together.size(); ++i)
        CHECK(together[i] == doctest::Approx(apart[i]).epsilon(1e-13));
}

TEST_CASE("weighing leaves out what is out of range and nothing else")
{
    test::KernelJob job;
    job.sites = grid(50, 9.0);
    for (const Site& far : grid(50, 40.0))
        job.sites.push_back(far);
    job.levels = {{"PGA", std::vector<double>(600)}, {"SA(0.1)", std::vector<double>(600)}};
    for (auto& [imt, levels] : job.levels)
        for (std::size_t i = 0; i < levels.size(); ++i)
            levels[i] = 0.001 * static_cast<double>(i + 1);
    job.keys = {{"maximum_distance", "200"}, {"rupture_mesh_spacing", "2"}};
    job.add(test::golden_point());
    job.add(test::golden_simple());
    job.add(test::golden_complex());
    const ModelBytes model = job.flat();
    const HazardContext hazard{model, simd::detected()};
    REQUIRE(hazard.blocks.size() == 2);
    HazardSpace space{hazard};
    for (std::uint32_t s = 0; s < 3; ++s) {
        std::vector<WeighRecord> records;
        const WeighUnits units{hazard.model};
        REQUIRE(units.units(SourceId{s}).count == 1);
        weigh(hazard, SourceId{s}, units.items(units.units(SourceId{s}).first, hazard.model), space, records);
        REQUIRE(records.size() == 1);
        CHECK(records[0].block == 0);
        NoResults results;
        space.n_contexts = 0;
        const UnitRange of_block = hazard.units.units(SourceId{s}, BlockId{0});
        for (std::uint64_t u = 0; u < of_block.count; ++u)
            compute_unit(hazard, hazard.units.part(UnitId{of_block.first.value() + u}), space, results);
        CHECK(records[0].n_contexts == doctest::Approx(static_cast<double>(space.n_contexts)).epsilon(0.1));
    }
}
