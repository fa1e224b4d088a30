#include "schedule/unit_set.hpp"

#include <algorithm>

namespace mtc::schedule {

void UnitSet::add(UnitRange units)
{
    if (units.count == 0)
        return;
    std::uint64_t n_new = units.count;
    for (auto at = intervals_.lower_bound(interval(units));
         at != intervals_.end() && at->lower() < units.end().value(); ++at)
        n_new -= std::min(at->upper(), units.end().value()) - std::max(at->lower(), units.first.value());
    intervals_.add(interval(units));
    n_units_ += n_new;
}

bool UnitSet::remove(UnitRange units)
{
    if (!contains(units))
        return false;
    intervals_.subtract(interval(units));
    n_units_ -= units.count;
    return true;
}

bool UnitSet::contains(UnitRange units) const
{
    if (units.count == 0)
        return true;
    const auto at = intervals_.lower_bound(interval(units));
    return at != intervals_.end() && at->lower() <= units.first.value() && units.end().value() <= at->upper();
}

std::optional<UnitRange> UnitSet::first_in(UnitRange within) const
{
    if (within.count == 0)
        return std::nullopt;
    const auto at = intervals_.lower_bound(interval(within));
    if (at == intervals_.end() || at->lower() >= within.end().value())
        return std::nullopt;
    const std::uint64_t first = std::max(at->lower(), within.first.value());
    const std::uint64_t end = std::min(at->upper(), within.end().value());
    return UnitRange{UnitId{first}, end - first};
}

bool UnitSet::overlaps(const UnitSet& other) const
{
    return boost::icl::intersects(intervals_, other.intervals_);
}

} // namespace mtc::schedule
