#include "workloads/psha/hazard/unit_contexts.hpp"

#include "mtc/error.hpp"
#include "simd/dispatch.hpp"

#include <algorithm>
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

/// \returns n where all are sound
std::size_t first_not_a_motion(const double* mean, const double* sigma, std::size_t n)
{
    const auto is_unsound = [&](std::size_t i) { return !(sigma[i] >= 0.0) || std::isnan(mean[i]); };
    unsigned any = 0; // without a branch for each
    for (std::size_t i = 0; i < n; ++i)
        any |= is_unsound(i) ? 1U : 0U;
    std::size_t first = 0;
    while (any != 0 && !is_unsound(first))
        ++first;
    return any != 0 ? first : n;
}

} // namespace

UnitContexts::UnitContexts(const HazardContext& hazard, const UnitPart& part, HazardSpace& space,
                           std::vector<geo::LonLat>* places)
    : hazard_{hazard}
    , space_{space}
    , part_{part}
    , source_{hazard.model.sources[part.source.value()]}
    , group_{hazard.model.groups[source_.group]}
    , occurrence_{occurrence_of(group_, source_)}
    , first_site_{hazard.blocks.span(part.block).first + part.first_site}
    , sites_{part_of(hazard.blocks.arrays(part.block), part.first_site, part.n_sites, space.sites)}
    , places_{places}
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
    std::fill_n(space.touched.begin(), part.n_sites, std::uint8_t{0});
    space.contexts.clear();
}

void UnitContexts::flush()
{
    Contexts& contexts = space_.contexts;
    if (contexts.size() == 0)
        return;
    const ContextBatch batch = contexts.batch();
    for (std::uint32_t g = 0; g < group_.group_models.count; ++g) {
        const std::uint32_t model = hazard_.model.group_models[group_.group_models.first + g].model;
        hazard_.models[model]->evaluate(hazard_.instruction_set, batch, space_.model_scratch,
                                        space_.mean.data(), space_.sigma.data());
        for (std::size_t imt = 0; imt < hazard_.levels.n_imt; ++imt) {
            const double* mean = space_.mean.data() + imt * batch.n_padded;
            const double* sigma = space_.sigma.data() + imt * batch.n_padded;
            if (const std::size_t i = first_not_a_motion(mean, sigma, batch.n); i < batch.n)
                refuse(batch, model, imt, i);
            space_.n_evaluations += batch.n * accumulate(g, imt, batch, mean, sigma);
        }
    }
    space_.n_contexts += batch.n;
    contexts.clear();
}

void UnitContexts::refuse(const ContextBatch& batch, std::uint32_t model, std::size_t imt,
                          std::size_t context) const
{
    const Site& site = hazard_.model.sites[first_site_ + space_.contexts.rows()[context]];
    throw ComputeError(text("the ground motion of ", hazard_.model.reader.texts("models")[model], " for ",
                            hazard_.model.imts[imt].name, " is not a number (rupture of magnitude ",
                            batch.mag[context], ", rake ", batch.rake[context], ", dip ", batch.dip[context],
                            ", top at ", batch.ztor[context], " km, at site ", site.lon, " ", site.lat, ")"));
}

} // namespace mtc::psha
