#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/hazard/contexts.hpp"
#include "workloads/psha/hazard/dependence.hpp"
#include "workloads/psha/hazard/hazard_context.hpp"
#include "workloads/psha/hazard/hazard_space.hpp"

namespace mtc::psha {

/// What every kind of source shares while a unit is computed: contexts are gathered, batch by batch given to
/// the models, their exceedances added up, and the sums given to the block.
///
///     UnitSums sums{hazard, part, space};
///     for (... every rupture of the unit ...) {
///         ... distances from sums.sites() into sums.distances() ...
///         sums.add(terms, site, expected, row);  // for each site in range
///     }
///     sums.give(results);
class UnitSums {
public:
    UnitSums(const HazardContext& hazard, const UnitPart& part, HazardSpace& space);

    [[nodiscard]] const SourceRecord& source() const noexcept { return source_; }
    [[nodiscard]] const GroupRecord& group() const noexcept { return group_; }
    /// Sites of the unit.
    [[nodiscard]] const SiteArrays& sites() const noexcept { return sites_; }
    /// Arrays for the distances of the present rupture: those that some model or filter needs.
    [[nodiscard]] const DistanceArrays& distances() const noexcept { return distances_; }
    /// Another array. [n_padded]
    [[nodiscard]] double* chords() const noexcept { return chords_; }

    /// Takes the rupture whose distances stand in distances() at a site of the unit.
    /// \param expected    occurrences in the investigation time, of a Poisson process
    /// \param occurrence  row of ModelView::ruptures, where occurrences are listed
    void add(const RuptureTerms& rupture, std::uint32_t site, double expected,
             std::uint32_t occurrence = no_index)
    {
        if (space_.contexts.room() == 0)
            flush();
        space_.contexts.append(rupture, hazard_.model.sites[first_site_ + site], site, distances_, expected,
                               occurrence);
        space_.touched[site] = 1;
    }
    /// Gives the sums of all sites that some rupture reached.
    /// \throws ComputeError  naming rupture, site and model when a ground motion is not a number
    void give(UnitResults& results);

private:
    void flush();
    void add_events(std::size_t model_of_group, std::size_t imt, const ContextBatch& batch);
    [[nodiscard]] double event_value(std::uint32_t occurrence, double g) const;
    [[noreturn]] void refuse(const ContextBatch& batch, std::uint32_t model, std::size_t imt,
                             std::size_t context) const;
    [[nodiscard]] Exceedance::Sums sums_of(std::size_t model_of_group, std::size_t imt) const;

    const HazardContext& hazard_;
    HazardSpace& space_;
    UnitPart part_;
    const SourceRecord& source_;
    const GroupRecord& group_;
    Occurrence occurrence_;
    std::uint32_t first_site_; // row of ModelView::sites
    SiteArrays sites_;
    DistanceArrays distances_;
    double* chords_;
};

} // namespace mtc::psha
