#include "workloads/psha/disagg/bins.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

constexpr double degrees_per_km = 0.0089932; // OpenQuake's
constexpr double radians_per_degree = 0.01745329252;

double rounded_to(double value, double per_unit)
{
    return std::nearbyint(value * per_unit) / per_unit;
}

double as_float32(double value)
{
    return static_cast<double>(static_cast<float>(value));
}

std::vector<double> multiples(double width, double first, double last)
{
    std::vector<double> edges;
    for (double k = first; k <= last; k += 1.0)
        edges.push_back(width * k);
    return edges;
}

std::vector<double> about(double centre, double half_width, double n)
{
    std::vector<double> edges;
    for (double k = 0.0; k <= n; k += 1.0)
        edges.push_back(centre - half_width + k * 2.0 * half_width / n);
    return edges;
}

} // namespace

double binned_magnitude(double magnitude) noexcept
{
    return as_float32(rounded_to(magnitude, 1000.0));
}

std::vector<double> magnitude_edges(std::span<const double> magnitudes, double width)
{
    const auto [least, most] = std::ranges::minmax(magnitudes);
    const double lowest = as_float32(rounded_to(as_float32(least), 100.0));
    const double highest = as_float32(rounded_to(as_float32(most), 100.0));
    const double first = std::floor(lowest / width);
    double last = std::ceil(highest / width);
    if (last == first || highest >= rounded_to(width * last, 1000.0))
        last += 1.0;
    return multiples(width, first, last);
}

std::vector<double> distance_edges(double largest_km, double width_km)
{
    return multiples(width_km, 0.0, std::ceil(largest_km / width_km));
}

PlaceEdges place_edges(geo::LonLat site, double largest_km, double width_deg)
{
    const double reach = largest_km * degrees_per_km;
    const double n = std::max(1.0, std::ceil(reach / width_deg));
    const double d_lat = std::min(reach, 90.0);
    const double d_lon = std::min(reach / std::cos(site.lat * radians_per_degree), 180.0);
    return {about(site.lon, d_lon, n), about(site.lat, d_lat, n)};
}

std::vector<double> epsilon_edges(double truncation_level, std::uint32_t n_bands)
{
    constexpr double least = 1e-9; // what OpenQuake takes for no variability
    return about(0.0, std::max(truncation_level, least), n_bands);
}

std::optional<std::uint32_t> magnitude_bin(std::span<const double> edges, double magnitude) noexcept
{
    const auto n_below = std::ranges::lower_bound(edges, magnitude) - edges.begin();
    if (n_below == std::ssize(edges))
        return std::nullopt;
    return static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(n_below - 1, 0));
}

std::uint32_t bin_of(std::span<const double> edges, double value) noexcept
{
    const auto n_up_to = std::ranges::upper_bound(edges, value) - edges.begin();
    const std::ptrdiff_t last = std::ssize(edges) - 2;
    return static_cast<std::uint32_t>(n_up_to == 0 ? last : std::min(n_up_to - 1, last));
}

double unwrapped_lon(std::span<const double> edges, double lon) noexcept
{
    const double middle = (edges.front() + edges.back()) / 2.0;
    return middle + std::remainder(lon - middle, 360.0);
}

} // namespace mtc::psha
