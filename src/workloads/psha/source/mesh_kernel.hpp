#pragma once

#include "workloads/psha/geo/projection.hpp"
#include "workloads/psha/source/distance_kernel.hpp"

#include <cmath>
#include <cstddef>

/// \file
/// Kernels of the distances from meshes: each passes once over the sites, for one node, edge or segment.
namespace mtc::psha::kernel {

struct StraightChords {
    MTC_KERNEL_INLINE static void run(const geo::Vector3& node, const SiteArrays& sites,
                                      double* __restrict squared)
    {
        const std::size_t n = whole_lanes(sites.n_padded);
        for (std::size_t i = 0; i < n; ++i) {
            const double scale = 1.0 - sites.depth[i] * per_earth_radius;
            squared[i] = chord_squared(node, sites.x[i] * scale, sites.y[i] * scale, sites.z[i] * scale);
        }
    }
};

struct SurfaceChords {
    MTC_KERNEL_INLINE static void run(const geo::Vector3& node, const SiteArrays& sites,
                                      double* __restrict squared)
    {
        const std::size_t n = whole_lanes(sites.n_padded);
        for (std::size_t i = 0; i < n; ++i)
            squared[i] = chord_squared(node, sites.x[i], sites.y[i], sites.z[i]);
    }
};

/// Least of several arrays, site by site.
struct LeastOfArrays {
    MTC_KERNEL_INLINE static void run(const double* arrays, std::size_t stride, std::size_t n_arrays,
                                      std::size_t n_padded, double* __restrict least)
    {
        const std::size_t n = whole_lanes(n_padded);
        for (std::size_t i = 0; i < n; ++i)
            least[i] = arrays[i];
        for (std::size_t k = 1; k < n_arrays; ++k) {
            const double* __restrict array = arrays + k * stride;
            for (std::size_t i = 0; i < n; ++i)
                least[i] = smaller(least[i], array[i]);
        }
    }
};

struct RootsOf {
    MTC_KERNEL_INLINE static void run(double* values, std::size_t n_padded)
    {
        const std::size_t n = whole_lanes(n_padded);
        for (std::size_t i = 0; i < n; ++i)
            values[i] = std::sqrt(values[i]);
    }
};

/// Sites in the plane of a projection, and what is known of each while edges pass by.
struct PlaneSites {
    std::size_t n_padded;
    const double* x;
    const double* y;
    double* squared; ///< least squared distance from an edge
    double* side;    ///< -1 where a ray towards +x has crossed an odd number of the edges of a line, else 1
};

struct PlaneEdge {
    geo::PlanePoint from;
    geo::PlanePoint to;
};

struct PassEdge {
    MTC_KERNEL_INLINE static void run(const PlaneEdge& edge, const PlaneSites& sites)
    {
        const std::size_t n = whole_lanes(sites.n_padded);
        const geo::PlanePoint from = edge.from; // for all that the compiler knows, the loop may write to edge
        const double along_x = edge.to.x - from.x;
        const double along_y = edge.to.y - from.y;
        const double length_squared = along_x * along_x + along_y * along_y;
        const double per_length_squared = length_squared > 0.0 ? 1.0 / length_squared : 0.0;
        const double x_per_y = along_y != 0.0 ? along_x / along_y : 0.0;
        const double* __restrict x = sites.x;
        const double* __restrict y = sites.y;
        double* __restrict squared = sites.squared;
        double* __restrict side = sites.side;
        for (std::size_t i = 0; i < n; ++i) {
            const double dx = x[i] - from.x;
            const double dy = y[i] - from.y;
            const double part = larger(0.0, smaller(1.0, (dx * along_x + dy * along_y) * per_length_squared));
            const double off_x = dx - part * along_x;
            const double off_y = dy - part * along_y;
            squared[i] = smaller(squared[i], off_x * off_x + off_y * off_y);
            // The ray crosses when the ends lie on different sides of it and the crossing is ahead.
            const double from_side = std::copysign(1.0, dy);
            const double to_side = std::copysign(1.0, dy - along_y);
            const double behind = std::copysign(1.0, dx - dy * x_per_y);
            side[i] *= 1.0 - (1.0 - behind) * (1.0 - from_side * to_side) / 2.0;
        }
    }
};

/// Zero distance for sites within a ring, whose edges the ray crosses an odd number of times.
struct CloseRing {
    MTC_KERNEL_INLINE static void run(const double* side, std::size_t n_padded, double* __restrict squared)
    {
        const std::size_t n = whole_lanes(n_padded);
        for (std::size_t i = 0; i < n; ++i)
            squared[i] = side[i] < 0.0 ? 0.0 : squared[i];
    }
};

/// Zero distance for sites within a stripe, an odd number of whose edges the ray crosses.
struct CloseStripe {
    MTC_KERNEL_INLINE static void run(const double* upper, const double* lower, const double* ends,
                                      std::size_t n_padded, double* __restrict squared)
    {
        const std::size_t n = whole_lanes(n_padded);
        for (std::size_t i = 0; i < n; ++i)
            squared[i] = upper[i] * lower[i] * ends[i] < 0.0 ? 0.0 : squared[i];
    }
};

/// A piece of the top edge; beyond an open end it goes on as a great circle.
struct EdgeSegment {
    geo::Vector3 from;       ///< [km] on the surface
    geo::Vector3 to;         ///< [km] on the surface
    geo::Vector3 pole;       ///< of its great circle, to its right
    geo::Vector3 along_from; ///< unit vector at `from` towards `to`
    geo::Vector3 along_to;   ///< the same at `to`
    double open_from;        ///< infinity: open, 0: it ends there
    double open_to;
};

/// Squared chord of the distance from a segment, negative for sites to its left.
struct SegmentChords {
    MTC_KERNEL_INLINE static void run(const EdgeSegment& segment, const SiteArrays& sites,
                                      double* __restrict chords)
    {
        const std::size_t n = whole_lanes(sites.n_padded);
        for (std::size_t i = 0; i < n; ++i) {
            const double x = sites.x[i];
            const double y = sites.y[i];
            const double z = sites.z[i];
            const double across = dot(segment.pole, x, y, z);
            const double sine = larger(-1.0, smaller(across * per_earth_radius, 1.0));
            // Squared chord of the perpendicular arc, 2 R^2 (1 - cosine), without the loss of digits.
            const double perpendicular =
                2.0 * earth_radius * earth_radius * sine * sine / (1.0 + std::sqrt(1.0 - sine * sine));
            const double ends =
                smaller(chord_squared(segment.from, x, y, z), chord_squared(segment.to, x, y, z));
            const double within = smaller(dot(segment.along_from, x, y, z) + segment.open_from,
                                          segment.open_to - dot(segment.along_to, x, y, z));
            chords[i] = std::copysign(within > 0.0 ? perpendicular : ends, across);
        }
    }
};

/// Keeps the value of least size, the first of equals.
struct KeepLeastSize {
    MTC_KERNEL_INLINE static void run(const double* values, std::size_t n_padded, double* __restrict least)
    {
        const std::size_t n = whole_lanes(n_padded);
        for (std::size_t i = 0; i < n; ++i)
            least[i] = std::abs(values[i]) < std::abs(least[i]) ? values[i] : least[i];
    }
};

/// Arcs of signed squared chords.
struct SignedArcs {
    MTC_KERNEL_INLINE static void run(double* values, std::size_t n_padded)
    {
        const std::size_t n = whole_lanes(n_padded);
        for (std::size_t i = 0; i < n; ++i)
            values[i] = std::copysign(arc_of_chord(std::sqrt(std::abs(values[i]))), values[i]);
    }
};

struct ArcsFromCircle {
    MTC_KERNEL_INLINE static void run(const geo::Vector3& pole, const SiteArrays& sites,
                                      double* __restrict out)
    {
        const std::size_t n = whole_lanes(sites.n_padded);
        for (std::size_t i = 0; i < n; ++i)
            out[i] = arc_of_sine(dot(pole, sites.x[i], sites.y[i], sites.z[i]));
    }
};

struct BeyondEnds {
    MTC_KERNEL_INLINE static void run(const geo::Vector3& pole_left, const geo::Vector3& pole_right,
                                      const SiteArrays& sites, double* __restrict out)
    {
        ry0_loop(pole_left, pole_right, sites, out);
    }
};

struct Epicentral {
    MTC_KERNEL_INLINE static void run(const geo::Vector3& epicentre, const SiteArrays& sites,
                                      double* __restrict out)
    {
        repi_loop(epicentre, sites, out);
    }
};

struct Hypocentral {
    MTC_KERNEL_INLINE static void run(const geo::Vector3& epicentre, double depth, const SiteArrays& sites,
                                      double* __restrict out)
    {
        rhypo_loop(epicentre, depth, sites, out);
    }
};

} // namespace mtc::psha::kernel
