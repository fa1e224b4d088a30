#include "workloads/psha/hazard/unit_sums.hpp"

#include <algorithm>
#include <array>

namespace mtc::psha {
UnitSums::UnitSums(const HazardContext& hazard, const UnitPart& part, HazardSpace& space)
    : UnitContexts{hazard, part, space, nullptr}
{
    std::fill_n(
        space.sums.begin(),
        group_.group_models.count * hazard.levels.n_imt * part.n_sites * hazard.levels.n_levels_padded, 0.0);
}

Exceedance::Sums UnitSums::sums_of(std::size_t model_of_group, std::size_t imt) const
{
    const LevelLayout& levels = hazard_.levels;
    return {space_.sums.data() +
                (model_of_group * levels.n_imt + imt) * part_.n_sites * levels.n_levels_padded,
            levels.n_levels_padded};
}

std::size_t UnitSums::accumulate(std::size_t model_of_group, std::size_t imt, const ContextBatch& batch,
                                 const double* mean, const double* sigma)
{
    const LevelLayout& levels = hazard_.levels;
    if (occurrence_ != Occurrence::poisson)
        add_events(model_of_group, imt, batch);
    else
        hazard_.exceedance.accumulate(hazard_.instruction_set,
                                      {mean, sigma, space_.contexts.rates(), space_.contexts.rows(), batch.n},
                                      levels.ln_levels.data() + imt * levels.n_levels_padded, levels.n_levels,
                                      sums_of(model_of_group, imt));
    return levels.n_levels;
}

/// Adds what is no multiple of G: each context's probabilities in a row of its own, then what follows from
/// them.
void UnitSums::add_events(std::size_t model_of_group, std::size_t imt, const ContextBatch& batch)
{
    constexpr std::size_t most = HazardSpace::n_event_contexts;
    static constexpr auto ones = [] {
        std::array<double, most> all{};
        all.fill(1.0);
        return all;
    }();
    static constexpr auto own_rows = [] {
        std::array<std::uint32_t, most> all{};
        for (std::uint32_t i = 0; i < most; ++i)
            all[i] = i;
        return all;
    }();
    const LevelLayout& levels = hazard_.levels;
    const double* mean = space_.mean.data() + imt * batch.n_padded;
    const double* sigma = space_.sigma.data() + imt * batch.n_padded;
    const Exceedance::Sums sums = sums_of(model_of_group, imt);
    for (std::size_t first = 0; first < batch.n; first += most) {
        const std::size_t n = std::min(most, batch.n - first);
        std::ranges::fill(space_.events, 0.0);
        hazard_.exceedance.accumulate(hazard_.instruction_set,
                                      {mean + first, sigma + first, ones.data(), own_rows.data(), n},
                                      levels.ln_levels.data() + imt * levels.n_levels_padded, levels.n_levels,
                                      {space_.events.data(), levels.n_levels_padded});
        for (std::size_t i = 0; i < n; ++i) {
            const double* g = space_.events.data() + i * levels.n_levels_padded;
            double* to = sums.data + space_.contexts.rows()[first + i] * sums.row_stride;
            for (std::size_t level = 0; level < levels.n_levels; ++level)
                to[level] += event_value(first + i,
                                         std::clamp(g[level], 0.0, 1.0)); // G is exact to its tolerance only
        }
    }
}

double UnitSums::event_value(std::size_t context, double g) const
{
    if (occurrence_ == Occurrence::once)
        return exponent_of(g);
    if (occurrence_ == Occurrence::negative_binomial)
        return negative_binomial_exponent(space_.contexts.rates()[context], source_.dispersion, g);
    const RuptureRecord& rupture = hazard_.model.ruptures[space_.contexts.occurrences()[context]];
    const double exceedance = exceedance_of(
        hazard_.model.probabilities.subspan(rupture.probabilities.first, rupture.probabilities.count), g);
    return group_.dependence == Dependence::exclusive_ruptures ? rupture.weight * exceedance
                                                               : exponent_of(exceedance);
}

void UnitSums::give(UnitResults& results)
{
    flush();
    const LevelLayout& levels = hazard_.levels;
    const std::size_t n_models = group_.group_models.count;
    const std::size_t per_site = n_models * levels.cells();
    space_.runs.clear();
    for (std::size_t s = 0; s < part_.n_sites; ++s) {
        if (space_.touched[s] == 0)
            continue;
        double* cells = space_.cells.data() + s * per_site;
        for (std::size_t gi = 0; gi < n_models * levels.n_imt; ++gi)
            std::copy_n(space_.sums.data() + (gi * part_.n_sites + s) * levels.n_levels_padded,
                        levels.n_levels, cells + gi * levels.n_levels);
        if (!adds_up(group_))
            for (std::size_t c = 0; c < per_site; ++c)
                cells[c] = unit_value(group_, source_, cells[c]);
        space_.runs.push_back({(part_.first_site + s) * hazard_.blocks.cells_per_site() +
                                   group_.group_models.first * levels.cells(),
                               {cells, per_site}});
    }
    if (!space_.runs.empty())
        results.add(part_.block, space_.runs);
}

} // namespace mtc::psha
