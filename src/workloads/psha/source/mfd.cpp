#include "workloads/psha/source/mfd.hpp"

#include "mtc/error.hpp"

#include <cmath>
#include <numbers>

namespace mtc::psha {
namespace {

/// Of bins that begin at `lowest` and end at `highest`, both centres.
std::size_t count_bins(double lowest, double highest, double bin_width)
{
    return static_cast<std::size_t>(std::round((highest - lowest) / bin_width)) + 1;
}

double exponential_rate(double a_value, double b_value, double centre, double bin_width)
{
    return std::pow(10.0, a_value - b_value * (centre - bin_width / 2.0)) -
           std::pow(10.0, a_value - b_value * (centre + bin_width / 2.0));
}

/// [N m]
double seismic_moment(double magnitude)
{
    return std::pow(10.0, 1.5 * magnitude + 9.05);
}

/// Width of the flat part of a Youngs-Coppersmith distribution.
constexpr double flat_width = 0.5;

void check_youngs_coppersmith(double min_magnitude, double characteristic_magnitude, double bin_width)
{
    if (!(bin_width > 0.0 && bin_width <= flat_width))
        throw InputError(text("YoungsCoppersmithMFD: binWidth = ", bin_width,
                              " (accepted: above 0, at most 0.5, the width of the characteristic part)"));
    if (!(characteristic_magnitude - flat_width / 2.0 >= min_magnitude + bin_width))
        throw InputError(text("YoungsCoppersmithMFD: minMag = ", min_magnitude,
                              ", characteristicMag = ", characteristic_magnitude,
                              " (characteristicMag - 0.25 must be at least minMag + "
                              "binWidth = ",
                              min_magnitude + bin_width, "). Lower minMag?"));
}

/// \param a_value  of the exponential part
/// \param characteristic_rate  of the flat part as a whole
std::vector<MagnitudeRate> youngs_coppersmith_bins(double min_magnitude, double b_value, double a_value,
                                                   double characteristic_magnitude,
                                                   double characteristic_rate, double bin_width)
{
    const double flat_from = characteristic_magnitude - flat_width / 2.0;
    const double lowest = std::round(min_magnitude / bin_width) * bin_width + bin_width / 2.0;
    const double highest =
        std::round((characteristic_magnitude + flat_width / 2.0) / bin_width) * bin_width - bin_width / 2.0;
    const std::size_t n_bins = count_bins(lowest, highest, bin_width);
    std::vector<MagnitudeRate> bins;
    bins.reserve(n_bins);
    for (double centre = lowest; bins.size() < n_bins; centre += bin_width) {
        const bool exponential = centre >= min_magnitude && centre < flat_from;
        bins.push_back({centre, exponential ? exponential_rate(a_value, b_value, centre, bin_width)
                                            : characteristic_rate / flat_width * bin_width});
    }
    return bins;
}

} // namespace

void check_truncated_gutenberg_richter(double min_magnitude, double max_magnitude, double bin_width)
{
    if (!(bin_width > 0.0))
        throw InputError(text("width of the magnitude bins = ", bin_width,
                              " (must be above 0). Set width_of_mfd_bin, for instance to 0.1?"));
    if (!(min_magnitude <= max_magnitude))
        throw InputError(text("truncGutenbergRichterMFD: minMag = ", min_magnitude, " and maxMag = ",
                              max_magnitude, " (minMag must not be above maxMag). Exchange them?"));
}

std::vector<MagnitudeRate> truncated_gutenberg_richter(double min_magnitude, double max_magnitude,
                                                       double bin_width, double a_value, double b_value)
{
    check_truncated_gutenberg_richter(min_magnitude, max_magnitude, bin_width);
    double lowest = std::round(min_magnitude / bin_width) * bin_width;
    double highest = std::round(max_magnitude / bin_width) * bin_width;
    if (lowest != highest) { // from edges to centres; equal edges are the centre of a single bin
        lowest += bin_width / 2.0;
        highest -= bin_width / 2.0;
    }
    const std::size_t n_bins = count_bins(lowest, highest, bin_width);
    std::vector<MagnitudeRate> bins;
    bins.reserve(n_bins);
    // Added up, not multiplied, as OpenQuake does: the last digits of the magnitudes are the same.
    for (double centre = lowest; bins.size() < n_bins; centre += bin_width)
        bins.push_back({centre, exponential_rate(a_value, b_value, centre, bin_width)});
    return bins;
}

double moment_rate_of_a_value(double a_value, double b_value, double min_magnitude, double max_magnitude,
                              double constant_term) noexcept
{
    const double slope = 1.5 - b_value;
    const double lg_scale = constant_term + a_value + std::log10(b_value);
    // Moment per magnitude is 10^(lg_scale + slope m) ln 10: constant where slope is 0.
    const double integral =
        slope == 0.0
            ? std::numbers::ln10 * (max_magnitude - min_magnitude)
            : (std::pow(10.0, slope * max_magnitude) - std::pow(10.0, slope * min_magnitude)) / slope;
    return std::pow(10.0, lg_scale) * integral;
}

double a_value_of_moment_rate(double moment_rate, double b_value, double min_magnitude, double max_magnitude,
                              double constant_term)
{
    if (!(moment_rate > 0.0))
        throw InputError(
            text("moment rate = ", moment_rate, " N m/year (must be above 0). Is the slip rate 0?"));
    if (!(b_value > 0.0))
        throw InputError(text("bValue = ", b_value, " (must be above 0)"));
    if (!(min_magnitude < max_magnitude))
        throw InputError(text("truncGutenbergRichterMFD: minMag = ", min_magnitude, " and maxMag = ",
                              max_magnitude, " (minMag must be below maxMag). Exchange them?"));
    return std::log10(moment_rate) -
           std::log10(moment_rate_of_a_value(0.0, b_value, min_magnitude, max_magnitude, constant_term));
}

double moment_rate_of_slip(double area_km2, double slip_rate_mm, double rigidity_gpa) noexcept
{
    return area_km2 * 1e6 * (slip_rate_mm * 1e-3) * (rigidity_gpa * 1e9);
}

std::vector<MagnitudeRate> tapered_gutenberg_richter(double min_magnitude, double max_magnitude,
                                                     double corner_magnitude, double bin_width,
                                                     double a_value, double b_value)
{
    std::vector<MagnitudeRate> bins =
        truncated_gutenberg_richter(min_magnitude, max_magnitude, bin_width, a_value, b_value);
    constexpr double no_taper = 9.05; // a corner that changes nothing at magnitudes that occur
    const double reference = seismic_moment(4.0);
    const double beta = 2.0 * b_value / 3.0;
    const auto share_above = [=](double magnitude, double corner) {
        const double moment = seismic_moment(magnitude);
        return std::pow(reference / moment, beta) * std::exp((reference - moment) / seismic_moment(corner));
    };
    for (MagnitudeRate& bin : bins) {
        const double low = bin.magnitude - bin_width / 2.0;
        const double high = bin.magnitude + bin_width / 2.0;
        bin.annual_rate *= (share_above(low, corner_magnitude) - share_above(high, corner_magnitude)) /
                           (share_above(low, no_taper) - share_above(high, no_taper));
    }
    return bins;
}

std::vector<MagnitudeRate> youngs_coppersmith_of_rate(double min_magnitude, double b_value,
                                                      double characteristic_magnitude,
                                                      double characteristic_rate, double bin_width)
{
    check_youngs_coppersmith(min_magnitude, characteristic_magnitude, bin_width);
    const double a_value = std::log10(characteristic_rate / flat_width) +
                           b_value * (characteristic_magnitude - 1.25) -
                           std::log10(b_value * std::numbers::ln10);
    return youngs_coppersmith_bins(min_magnitude, b_value, a_value, characteristic_magnitude,
                                   characteristic_rate, bin_width);
}

std::vector<MagnitudeRate> youngs_coppersmith_of_moment_rate(double min_magnitude, double b_value,
                                                             double characteristic_magnitude,
                                                             double moment_rate, double bin_width)
{
    check_youngs_coppersmith(min_magnitude, characteristic_magnitude, bin_width);
    const double beta = b_value * std::numbers::ln10;
    const double max_magnitude = characteristic_magnitude + flat_width / 2.0;
    const double c1 = std::exp(-beta * (max_magnitude - min_magnitude - 0.5));
    const double c2 = std::exp(-beta * (max_magnitude - min_magnitude - 1.5));
    const double c3 = beta * c2 / (2.0 * (1.0 - c1) + beta * c2);
    const double c4 = b_value * std::pow(10.0, -0.75) / (1.5 - b_value) +
                      b_value * std::exp(beta) * (1.0 - std::pow(10.0, -0.75)) / 1.5;
    const double total_rate =
        (1.0 - c1) * moment_rate / ((1.0 - c3) * c1 * seismic_moment(max_magnitude) * c4);
    const double characteristic_rate = c3 * total_rate;
    const double a_value =
        std::log10((total_rate - characteristic_rate) /
                   (std::pow(10.0, -b_value * min_magnitude) -
                    std::pow(10.0, -b_value * (characteristic_magnitude - flat_width / 2.0))));
    return youngs_coppersmith_bins(min_magnitude, b_value, a_value, characteristic_magnitude,
                                   characteristic_rate, bin_width);
}

std::vector<MagnitudeRate> incremental_mfd(double min_magnitude, double bin_width,
                                           std::span<const double> annual_rates)
{
    std::vector<MagnitudeRate> bins;
    bins.reserve(annual_rates.size());
    for (const double rate : annual_rates)
        bins.push_back({min_magnitude + static_cast<double>(bins.size()) * bin_width, rate});
    return bins;
}

std::vector<MagnitudeRate> arbitrary_mfd(std::span<const double> magnitudes,
                                         std::span<const double> annual_rates)
{
    if (magnitudes.size() != annual_rates.size() || magnitudes.empty())
        throw InputError(text("arbitraryMFD: ", magnitudes.size(), " magnitudes and ", annual_rates.size(),
                              " occurRates (one rate for each magnitude, at least one of each)"));
    std::vector<MagnitudeRate> bins;
    bins.reserve(magnitudes.size());
    for (std::size_t i = 0; i < magnitudes.size(); ++i)
        bins.push_back({magnitudes[i], annual_rates[i]});
    return bins;
}

} // namespace mtc::psha
