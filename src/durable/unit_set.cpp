#include "durable/unit_set.hpp"

#include <algorithm>

namespace mtc::durable {

void UnitSet::insert(UnitRange range)
{
    if (range.count == 0)
        return;
    // First range that touches or follows the new one.
    auto first = std::ranges::lower_bound(ranges_, range.first, {}, &UnitRange::end);
    auto last = first;
    while (last != ranges_.end() && last->first <= range.end()) {
        const UnitId begin = std::min(range.first, last->first);
        const UnitId end = std::max(range.end(), last->end());
        range = {begin, end.value() - begin.value()};
        ++last;
    }
    first = ranges_.erase(first, last);
    ranges_.insert(first, range);
}

bool UnitSet::contains(UnitId unit) const noexcept
{
    const auto after = std::ranges::upper_bound(ranges_, unit, {}, &UnitRange::first);
    return after != ranges_.begin() && unit < (after - 1)->end();
}

bool UnitSet::overlaps(const UnitSet& other) const noexcept
{
    auto a = ranges_.begin();
    auto b = other.ranges_.begin();
    while (a != ranges_.end() && b != other.ranges_.end()) {
        if (a->end() <= b->first)
            ++a;
        else if (b->end() <= a->first)
            ++b;
        else
            return true;
    }
    return false;
}

std::uint64_t UnitSet::size() const noexcept
{
    std::uint64_t n = 0;
    for (const UnitRange& range : ranges_)
        n += range.count;
    return n;
}

} // namespace mtc::durable
