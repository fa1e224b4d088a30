#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/hazard/hazard_context.hpp"
#include "workloads/psha/hazard/over_realizations.hpp"

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

/// Where curves and maps go; none() for what is not asked for.
struct CurveDatasets {
    DatasetId n_units;          ///< [site] units added up: bounds the rounding error
    DatasetId realizations;     ///< [site][realization][imt][level]
    DatasetId statistics;       ///< [site][statistic][imt][level]
    DatasetId realization_maps; ///< [site][realization][imt][poe]
    DatasetId statistic_maps;   ///< [site][statistic][imt][poe]
};

/// Memory of the statistics stage.
struct CurveSpace {
    explicit CurveSpace(const HazardContext& hazard);
    std::vector<OverRealizations> over_realizations; ///< one for all measures, or [imt]
    std::vector<std::uint64_t> n_units;              ///< [site]
    std::vector<double> sums;                        ///< [group model][imt][level] of one site
    std::vector<double> hazard;                      ///< [realization][imt][level] of one site: -ln(1 - PoE)
    std::vector<double> values;                      ///< [realization] of one cell
    std::vector<double> realizations;                ///< [site][realization][imt][level]
    std::vector<double> statistics;                  ///< [site][statistic][imt][level]
    std::vector<double> maps;                        ///< [site][curve][imt][poe]
    std::vector<float> narrow; ///< any of these as they are stored, where that is float32
};

/// -ln(1 - PoE) of every realization at one site, from the reduced sums, into space.hazard.
/// \param site  within the block
void realization_curves(const HazardContext& hazard, BlockId block, std::uint32_t site, StageId sums,
                        const StageInputs& inputs, CurveSpace& space);

/// Curves of a run of sites from the reduced sums: realization curves 1 - exp(-sum over its group models),
/// the statistics over them, and the maps that follow from the curves.
void compute_curves(const HazardContext& hazard, const SiteRun& run, StageId sums, const StageInputs& inputs,
                    CurveSpace& space, const CurveDatasets& datasets, UnitResults& results);

} // namespace mtc::psha
