#pragma once

#include "engine/results/results.hpp"
#include "psha/job_folder.hpp"
#include "workloads/psha/hazard/dependence.hpp"
#include "workloads/psha/hazard/unit_kernel.hpp"
#include "workloads/psha/job/flatten.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mtc::test {

/// The seven sites of the golden numbers.
inline std::vector<psha::Site> golden_sites()
{
    std::vector<psha::Site> sites;
    for (const psha::geo::LonLat place : {psha::geo::LonLat{10, 45},
                                          {10.2, 45.1},
                                          {9.7, 44.8},
                                          {10.05, 45.3},
                                          {11, 45.5},
                                          {9.99, 44.95},
                                          {10.5, 44.2}})
        sites.push_back({place.lon, place.lat, 0.0, 400.0, 1.0, 150.0, 1.5, 0.0});
    return sites;
}

/// Groups of one region type and one ground-motion model, as a job of a single realization; 50 years.
struct KernelJob {
    std::string model = "BooreAtkinson2008";
    std::map<std::string, std::vector<double>> levels{{"PGA", {0.002, 0.01, 0.05}}};
    std::vector<psha::Site> sites = golden_sites();
    std::vector<psha::SourceGroup> groups{};
    std::map<std::string, std::string> keys{}; ///< beside those that make distances exact

    void add(psha::Source source)
    {
        if (groups.empty())
            groups.push_back({.trt = "Active Shallow Crust"});
        groups.back().sources.push_back(std::move(source));
    }

    [[nodiscard]] ModelBytes flat() const
    {
        std::map<std::string, std::string> given{{"investigation_time", "50"},
                                                 {"truncation_level", "3"},
                                                 {"maximum_distance", "10000"},
                                                 {"pointsource_distance", "exact"}};
        for (const auto& [key, value] : keys)
            given[key] = value;
        psha::ParsedJob job;
        for (const auto& [name, values] : levels)
            job.imts.push_back({psha::imt_from_text(name), values});
        job.groups = groups;
        job.trts = {"Active Shallow Crust"};
        job.sites.sites = sites;
        job.enumeration.models = {model};
        psha::RealizationRecord realization{.weight = 1.0, .group_models = {}};
        realization.group_models.count = static_cast<std::uint32_t>(groups.size());
        job.enumeration.realizations = {realization};
        job.enumeration.paths = {"b1~A"};
        for (std::uint32_t g = 0; g < groups.size(); ++g) {
            job.enumeration.models_of_group.push_back({g, 1});
            job.enumeration.group_models.push_back({g, 0});
            job.enumeration.realization_group_models.push_back(g);
        }
        Notes notes;
        return psha::with_units(psha::flatten(std::move(job), config_with(given), notes));
    }
};

/// Computes all units in this process. \returns -ln(non-exceedance) [site][imt][level] over all groups
inline std::vector<double> hazard_of(const psha::HazardContext& hazard, psha::HazardSpace& space)
{
    std::vector<Stage> stages(1);
    stages[0].result = ResultKind::sums;
    for (std::uint32_t b = 0; b < hazard.blocks.size(); ++b)
        stages[0].block_cells.push_back(hazard.blocks.span(BlockId{b}).count *
                                        hazard.blocks.cells_per_site());
    engine::Results results{stages};
    for (std::uint64_t unit = 0; unit < hazard.units.n_units(); ++unit) {
        results.begin_unit({StageId{0}, UnitId{unit}});
        psha::compute_unit(hazard, hazard.units.part(UnitId{unit}), space, results);
    }
    const std::size_t cells = hazard.levels.cells();
    std::vector<double> all;
    std::vector<double> sums(hazard.blocks.cells_per_site());
    for (std::uint32_t b = 0; b < hazard.blocks.size(); ++b)
        for (std::uint32_t s = 0; s < hazard.blocks.span(BlockId{b}).count; ++s) {
            results.sums(StageId{0}, BlockId{b}, s * hazard.blocks.cells_per_site(), sums);
            psha::finish_groups(hazard.model, cells, sums);
            std::vector<double> site(cells, 0.0);
            for (std::size_t i = 0; i < sums.size(); ++i)
                site[i % cells] += sums[i];
            all.insert(all.end(), site.begin(), site.end());
        }
    return all;
}

} // namespace mtc::test
