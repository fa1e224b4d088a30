#include "workloads/psha/hazard/unit_sums.hpp"

#include "mtc/error.hpp"
#include "simd/dispatch.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mtc::psha {
namespace {

/// Some of a block's sites, in memory of their own: kernels want arrays on cache lines.
SiteArrays part_of(const SiteArrays& block, std::uint32_t first, std::uint32_t n,
                   AlignedVector<double>& memory)
{
    if (n == block.n)
        return block;
    SiteArrays part{.n = n, .n_padded = simd::padded(n)};
    const auto copy = [&](const double* from, std::size_t which) {
        double* to = memory.data() + which * part.n_padded;
        for (std::size_t i = 0; i < part.n_padded; ++i)
            to[i] = from[first + std::min<std::size_t>(i, n - 1)];
        return to;
    };
    part.x = copy(block.x, 0);
    part.y = copy(block.y, 1);
    part.z = copy(block.z, 2);
    part.depth = copy(block.depth, 3);
    return part;
}

} // namespace

UnitSums::UnitSums(const HazardContext& hazard, const UnitPart& part, HazardSpace& space)
    : hazard_{hazard}
    , space_{space}
    , part_{part}
    , source_{hazard.model.sources[part.source.value()]}
    , group_{hazard.model.groups[source_.group]}
    , occurrence_{occurrence_of(group_, source_)}
    , first_site_{hazard.blocks.span(part.block).first + part.first_site}
    , sites_{part_of(hazard.blocks.arrays(part.block), part.first_site, part.n_sites, space.sites)}
{
    // Arrays are as far apart as the block's would be: a unit may look at all sites of any block.
    double* arrays = space.distances.data();
    const std::size_t n = space.distances.size() / 7;
    const auto array = [&](std::uint32_t needs, std::size_t which) {
        return (hazard.distances & needs) != 0 ? arrays + which * n : nullptr;
    };
    distances_ = {array(needs_rrup, 0), array(needs_rjb, 1),  array(needs_rx, 2),
                  array(needs_ry0, 3),  array(needs_repi, 4), array(needs_rhypo, 5)};
    chords_ = arrays + 6 * n;
    std::fill_n(
        space.sums.begin(),
        group_.group_models.count * hazard.levels.n_imt * part.n_sites * hazard.levels.n_levels_padded, 0.0);
    std::fill_n(space.touched.begin(), part.n_sites, std::uint8_t{0});
    space.contexts.clear();
}

Exceedance::Sums UnitSums::sums_of(std::size_t model_of_group, std::size_t imt) const
{
    const LevelLayout& levels = hazard_.levels;
    return {space_.sums.data() +
                (model_of_group * levels.n_imt + imt) * part_.n_sites * levels.n_levels_padded,
            levels.n_levels_padded};
}

void UnitSums::flush()
{
    Contexts& contexts = space_.contexts;
    if (contexts.size() == 0)
        return;
    const ContextBatch batch = contexts.batch();
    const LevelLayout& levels = hazard_.levels;
    for (std::uint32_t g = 0; g < group_.group_models.count; ++g) {
        const std::uint32_t model = hazard_.model.group_models[group_.group_models.first + g].model;
        hazard_.models[model]->evaluate(hazard_.instruction_set, batch, space_.model_scratch,
                                        space_.mean.data(), space_.sigma.data());
        for (std::size_t imt = 0; imt < levels.n_imt; ++imt) {
            const double* mean = space_.mean.data() + imt * batch.n_padded;
            const double* sigma = space_.sigma.data() + imt * batch.n_padded;
            for (std::size_t i = 0; i < batch.n; ++i)
                if (!(sigma[i] >= 0.0) || std::isnan(mean[i]))
                    refuse(batch, model, imt, i);
            if (occurrence_ != Occurrence::poisson)
                add_events(g, imt, batch);
            else
                hazard_.exceedance.accumulate(
                    hazard_.instruction_set, {mean, sigma, contexts.rates(), contexts.rows(), batch.n},
                    levels.ln_levels.data() + imt * levels.n_levels_padded, levels.n_levels, sums_of(g, imt));
        }
    }
    space_.n_contexts += batch.n;
    space_.n_evaluations += batch.n * group_.group_models.count * levels.cells();
    contexts.clear();
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
                to[level] += event_value(space_.contexts.occurrences()[first + i],
                                         std::clamp(g[level], 0.0, 1.0)); // G is exact to its tolerance only
        }
    }
}

double UnitSums::event_value(std::uint32_t occurrence, double g) const
{
    if (occurrence_ == Occurrence::once)
        return exponent_of(g);
    const RuptureRecord& rupture = hazard_.model.ruptures[occurrence];
    const double exceedance = exceedance_of(
        hazard_.model.probabilities.subspan(rupture.probabilities.first, rupture.probabilities.count), g);
    return group_.dependence == Dependence::exclusive_ruptures ? rupture.weight * exceedance
                                                               : exponent_of(exceedance);
}

void UnitSums::refuse(const ContextBatch& batch, std::uint32_t model, std::size_t imt,
                      std::size_t context) const
{
    const Site& site = hazard_.model.sites[first_site_ + space_.contexts.rows()[context]];
    throw ComputeError(text("the ground motion of ", hazard_.model.reader.texts("models")[model], " for ",
                            hazard_.model.imts[imt].name, " is not a number (rupture of magnitude ",
                            batch.mag[context], ", rake ", batch.rake[context], ", dip ", batch.dip[context],
                            ", top at ", batch.ztor[context], " km, at site ", site.lon, " ", site.lat, ")"));
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
