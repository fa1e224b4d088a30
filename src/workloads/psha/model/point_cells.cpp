#include "workloads/psha/model/point_cells.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace mtc::psha {
namespace {

constexpr double degrees_per_km = 0.0089932; // along a meridian, to the digits that OpenQuake has

/// One axis, divided into equal parts.
class Axis {
public:
    /// \param step  the parts' greatest length
    Axis(const std::vector<double>& values, double step)
    {
        const auto [least, most] = std::ranges::minmax(values);
        first_ = least;
        extent_ = most - least;
        n_parts_ = std::ceil(extent_ / step);
    }
    [[nodiscard]] double extent() const noexcept { return extent_; }
    [[nodiscard]] std::int64_t part(double value) const noexcept
    {
        const double part = std::floor((value - first_) / extent_ * n_parts_);
        return static_cast<std::int64_t>(std::min(part, n_parts_ - 1.0)); // the last holds its end
    }

private:
    double first_ = 0.0;
    double extent_ = 0.0;
    double n_parts_ = 1.0;
};

} // namespace

std::vector<std::vector<std::uint32_t>> square_cells(std::span<const geo::LonLat> points, double spacing_km)
{
    if (points.size() < 2)
        return {};
    std::vector<double> lons;
    std::vector<double> lats;
    double mean_lat = 0.0;
    for (const geo::LonLat point : points) {
        lons.push_back(points.front().lon + std::remainder(point.lon - points.front().lon, 360.0));
        lats.push_back(point.lat);
        mean_lat += point.lat / static_cast<double>(points.size());
    }
    const double step = spacing_km * degrees_per_km;
    const Axis columns{lons, step / std::cos(mean_lat * geo::radians_per_degree)};
    const Axis rows{lats, step};
    if (columns.extent() == 0.0 || rows.extent() == 0.0)
        return {};
    std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> number_of;
    std::vector<std::vector<std::uint32_t>> cells;
    for (std::uint32_t i = 0; i < points.size(); ++i) {
        const auto [entry, is_new] =
            number_of.try_emplace({columns.part(lons[i]), rows.part(lats[i])}, cells.size());
        if (is_new)
            cells.emplace_back();
        cells[entry->second].push_back(i);
    }
    return cells;
}

} // namespace mtc::psha
