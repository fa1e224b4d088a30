#include "schedule/cost_model.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::schedule {

namespace {

/// [s] No unit is quicker; keeps a rate above 0 when a clock saw nothing pass.
constexpr double quickest_unit_s = 1e-8;
constexpr double notable_change = 1.25; ///< of a rate
constexpr double most_scatter = 8.0;
constexpr double trusted_receipts = 16.0; ///< so many are needed
constexpr double trusted_scatter = 0.5;   ///< or less

} // namespace

CostModel::CostModel(std::span<const CostClassInfo> classes, std::size_t n_strands, double n_remembered)
    : n_classes_{classes.size()}
    , own_(n_strands)
    , keep_{1.0 - 1.0 / std::max(n_remembered, 2.0)}
{
    classes_.reserve(classes.size());
    for (const CostClassInfo& info : classes) {
        if (!(info.seconds_per_weight > 0.0) || std::isinf(info.seconds_per_weight))
            throw ComputeError(text("cost class '", info.name, "' has seconds_per_weight = ",
                                    info.seconds_per_weight, " (it must be finite and above 0)"));
        classes_.push_back({.rate = info.seconds_per_weight});
    }
}

bool CostModel::observe(const Measurement& measurement)
{
    if (measurement.n_units == 0 || !(measurement.weight > 0.0))
        return false;
    const double n_units = static_cast<double>(measurement.n_units);
    const double seconds = std::max(measurement.duration_s, n_units * quickest_unit_s);
    Class& cost = classes_[measurement.cost_class.value()];
    cost.seconds = cost.seconds * keep_ + seconds;
    cost.weight = cost.weight * keep_ + measurement.weight;
    cost.units = cost.units * keep_ + n_units;
    cost.rate = cost.seconds / cost.weight;
    cost.heaviest_block = std::max(cost.heaviest_block, measurement.weight);
    const double deviation = seconds / (measurement.weight * cost.rate) - 1.0;
    cost.n_receipts = cost.n_receipts * keep_ + 1.0;
    cost.variance = cost.variance * keep_ + n_units * deviation * deviation;
    cost.scatter = std::min(most_scatter, std::sqrt(cost.variance / cost.n_receipts));
    observe_strand(measurement);
    const bool moved = cost.told_rate == 0.0 || cost.rate > notable_change * cost.told_rate ||
                       cost.told_rate > notable_change * cost.rate;
    if (moved)
        cost.told_rate = cost.rate;
    return moved;
}

void CostModel::observe_strand(const Measurement& measurement)
{
    if (measurement.strand.is_none() || measurement.n_units == 0)
        return;
    const double n_units = static_cast<double>(measurement.n_units);
    const double expected = measurement.weight * rate(measurement.cost_class);
    Own& own = own_[measurement.strand.value()];
    own.measured += static_cast<float>(std::max(measurement.duration_s, n_units * quickest_unit_s));
    own.expected += static_cast<float>(expected);
    own.expected_unit = static_cast<float>(expected / n_units);
}

bool CostModel::trusted(CostClass cost_class) const
{
    const Class& cost = classes_[cost_class.value()];
    return cost.n_receipts >= trusted_receipts && cost.scatter <= trusted_scatter;
}

double CostModel::correction(StrandId strand) const
{
    const Own& own = own_[strand.value()];
    if (!(own.expected > 0.0F))
        return 1.0;
    return static_cast<double>(own.measured + own.expected_unit) /
           static_cast<double>(own.expected + own.expected_unit);
}

} // namespace mtc::schedule
