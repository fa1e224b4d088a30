#pragma once

#include "workloads/psha/ground_motion/model.hpp"
#include "workloads/psha/hazard/exceedance.hpp"
#include "workloads/psha/hazard/site_blocks.hpp"
#include "workloads/psha/hazard/unit_map.hpp"
#include "workloads/psha/model/model.hpp"

#include <memory>
#include <span>
#include <vector>

namespace mtc::psha {

/// Adds to a model of flatten() what all ranks need to know of it alike: the sites cut into blocks, the units
/// of the stages `weigh` and `compute` numbered. A HazardContext reads them in place.
[[nodiscard]] ModelBytes with_units(ModelBytes model);

/// Everything that the computing of units shares and never changes: models ready for the job's intensity
/// measures, the fitted exceedance function, the sites cut into blocks, the units numbered. What grows with
/// the model is in its bytes.
struct HazardContext {
    /// \param bytes  of with_units(); outlive the context
    HazardContext(std::span<const std::byte> bytes, InstructionSet set);

    [[nodiscard]] std::span<const MaxDistanceRecord> max_distances(const GroupRecord& group) const
    {
        return model.max_distances.subspan(group.max_distance.first, group.max_distance.count);
    }

    ModelView model;
    InstructionSet instruction_set;
    LevelLayout levels;
    SiteBlocks blocks;
    UnitMap units;
    Exceedance exceedance;
    std::vector<std::unique_ptr<GroundMotionModel>> models; ///< [n_model] rows of the texts `models`
    std::uint32_t site_parameters = 0;                      ///< any model needs
    std::uint32_t distances = 0;                            ///< any model or filter needs
    bool sites_are_alike = false;                           ///< all have the same parameters
};

} // namespace mtc::psha
