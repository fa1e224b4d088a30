#pragma once

#include "workloads/psha/hazard/contexts.hpp"
#include "workloads/psha/hazard/dependence.hpp"
#include "workloads/psha/hazard/hazard_context.hpp"
#include "workloads/psha/hazard/hazard_space.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace mtc::psha {

/// What every kind of source shares while a unit is computed, whatever is made of it: contexts are gathered
/// and batch by batch given to the models.
///
///     for (... every rupture of the unit ...) {
///         ... distances from unit.sites() into unit.distances() ...
///         unit.add_where(is_in_range, terms, expected, row, closest);
///     }
///     unit.flush();
class UnitContexts {
public:
    virtual ~UnitContexts() = default;

    [[nodiscard]] const SourceRecord& source() const noexcept { return source_; }
    [[nodiscard]] const GroupRecord& group() const noexcept { return group_; }
    /// Sites of the unit.
    [[nodiscard]] const SiteArrays& sites() const noexcept { return sites_; }
    /// Arrays for the distances of the present rupture: those that some model or filter needs.
    [[nodiscard]] const DistanceArrays& distances() const noexcept { return distances_; }
    /// Another array. [n_padded]
    [[nodiscard]] double* chords() const noexcept { return chords_; }

    /// Takes the rupture whose distances stand in distances() at the sites of the unit for which
    /// `is_in_range(site)`.
    /// \param expected    occurrences in the investigation time, of a Poisson process
    /// \param occurrence  row of ModelView::ruptures, where occurrences are listed; else no_index
    /// \param closest     gives the place on the rupture that is closest to a position; called where wanted
    template <class InRange, class Closest>
    void add_where(const InRange& is_in_range, const RuptureTerms& rupture, double expected,
                   std::uint32_t occurrence, const Closest& closest)
    {
        std::size_t n = 0; // counted without a branch
        for (std::uint32_t s = 0; s < sites_.n; ++s) {
            space_.in_range[n] = s;
            n += is_in_range(s) ? 1 : 0;
        }
        const std::span<const Site> sites = hazard_.model.sites.subspan(first_site_, sites_.n);
        for (std::span<const std::uint32_t> rows{space_.in_range.data(), n}; !rows.empty();) {
            if (space_.contexts.room() == 0)
                flush();
            const auto now = rows.first(std::min(rows.size(), space_.contexts.room()));
            for (std::size_t i = 0; i < now.size(); ++i) {
                const Site& at = sites[now[i]];
                if (places_ != nullptr)
                    (*places_)[space_.contexts.size() + i] =
                        closest(geo::cartesian({at.lon, at.lat, at.depth}));
                space_.touched[now[i]] = 1;
            }
            space_.contexts.append(rupture, sites, now, distances_, expected, occurrence);
            rows = rows.subspan(now.size());
        }
    }
    /// Evaluates what is gathered and not yet accumulated.
    /// \throws ComputeError  naming rupture, site and model when a ground motion is not a number
    void flush();

protected:
    /// \param[out] places  [Contexts::capacity] the closest place of each context; null: not wanted
    UnitContexts(const HazardContext& hazard, const UnitPart& part, HazardSpace& space,
                 std::vector<geo::LonLat>* places);
    UnitContexts(const UnitContexts&) = delete;
    UnitContexts& operator=(const UnitContexts&) = delete;

    /// A batch is evaluated with a model of the group for an intensity measure.
    /// \param mean, sigma  [n_padded] of ln of the ground motion
    /// \returns levels evaluated for each context
    virtual std::size_t accumulate(std::size_t model_of_group, std::size_t imt, const ContextBatch& batch,
                                   const double* mean, const double* sigma) = 0;

    const HazardContext& hazard_;
    HazardSpace& space_;
    UnitPart part_;
    const SourceRecord& source_;
    const GroupRecord& group_;
    Occurrence occurrence_;
    std::uint32_t first_site_; // row of ModelView::sites

private:
    [[noreturn]] void refuse(const ContextBatch& batch, std::uint32_t model, std::size_t imt,
                             std::size_t context) const;

    SiteArrays sites_;
    DistanceArrays distances_;
    double* chords_;
    std::vector<geo::LonLat>* places_;
};

} // namespace mtc::psha
