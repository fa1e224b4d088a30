#pragma once

#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/source/magnitude_area.hpp"
#include "workloads/psha/source/mesh.hpp"
#include "workloads/psha/source/planar.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// \file
/// Simple faults: a trace on the surface that dips everywhere alike, and the ruptures that float on it.
///
/// A fault's ruptures are numbered magnitude by magnitude, as OpenQuake iterates them:
///
///     const Mesh mesh = simple_fault_mesh(trace, dip, depths, spacing);       // once per fault
///     for (const MagnitudeRate bin : magnitudes) {                            // those with a rate
///         const SlidingRupture ruptures =
///             simple_fault_ruptures(mesh.view(), spacing, relation, aspect_ratio, rake, bin.magnitude);
///         for (std::uint64_t k = 0; k < ruptures.count(); ++k)                // any run of numbers will do
///             use(ruptures.at(k), bin.annual_rate / ruptures.count());
///     }
namespace mtc::psha {

/// One magnitude's ruptures on a mesh of equal cells: a rectangle in every position.
struct SlidingRupture {
    std::uint32_t n_rows = 0; ///< of nodes of each rupture
    std::uint32_t n_columns = 0;
    std::uint32_t n_down = 0;  ///< positions down dip
    std::uint32_t n_along = 0; ///< positions along strike

    [[nodiscard]] constexpr std::uint64_t count() const noexcept { return std::uint64_t{n_down} * n_along; }
    /// \param k  below count(); the first column varies fastest
    [[nodiscard]] constexpr SubMesh at(std::uint64_t k) const noexcept
    {
        return {static_cast<std::uint32_t>(k / n_along), static_cast<std::uint32_t>(k % n_along), n_rows,
                n_columns};
    }
};

/// The trace in steps of the spacing, measured in the orthographic plane of its bounding box. Its end is
/// missed by up to half a step.
/// \param trace  at least two places, those that follow each other differ
[[nodiscard]] std::vector<geo::LonLat> resampled_trace(std::span<const geo::LonLat> trace, double spacing_km);

/// \param trace_points  along strike: the fault dips to their right; repeated ones count once
/// \param dip           [deg] in (0, 90]
/// \param seismogenic   upper depth at least 0
/// \param spacing_km    > 0, the side of a cell
/// \returns at least two rows and two columns; the lowest row misses the lower depth by up to half a step
/// \throws InputError  on fewer than two different places, a trace that crosses itself, a dip or depths out
/// of range
[[nodiscard]] Mesh simple_fault_mesh(std::span<const geo::LonLat> trace_points, double dip,
                                     SeismogenicDepths seismogenic, double spacing_km);

/// \param mesh          of simple_fault_mesh() with the same spacing
/// \param aspect_ratio  length over width, kept as far as the fault has room
/// \throws InputError  when a rupture would be a single node: "mesh spacing ... is too high to represent
///                     ruptures of magnitude ..."
[[nodiscard]] SlidingRupture simple_fault_ruptures(const MeshView& mesh, double spacing_km,
                                                   MagnitudeArea relation, double aspect_ratio, double rake,
                                                   double magnitude);

} // namespace mtc::psha
