#pragma once

#include "mtc/flat.hpp"
#include "workloads/psha/ground_motion/model.hpp"
#include "workloads/psha/model/model.hpp"
#include "workloads/psha/source/distance.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mtc::psha {

/// What a model is told of a rupture beside its distances.
struct RuptureTerms {
    double magnitude = 0.0;
    double rake = 0.0;             ///< [deg]
    double dip = 0.0;              ///< [deg]
    double ztor = 0.0;             ///< [km]
    double width = 0.0;            ///< [km]
    double hypocentre_depth = 0.0; ///< [km]

    bool operator==(const RuptureTerms&) const = default;
};

/// Contexts (rupture at site) gathered until there are enough for the vector units. Fixed capacity: appending
/// allocates nothing.
class Contexts {
public:
    /// Contexts that one batch holds at most; a multiple of simd::lanes.
    static constexpr std::size_t capacity = 1024;

    /// \param site_parameters, distances  what the models of the job need (SiteParameter, DistanceMeasure)
    /// \param alike  all sites have the same parameters
    Contexts(std::uint32_t site_parameters, std::uint32_t distances, double minimum_distance, bool alike);

    [[nodiscard]] std::size_t size() const noexcept { return n_; }
    [[nodiscard]] std::size_t room() const noexcept { return capacity - n_; }
    void clear() noexcept
    {
        n_ = 0;
        rupture_ends_.clear();
    }

    /// Appends `rupture` at the sites in some rows of the block; there must be room().
    /// \param sites      of the block
    /// \param distances  of the rupture from all of them
    /// \param rate       expected occurrences in the investigation time
    /// \param occurrence row of ModelView::ruptures, of a rupture whose numbers of occurrences are listed
    void append(const RuptureTerms& rupture, std::span<const Site> sites, std::span<const std::uint32_t> rows,
                const DistanceArrays& distances, double rate, std::uint32_t occurrence);
    /// Pads with copies of the last context, whose rate is 0, and gives the batch to the models.
    [[nodiscard]] ContextBatch batch();
    [[nodiscard]] const double* rates() const noexcept { return column(rate); }
    [[nodiscard]] const std::uint32_t* rows() const noexcept { return rows_.data(); }
    [[nodiscard]] const std::uint32_t* occurrences() const noexcept { return occurrences_.data(); }

private:
    enum Column : std::size_t {
        mag,
        rake,
        dip,
        ztor,
        width,
        hypo_depth,
        rrup,
        rjb,
        rx,
        ry0,
        repi,
        rhypo,
        vs30,
        vs30measured,
        z1pt0,
        z2pt5,
        backarc,
        rate,
        n_columns
    };
    [[nodiscard]] double* column(Column which) noexcept { return values_.data() + which * capacity; }
    [[nodiscard]] const double* column(Column which) const noexcept
    {
        return values_.data() + which * capacity;
    }
    std::size_t n_ = 0;
    std::uint32_t site_parameters_;
    std::uint32_t distances_;
    double minimum_distance_;
    bool alike_;
    AlignedVector<double> values_;           ///< [n_columns][capacity]
    AlignedVector<std::uint32_t> rows_;      ///< [capacity]
    std::vector<std::uint32_t> occurrences_; ///< [capacity]
    RuptureTerms last_;
    std::vector<std::uint32_t> rupture_ends_; ///< of runs of contexts of one rupture
    std::uint32_t site_end_ = 0;              ///< of the single run with the same site parameters
};

} // namespace mtc::psha
