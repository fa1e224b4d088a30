#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/disagg/disagg_model.hpp"
#include "workloads/psha/hazard/statistics.hpp"

#include <span>
#include <vector>

namespace mtc::psha {

/// Datasets of the stage that chooses levels; one record a site, in the order of sites.
inline constexpr DatasetId levels_dataset{0}; ///< [imt][poe] level; 0: the curve is below the PoE everywhere
inline constexpr DatasetId poes_dataset{1};   ///< [imt][poe] probability that it stands for
inline constexpr DatasetId chosen_dataset{2}; ///< [Z] realizations, in the order of output

/// Records of all sites, on every rank once the stage is over.
struct ChosenView {
    /// \param stage  that chose them
    ChosenView(const DisaggView& disagg, const StageInputs& inputs, StageId stage, std::size_t n_imt);

    /// No levels yet: nothing is computed, only planned.
    [[nodiscard]] bool empty() const noexcept { return levels_.empty(); }
    [[nodiscard]] std::span<const double> all_levels() const noexcept
    {
        return levels_;
    } ///< [site][imt][poe]
    [[nodiscard]] std::span<const double> levels(std::size_t site) const
    {
        return levels_.subspan(site * per_site_, per_site_);
    }
    [[nodiscard]] std::span<const double> poes(std::size_t site) const
    {
        return poes_.subspan(site * per_site_, per_site_);
    }
    [[nodiscard]] std::span<const std::uint32_t> realizations(std::size_t site) const
    {
        return chosen_.subspan(site * n_chosen_, n_chosen_);
    }

private:
    std::size_t per_site_;
    std::size_t n_chosen_;
    std::span<const double> levels_;
    std::span<const double> poes_;
    std::span<const std::uint32_t> chosen_;
};

/// Declares the three datasets.
[[nodiscard]] std::vector<Dataset> chosen_datasets(const DisaggView& disagg, std::size_t n_imt);

/// For the sites of a block: the levels where the mean curve has the PoEs that are asked for, and the
/// realizations nearest to it.
/// \param sums  stage whose reduced sums the curves are made of
void choose_levels(const HazardContext& hazard, const DisaggView& disagg, BlockId block, StageId sums,
                   const StageInputs& inputs, CurveSpace& space, UnitResults& results);

} // namespace mtc::psha
