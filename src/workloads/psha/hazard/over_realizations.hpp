#pragma once

#include "workloads/psha/model/model.hpp"

#include <span>
#include <utility>
#include <vector>

/// \file
/// Statistics over realizations and hazard maps, as OpenQuake defines them.
namespace mtc::psha {

/// Weighted statistics of one value over realizations. Realizations of weight 0 take no part.
class OverRealizations {
public:
    /// \param weights [n_rlz] sum to 1
    explicit OverRealizations(std::span<const RealizationRecord> realizations);
    explicit OverRealizations(std::span<const double> weights);

    /// \param values [n_rlz]
    [[nodiscard]] double mean(std::span<const double> values) const;
    [[nodiscard]] double std(std::span<const double> values) const;
    [[nodiscard]] double max(std::span<const double> values) const;
    /// Linear in the cumulative weight of the sorted values, constant outside. \param q in [0, 1]
    [[nodiscard]] double quantile(std::span<const double> values, double q);

    [[nodiscard]] double statistic(const StatisticRecord& which, std::span<const double> values);

private:
    struct Weight {
        std::size_t realization = 0;
        double value = 0.0; ///< > 0
    };
    void add(double weight);
    std::size_t n_realizations_ = 0;
    std::vector<Weight> weights_;
    std::vector<std::pair<double, double>> sorted_; ///< value, weight
};

/// Intensity measure level that is exceeded with probability `poe`: linear in the logarithms of both, 0 where
/// `poe` is above the curve, the last level where it is below.
///
/// \param curve   [n_lvl] probabilities of exceedance, not increasing
/// \param levels  [n_lvl] increasing
[[nodiscard]] double map_value(std::span<const double> curve, std::span<const double> levels,
                               double poe) noexcept;

} // namespace mtc::psha
