#include "workloads/psha/source/distance.hpp"

#include "workloads/psha/source/distance_kernel.hpp"

#include <cmath>

namespace mtc::psha {
namespace {

using namespace kernel;

// One loop per measure: each holds its constants in registers, and the sites of a block stay in the first
// cache.

MTC_KERNEL_INLINE void rrup_loop(const PlanarRupture& r, const SiteArrays& sites, double* __restrict out)
{
    const std::size_t n = whole_lanes(sites.n_padded);
    for (std::size_t i = 0; i < n; ++i) {
        const double scale = 1.0 - sites.depth[i] * per_earth_radius;
        const double x = sites.x[i] * scale - r.top_left[0];
        const double y = sites.y[i] * scale - r.top_left[1];
        const double z = sites.z[i] * scale - r.top_left[2];
        const double along = dot(r.u, x, y, z);
        const double down = dot(r.v, x, y, z);
        const double across = dot(r.n, x, y, z);
        // Distance from [0, length], whichever end is nearer.
        const double beyond = larger(larger(-along, along - r.length), 0.0);
        const double below = larger(larger(-down, down - r.width), 0.0);
        out[i] = std::sqrt(beyond * beyond + below * below + across * across);
    }
}

MTC_KERNEL_INLINE void rjb_loop(const PlanarRupture& r, const SiteArrays& sites, double* __restrict out)
{
    const std::size_t n = whole_lanes(sites.n_padded);
    for (std::size_t i = 0; i < n; ++i) {
        const double x = sites.x[i];
        const double y = sites.y[i];
        const double z = sites.z[i];
        const double across = outside(dot(r.pole_top, x, y, z), dot(r.pole_bottom, x, y, z));
        const double along = outside(dot(r.pole_left, x, y, z), dot(r.pole_right, x, y, z));
        const double corner =
            std::sqrt(smaller(smaller(chord_squared(r.surface_corners[top_left], x, y, z),
                                      chord_squared(r.surface_corners[top_right], x, y, z)),
                              smaller(chord_squared(r.surface_corners[bottom_left], x, y, z),
                                      chord_squared(r.surface_corners[bottom_right], x, y, z))));
        // Beside an edge one of the two is 0 and their sum is the other. The arc is computed before the
        // choice: a call within a branch would keep the loop from being vectorised.
        const double edge = arc_of_sine(across + along);
        out[i] = smaller(across, along) > 0.0 ? corner : edge;
    }
}

MTC_KERNEL_INLINE void rx_loop(const PlanarRupture& r, const SiteArrays& sites, double* __restrict out)
{
    const std::size_t n = whole_lanes(sites.n_padded);
    for (std::size_t i = 0; i < n; ++i)
        out[i] = arc_of_sine(dot(r.pole_top, sites.x[i], sites.y[i], sites.z[i]));
}

struct PlanarDistances {
    MTC_KERNEL_INLINE static void run(const PlanarRupture& rupture, const SiteArrays& sites,
                                      const DistanceArrays& distances)
    {
        if (distances.rrup != nullptr)
            rrup_loop(rupture, sites, distances.rrup);
        if (distances.rjb != nullptr)
            rjb_loop(rupture, sites, distances.rjb);
        if (distances.rx != nullptr)
            rx_loop(rupture, sites, distances.rx);
        if (distances.ry0 != nullptr)
            ry0_loop(rupture.pole_left, rupture.pole_right, sites, distances.ry0);
        if (distances.repi != nullptr)
            repi_loop(rupture.epicentre, sites, distances.repi);
        if (distances.rhypo != nullptr)
            rhypo_loop(rupture.epicentre, rupture.hypocentre.depth, sites, distances.rhypo);
    }
};

struct EpicentralChords {
    MTC_KERNEL_INLINE static void run(const geo::Vector3& place, const SiteArrays& sites,
                                      double* __restrict chord)
    {
        const std::size_t n = whole_lanes(sites.n_padded);
        for (std::size_t i = 0; i < n; ++i)
            chord[i] = std::sqrt(chord_squared(place, sites.x[i], sites.y[i], sites.z[i]));
    }
};

} // namespace

SiteBlock::SiteBlock(std::span<const geo::Point> sites)
    : n_{sites.size()}
    , n_padded_{simd::padded(sites.size())}
    , values_(4 * n_padded_)
{
    for (std::size_t i = 0; i < n_padded_; ++i) {
        const geo::Point& site = sites[i < n_ ? i : n_ - 1];
        const geo::Vector3 position = geo::cartesian({site.lon, site.lat, 0.0});
        for (std::size_t axis = 0; axis < 3; ++axis)
            values_[axis * n_padded_ + i] = position[axis];
        values_[3 * n_padded_ + i] = site.depth;
    }
}

SiteArrays site_arrays(std::span<const double> values, std::size_t n) noexcept
{
    const double* const first = values.data();
    const std::size_t n_padded = simd::padded(n);
    return {n, n_padded, first, first + n_padded, first + 2 * n_padded, first + 3 * n_padded};
}

void planar_distances(InstructionSet set, const PlanarRupture& rupture, const SiteArrays& sites,
                      const DistanceArrays& distances) noexcept
{
    simd::Dispatch<PlanarDistances>::call(set, rupture, sites, distances);
}

void epicentral_chords(InstructionSet set, const Place& place, const SiteArrays& sites,
                       double* chord) noexcept
{
    const geo::Vector3 epicentre{kernel::earth_radius * place.up[0], kernel::earth_radius * place.up[1],
                                 kernel::earth_radius * place.up[2]};
    simd::Dispatch<EpicentralChords>::call(set, epicentre, sites, chord);
}

} // namespace mtc::psha
