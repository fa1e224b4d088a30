#include "workloads/psha/disagg/marginals.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

/// Weights of the chosen realizations. [imt][chosen]
std::vector<double> weights_of(const ModelView& model, std::span<const std::uint32_t> chosen,
                               std::size_t n_imt)
{
    const auto by_imt = model.reader.get<double>("realization_imt_weights");
    std::vector<double> weights;
    for (std::size_t imt = 0; imt < n_imt; ++imt)
        for (const std::uint32_t r : chosen)
            weights.push_back(by_imt.empty() ? model.realizations[r].weight
                                             : by_imt[imt * model.realizations.size() + r]);
    return weights;
}

/// Adds the rates of one place for one realization to the tables of all kinds.
class Adder {
public:
    Adder(const DisaggView& disagg, const CellLayout& layout, std::vector<std::vector<double>>& tables)
        : disagg_{disagg}
        , layout_{layout}
        , tables_{tables}
    {}

    /// Bins of a place; those of region type and epsilon are left open.
    void at(std::size_t place)
    {
        for (const Axis axis : {Axis::lat, Axis::lon, Axis::dist, Axis::mag}) {
            const std::uint32_t n = disagg_.bins(axis);
            bins_[static_cast<std::size_t>(axis)] = static_cast<std::uint32_t>(place % n);
            place /= n;
        }
    }

    /// \param rates  [trt][imt x poe][eps]
    void add(std::span<const double> rates, std::size_t column)
    {
        const std::size_t n_levels = layout_.n_imt * layout_.n_poe;
        std::size_t i = 0;
        for (std::uint32_t trt = 0; trt < disagg_.bins(Axis::trt); ++trt)
            for (std::size_t level = 0; level < n_levels; ++level)
                for (std::uint32_t eps = 0; eps < layout_.n_eps; ++eps, ++i)
                    if (rates[i] > 0.0)
                        add_cell(trt, eps, level, column, rates[i]);
    }

private:
    void add_cell(std::uint32_t trt, std::uint32_t eps, std::size_t level, std::size_t column, double rate)
    {
        bins_[static_cast<std::size_t>(Axis::trt)] = trt;
        bins_[static_cast<std::size_t>(Axis::eps)] = eps;
        const std::size_t n_levels = layout_.n_imt * layout_.n_poe;
        for (std::size_t k = 0; k < tables_.size(); ++k)
            if (!tables_[k].empty())
                tables_[k][(disagg_kinds()[k].cell(disagg_.job->bins, bins_) * n_levels + level) *
                               disagg_.job->n_chosen +
                           column] += rate;
    }

    const DisaggView& disagg_;
    const CellLayout& layout_;
    std::vector<std::vector<double>>& tables_;
    AxisSizes bins_{};
};

bool is_wanted(const DisaggView& disagg, std::size_t kind)
{
    return (disagg.job->kinds >> kind & 1U) != 0;
}

/// Rates of a realization at one place. \param[out] rates [trt][imt x poe][eps]
void add_up(const HazardContext& hazard, const DisaggView& disagg, const CellLayout& layout,
            std::uint32_t realization, std::span<const double> sums, std::vector<double>& rates)
{
    const ModelView& model = hazard.model;
    std::ranges::fill(rates, 0.0);
    const IndexRange range = model.realizations[realization].group_models;
    for (const std::uint32_t row : model.realization_group_models.subspan(range.first, range.count)) {
        const std::uint32_t group = model.group_models[row].group;
        const bool is_rate = adds_up(model.groups[group]); // of exclusive sources it is a probability
        double* of_trt = rates.data() + disagg.trt_of_group[group] * layout.per_model();
        for (std::size_t c = 0; c < layout.per_model(); ++c) {
            const double sum = sums[row * layout.per_model() + c];
            of_trt[c] += is_rate ? sum : exponent_of(sum);
        }
    }
}

double probability_of(double rate)
{
    return -std::expm1(-rate);
}

} // namespace

std::vector<Dataset> marginal_datasets(const HazardContext& hazard, const DisaggView& disagg,
                                       MarginalDatasets& datasets)
{
    std::vector<Dataset> list;
    const std::uint64_t n_imt = hazard.levels.n_imt;
    const std::uint64_t n_poe = disagg.poes.size();
    const auto declare = [&](std::string path, Field field, std::vector<std::uint64_t> inner,
                             std::vector<std::string> axes) {
        list.push_back({.path = std::move(path),
                        .fields = {std::move(field)},
                        .n_rows = hazard.model.sites.size(),
                        .inner = std::move(inner),
                        .axes = std::move(axes)});
        return DatasetId{static_cast<std::uint32_t>(list.size() - 1)};
    };
    datasets.levels = declare("/results/disagg_levels",
                              {.name = "", .meaning = "level that is taken apart [g; PGV cm/s]; 0: none"},
                              {n_imt, n_poe}, {"site", "imt", "poe"});
    datasets.poes = declare("/results/disagg_poes",
                            {.name = "", .meaning = "probability of exceedance that the level stands for"},
                            {n_imt, n_poe}, {"site", "imt", "poe"});
    datasets.chosen = declare("/results/disagg_chosen",
                              {.name = "", .element = Element::uint32, .meaning = "row of realizations"},
                              {disagg.job->n_chosen}, {"site", "chosen"});
    const std::string meaning = "probability of exceedance in investigation_time by ruptures in the bin";
    datasets.realizations.resize(disagg_kinds().size());
    datasets.means.resize(disagg_kinds().size());
    for (std::size_t k = 0; k < disagg_kinds().size(); ++k) {
        if (!is_wanted(disagg, k))
            continue;
        const DisaggKind& kind = disagg_kinds()[k];
        std::vector<std::uint64_t> inner = kind.extents(disagg.job->bins);
        std::vector<std::string> axes{"site"};
        for (const Axis axis : kind.axes)
            axes.emplace_back(axis_name(axis));
        inner.insert(inner.end(), {n_imt, n_poe});
        axes.insert(axes.end(), {"imt", "poe"});
        if (disagg.job->n_chosen > 1)
            datasets.means[k] = declare(text("/results/disagg_mean/", kind.name),
                                        {.name = "", .meaning = meaning}, inner, axes);
        inner.push_back(disagg.job->n_chosen);
        axes.emplace_back("chosen");
        datasets.realizations[k] =
            declare(text("/results/disagg_rlzs/", kind.name), {.name = "", .meaning = meaning}, inner, axes);
    }
    return list;
}

void compute_marginals(const HazardContext& hazard, const DisaggView& disagg, const CellLayout& layout,
                       const ChosenView& chosen, std::uint32_t site, StageId sums, const StageInputs& inputs,
                       MarginalSpace& space, const MarginalDatasets& datasets, UnitResults& results)
{
    const std::size_t n_levels = layout.n_imt * layout.n_poe;
    const std::size_t n_chosen = disagg.job->n_chosen;
    space.sums.resize(layout.per_place());
    space.rates.resize(disagg.bins(Axis::trt) * layout.per_model());
    space.tables.resize(disagg_kinds().size());
    space.means.resize(disagg_kinds().size());
    for (std::size_t k = 0; k < disagg_kinds().size(); ++k)
        space.tables[k].assign(
            is_wanted(disagg, k) ? disagg_kinds()[k].n_cells(disagg.job->bins) * n_levels * n_chosen : 0,
            0.0);

    Adder adder{disagg, layout, space.tables};
    for (std::size_t place = 0; place < layout.n_places; ++place) {
        inputs.sums(sums, BlockId{site}, place * layout.per_place(), space.sums);
        if (std::ranges::all_of(space.sums, [](double sum) { return sum == 0.0; }))
            continue;
        adder.at(place);
        for (std::size_t z = 0; z < n_chosen; ++z) {
            add_up(hazard, disagg, layout, chosen.realizations(site)[z], space.sums, space.rates);
            adder.add(space.rates, z);
        }
    }

    const auto give = [&](DatasetId dataset, const auto& values) {
        results.rows(dataset, site, std::as_bytes(std::span{values}));
    };
    const std::vector<double> weights = weights_of(hazard.model, chosen.realizations(site), layout.n_imt);
    give(datasets.levels, chosen.levels(site));
    give(datasets.poes, chosen.poes(site));
    give(datasets.chosen, chosen.realizations(site));
    for (std::size_t k = 0; k < disagg_kinds().size(); ++k) {
        if (!is_wanted(disagg, k))
            continue;
        std::vector<double>& table = space.tables[k];
        if (!datasets.means[k].is_none()) {
            std::vector<double>& mean = space.means[k];
            mean.assign(table.size() / n_chosen, 0.0);
            for (std::size_t i = 0; i < table.size(); ++i) {
                const std::size_t imt = i / n_chosen % n_levels / layout.n_poe;
                mean[i / n_chosen] += table[i] * weights[imt * n_chosen + i % n_chosen];
            }
            std::ranges::transform(mean, mean.begin(), probability_of);
            give(datasets.means[k], mean);
        }
        std::ranges::transform(table, table.begin(), probability_of);
        give(datasets.realizations[k], table);
    }
}

} // namespace mtc::psha
