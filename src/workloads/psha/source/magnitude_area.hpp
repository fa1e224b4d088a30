#pragma once

#include <cstdint>
#include <string_view>

namespace mtc::psha {

/// Magnitude-area scaling relationships, by OpenQuake's names.
enum class MagnitudeArea : std::uint32_t { wc1994, peer, point };

/// \throws InputError  "'X' is not a recognized magnitude-scale relationship", with the nearest known name
[[nodiscard]] MagnitudeArea magnitude_area_by_name(std::string_view name);

/// Median rupture area. [km^2]
/// \param rake  [deg] decides the faulting style
[[nodiscard]] double median_area_km2(MagnitudeArea relation, double magnitude, double rake_deg) noexcept;

} // namespace mtc::psha
