#include "workloads/psha/source/magnitude_distribution.hpp"

namespace mtc::psha {
namespace {

/// Makes the bins of each kind of distribution.
struct Bins {
    double bin_width;
    double area_km2;

    std::vector<MagnitudeRate> operator()(const TruncatedGutenbergRichter& d) const
    {
        return truncated_gutenberg_richter(d.min_magnitude, d.max_magnitude,
                                           d.bin_width > 0.0 ? d.bin_width : bin_width, d.a_value, d.b_value);
    }
    std::vector<MagnitudeRate> operator()(const SlippingGutenbergRichter& d) const
    {
        const double a_value =
            a_value_of_moment_rate(moment_rate_of_slip(area_km2, d.slip_rate_mm, d.rigidity_gpa), d.b_value,
                                   d.min_magnitude, d.max_magnitude, d.constant_term);
        return truncated_gutenberg_richter(d.min_magnitude, d.max_magnitude, bin_width, a_value, d.b_value);
    }
    std::vector<MagnitudeRate> operator()(const TaperedGutenbergRichter& d) const
    {
        return tapered_gutenberg_richter(d.min_magnitude, d.max_magnitude, d.corner_magnitude, bin_width,
                                         d.a_value, d.b_value);
    }
    std::vector<MagnitudeRate> operator()(const YoungsCoppersmith& d) const
    {
        if (d.characteristic_rate)
            return youngs_coppersmith_of_rate(d.min_magnitude, d.b_value, d.characteristic_magnitude,
                                              *d.characteristic_rate, d.bin_width);
        return youngs_coppersmith_of_moment_rate(d.min_magnitude, d.b_value, d.characteristic_magnitude,
                                                 d.moment_rate.value_or(0.0), d.bin_width);
    }
    std::vector<MagnitudeRate> operator()(const Incremental& d) const
    {
        return incremental_mfd(d.min_magnitude, d.bin_width, d.annual_rates);
    }
    std::vector<MagnitudeRate> operator()(const Arbitrary& d) const
    {
        return arbitrary_mfd(d.magnitudes, d.annual_rates);
    }
};

} // namespace

bool needs_bin_width(const MagnitudeDistribution& distribution) noexcept
{
    const auto* truncated = std::get_if<TruncatedGutenbergRichter>(&distribution);
    return (truncated != nullptr && !(truncated->bin_width > 0.0)) ||
           std::holds_alternative<SlippingGutenbergRichter>(distribution) ||
           std::holds_alternative<TaperedGutenbergRichter>(distribution);
}

void check_parameters(const MagnitudeDistribution& distribution, double bin_width)
{
    constexpr double some_area_km2 = 1.0; // what is refused does not depend on it
    if (const auto* truncated = std::get_if<TruncatedGutenbergRichter>(&distribution))
        check_truncated_gutenberg_richter(truncated->min_magnitude, truncated->max_magnitude,
                                          truncated->bin_width > 0.0 ? truncated->bin_width : bin_width);
    else if (!std::holds_alternative<Incremental>(distribution)) // which is what it is
        (void)discretised(distribution, bin_width, some_area_km2);
}

std::vector<MagnitudeRate> discretised(const MagnitudeDistribution& distribution, double bin_width,
                                       double area_km2)
{
    return std::visit(Bins{bin_width, area_km2}, distribution);
}

} // namespace mtc::psha
