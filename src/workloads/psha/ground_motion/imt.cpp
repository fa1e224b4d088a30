#include "workloads/psha/ground_motion/imt.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace mtc::psha {

namespace {

constexpr std::array<std::string_view, 15> plain_imts{
    "PGA",                                // peak ground acceleration [g]
    "PGV",                                // peak ground velocity [cm/s]
    "PGD",                                // peak ground displacement [cm]
    "IA",                                 // Arias intensity [m/s]
    "CAV",                                // cumulative absolute velocity [g s]
    "RSD", "RSD595", "RSD575", "RSD2080", // relative significant durations [s]
    "MMI", "JMA",                         // macroseismic intensities
    "ASI", "VSI",    "DSI",               // spectrum intensities of acceleration, velocity, displacement
    "SA"                                  // stands here for suggestions; needs its period
};

/// T of "SA(T)", or nothing when it is not a positive number.
std::optional<double> period_of(std::string_view name)
{
    if (!name.starts_with("SA(") || !name.ends_with(')'))
        return std::nullopt;
    const std::string_view digits = config::trimmed(name.substr(3, name.size() - 4));
    double period = 0.0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), period);
    if (error != std::errc{} || end != digits.data() + digits.size())
        return std::nullopt;
    return period > 0.0 && period < 1e3 ? std::optional{period} : std::nullopt;
}

} // namespace

std::string sa_name(double period)
{
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), period);
    std::string digits(buffer.data(), end);
    if (digits.find_first_of(".e") == std::string::npos)
        digits += ".0";
    return "SA(" + digits + ")";
}

Imt imt_from_text(std::string_view text)
{
    const std::string_view name = config::trimmed(text);
    if (const std::optional<double> period = period_of(name))
        return {.name = sa_name(*period), .period = *period};
    if (name.starts_with("SA"))
        throw InputError(
            mtc::text("intensity measure type '", name,
                      "' (SA wants a period in seconds above 0 and below 1000, as in SA(0.2))."));
    if (std::ranges::find(plain_imts, name) == plain_imts.end())
        throw InputError(mtc::text("unknown intensity measure type '", name,
                                   "' (known: PGA, PGV, PGD, SA(T), IA, CAV, RSD, RSD595, RSD575, RSD2080, "
                                   "MMI, JMA, ASI, VSI, DSI).",
                                   config::did_you_mean(name, plain_imts)));
    return {.name = std::string(name), .period = 0.0};
}

} // namespace mtc::psha
