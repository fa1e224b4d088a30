#pragma once

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

/// Whether the point-source approximation applies to a source.
[[nodiscard]] bool is_approximated(const ModelView& model, const SourceRecord& source) noexcept;

/// Epicentral chord up to which a site is near for a magnitude: half the maximum distance at most from the
/// rupture's radius, plus pointsource_distance. The radius is that of the last nodal plane, as OpenQuake
/// takes it. [km]
[[nodiscard]] double near_limit_km(const GroupRecord& group, const RuptureSize& last_plane,
                                   double max_distance) noexcept;

} // namespace mtc::psha
