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

MTC_KERNEL_INLINE bool is_sound(double mean, double sigma)
{
    return sigma >= 0.0 && !std::isnan(mean);
}

struct CountSound {
    MTC_KERNEL_INLINE static void run(const double* mean, const double* sigma, std::size_t n_padded,
                                      std::uint64_t* n_sound)
    {
        const std::size_t n = n_padded / simd::lanes * simd::lanes;
        std::uint64_t count = 0;
        for (std::size_t i = 0; i < n; ++i)
            count += (sigma[i] >= 0.0 ? 1U : 0U) & (std::isnan(mean[i]) ? 0U : 1U);
        *n_sound = count;
    }
};

/// \returns n_padded where all are sound; what fills up the arrays is as sound as the last context
std::size_t first_not_a_motion(InstructionSet set, const double* mean, const double* sigma,
                               std::size_t n_padded)
{
    std::uint64_t n_sound = 0;
    simd::Dispatch<CountSound>::call(set, mean, sigma, n_padded, &n_sound);
    std::size_t first = 0;
    while (n_sound < n_padded && is_sound(mean[first], sigma[first]))
        ++first;
    return n_sound < n_padded ? first : n_padded;
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
            const std::size_t first =
                first_not_a_motion(hazard_.instruction_set, mean, sigma, batch.n_padded);
            if (first < batch.n_padded)
                refuse(batch, model, imt, first);
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
