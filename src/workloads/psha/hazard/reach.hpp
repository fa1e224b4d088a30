#pragma once

#include "mtc/types.hpp"
#include "workloads/psha/model/model.hpp"
#include "workloads/psha/source/planar.hpp"

#include <span>

namespace mtc::psha {

/// The maximum distance at a magnitude: linear between the given ones, 0 outside. [km]
[[nodiscard]] double max_distance_km(std::span<const MaxDistanceRecord> records, double magnitude) noexcept;

/// Sizes of a point source's ruptures, and how far they reach.
///
/// \param magnitudes  rows of ModelView::magnitudes
/// \param[out] sizes  [magnitude][plane + 1]: every nodal plane, and last the mean plane that stands for all
/// of them
///                    at far sites
void rupture_sizes(const ModelView& model, const SourceRecord& source, IndexRange magnitudes,
                   std::vector<RuptureSize>& sizes);

/// The probability-weighted mean plane and depth of a source.
struct MeanRupture {
    NodalPlane plane;
    double depth = 0.0; ///< [km]
};
[[nodiscard]] MeanRupture mean_rupture(const ModelView& model, const SourceRecord& source) noexcept;

/// No point of any rupture of this size is farther from its source's point, along the surface. [km] Upper
/// bound
[[nodiscard]] double surface_reach_km(const RuptureSize& size) noexcept;

/// Epicentral chord beyond which no site can be within `distance` of a rupture that reaches `reach` from its
/// point: a little more than their sum, because depth shortens chords. [km]
[[nodiscard]] double safe_chord_km(double distance, double reach) noexcept;

/// What becomes of a point's ruptures at near and at far sites.
enum class PointRole {
    alone,   ///< near all of them, far one mean rupture for each magnitude
    in_cell, ///< near all of them, far none
    cell,    ///< the mean of the points of a cell: near none, far one for each magnitude
};

/// Which sites are near for a point: OpenQuake's pointsource_distance and ps_grid_spacing. Points of a cell
/// and their mean part the sites by the same rule, from the mean's place and depth.
class Nearness {
public:
    /// \param point  row of ModelView::points, of the source
    Nearness(const ModelView& model, SourceId source, std::uint32_t point) noexcept;

    [[nodiscard]] PointRole role() const noexcept { return role_; }
    /// Whether there may be far sites.
    [[nodiscard]] bool is_approximated() const noexcept;
    /// From where near_limit_km() is measured.
    [[nodiscard]] geo::LonLat centre() const noexcept;
    /// Epicentral chord up to which a site is near for a magnitude: the rupture's radius, half the maximum
    /// distance at most, plus half the diagonal of a cell, plus pointsource_distance. [km] infinity: exact;
    /// below 0: nowhere
    /// \param last_plane  of a point alone, whose radius OpenQuake takes; else that of the mean is made
    [[nodiscard]] double limit_km(const RuptureSize& last_plane, double max_distance) const noexcept;
    /// Rate of a magnitude of the point where it is near. In OpenQuake the near points of a cell share its
    /// rates equally. [1/year]
    [[nodiscard]] double near_rate(const MagnitudeRecord& own) const noexcept;
    /// How far the point is from centre(). [km]
    [[nodiscard]] double offset_km() const noexcept;

private:
    const ModelView& model_;
    const GroupRecord& group_;
    const SourceRecord& own_;
    const SourceRecord& judged_; // the cell, or the source itself
    std::uint32_t point_;
    PointRole role_;
};

} // namespace mtc::psha
