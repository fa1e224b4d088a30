#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/disagg/levels.hpp"
#include "workloads/psha/disagg/unit_cells.hpp"

#include <vector>

namespace mtc::psha {

/// Where tables go, by row of disagg_kinds(); none() for what is not asked for.
struct MarginalDatasets {
    DatasetId levels;                    ///< [site][imt][poe]
    DatasetId poes;                      ///< [site][imt][poe]
    DatasetId chosen;                    ///< [site][chosen]
    std::vector<DatasetId> realizations; ///< [site][axes][imt][poe][chosen]
    std::vector<DatasetId> means;        ///< [site][axes][imt][poe]
};

/// Declares the datasets of the last stage.
[[nodiscard]] std::vector<Dataset> marginal_datasets(const HazardContext& hazard, const DisaggView& disagg,
                                                     MarginalDatasets& datasets);

/// Memory of the last stage.
struct MarginalSpace {
    std::vector<double> sums;                ///< [group model][imt][poe][eps] of one place
    std::vector<double> rates;               ///< [trt][imt][poe][eps] of one place and realization
    std::vector<std::vector<double>> tables; ///< [kind] [cell][imt][poe][chosen] rates, then probabilities
    std::vector<std::vector<double>> means;  ///< [kind] [cell][imt][poe]
};

/// Tables of all kinds of one site from its reduced sums. What a kind leaves out is added up as rates, so
/// that each table holds all of the hazard: 1 - product(1 - p) over its cells is the realization's
/// probability of exceedance. The mean is of rates.
void compute_marginals(const HazardContext& hazard, const DisaggView& disagg, const CellLayout& layout,
                       const ChosenView& chosen, std::uint32_t site, StageId sums, const StageInputs& inputs,
                       MarginalSpace& space, const MarginalDatasets& datasets, UnitResults& results);

} // namespace mtc::psha
