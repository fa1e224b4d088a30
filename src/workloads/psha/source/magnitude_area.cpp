#include "workloads/psha/source/magnitude_area.hpp"

#include "config/nearest.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/geo/geodesy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace mtc::psha {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// lg A = c0 + c1 M
struct Line {
    double c0 = 0.0;
    double c1 = 1.0;
};

struct Relation {
    std::string_view name;
    Line strike_slip;
    Line reverse;
    Line normal;
    Line unknown; ///< no rake
    double factor = 1.0;
    double bend = infinity; ///< magnitude above which `above` holds
    Line above;
};

constexpr Relation any_style(std::string_view name, Line line, double factor = 1.0)
{
    return {name, line, line, line, line, factor, infinity, {}};
}

constexpr Relation bilinear(std::string_view name, Line below, double bend, Line above)
{
    return {name, below, below, below, below, 1.0, bend, above};
}

constexpr Relation by_slip(std::string_view name, double strike_slip, double dip_slip, double unknown)
{
    return {name, {strike_slip, 1.0}, {dip_slip, 1.0}, {dip_slip, 1.0}, {unknown, 1.0}, 1.0, infinity, {}};
}

/// Sources: Wells and Coppersmith (1994), BSSA 84(4), table 2A; Thomas et al. (2010), PEER 2010/106; Leonard
/// (2014), BSSA 104(6), and (2010), BSSA 100(5A); Strasser et al. (2010), SRL 81(6); Thingbaijam et al.
/// (2017), BSSA 107(5); Allen and Hayes (2017), BSSA 107(3); EPRI/DOE/NRC (2012), NUREG-2115; the models of
/// Germany and of the Geological Survey of Canada as in OpenQuake; Hanks and Bakun (2008), BSSA 98(1).
/// In the order of the enumerators.
const std::array relations{
    Relation{"WC1994", {-3.42, 0.90}, {-3.99, 0.98}, {-2.87, 0.82}, {-3.49, 0.91}, 1.0, infinity, {}},
    any_style("PeerMSR", {-4.0, 1.0}),
    any_style("PointMSR", {-4.0, 0.0}),
    by_slip("Leonard2014_SCR", -4.18, -4.19, -4.185),
    by_slip("Leonard2014_Interplate", -3.99, -4.00, -3.995),
    any_style("Leonard2010_SCR", {-4.19, 1.0}),
    any_style("Leonard2010_SCR_M0", {-4.22, 1.0}),
    any_style("Leonard2010_SCR_MX", {-4.00, 1.0}),
    any_style("StrasserInterface", {-3.476, 0.952}),
    any_style("StrasserIntraslab", {-3.225, 0.890}),
    any_style("ThingbaijamInterface", {-3.292, 0.949}),
    any_style("ThingbaijamStrikeSlip", {-3.486, 0.942}),
    any_style("AllenHayesInterfaceLinear", {-3.63, 0.96}),
    bilinear("AllenHayesInterfaceBilinear", {-5.62, 1.22}, 8.63, {2.23, 0.31}),
    any_style("AllenHayesIntraslab", {-3.89, 0.96}),
    any_style("CEUS2011", {-4.366, 1.0}),
    any_style("GermanyMSR", {-2.44, 0.59}),
    any_style("WC1994_QCSS", {-2.57, 0.62}), // the length; see queen_charlotte_area()
    any_style("GSCCascadia", {3.01, 0.001}, 125.0),
    any_style("GSCEISO", {1.90, 0.001}, 11.0 / std::sin(18.0 * geo::radians_per_degree)),
    any_style("GSCEISB", {1.90, 0.001}, 17.0 / std::sin(18.0 * geo::radians_per_degree)),
    any_style("GSCEISI", {1.90, 0.001}, 23.0 / std::sin(18.0 * geo::radians_per_degree)),
    any_style("GSCOffshoreThrustsWIN", {-2.943, 0.677}, 3.0 / std::sin(15.0 * geo::radians_per_degree)),
    any_style("GSCOffshoreThrustsHGT", {-2.943, 0.677}, 19.0 / std::sin(25.0 * geo::radians_per_degree)),
    // Bends where the area is 537 km^2.
    bilinear("HanksBakun2008", {-3.98, 1.0}, 3.98 + std::log10(537.0), {-0.75 * 3.07, 0.75}),
};

constexpr std::string_view c_scaling_name = "CScalingMSR";
constexpr double millionth = 1e-6;

/// Queen Charlotte strike-slip faults: 20 km wide, squares when shorter.
double queen_charlotte_area(double length)
{
    return length < 20.0 ? length * length : 20.0 * length;
}

const Line& line_for(const Relation& relation, double magnitude, double rake_deg)
{
    if (magnitude > relation.bend)
        return relation.above;
    if (std::isnan(rake_deg))
        return relation.unknown;
    const double steepness = std::abs(rake_deg);
    if (steepness <= 45.0 || steepness >= 135.0)
        return relation.strike_slip;
    return rake_deg > 0.0 ? relation.reverse : relation.normal;
}

/// The number in "CScalingMSR(C=4.2)".
std::optional<double> c_of(std::string_view name)
{
    std::string compact;
    for (const char letter : name) {
        if (letter != ' ')
            compact += letter;
    }
    const std::string opening = text(c_scaling_name, "(C=");
    if (!compact.starts_with(opening) || !compact.ends_with(')'))
        return std::nullopt;
    const char* first = compact.data() + opening.size();
    const char* last = compact.data() + compact.size() - 1;
    double c = 0.0;
    const auto [end, error] = std::from_chars(first, last, c);
    if (error != std::errc{} || end != last)
        return std::nullopt;
    return c;
}

MagnitudeArea c_scaling(std::string_view name)
{
    const std::optional<double> c = c_of(name);
    const double millionths = c ? std::round(*c / millionth) : -1.0;
    if (!(millionths >= 0.0 && millionths <= 1e9) || std::abs(*c - millionths / 1e6) > 1e-12)
        throw InputError(
            text("'", name, "' is not a recognized magnitude-scale relationship (", c_scaling_name,
                 " needs its parameter, a number from 0 to 1000 with at most 6 decimals). Write ",
                 c_scaling_name, "(C=4.2)?"));
    return static_cast<MagnitudeArea>(static_cast<std::uint32_t>(MagnitudeArea::c_scaling) +
                                      static_cast<std::uint32_t>(millionths));
}

} // namespace

MagnitudeArea magnitude_area_by_name(std::string_view name)
{
    if (name.starts_with(c_scaling_name))
        return c_scaling(name);
    const auto* const found = std::ranges::find(relations, name, &Relation::name);
    if (found != relations.end())
        return static_cast<MagnitudeArea>(found - relations.begin());
    std::vector<std::string_view> names;
    for (const Relation& relation : relations)
        names.push_back(relation.name);
    names.push_back(c_scaling_name);
    std::string known;
    for (const std::string_view each : names)
        known += text(known.empty() ? "" : ", ", each);
    throw InputError(text("'", name, "' is not a recognized magnitude-scale relationship (known are ", known,
                          ").", config::did_you_mean(name, names)));
}

double median_area_km2(MagnitudeArea relation, double magnitude, double rake_deg) noexcept
{
    if (relation >= MagnitudeArea::c_scaling) {
        const auto millionths =
            static_cast<std::uint32_t>(relation) - static_cast<std::uint32_t>(MagnitudeArea::c_scaling);
        return std::pow(10.0, magnitude - static_cast<double>(millionths) / 1e6);
    }
    if (relation == MagnitudeArea::point)
        return 1e-4; // to the last digit
    const Relation& row = relations[static_cast<std::size_t>(relation)];
    const Line& line = line_for(row, magnitude, rake_deg);
    const double value = row.factor * std::pow(10.0, line.c0 + line.c1 * magnitude);
    return relation == MagnitudeArea::wc1994_qcss ? queen_charlotte_area(value) : value;
}

std::optional<MagnitudeOfArea> magnitude_of_area(MagnitudeArea relation, double area_km2,
                                                 double rake_deg) noexcept
{
    const double lg_area = std::log10(area_km2);
    const double steepness = std::abs(rake_deg);
    const bool is_strike_slip = steepness <= 45.0 || steepness >= 135.0;
    // Where lg A is linear in the magnitude, of one slope for all styles.
    const auto inverse = [&](double sigma) {
        const Line& line = line_for(relations[static_cast<std::size_t>(relation)], -infinity, rake_deg);
        return MagnitudeOfArea{(lg_area - line.c0) / line.c1, sigma};
    };
    if (relation >= MagnitudeArea::c_scaling) {
        const auto millionths =
            static_cast<std::uint32_t>(relation) - static_cast<std::uint32_t>(MagnitudeArea::c_scaling);
        return MagnitudeOfArea{lg_area + static_cast<double>(millionths) / 1e6, 0.0};
    }
    switch (relation) {
    case MagnitudeArea::wc1994: // a regression of its own
        if (std::isnan(rake_deg))
            return MagnitudeOfArea{4.07 + 0.98 * lg_area, 0.24};
        if (is_strike_slip)
            return MagnitudeOfArea{3.98 + 1.02 * lg_area, 0.23};
        return rake_deg > 0.0 ? MagnitudeOfArea{4.33 + 0.90 * lg_area, 0.25}
                              : MagnitudeOfArea{3.93 + 1.02 * lg_area, 0.25};
    case MagnitudeArea::strasser_interface:
        return MagnitudeOfArea{4.441 + 0.846 * lg_area, 0.286};
    case MagnitudeArea::thingbaijam_interface:
        return inverse(0.150);
    case MagnitudeArea::thingbaijam_strike_slip:
        return inverse(0.184);
    case MagnitudeArea::leonard_2014_scr:
    case MagnitudeArea::leonard_2014_interplate:
    case MagnitudeArea::leonard_2010_scr:
    case MagnitudeArea::leonard_2010_scr_m0:
    case MagnitudeArea::leonard_2010_scr_mx:
        return inverse(0.0);
    default:
        return std::nullopt;
    }
}

} // namespace mtc::psha
