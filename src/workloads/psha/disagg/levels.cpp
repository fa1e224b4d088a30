#include "workloads/psha/disagg/levels.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/disagg/choice.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

template <class T>
std::span<const T> records_of(const StageInputs& inputs, StageId stage, DatasetId dataset)
{
    const std::span<const std::byte> bytes = inputs.records(stage, dataset);
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

/// Mean curve of the site whose realizations stand in space.hazard, as probabilities. [imt][level]
std::vector<double> mean_curve(const HazardContext& hazard, CurveSpace& space, std::span<const double> curves)
{
    const std::size_t cells = hazard.levels.cells();
    const std::size_t n = hazard.model.realizations.size();
    std::vector<double> mean(cells);
    space.values.resize(n);
    for (std::size_t c = 0; c < cells; ++c) {
        for (std::size_t r = 0; r < n; ++r)
            space.values[r] = curves[r * cells + c];
        mean[c] =
            space.over_realizations[space.over_realizations.size() == 1 ? 0 : c / hazard.levels.n_levels]
                .mean(space.values);
    }
    return mean;
}

} // namespace

ChosenView::ChosenView(const DisaggView& disagg, const StageInputs& inputs, StageId stage, std::size_t n_imt)
    : per_site_{n_imt * disagg.poes.size()}
    , n_chosen_{disagg.job->n_chosen}
    , levels_{records_of<double>(inputs, stage, levels_dataset)}
    , poes_{records_of<double>(inputs, stage, poes_dataset)}
    , chosen_{records_of<std::uint32_t>(inputs, stage, chosen_dataset)}
{}

std::vector<Dataset> chosen_datasets(const DisaggView& disagg, std::size_t n_imt)
{
    const std::vector<std::uint64_t> by_level{n_imt, disagg.poes.size()};
    return {{.path = "/levels", .fields = {{.name = ""}}, .inner = by_level},
            {.path = "/poes", .fields = {{.name = ""}}, .inner = by_level},
            {.path = "/chosen",
             .fields = {{.name = "", .element = Element::uint32}},
             .inner = {disagg.job->n_chosen}}};
}

void choose_levels(const HazardContext& hazard, const DisaggView& disagg, BlockId block, StageId sums,
                   const StageInputs& inputs, CurveSpace& space, UnitResults& results)
{
    const ModelView& model = hazard.model;
    const std::size_t n_levels = hazard.levels.n_levels;
    std::vector<double> levels;
    std::vector<double> poes;
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t s = 0; s < hazard.blocks.span(block).count; ++s) {
        realization_curves(hazard, block, s, sums, inputs, space);
        std::vector<double> curves(space.hazard.size());
        std::ranges::transform(space.hazard, curves.begin(), [](double h) { return -std::expm1(-h); });
        const std::vector<double> mean = mean_curve(hazard, space, curves);
        for (std::size_t imt = 0; imt < model.imts.size(); ++imt) {
            const auto curve = std::span{mean}.subspan(imt * n_levels, n_levels);
            const auto of_imt = model.levels.subspan(model.imts[imt].levels.first, n_levels);
            for (const double poe : disagg.poes) {
                const bool given = disagg.job->levels_given != 0;
                levels.push_back(given ? of_imt.front() : map_value(curve, of_imt, poe));
                poes.push_back(given ? curve.front() : poe);
            }
        }
        const std::vector<std::uint32_t> nearest =
            nearest_realizations(curves, mean, disagg.rlz_index.empty() ? disagg.job->n_chosen : 0);
        chosen.insert(chosen.end(), nearest.begin(), nearest.end());
        chosen.insert(chosen.end(), disagg.rlz_index.begin(), disagg.rlz_index.end());
    }
    results.records(levels_dataset, std::as_bytes(std::span{levels}));
    results.records(poes_dataset, std::as_bytes(std::span{poes}));
    results.records(chosen_dataset, std::as_bytes(std::span{chosen}));
}

} // namespace mtc::psha
