#include "workloads/psha/hazard/statistics.hpp"

#include "workloads/psha/hazard/dependence.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

constexpr double statistics_unit_s = 1e-3;
constexpr double cell_s = 5e-9; // one level of one realization: add, exp, write

} // namespace

CurveUnits::CurveUnits(const HazardContext& hazard)
    : first_unit_{0}
{
    const double site_s =
        cell_s * static_cast<double>((hazard.model.realizations.size() + 1) * hazard.levels.cells());
    sites_per_unit_ = static_cast<std::uint32_t>(std::clamp(statistics_unit_s / site_s, 1.0, 1e6));
    for (std::uint32_t b = 0; b < hazard.blocks.size(); ++b) {
        const std::uint32_t n_sites = hazard.blocks.span(BlockId{b}).count;
        first_unit_.push_back(first_unit_.back() + (n_sites + sites_per_unit_ - 1) / sites_per_unit_);
    }
}

UnitRange CurveUnits::units(BlockId block) const
{
    const std::uint64_t first = first_unit_[block.value()];
    return {UnitId{first}, first_unit_[block.value() + 1] - first};
}

SiteRun CurveUnits::sites(UnitId unit, const HazardContext& hazard) const
{
    const auto after = std::ranges::upper_bound(first_unit_, unit.value());
    const BlockId block{static_cast<std::uint32_t>(after - first_unit_.begin() - 1)};
    const SiteSpan& span = hazard.blocks.span(block);
    const auto skipped =
        static_cast<std::uint32_t>(unit.value() - first_unit_[block.value()]) * sites_per_unit_;
    return {block, span.first + skipped, std::min(sites_per_unit_, span.count - skipped)};
}

CurveSpace::CurveSpace(const HazardContext& hazard_context)
{
    const ModelView& model = hazard_context.model;
    const std::size_t n = model.realizations.size();
    const auto by_imt = model.reader.get<double>("realization_imt_weights");
    if (by_imt.empty())
        over_realizations.emplace_back(model.realizations);
    for (std::size_t first = 0; first < by_imt.size(); first += n)
        over_realizations.emplace_back(by_imt.subspan(first, n));
}

namespace {

/// -ln(1 - PoE) of every realization at one site. \param[out] hazard [realization][imt][level]
void add_up(const ModelView& model, std::span<const double> sums, std::size_t cells, std::span<double> hazard)
{
    std::ranges::fill(hazard, 0.0);
    for (std::size_t r = 0; r < model.realizations.size(); ++r) {
        const IndexRange range = model.realizations[r].group_models;
        for (const std::uint32_t gm : model.realization_group_models.subspan(range.first, range.count))
            for (std::size_t c = 0; c < cells; ++c)
                hazard[r * cells + c] += sums[gm * cells + c];
    }
}

double poe_of(double hazard)
{
    return -std::expm1(-hazard);
}

/// Statistics over the realizations of one site. \param[out] out [statistic][imt][level]
void add_statistics(const HazardContext& hazard, CurveSpace& space, std::span<double> out)
{
    const ModelView& model = hazard.model;
    const std::size_t cells = hazard.levels.cells();
    const bool use_rates = model.job->use_rates != 0;
    space.values.resize(model.realizations.size());
    for (std::size_t c = 0; c < cells; ++c) {
        for (std::size_t r = 0; r < space.values.size(); ++r)
            space.values[r] = use_rates ? space.hazard[r * cells + c] : poe_of(space.hazard[r * cells + c]);
        OverRealizations& over =
            space.over_realizations[space.over_realizations.size() == 1 ? 0 : c / hazard.levels.n_levels];
        for (std::size_t s = 0; s < model.statistics.size(); ++s) {
            const double value = over.statistic(model.statistics[s], space.values);
            out[s * cells + c] = use_rates ? poe_of(value) : value;
        }
    }
}

/// Maps from curves. \param curves [n][imt][level]  \param[out] maps [n][imt][poe]
void map(const HazardContext& hazard, std::span<const double> curves, std::vector<double>& maps)
{
    const ModelView& model = hazard.model;
    maps.clear();
    for (std::size_t first = 0; first < curves.size(); first += hazard.levels.cells())
        for (std::size_t imt = 0; imt < model.imts.size(); ++imt)
            for (const double poe : model.poes)
                maps.push_back(map_value(
                    curves.subspan(first + imt * hazard.levels.n_levels, hazard.levels.n_levels),
                    model.levels.subspan(model.imts[imt].levels.first, model.imts[imt].levels.count), poe));
}

} // namespace

void realization_curves(const HazardContext& hazard, BlockId block, std::uint32_t site, StageId sums,
                        const StageInputs& inputs, CurveSpace& space)
{
    const std::size_t cells = hazard.levels.cells();
    space.sums.resize(hazard.blocks.cells_per_site());
    space.hazard.resize(hazard.model.realizations.size() * cells);
    inputs.sums(sums, block, site * hazard.blocks.cells_per_site(), space.sums);
    finish_groups(hazard.model, cells, space.sums);
    add_up(hazard.model, space.sums, cells, space.hazard);
}

void compute_curves(const HazardContext& hazard, const SiteRun& run, StageId sums_stage,
                    const StageInputs& inputs, CurveSpace& space, const CurveDatasets& datasets,
                    UnitResults& results)
{
    const ModelView& model = hazard.model;
    const std::size_t cells = hazard.levels.cells();
    const std::size_t per_site = model.realizations.size() * cells;
    const std::size_t statistics_per_site = model.statistics.size() * cells;
    const bool each = !datasets.realizations.is_none();
    const std::uint32_t first_of_block = hazard.blocks.span(run.block).first;
    space.n_units.assign(run.count, inputs.units_in(sums_stage, run.block));
    space.realizations.resize(each ? run.count * per_site : 0);
    space.statistics.resize(run.count * statistics_per_site);
    for (std::uint32_t s = 0; s < run.count; ++s) {
        realization_curves(hazard, run.block, run.first + s - first_of_block, sums_stage, inputs, space);
        if (each)
            std::ranges::transform(space.hazard, space.realizations.data() + s * per_site, poe_of);
        add_statistics(hazard, space,
                       std::span{space.statistics}.subspan(s * statistics_per_site, statistics_per_site));
    }
    const auto give = [&](DatasetId dataset, std::span<const double> values) {
        if (dataset.is_none())
            return;
        if (model.job->float32_results == 0)
            return results.rows(dataset, run.first, std::as_bytes(values));
        space.narrow.assign(values.begin(), values.end());
        results.rows(dataset, run.first, std::as_bytes(std::span{space.narrow}));
    };
    results.rows(datasets.n_units, run.first, std::as_bytes(std::span{space.n_units}));
    give(datasets.realizations, space.realizations);
    give(datasets.statistics, space.statistics);
    if (!datasets.realization_maps.is_none()) {
        map(hazard, space.realizations, space.maps);
        give(datasets.realization_maps, space.maps);
    }
    if (!datasets.statistic_maps.is_none()) {
        map(hazard, space.statistics, space.maps);
        give(datasets.statistic_maps, space.maps);
    }
}

} // namespace mtc::psha
