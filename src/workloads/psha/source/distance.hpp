#pragma once

#include "mtc/flat.hpp"
#include "mtc/types.hpp"
#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/source/planar.hpp"

#include <cstddef>
#include <span>

/// \file
/// Distances of one planar rupture from many sites, by vector algebra without trigonometry
/// per site but for one arc sine where an arc is asked for.
namespace mtc::psha {

/// Sites as parallel arrays on cache lines, padded by copies of the last site.
struct SiteArrays {
    std::size_t n = 0;
    std::size_t n_padded = 0;      ///< multiple of simd::lanes
    const double* x = nullptr;     ///< [n_padded] [km] Cartesian, on the surface whatever the depth
    const double* y = nullptr;     ///< [n_padded] [km]
    const double* z = nullptr;     ///< [n_padded] [km]
    const double* depth = nullptr; ///< [n_padded] [km] enters rrup and rhypo only
};

/// The arrays of `n` sites in values that begin with those of a SiteBlock, on a cache line.
[[nodiscard]] SiteArrays site_arrays(std::span<const double> values, std::size_t n) noexcept;

/// Memory behind a SiteArrays.
class SiteBlock {
public:
    explicit SiteBlock(std::span<const geo::Point> sites);
    [[nodiscard]] SiteArrays arrays() const noexcept { return site_arrays(values_, n_); }
    /// All arrays, one after the other: whole cache lines.
    [[nodiscard]] std::span<const double> values() const noexcept { return values_; }

private:
    std::size_t n_;
    std::size_t n_padded_;
    AlignedVector<double> values_; // [4][n_padded]
};

/// Where the distances go: arrays [n_padded] on cache lines. [km] A null one is not computed.
struct DistanceArrays {
    double* rrup = nullptr;  ///< shortest to the plane
    double* rjb = nullptr;   ///< shortest to its surface projection
    double* rx = nullptr;    ///< from the top edge, across strike, positive on the hanging wall
    double* ry0 = nullptr;   ///< beyond the ends of the plane, along strike
    double* repi = nullptr;  ///< great circle from the epicentre
    double* rhypo = nullptr; ///< from the hypocentre
};

/// Distances of `rupture` from all sites, padding included; local, allocates nothing.
/// \par Source  definitions of OpenQuake for planar surfaces; rhypo^2 = repi^2 + (difference of depths)^2
void planar_distances(InstructionSet set, const PlanarRupture& rupture, const SiteArrays& sites,
                      const DistanceArrays& distances) noexcept;

/// Straight-line distance of a place on the surface from all sites, depths ignored: what decides whether a
/// source is near.
/// \param[out] chord  [n_padded] [km]
void epicentral_chords(InstructionSet set, const Place& place, const SiteArrays& sites,
                       double* chord) noexcept;

} // namespace mtc::psha
