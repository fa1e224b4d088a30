#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/hazard/contexts.hpp"
#include "workloads/psha/hazard/hazard_context.hpp"
#include "workloads/psha/hazard/surface_space.hpp"
#include "workloads/psha/source/planar.hpp"

#include <cstdint>
#include <vector>

namespace mtc::psha {

/// Memory of the kernels, allocated once.
struct HazardSpace final : Workspace {
    explicit HazardSpace(const HazardContext& hazard);

    /// Contexts whose exceedance probabilities are looked at one by one.
    static constexpr std::size_t n_event_contexts = 32;

    Contexts contexts;
    ModelScratch model_scratch;
    AlignedVector<double> mean;          ///< [n_imt][capacity]
    AlignedVector<double> sigma;         ///< [n_imt][capacity]
    AlignedVector<double> sites;         ///< [4][n_site_padded] of a unit that has a part of its block's
    AlignedVector<double> distances;     ///< [7][n_site_padded] six measures and the epicentral chord
    AlignedVector<double> events;        ///< [n_event_contexts][n_levels_padded] exceedance probabilities
    AlignedVector<double> sums;          ///< [model of the group][n_imt][site][n_levels_padded]
    std::vector<std::uint8_t> touched;   ///< [site] some context reached it
    std::vector<std::uint32_t> in_range; ///< [n_site + 1] rows of the sites in range of the present rupture
    std::vector<std::uint8_t> is_near;   ///< [site] of the present point and magnitude
    AlignedVector<double> cells;         ///< [site][model of the group][imt][level] for the sums of the block
    std::vector<CellRun> runs;
    std::vector<RuptureSize> sizes; ///< [magnitude][plane + 1] the last for the mean plane
    SurfaceSpace surface;
    std::uint64_t n_evaluations = 0; ///< contexts x models x levels
    std::uint64_t n_contexts = 0;
};

} // namespace mtc::psha
