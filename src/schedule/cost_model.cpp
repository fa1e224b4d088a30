#include "schedule/cost_model.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mtc::schedule {

namespace {

/// [s] No unit is quicker; keeps a rate above 0 when a clock saw nothing pass.
constexpr double quickest_unit_s = 1e-8;
constexpr double notable_change = 1.25; ///< of a rate
constexpr double most_scatter = 8.0;
constexpr double trusted_scatter = 0.5; ///< or less

} // namespace

CostModel::CostModel(std::span<const CostClassInfo> classes, std::size_t n_strands, double n_remembered,
                     int n_computing)
    : n_classes_{classes.size()}
    , own_(n_strands)
    , keep_{1.0 - 1.0 / std::max(n_remembered, 2.0)}
    , receipts_to_try_{static_cast<double>(std::min(receipts_to_trust, n_computing))}
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

/// The unit that lasts is one, whatever its task holds. It counts by what has been seen of it, and before the
/// class is relied on as if it went on for as long as it has lasted.
void CostModel::add_overdue(CostClass cost_class, double unit_s, double late_s, Overdue& overdue) const
{
    const double ahead_s = classes_[cost_class.value()].relied_on ? 0.0 : unit_s + late_s;
    const double deviation = std::min(most_scatter, (late_s + ahead_s) / unit_s);
    overdue.n_tasks += 1.0;
    overdue.variance += deviation * deviation;
}

bool CostModel::observe_overdue(std::span<const Overdue> by_class)
{
    bool more_trusted = false;
    for (std::size_t c = 0; c < n_classes_; ++c) {
        Class& cost = classes_[c];
        const double n_tasks = cost.n_receipts + by_class[c].n_tasks;
        const bool uneven =
            cost.variance + by_class[c].variance > n_tasks * trusted_scatter * trusted_scatter;
        const bool was_doubted = std::exchange(cost.doubted, by_class[c].n_tasks > 0.0 && uneven);
        cost.relied_on = cost.n_receipts >= receipts_to_trust && !uneven;
        more_trusted = more_trusted || (was_doubted && cost.relied_on);
    }
    return more_trusted;
}

bool CostModel::trusted(CostClass cost_class) const
{
    const Class& cost = classes_[cost_class.value()];
    return cost.n_receipts >= receipts_to_trust && cost.scatter <= trusted_scatter && !cost.doubted;
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
