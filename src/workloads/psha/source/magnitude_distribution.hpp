#pragma once

#include "workloads/psha/source/mfd.hpp"

#include <optional>
#include <variant>
#include <vector>

/// \file
/// Magnitude-frequency distributions by their parameters, as files give them and logic trees change them.
/// mfd.hpp makes bins of them.
namespace mtc::psha {

struct TruncatedGutenbergRichter {
    double min_magnitude = 0.0;
    double max_magnitude = 0.0;
    double a_value = 0.0; ///< lg of the cumulative annual rate is a - b m
    double b_value = 0.0;
    double bin_width = 0.0; ///< its own; 0: the job's width_of_mfd_bin
};

/// A truncated Gutenberg-Richter distribution whose a value follows from the slip of the fault.
struct SlippingGutenbergRichter {
    double min_magnitude = 0.0;
    double max_magnitude = 0.0;
    double b_value = 0.0;
    double slip_rate_mm = 0.0;   ///< [mm/year]
    double rigidity_gpa = 0.0;   ///< [GPa]
    double constant_term = 9.05; ///< c in lg M0 = 1.5 m + c, M0 in N m
};

struct TaperedGutenbergRichter {
    double min_magnitude = 0.0;
    double max_magnitude = 0.0;
    double corner_magnitude = 0.0;
    double a_value = 0.0;
    double b_value = 0.0;
};

/// Exactly one of the two rates is given.
struct YoungsCoppersmith {
    double min_magnitude = 0.0;
    double b_value = 0.0;
    double bin_width = 0.0;
    double characteristic_magnitude = 0.0;
    std::optional<double> characteristic_rate{}; ///< [1/year]
    std::optional<double> moment_rate{};         ///< [N m/year]
};

struct Incremental {
    double min_magnitude = 0.0; ///< centre of the first bin
    double bin_width = 0.0;
    std::vector<double> annual_rates{};
};

struct Arbitrary {
    std::vector<double> magnitudes{};
    std::vector<double> annual_rates{};
};

using MagnitudeDistribution =
    std::variant<TruncatedGutenbergRichter, SlippingGutenbergRichter, TaperedGutenbergRichter,
                 YoungsCoppersmith, Incremental, Arbitrary>;

/// Whether its bins depend on the job's width_of_mfd_bin.
[[nodiscard]] bool needs_bin_width(const MagnitudeDistribution& distribution) noexcept;

/// Refuses what discretised() would, whatever the area of the fault, with less work. \throws InputError
void check_parameters(const MagnitudeDistribution& distribution, double bin_width);

/// The bins, those of rate zero included.
/// \param bin_width  used by those that need it
/// \param area_km2   of the fault, used by SlippingGutenbergRichter alone
/// \throws InputError  for parameters that the distribution refuses
[[nodiscard]] std::vector<MagnitudeRate> discretised(const MagnitudeDistribution& distribution,
                                                     double bin_width, double area_km2);

} // namespace mtc::psha
