#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/ground_motion/model.hpp"
#include "workloads/psha/hazard/contexts.hpp"
#include "workloads/psha/hazard/exceedance.hpp"
#include "workloads/psha/hazard/reach.hpp"
#include "workloads/psha/hazard/site_blocks.hpp"
#include "workloads/psha/hazard/unit_map.hpp"

#include <memory>
#include <vector>

namespace mtc::psha {

/// Everything that the computing of units shares and never changes: models ready for the job's intensity
/// measures, the fitted exceedance function, the sites cut into blocks, the units numbered.
struct HazardContext {
    HazardContext(std::span<const std::byte> bytes, InstructionSet set);

    ModelView model;
    InstructionSet instruction_set;
    LevelLayout levels;
    SiteBlocks blocks;
    UnitMap units;
    Exceedance exceedance;
    std::vector<std::unique_ptr<GroundMotionModel>> models; ///< [n_model] rows of the texts `models`
    std::uint32_t site_parameters = 0;                      ///< any model needs
    std::uint32_t distances = 0;                            ///< any model or filter needs
};

/// Memory of the kernel, allocated once.
struct HazardSpace final : Workspace {
    explicit HazardSpace(const HazardContext& hazard);

    Contexts contexts;
    ModelScratch model_scratch;
    AlignedVector<double> mean;        ///< [n_imt][capacity]
    AlignedVector<double> sigma;       ///< [n_imt][capacity]
    AlignedVector<double> distances;   ///< [7][n_site_padded] six measures and the epicentral chord
    AlignedVector<double> sums;        ///< [model of the group][n_imt][site][n_levels_padded]
    std::vector<std::uint8_t> touched; ///< [site] some context reached it
    std::vector<std::uint8_t> is_near; ///< [site] of the present point and magnitude
    AlignedVector<double> cells;       ///< [site][model of the group][imt][level] for the sums of the block
    std::vector<CellRun> runs;
    std::vector<RuptureSize> sizes;  ///< [magnitude][plane + 1] the last for the mean plane
    std::uint64_t n_evaluations = 0; ///< contexts x models x levels
    std::uint64_t n_contexts = 0;
};

/// Adds up the exceedances of a run of atoms of a point or area source at the sites of a block.
///
/// For every magnitude and site the source is near or far (point-source approximation): near sites see every
/// nodal plane at every depth, far ones a single mean rupture with the rate of all. \throws ComputeError
/// naming rupture, site and model when a ground motion is not a number
void compute_point_unit(const HazardContext& hazard, const AtomRun& run, HazardSpace& space,
                        UnitResults& results);

} // namespace mtc::psha
