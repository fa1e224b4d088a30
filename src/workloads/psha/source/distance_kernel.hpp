#pragma once

#include "simd/dispatch.hpp"
#include "simd/math.hpp"
#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/source/distance.hpp"

#include <cmath>
#include <cstddef>

/// \file
/// What the kernels of distances have in common; to be included where kernels are compiled.
namespace mtc::psha::kernel {

inline constexpr double earth_radius = geo::earth_radius_km;
inline constexpr double per_earth_radius = 1.0 / geo::earth_radius_km;

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

/// The padded length, made a multiple of the lanes in sight of the compiler.
MTC_KERNEL_INLINE std::size_t whole_lanes(std::size_t n_padded)
{
    return n_padded / simd::lanes * simd::lanes;
}

/// Great-circle distance from the epicentre.
/// \param epicentre  [km] Cartesian, on the surface
MTC_KERNEL_INLINE void repi_loop(const geo::Vector3& epicentre, const SiteArrays& sites,
                                 double* __restrict out)
{
    const std::size_t n = whole_lanes(sites.n_padded);
    for (std::size_t i = 0; i < n; ++i)
        out[i] = arc_of_chord(std::sqrt(chord_squared(epicentre, sites.x[i], sites.y[i], sites.z[i])));
}

/// rhypo^2 = repi^2 + (difference of depths)^2
MTC_KERNEL_INLINE void rhypo_loop(const geo::Vector3& epicentre, double hypocentral_depth,
                                  const SiteArrays& sites, double* __restrict out)
{
    const std::size_t n = whole_lanes(sites.n_padded);
    for (std::size_t i = 0; i < n; ++i) {
        const double repi =
            arc_of_chord(std::sqrt(chord_squared(epicentre, sites.x[i], sites.y[i], sites.z[i])));
        const double depth = hypocentral_depth - sites.depth[i];
        out[i] = std::sqrt(repi * repi + depth * depth);
    }
}

/// Distance along strike beyond both ends of a surface, from the poles of the great circles across strike
/// through them.
MTC_KERNEL_INLINE void ry0_loop(const geo::Vector3& pole_left, const geo::Vector3& pole_right,
                                const SiteArrays& sites, double* __restrict out)
{
    const std::size_t n = whole_lanes(sites.n_padded);
    for (std::size_t i = 0; i < n; ++i)
        out[i] = arc_of_sine(outside(dot(pole_left, sites.x[i], sites.y[i], sites.z[i]),
                                     dot(pole_right, sites.x[i], sites.y[i], sites.z[i])));
}

} // namespace mtc::psha::kernel
