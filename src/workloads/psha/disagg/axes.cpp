#include "workloads/psha/disagg/axes.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"

#include <algorithm>

namespace mtc::psha {
namespace {

using enum Axis;
constexpr Axis mag_axes[] = {mag};
constexpr Axis dist_axes[] = {dist};
constexpr Axis mag_dist_axes[] = {mag, dist};
constexpr Axis mag_dist_eps_axes[] = {mag, dist, eps};
constexpr Axis lon_lat_axes[] = {lon, lat};
constexpr Axis mag_lon_lat_axes[] = {mag, lon, lat};
constexpr Axis trt_axes[] = {trt};
constexpr Axis trt_mag_axes[] = {trt, mag};
constexpr Axis trt_lon_lat_axes[] = {trt, lon, lat};
constexpr Axis trt_mag_dist_axes[] = {trt, mag, dist};
constexpr Axis trt_mag_dist_eps_axes[] = {trt, mag, dist, eps};

constexpr auto kinds = std::to_array<DisaggKind>({
    {"Mag", mag_axes},
    {"Dist", dist_axes},
    {"Mag_Dist", mag_dist_axes},
    {"Mag_Dist_Eps", mag_dist_eps_axes},
    {"Lon_Lat", lon_lat_axes},
    {"Mag_Lon_Lat", mag_lon_lat_axes},
    {"TRT", trt_axes},
    {"TRT_Mag", trt_mag_axes},
    {"TRT_Lon_Lat", trt_lon_lat_axes},
    {"TRT_Mag_Dist", trt_mag_dist_axes},
    {"TRT_Mag_Dist_Eps", trt_mag_dist_eps_axes},
});

std::uint32_t size_of(const AxisSizes& sizes, Axis axis) noexcept
{
    return sizes[static_cast<std::size_t>(axis)];
}

} // namespace

std::string_view axis_name(Axis axis) noexcept
{
    static constexpr std::string_view names[n_axes] = {"trt", "mag", "dist", "lon", "lat", "eps"};
    return names[static_cast<std::size_t>(axis)];
}

std::vector<std::uint64_t> DisaggKind::extents(const AxisSizes& sizes) const
{
    std::vector<std::uint64_t> extents;
    for (const Axis axis : axes)
        extents.push_back(size_of(sizes, axis));
    return extents;
}

std::size_t DisaggKind::n_cells(const AxisSizes& sizes) const noexcept
{
    std::size_t n = 1;
    for (const Axis axis : axes)
        n *= size_of(sizes, axis);
    return n;
}

std::size_t DisaggKind::cell(const AxisSizes& sizes, const AxisSizes& bins) const noexcept
{
    std::size_t cell = 0;
    for (const Axis axis : axes)
        cell = cell * size_of(sizes, axis) + size_of(bins, axis);
    return cell;
}

std::span<const DisaggKind> disagg_kinds() noexcept
{
    return kinds;
}

std::uint32_t kinds_in(std::string_view names, std::string_view where)
{
    std::vector<std::string_view> known;
    for (const DisaggKind& kind : kinds)
        known.push_back(kind.name);
    std::uint32_t mask = 0;
    for (const std::string_view name : config::split(names, " ,\t\r\n")) {
        const auto found = std::ranges::find(known, name);
        if (found == known.end()) {
            std::string all;
            for (const std::string_view one : known)
                all += text(all.empty() ? "" : ", ", one);
            throw InputError(text(where, ": Invalid disagg output: ", name, " (accepted: ", all, ").",
                                  config::did_you_mean(name, known)));
        }
        mask |= 1U << static_cast<std::uint32_t>(found - known.begin());
    }
    return mask;
}

} // namespace mtc::psha
