#include "workloads/psha/source/magnitude_area.hpp"

#include "config/nearest.hpp"
#include "mtc/error.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace mtc::psha {
namespace {

/// In the order of the enumerators.
constexpr std::array<std::string_view, 3> names{"WC1994", "PeerMSR", "PointMSR"};

/// Wells and Coppersmith (1994), BSSA 84(4), table 2A, rupture area by faulting style.
double lg_area_wells_coppersmith(double magnitude, double rake_deg)
{
    const double steepness = std::abs(rake_deg);
    if (steepness <= 45.0 || steepness >= 135.0)
        return -3.42 + 0.90 * magnitude; // strike slip
    if (rake_deg > 0.0)
        return -3.99 + 0.98 * magnitude; // reverse
    return -2.87 + 0.82 * magnitude;     // normal
}

} // namespace

MagnitudeArea magnitude_area_by_name(std::string_view name)
{
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (name == names[i])
            return static_cast<MagnitudeArea>(i);
    }
    throw InputError(
        text("'", name,
             "' is not a recognized magnitude-scale relationship (known are WC1994, PeerMSR and PointMSR).",
             config::did_you_mean(name, names)));
}

double median_area_km2(MagnitudeArea relation, double magnitude, double rake_deg) noexcept
{
    switch (relation) {
    case MagnitudeArea::wc1994:
        return std::pow(10.0, lg_area_wells_coppersmith(magnitude, rake_deg));
    case MagnitudeArea::peer: // PEER's verification tests (Thomas et al. 2010, PEER report 2010/106)
        return std::pow(10.0, magnitude - 4.0);
    case MagnitudeArea::point:
        return 1e-4;
    }
    return 0.0;
}

} // namespace mtc::psha
