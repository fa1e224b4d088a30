#pragma once

#include "mtc/config.hpp"
#include "workloads/psha/model/model.hpp"

#include <string>
#include <vector>

namespace mtc::psha {

/// Statistics that a job asks for, in OpenQuake's order: mean, std, quantiles, max.
/// \throws InputError  a quantile outside [0, 1] or given twice
[[nodiscard]] std::vector<StatisticRecord> statistics_of(const Config& config);

/// Probabilities of exceedance of the maps and spectra that a job asks for; empty when it asks for none.
/// \throws InputError  maps without poes or return_periods, both of these, or values outside (0, 1) or <= 0
[[nodiscard]] std::vector<double> map_poes(const Config& config);

/// "mean", "std", "quantile-0.5", "max": as OpenQuake names files.
[[nodiscard]] std::string statistic_name(const StatisticRecord& statistic);

} // namespace mtc::psha
