#pragma once

#include "workloads/psha/geo/geodesy.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// \file
/// Edges of bins, and in which bin a value lies: OpenQuake's rules, with their accidents.
namespace mtc::psha {

/// A magnitude as OpenQuake passes it on: rounded to 3 decimals, 32 bits.
[[nodiscard]] double binned_magnitude(double magnitude) noexcept;

/// Multiples of `width` that hold all magnitudes, these rounded to 2 decimals; the largest on an edge adds an
/// empty bin. \param magnitudes  at least one
[[nodiscard]] std::vector<double> magnitude_edges(std::span<const double> magnitudes, double width);

/// Multiples of `width` from 0 to the largest distance or beyond. [km]
[[nodiscard]] std::vector<double> distance_edges(double largest_km, double width_km);

/// Edges about a site.
struct PlaceEdges {
    std::vector<double> lon; ///< [deg] may run beyond +-180
    std::vector<double> lat; ///< [deg]
};

/// Longitudes and latitudes within the largest distance of a site, cut as finely as half of them needs: the
/// bins are nearly twice as wide as `width`.
[[nodiscard]] PlaceEdges place_edges(geo::LonLat site, double largest_km, double width_deg);

/// Equal bands between -truncation and truncation.
[[nodiscard]] std::vector<double> epsilon_edges(double truncation_level, std::uint32_t n_bands);

/// Bin of a magnitude: open below, closed above; below the first edge the first bin, above the last none.
[[nodiscard]] std::optional<std::uint32_t> magnitude_bin(std::span<const double> edges,
                                                         double magnitude) noexcept;

/// Bin of a distance, longitude or latitude: closed below, open above; outside all edges, on either side, the
/// last bin.
[[nodiscard]] std::uint32_t bin_of(std::span<const double> edges, double value) noexcept;

/// The longitude turned to within 180 degrees of the middle of the edges.
[[nodiscard]] double unwrapped_lon(std::span<const double> edges, double lon) noexcept;

} // namespace mtc::psha
