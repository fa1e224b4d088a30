#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/hazard/point_kernel.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mtc::psha {

/// What the weigh stage says of a run of a source's points: about so many contexts in that block. Blocks
/// without a site in range are left out.
struct WeighRecord {
    std::uint32_t source = 0;
    std::uint32_t block = 0;
    double n_contexts = 0.0;
};

/// Units of the weigh stage: runs of up to 500 points of one source.
class WeighUnits {
public:
    explicit WeighUnits(const ModelView& model);
    [[nodiscard]] std::uint64_t n_units() const noexcept { return first_unit_.back(); }
    [[nodiscard]] UnitRange units(SourceId source) const;
    [[nodiscard]] SourceId source(UnitId unit) const;
    /// Points of the unit, rows of ModelView::points.
    [[nodiscard]] IndexRange points(UnitId unit, const ModelView& model) const;

private:
    std::vector<std::uint64_t> first_unit_; ///< [n_source + 1]
};

/// Estimates the contexts of a run of points in every block, never 0 where one may be.
void weigh(const HazardContext& hazard, SourceId source, IndexRange points, HazardSpace& space,
           std::vector<WeighRecord>& records);

/// Parcels of the compute stage from the records of all weigh units, heaviest work in units of evaluations.
[[nodiscard]] std::vector<Parcel> weighed_parcels(const HazardContext& hazard,
                                                  std::span<const WeighRecord> records);

} // namespace mtc::psha
