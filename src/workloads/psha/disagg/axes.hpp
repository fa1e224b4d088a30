#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// What a hazard is taken apart by. Every kind of output is a table over some of six axes; the axes that it
/// leaves out are added up.
namespace mtc::psha {

enum class Axis : std::uint32_t { trt, mag, dist, lon, lat, eps };
inline constexpr std::size_t n_axes = 6;

/// Bins by axis.
using AxisSizes = std::array<std::uint32_t, n_axes>;

/// "trt", "mag", ...: as headers of tables have it.
[[nodiscard]] std::string_view axis_name(Axis axis) noexcept;

/// A kind of output, named as OpenQuake names it: "Mag_Dist" is over magnitude and distance, the last axis
/// fastest.
struct DisaggKind {
    std::string_view name;
    std::span<const Axis> axes;

    [[nodiscard]] std::vector<std::uint64_t> extents(const AxisSizes& sizes) const;
    [[nodiscard]] std::size_t n_cells(const AxisSizes& sizes) const noexcept;
    /// Cell of this kind in which a bin of each axis lies.
    [[nodiscard]] std::size_t cell(const AxisSizes& sizes, const AxisSizes& bins) const noexcept;
};

/// All eleven kinds, in the order in which they are written.
[[nodiscard]] std::span<const DisaggKind> disagg_kinds() noexcept;

/// The kinds that disagg_outputs names, parted by blanks or commas, as a mask over disagg_kinds().
/// \throws InputError  beginning with `where`: a name that is not known
[[nodiscard]] std::uint32_t kinds_in(std::string_view names, std::string_view where);

} // namespace mtc::psha
