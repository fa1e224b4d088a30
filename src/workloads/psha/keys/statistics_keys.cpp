#include "workloads/psha/keys/statistics_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mtc::psha {

std::vector<StatisticRecord> statistics_of(const Config& config)
{
    std::vector<StatisticRecord> list;
    if (config.flag("mean"))
        list.push_back({.kind = StatisticKind::mean});
    if (config.flag("std"))
        list.push_back({.kind = StatisticKind::std});
    if (config.has("quantiles"))
        for (const double quantile : config.numbers("quantiles")) {
            if (!(quantile >= 0.0 && quantile <= 1.0))
                throw InputError(text(config.where("quantiles"), " (", quantile, " is not from 0 to 1)"));
            if (std::ranges::any_of(list, [&](const StatisticRecord& other) {
                    return other.kind == StatisticKind::quantile && other.quantile == quantile;
                }))
                throw InputError(text(config.where("quantiles"), " (", quantile, " stands there twice)"));
            list.push_back({.kind = StatisticKind::quantile, .quantile = quantile});
        }
    if (config.flag("max"))
        list.push_back({.kind = StatisticKind::max});
    return list;
}

std::vector<double> map_poes(const Config& config)
{
    if (!config.flag("hazard_maps") && !config.flag("uniform_hazard_spectra"))
        return {};
    const std::string_view asked = config.flag("hazard_maps") ? "hazard_maps" : "uniform_hazard_spectra";
    const std::vector<double> poes = config.has("poes") ? config.numbers("poes") : std::vector<double>{};
    const std::vector<double> periods =
        config.has("return_periods") ? config.numbers("return_periods") : std::vector<double>{};
    if (poes.empty() == periods.empty())
        throw InputError(text(config.where(asked),
                              poes.empty() ? " (needs poes or return_periods, such as 'poes = 0.1')"
                                           : " (poes and return_periods are both given: one is accepted)"));
    for (const double poe : poes)
        if (!(poe > 0.0 && poe < 1.0))
            throw InputError(text(config.where("poes"), " (", poe, " is not between 0 and 1)"));
    std::vector<double> made = poes;
    for (const double period : periods) {
        if (!(period > 0.0))
            throw InputError(text(config.where("return_periods"), " (", period, " is not above 0 years)"));
        made.push_back(-std::expm1(-config.number("investigation_time") / period));
    }
    return made;
}

std::string statistic_name(const StatisticRecord& statistic)
{
    switch (statistic.kind) {
    case StatisticKind::mean:
        return "mean";
    case StatisticKind::std:
        return "std";
    case StatisticKind::quantile:
        return fmt::format("quantile-{}", statistic.quantile);
    case StatisticKind::max:
        return "max";
    }
    return "";
}

} // namespace mtc::psha
