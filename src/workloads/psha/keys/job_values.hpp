#pragma once

#include "mtc/config.hpp"
#include "mtc/workload.hpp"
#include "workloads/psha/model/model.hpp"

#include <string>
#include <string_view>
#include <vector>

/// \file
/// Keys of a hazard job that may differ between tectonic region types.
namespace mtc::psha {

/// Magnitudes between which ruptures are computed at all.
inline constexpr double smallest_magnitude = 2.5;
inline constexpr double largest_magnitude = 10.2;

/// "job.ini:14: key", to begin a message with.
[[nodiscard]] std::string origin(const Config& config, std::string_view key);

/// maximum_distance of a region type: a number, pairs [(magnitude, km), ...], or a dict of these by region
/// type with 'default'. A number becomes two equal records. \throws InputError  pairs that do not increase in
/// magnitude, distances not above 0, no value for `trt`
[[nodiscard]] std::vector<MaxDistanceRecord> maximum_distance(const Config& config, std::string_view trt);

/// pointsource_distance of a region type, written as maximum_distance or `exact`: empty. Where it is not
/// given 100 km, or 40 km where ps_grid_spacing is.
[[nodiscard]] std::vector<MaxDistanceRecord> pointsource_distance(const Config& config, std::string_view trt);

/// minimum_magnitude of a region type: a number or a dict; 0 for a region type that a dict does not hold.
[[nodiscard]] double minimum_magnitude(const Config& config, std::string_view trt);

/// Warns of keys that have no effect.
void warn_of_idle_keys(const Config& config, Notes& notes);

/// Warns of region types in dicts that no source has, with the nearest one that has.
void warn_of_unused_regions(const Config& config, const std::vector<std::string>& trts, Notes& notes);

} // namespace mtc::psha
