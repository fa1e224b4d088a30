#include "workloads/psha/hazard/over_realizations.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

constexpr double smallest_poe = 1e-30; // floor of what a logarithm is taken of

} // namespace

OverRealizations::OverRealizations(std::span<const RealizationRecord> realizations)
{
    for (const RealizationRecord& realization : realizations)
        add(realization.weight);
}

OverRealizations::OverRealizations(std::span<const double> weights)
{
    for (const double weight : weights)
        add(weight);
}

void OverRealizations::add(double weight)
{
    if (weight > 0.0)
        weights_.push_back({.realization = n_realizations_, .value = weight});
    ++n_realizations_;
    sorted_.resize(weights_.size());
}

double OverRealizations::mean(std::span<const double> values) const
{
    double sum = 0.0;
    for (const Weight& weight : weights_)
        sum += weight.value * values[weight.realization];
    return sum;
}

double OverRealizations::std(std::span<const double> values) const
{
    const double centre = mean(values);
    double sum = 0.0;
    for (const Weight& weight : weights_) {
        const double off = values[weight.realization] - centre;
        sum += weight.value * off * off;
    }
    return std::sqrt(sum);
}

double OverRealizations::max(std::span<const double> values) const
{
    double largest = values[weights_.front().realization];
    for (const Weight& weight : weights_)
        largest = std::max(largest, values[weight.realization]);
    return largest;
}

double OverRealizations::quantile(std::span<const double> values, double q)
{
    std::ranges::transform(weights_, sorted_.begin(), [&](const Weight& weight) {
        return std::pair{values[weight.realization], weight.value};
    });
    std::ranges::sort(sorted_);
    double below = sorted_.front().second; // cumulative weight of the value before
    if (q <= below)
        return sorted_.front().first;
    for (std::size_t r = 1; r < sorted_.size(); ++r) {
        const double here = below + sorted_[r].second;
        if (q <= here)
            return sorted_[r - 1].first +
                   (sorted_[r].first - sorted_[r - 1].first) * (q - below) / (here - below);
        below = here;
    }
    return sorted_.back().first;
}

double OverRealizations::statistic(const StatisticRecord& which, std::span<const double> values)
{
    switch (which.kind) {
    case StatisticKind::mean:
        return mean(values);
    case StatisticKind::std:
        return std(values);
    case StatisticKind::quantile:
        return quantile(values, which.quantile);
    case StatisticKind::max:
        return max(values);
    }
    return 0.0;
}

double map_value(std::span<const double> curve, std::span<const double> levels, double poe) noexcept
{
    const auto floored = [&](std::size_t level) { return std::max(curve[level], smallest_poe); };
    if (poe > floored(0))
        return 0.0;
    // The last level whose probability is still at least poe.
    std::size_t level = 0;
    while (level + 1 < curve.size() && floored(level + 1) >= poe)
        ++level;
    if (level + 1 == curve.size())
        return levels.back();
    const double above = std::log(floored(level));
    const double share = (std::log(poe) - above) / (std::log(floored(level + 1)) - above);
    return std::exp(std::log(levels[level]) +
                    share * (std::log(levels[level + 1]) - std::log(levels[level])));
}

} // namespace mtc::psha
