#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/hazard/point_kernel.hpp"

#include <cstdint>
#include <vector>

namespace mtc::psha {

/// Consecutive sites of one block whose curves are made in one unit.
struct SiteRun {
    BlockId block;
    std::uint32_t first = 0; ///< row of ModelView::sites
    std::uint32_t count = 0;
};

/// Units of the statistics stage: runs of the sites of a block that take about a millisecond.
class CurveUnits {
public:
    explicit CurveUnits(const HazardContext& hazard);
    [[nodiscard]] std::uint64_t n_units() const noexcept { return first_unit_.back(); }
    [[nodiscard]] UnitRange units(BlockId block) const;
    [[nodiscard]] SiteRun sites(UnitId unit, const HazardContext& hazard) const;

private:
    std::uint32_t sites_per_unit_ = 1;
    std::vector<std::uint64_t> first_unit_; ///< [n_block + 1]
};

/// Memory of the statistics stage.
struct CurveSpace {
    std::vector<double> sums;         ///< [group model][imt][level] of one site
    std::vector<double> curve;        ///< [imt][level] of one realization
    std::vector<double> realizations; ///< [site][realization][imt][level]
    std::vector<double> statistics;   ///< [site][statistic][imt][level]
};

/// Curves of a run of sites from the reduced sums: realization curves 1 - exp(-sum over its group models),
/// and their weighted mean.
///
/// \param realizations  where realization curves go; none() when they are not asked for
/// \param statistics    where the mean goes; none() when it is not asked for
void compute_curves(const HazardContext& hazard, const SiteRun& run, StageId sums, const StageInputs& inputs,
                    CurveSpace& space, DatasetId realizations, DatasetId statistics, UnitResults& results);

} // namespace mtc::psha
