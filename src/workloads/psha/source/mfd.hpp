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

/// What truncated_gutenberg_richter() refuses. \throws InputError
void check_truncated_gutenberg_richter(double min_magnitude, double max_magnitude, double bin_width);

/// \param a_value, b_value   lg of the cumulative rate is a - b m
/// \param bin_width          > 0
/// \throws InputError  when min > max or bin_width <= 0
[[nodiscard]] std::vector<MagnitudeRate> truncated_gutenberg_richter(double min_magnitude,
                                                                     double max_magnitude, double bin_width,
                                                                     double a_value, double b_value);

/// The a value for which a truncated Gutenberg-Richter distribution releases `moment_rate`.
/// \param moment_rate    [N m/year] > 0
/// \param constant_term  c in lg M0 = 1.5 m + c, M0 in N m
/// \throws InputError  when moment_rate or b_value is not above 0, or min >= max
[[nodiscard]] double a_value_of_moment_rate(double moment_rate, double b_value, double min_magnitude,
                                            double max_magnitude, double constant_term = 9.05);

/// Moment rate of a truncated Gutenberg-Richter distribution: the inverse of a_value_of_moment_rate().
/// [N m/year]
[[nodiscard]] double moment_rate_of_a_value(double a_value, double b_value, double min_magnitude,
                                            double max_magnitude, double constant_term = 9.05) noexcept;

/// Moment rate of a slipping fault. [N m/year]
/// \param slip_rate_mm  [mm/year]
/// \param rigidity_gpa  [GPa]
[[nodiscard]] double moment_rate_of_slip(double area_km2, double slip_rate_mm, double rigidity_gpa) noexcept;

/// Truncated Gutenberg-Richter bins, each scaled by the share of its rate that is left by an exponential
/// taper of seismic moment beyond the corner magnitude.
/// \throws InputError  as truncated_gutenberg_richter()
/// \par Source  Kagan (2002), Geophys. J. Int. 148(3), doi:10.1046/j.1365-246x.2002.01594.x; bins as
/// OpenQuake
[[nodiscard]] std::vector<MagnitudeRate> tapered_gutenberg_richter(double min_magnitude, double max_magnitude,
                                                                   double corner_magnitude, double bin_width,
                                                                   double a_value, double b_value);

/// Exponential up to a quarter of a magnitude below the characteristic one, flat to a quarter above it.
/// \param characteristic_rate  [1/year] of the flat part
/// \throws InputError  unless 0 < bin_width <= 0.5 and min + bin_width <= characteristic - 0.25
/// \par Source  Youngs and Coppersmith (1985), BSSA 75(4), eqs. 16 and 17; bins as OpenQuake
[[nodiscard]] std::vector<MagnitudeRate> youngs_coppersmith_of_rate(double min_magnitude, double b_value,
                                                                    double characteristic_magnitude,
                                                                    double characteristic_rate,
                                                                    double bin_width);

/// The same from the total moment rate.
/// \param moment_rate  [N m/year]
[[nodiscard]] std::vector<MagnitudeRate>
youngs_coppersmith_of_moment_rate(double min_magnitude, double b_value, double characteristic_magnitude,
                                  double moment_rate, double bin_width);

/// \param min_magnitude  centre of the first bin
[[nodiscard]] std::vector<MagnitudeRate> incremental_mfd(double min_magnitude, double bin_width,
                                                         std::span<const double> annual_rates);

/// \throws InputError  when the lists differ in length or are empty
[[nodiscard]] std::vector<MagnitudeRate> arbitrary_mfd(std::span<const double> magnitudes,
                                                       std::span<const double> annual_rates);

} // namespace mtc::psha
