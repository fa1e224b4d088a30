#include "workloads/psha/hazard/dependence.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

/// -ln(non-exceedance) of a group from its X.
double group_exponent(const GroupRecord& group, double investigation_time, double x) noexcept
{
    if (group.is_cluster != 0) {
        const double events = group.cluster_rate * investigation_time;
        return group.dependence == Dependence::independent ? events * -std::expm1(-x)
                                                           : events * group.probability * x;
    }
    if (group.dependence == Dependence::exclusive_sources)
        return exponent_of(group.probability * x);
    return exponent_of(group.probability * -std::expm1(-x));
}

} // namespace

Occurrence occurrence_of(const GroupRecord& group, const SourceRecord& source) noexcept
{
    if (group.is_cluster != 0)
        return Occurrence::once;
    if (source.dispersion > 0.0)
        return Occurrence::negative_binomial;
    return source.ruptures.count > 0 && source.has_rates == 0 ? Occurrence::listed : Occurrence::poisson;
}

bool adds_up(const GroupRecord& group) noexcept
{
    return group.dependence == Dependence::independent;
}

double exceedance_of(std::span<const double> probabilities, double g) noexcept
{
    double none = 1.0; // of k occurrences exceeds
    double some = 0.0;
    double sum = 0.0;
    for (const double probability : probabilities) {
        sum += probability * some;
        some += none * g;
        none *= 1.0 - g;
    }
    return std::min(sum, 1.0);
}

double negative_binomial_exponent(double expected, double dispersion, double g) noexcept
{
    const double occurrences = expected * g;
    const double scaled = dispersion * occurrences;
    constexpr double negligible = 1e-17; // ln(1 + x) is x then, to the last bit
    return scaled < negligible ? occurrences : std::log1p(scaled) / dispersion;
}

double exponent_of(double probability) noexcept
{
    return probability < 1.0 ? std::min(-std::log1p(-probability), largest_exponent) : largest_exponent;
}

double unit_value(const GroupRecord& group, const SourceRecord& source, double sum) noexcept
{
    switch (group.dependence) {
    case Dependence::independent:
        return sum;
    case Dependence::exclusive_sources:
        return source.weight * -std::expm1(-sum);
    case Dependence::exclusive_ruptures:
        return exponent_of(sum);
    }
    return sum;
}

void finish_groups(const ModelView& model, std::size_t cells, std::span<double> sums) noexcept
{
    for (const GroupRecord& group : model.groups) {
        if (adds_up(group) && group.is_cluster == 0)
            continue;
        for (double& x : sums.subspan(group.group_models.first * cells, group.group_models.count * cells))
            x = group_exponent(group, model.job->investigation_time, x);
    }
}

} // namespace mtc::psha
