#include "workloads/psha/source/mfd.hpp"

#include "mtc/error.hpp"

#include <cmath>

namespace mtc::psha {

std::vector<MagnitudeRate> truncated_gutenberg_richter(double min_magnitude, double max_magnitude,
                                                       double bin_width, double a_value, double b_value)
{
    if (!(bin_width > 0.0))
        throw InputError(text("width of the magnitude bins = ", bin_width,
                              " (must be above 0). Set width_of_mfd_bin, for instance to 0.1?"));
    if (!(min_magnitude <= max_magnitude))
        throw InputError(text("truncGutenbergRichterMFD: minMag = ", min_magnitude, " and maxMag = ",
                              max_magnitude, " (minMag must not be above maxMag). Exchange them?"));
    double lowest = std::round(min_magnitude / bin_width) * bin_width;
    double highest = std::round(max_magnitude / bin_width) * bin_width;
    if (lowest != highest) { // from edges to centres; equal edges are the centre of a single bin
        lowest += bin_width / 2.0;
        highest -= bin_width / 2.0;
    }
    const auto n_bins = static_cast<std::size_t>(std::round((highest - lowest) / bin_width)) + 1;

    const auto cumulative_rate = [=](double m) { return std::pow(10.0, a_value - b_value * m); };
    std::vector<MagnitudeRate> bins;
    bins.reserve(n_bins);
    // Added up, not multiplied, as OpenQuake does: the last digits of the magnitudes are the same.
    for (double centre = lowest; bins.size() < n_bins; centre += bin_width)
        bins.push_back(
            {centre, cumulative_rate(centre - bin_width / 2.0) - cumulative_rate(centre + bin_width / 2.0)});
    return bins;
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
