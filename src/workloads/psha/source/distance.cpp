#include "workloads/psha/source/distance.hpp"

#include "simd/dispatch.hpp"
#include "simd/math.hpp"

#include <cmath>

namespace mtc::psha {
namespace {

constexpr double earth_radius = geo::earth_radius_km;
constexpr double per_earth_radius = 1.0 / geo::earth_radius_km;

MTC_KERNEL_INLINE double dot(const geo::Vector3& a, double x, double y, double z)
{
    return a[0] * x + a[1] * y + a[2] * z;
}

MTC_KERNEL_INLINE double smaller(double a, double b)
{
    return a < b ? a : b;
}

MTC_KERNEL_INLINE double larger(double a, double b)
{
    return a > b ? a : b;
}

/// Length of the great-circle arc over a chord; well conditioned at any distance.
MTC_KERNEL_INLINE double arc_of_chord(double chord)
{
    return 2.0 * earth_radius * simd::asin(smaller(chord * (0.5 * per_earth_radius), 1.0));
}

/// Signed length of the perpendicular arc to a great circle, from (site on the surface) . pole.
MTC_KERNEL_INLINE double arc_of_sine(double sine_times_radius)
{
    return earth_radius * simd::asin(larger(-1.0, smaller(sine_times_radius * per_earth_radius, 1.0)));
}

/// Of the distances from two parallel lines: 0 between them, else the smaller one.
MTC_KERNEL_INLINE double outside(double a, double b)
{
    return a * b <= 0.0 ? 0.0 : smaller(std::abs(a), std::abs(b));
}

MTC_KERNEL_INLINE double chord_squared(const geo::Vector3& a, double x, double y, double z)
{
    const double dx = x - a[0];
    const double dy = y - a[1];
    const double dz = z - a[2];
    return dx * dx + dy * dy + dz * dz;
}

// One loop per measure: each holds its constants in registers, and the sites of a block stay in the first
// cache. `n` is made a multiple of the lanes in sight of the compiler.

MTC_KERNEL_INLINE void rrup_loop(const PlanarRupture& r, const SiteArrays& sites, double* __restrict out)
{
    const std::size_t n = sites.n_padded / simd::lanes * simd::lanes;
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
    const std::size_t n = sites.n_padded / simd::lanes * simd::lanes;
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
    const std::size_t n = sites.n_padded / simd::lanes * simd::lanes;
    for (std::size_t i = 0; i < n; ++i)
        out[i] = arc_of_sine(dot(r.pole_top, sites.x[i], sites.y[i], sites.z[i]));
}

MTC_KERNEL_INLINE void ry0_loop(const PlanarRupture& r, const SiteArrays& sites, double* __restrict out)
{
    const std::size_t n = sites.n_padded / simd::lanes * simd::lanes;
    for (std::size_t i = 0; i < n; ++i)
        out[i] = arc_of_sine(outside(dot(r.pole_left, sites.x[i], sites.y[i], sites.z[i]),
                                     dot(r.pole_right, sites.x[i], sites.y[i], sites.z[i])));
}

MTC_KERNEL_INLINE void repi_loop(const PlanarRupture& r, const SiteArrays& sites, double* __restrict out)
{
    const std::size_t n = sites.n_padded / simd::lanes * simd::lanes;
    for (std::size_t i = 0; i < n; ++i)
        out[i] = arc_of_chord(std::sqrt(chord_squared(r.epicentre, sites.x[i], sites.y[i], sites.z[i])));
}

MTC_KERNEL_INLINE void rhypo_loop(const PlanarRupture& r, const SiteArrays& sites, double* __restrict out)
{
    const std::size_t n = sites.n_padded / simd::lanes * simd::lanes;
    for (std::size_t i = 0; i < n; ++i) {
        const double repi =
            arc_of_chord(std::sqrt(chord_squared(r.epicentre, sites.x[i], sites.y[i], sites.z[i])));
        const double depth = r.hypocentre.depth - sites.depth[i];
        out[i] = std::sqrt(repi * repi + depth * depth);
    }
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
            ry0_loop(rupture, sites, distances.ry0);
        if (distances.repi != nullptr)
            repi_loop(rupture, sites, distances.repi);
        if (distances.rhypo != nullptr)
            rhypo_loop(rupture, sites, distances.rhypo);
    }
};

struct EpicentralChords {
    MTC_KERNEL_INLINE static void run(const geo::Vector3& place, const SiteArrays& sites,
                                      double* __restrict chord)
    {
        const std::size_t n = sites.n_padded / simd::lanes * simd::lanes;
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

SiteArrays SiteBlock::arrays() const noexcept
{
    const double* first = values_.data();
    return {n_, n_padded_, first, first + n_padded_, first + 2 * n_padded_, first + 3 * n_padded_};
}

void planar_distances(InstructionSet set, const PlanarRupture& rupture, const SiteArrays& sites,
                      const DistanceArrays& distances) noexcept
{
    simd::Dispatch<PlanarDistances>::call(set, rupture, sites, distances);
}

void epicentral_chords(InstructionSet set, const Place& place, const SiteArrays& sites,
                       double* chord) noexcept
{
    const geo::Vector3 epicentre{earth_radius * place.up[0], earth_radius * place.up[1],
                                 earth_radius * place.up[2]};
    simd::Dispatch<EpicentralChords>::call(set, epicentre, sites, chord);
}

} // namespace mtc::psha
