#include "workloads/psha/hazard/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

constexpr double unit_s = 1e-3;
constexpr double cell_s = 5e-9; // one level of one realization: add, exp, write

} // namespace

CurveUnits::CurveUnits(const HazardContext& hazard)
    : first_unit_{0}
{
    const double site_s =
        cell_s * static_cast<double>((hazard.model.realizations.size() + 1) * hazard.levels.cells());
    sites_per_unit_ = static_cast<std::uint32_t>(std::clamp(unit_s / site_s, 1.0, 1e6));
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

void compute_curves(const HazardContext& hazard, const SiteRun& run, StageId sums_stage,
                    const StageInputs& inputs, CurveSpace& space, const CurveDatasets& datasets,
                    UnitResults& results)
{
    const ModelView& model = hazard.model;
    const std::size_t cells = hazard.levels.cells();
    const std::size_t n_realizations = model.realizations.size();
    const bool each = !datasets.realizations.is_none();
    const bool mean = !datasets.statistics.is_none();
    const std::uint32_t first_of_block = hazard.blocks.span(run.block).first;
    space.n_units.assign(run.count, inputs.units_in(sums_stage, run.block));
    space.sums.resize(hazard.blocks.cells_per_site());
    space.curve.resize(cells);
    space.realizations.resize(each ? run.count * n_realizations * cells : 0);
    space.statistics.assign(mean ? run.count * cells : 0, 0.0);
    for (std::uint32_t s = 0; s < run.count; ++s) {
        inputs.sums(sums_stage, run.block, (run.first + s - first_of_block) * hazard.blocks.cells_per_site(),
                    space.sums);
        for (std::size_t r = 0; r < n_realizations; ++r) {
            const RealizationRecord& realization = model.realizations[r];
            std::ranges::fill(space.curve, 0.0);
            for (const std::uint32_t gm : model.realization_group_models.subspan(
                     realization.group_models.first, realization.group_models.count))
                for (std::size_t c = 0; c < cells; ++c)
                    space.curve[c] += space.sums[gm * cells + c];
            for (double& value : space.curve)
                value = -std::expm1(-value);
            if (each)
                std::ranges::copy(space.curve, space.realizations.data() + (s * n_realizations + r) * cells);
            if (mean)
                for (std::size_t c = 0; c < cells; ++c)
                    space.statistics[s * cells + c] += realization.weight * space.curve[c];
        }
    }
    results.rows(datasets.n_units, run.first, std::as_bytes(std::span{space.n_units}));
    if (each)
        results.rows(datasets.realizations, run.first, std::as_bytes(std::span{space.realizations}));
    if (mean)
        results.rows(datasets.statistics, run.first, std::as_bytes(std::span{space.statistics}));
}

} // namespace mtc::psha
