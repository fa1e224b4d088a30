#include "workloads/psha/hazard/facts.hpp"

#include "psha/hazard/golden_sources.hpp"
#include "psha/hazard/kernel_job.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace mtc;
using namespace mtc::psha;

namespace {

std::vector<Fact> facts_of(const test::KernelJob& job)
{
    const ModelBytes model = job.flat();
    return hazard_facts(ModelView{model});
}

/// The values of all facts of one name; of warnings or of others.
std::string value_of(const std::vector<Fact>& facts, const std::string& name, bool warning = false)
{
    std::string values;
    for (const Fact& fact : facts)
        if (fact.name == name && fact.warning == warning)
            values += fact.value + '\n';
    return values;
}

/// A point, a fault and seven sites, with nothing to suspect.
test::KernelJob usual_job()
{
    test::KernelJob job;
    job.keys = {{"rupture_mesh_spacing", "2"}};
    job.add(test::golden_point());
    job.add(test::golden_simple());
    return job;
}

std::size_t n_warnings(const std::vector<Fact>& facts)
{
    return static_cast<std::size_t>(std::ranges::count_if(facts, &Fact::warning));
}

} // namespace

TEST_CASE("facts tell what a job holds")
{
    const std::vector<Fact> facts = facts_of(usual_job());
    CHECK(n_warnings(facts) == 0);
    CHECK(value_of(facts, "sites") == "7 (lon 9.7 to 11, lat 44.2 to 45.5), vs30 400 m/s\n");
    CHECK(value_of(facts, "sources") == "2 (1 point, 1 simple fault) in 1 group\n");
    CHECK(value_of(facts, "ruptures").find(", magnitudes ") != std::string::npos);
    CHECK(std::stoul(value_of(facts, "ruptures")) > 4 * test::golden_point().bins[0].size());
    CHECK(value_of(facts, "realizations") == "1, from 1 pair of group and ground-motion model\n");
    CHECK(value_of(facts, "levels") == "PGA 3 levels, 0.002 to 0.05 g\n");
    CHECK(value_of(facts, "ground motion") == "Active Shallow Crust within 10000 km: BooreAtkinson2008\n");
    CHECK(value_of(facts, "calculation") == "50 years, truncated at 3 standard deviations\n");
}

TEST_CASE("facts tell of occurrences that are not Poisson's, and of groups that depend")
{
    CHECK(value_of(facts_of(usual_job()), "occurrences").empty());
    CHECK(value_of(facts_of(usual_job()), "dependence").empty());

    test::KernelJob job = usual_job();
    job.groups[0].sources[0].dispersion = 0.5;
    CHECK(value_of(facts_of(job), "occurrences") ==
          "negative binomial of 1 source (alpha 0.5), Poisson of 1\n");
    job.groups[0].sources[1].dispersion = 2.0;
    CHECK(value_of(facts_of(job), "occurrences") == "negative binomial of 2 sources (alpha 0.5 to 2)\n");

    Source listed{.id = "listed", .kind = SourceKind::non_parametric};
    listed.geometry = NonParametricGeometry{
        {{.magnitude = 6.5,
          .rake = 90.0,
          .hypocentre = {10.1, 45.0, 5.0},
          .surface = std::get<CharacteristicGeometry>(test::characteristic_plane().geometry).surface,
          .probabilities = {0.9, 0.1}}}};
    job.groups.push_back({.trt = "Active Shallow Crust", .dependence = Dependence::exclusive_ruptures});
    job.groups[1].sources.push_back(listed);
    job.groups.push_back({.trt = "Active Shallow Crust", .is_cluster = true, .cluster_rate = 0.01});
    job.groups[2].sources.push_back(test::characteristic_plane());
    const std::vector<Fact> facts = facts_of(job);
    CHECK(
        value_of(facts, "occurrences") ==
        "negative binomial of 2 sources (alpha 0.5 to 2), listed probabilities of 1 source, Poisson of 1\n");
    CHECK(value_of(facts, "dependence") == "1 group as a cluster, 1 group of exclusive ruptures\n");
    CHECK(value_of(facts, "sources").ends_with(" in 3 groups\n"));
}

TEST_CASE("facts count the sources of the input, not the means of cells")
{
    test::KernelJob job;
    job.keys = {{"ps_grid_spacing", "20"}, {"pointsource_distance", "8"}};
    for (int i = 0; i < 3; ++i) {
        Source point = test::golden_point();
        point.id += std::to_string(i);
        std::get<PointGeometry>(point.geometry).location = {10.0 + 0.05 * i, 45.0 + 0.02 * i};
        job.add(point);
    }
    const std::vector<Fact> facts = facts_of(job);
    CHECK(value_of(facts, "sources") == "3 (3 point) in 1 group; far points as the means of 1 cell\n");
    test::KernelJob apart = job;
    apart.keys = {};
    CHECK(value_of(facts, "ruptures") == value_of(facts_of(apart), "ruptures"));
}

TEST_CASE("a mesh too coarse for the smallest rupture is suspect")
{
    test::KernelJob job = usual_job();
    job.keys = {{"rupture_mesh_spacing", "10"}};
    const std::vector<Fact> facts = facts_of(job);
    CHECK(n_warnings(facts) == 1);
    CHECK(value_of(facts, "mesh", true)
              .starts_with("spacing 10 km, but ruptures of magnitude 6 of source simple are "));
}

TEST_CASE("levels beyond the truncation are suspect, and only those")
{
    test::KernelJob job = usual_job();
    job.levels = {{"PGA", {0.1, 1.0, 15.0, 18.0}}, {"SA(1.0)", {0.1, 0.2, 0.3, 0.4}}};
    const std::vector<Fact> facts = facts_of(job);
    CHECK(n_warnings(facts) == 1);
    CHECK(value_of(facts, "level", true).starts_with("2 of 4 levels of PGA are beyond the truncation"));
    job.keys["truncation_level"] = "0"; // the median alone: fewer levels are within reach
    CHECK(n_warnings(facts_of(job)) == 1);
    CHECK(value_of(facts_of(job), "level", true).starts_with("3 of 4 levels of PGA"));
    job.keys["truncation_level"] = "20";
    CHECK(n_warnings(facts_of(job)) == 0);
}

TEST_CASE("levels in another unit and strange site parameters are suspect")
{
    test::KernelJob job = usual_job();
    job.levels = {{"PGA", {0.1, 1.0, 980.0}}};
    job.sites[2].vs30 = 0.4; // in km/s
    job.sites[3].z2pt5 = 1500.0;
    const std::vector<Fact> facts = facts_of(job);
    CHECK(value_of(facts, "level", true).find("PGA up to 980 g; is it in g, not in cm/s2 or %?") !=
          std::string::npos);
    CHECK(value_of(facts, "site parameter", true).starts_with("vs30 = 0.4 m/s at 9.7 44.8"));
    CHECK(value_of(facts, "site parameter", true).find("z2pt5 = 1500 km at 10.05 45.3") != std::string::npos);
}
