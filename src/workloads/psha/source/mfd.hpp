#pragma once

#include <span>
#include <vector>

/// \file
/// Magnitude-frequency distributions as lists of magnitude and annual rate.
namespace mtc::psha {

struct MagnitudeRate {
    double magnitude = 0.0;
    double annual_rate = 0.0; ///< [1/year]
};

/// \param a_value, b_value   lg of the cumulative rate is a - b m
/// \param bin_width          > 0
/// \throws InputError  when min > max or bin_width <= 0
[[nodiscard]] std::vector<MagnitudeRate> truncated_gutenberg_richter(double min_magnitude,
                                                                     double max_magnitude, double bin_width,
                                                                     double a_value, double b_value);

/// \param min_magnitude  centre of the first bin
[[nodiscard]] std::vector<MagnitudeRate> incremental_mfd(double min_magnitude, double bin_width,
                                                         std::span<const double> annual_rates);

/// \throws InputError  when the lists differ in length or are empty
[[nodiscard]] std::vector<MagnitudeRate> arbitrary_mfd(std::span<const double> magnitudes,
                                                       std::span<const double> annual_rates);

} // namespace mtc::psha
