#pragma once

#include "workloads/psha/disagg/disagg_model.hpp"
#include "workloads/psha/disagg/epsilon.hpp"
#include "workloads/psha/disagg/levels.hpp"
#include "workloads/psha/hazard/unit_contexts.hpp"

#include <vector>

namespace mtc::psha {

/// How the sums of a site are laid out: [mag][dist][lon][lat] of places, and in each
/// [group model][imt][poe][eps]. The region type follows from the group model.
struct CellLayout {
    CellLayout(const HazardContext& hazard, const DisaggView& disagg);

    std::size_t n_places = 0;
    std::size_t n_models = 0; ///< group models
    std::size_t n_imt = 0;
    std::size_t n_poe = 0;
    std::size_t n_eps = 0;
    [[nodiscard]] std::size_t per_model() const noexcept { return n_imt * n_poe * n_eps; }
    [[nodiscard]] std::size_t per_place() const noexcept { return n_models * per_model(); }
    [[nodiscard]] std::size_t per_site() const noexcept { return n_places * per_place(); }
};

/// Memory of the disaggregation of a unit.
struct CellSpace {
    CellSpace(const HazardContext& hazard, const CellLayout& layout);

    std::vector<geo::LonLat> places;    ///< [Contexts::capacity] closest to the site
    std::vector<std::uint32_t> slots;   ///< [Contexts::capacity] of the context's place; no_index: dropped
    std::vector<std::uint32_t> slot_of; ///< [site of the block][place] no_index: not touched
    struct Touched {
        std::uint32_t site = 0;  ///< within the unit
        std::uint32_t place = 0; ///< of CellLayout
    };
    std::vector<Touched> touched;  ///< [slot]
    std::vector<double> values;    ///< [slot][model of the group][imt][poe][eps]
    std::vector<double> shares;    ///< [eps]
    std::vector<double> ln_levels; ///< [site of the unit][imt][poe]
    std::vector<CellRun> runs;
};

/// Contexts whose exceedances of the chosen levels are put into bins, and given to the sums of their sites:
/// occurrences in the investigation time that exceed, -ln(1 - probability) of ruptures whose occurrences are
/// no Poisson process, the weighed probability of a source that excludes others. Blocks of the stage are
/// sites.
class UnitCells final : public UnitContexts {
public:
    UnitCells(const HazardContext& hazard, const DisaggView& disagg, const CellLayout& layout,
              const EpsilonBands& bands, const ChosenView& chosen, const UnitPart& part, HazardSpace& space,
              CellSpace& cells);

    void give(UnitResults& results);

private:
    std::size_t accumulate(std::size_t model_of_group, std::size_t imt, const ContextBatch& batch,
                           const double* mean, const double* sigma) override;
    void find_slots(const ContextBatch& batch);
    [[nodiscard]] std::uint32_t slot_at(std::uint32_t site, std::uint32_t place);
    void add_shares(std::uint32_t context, double* values) const;

    const DisaggView& disagg_;
    const CellLayout& layout_;
    const EpsilonBands& bands_;
    CellSpace& cells_;
};

} // namespace mtc::psha
