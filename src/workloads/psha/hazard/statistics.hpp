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

/// Where curves go; none() for what is not asked for.
struct CurveDatasets {
    DatasetId n_units;      ///< units added up at each site: bounds the rounding error
    DatasetId realizations; ///< [site][realization][imt][level]
    DatasetId statistics;   ///< [site][statistic][imt][level]
};

/// Memory of the statistics stage.
struct CurveSpace {
    std::vector<std::uint64_t> n_units; ///< [site]
    std::vector<double> sums;           ///< [group model][imt][level] of one site
    std::vector<double> curve;          ///< [imt][level] of one realization
    std::vector<double> realizations;   ///< [site][realization][imt][level]
    std::vector<double> statistics;     ///< [site][statistic][imt][level]
};

/// Curves of a run of sites from the reduced sums: realization curves 1 - exp(-sum over its group models),
/// and their weighted mean.
///
void compute_curves(const HazardContext& hazard, const SiteRun& run, StageId sums, const StageInputs& inputs,
                    CurveSpace& space, const CurveDatasets& datasets, UnitResults& results);

} // namespace mtc::psha
