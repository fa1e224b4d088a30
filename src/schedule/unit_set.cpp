#include "schedule/unit_set.hpp"

#include <algorithm>
#include <iterator>

namespace mtc::schedule {

void UnitSet::add(UnitRange units)
{
    if (units.count == 0)
        return;
    std::uint64_t first = units.first.value();
    std::uint64_t end = units.end().value();
    std::uint64_t n_new = units.count;
    const auto touched = ranges_.lower_bound(first); // ends there or later
    auto after = touched;
    for (; after != ranges_.end() && after->first <= end; ++after) {
        const std::uint64_t shared_first = std::max(after->first, units.first.value());
        const std::uint64_t shared_end = std::min(after->end, units.end().value());
        n_new -= shared_end > shared_first ? shared_end - shared_first : 0;
        first = std::min(first, after->first);
        end = std::max(end, after->end);
    }
    n_units_ += n_new;
    if (touched == after) {
        ranges_.insert(after, Range{first, end});
        return;
    }
    const auto last = ranges_.erase(touched, std::prev(after)); // the last range touched becomes the whole
    last->first = first;
    last->end = end;
}

bool UnitSet::remove(UnitRange units)
{
    if (units.count == 0)
        return true;
    const std::uint64_t first = units.first.value();
    const std::uint64_t end = units.end().value();
    const auto at = ranges_.upper_bound(first);
    if (at == ranges_.end() || at->first > first || at->end < end)
        return false;
    n_units_ -= units.count;
    const std::uint64_t whole_first = at->first;
    if (at->end > end) { // the rest behind it keeps the node
        at->first = end;
        if (whole_first < first)
            ranges_.insert(at, Range{whole_first, first});
    } else if (whole_first < first) {
        at->end = first;
    } else {
        ranges_.erase(at);
    }
    return true;
}

bool UnitSet::contains(UnitRange units) const
{
    if (units.count == 0)
        return true;
    const auto at = ranges_.upper_bound(units.first.value());
    return at != ranges_.end() && at->first <= units.first.value() && units.end().value() <= at->end;
}

std::optional<UnitRange> UnitSet::first_in(UnitRange within) const
{
    if (within.count == 0)
        return std::nullopt;
    const auto at = ranges_.upper_bound(within.first.value());
    if (at == ranges_.end() || at->first >= within.end().value())
        return std::nullopt;
    const std::uint64_t first = std::max(at->first, within.first.value());
    const std::uint64_t end = std::min(at->end, within.end().value());
    return UnitRange{UnitId{first}, end - first};
}

bool UnitSet::overlaps(const UnitSet& other) const
{
    if (other.n_ranges() < n_ranges())
        return other.overlaps(*this);
    return std::ranges::any_of(ranges_, [&](const auto& range) {
        return other.overlaps(UnitRange{UnitId{range.first}, range.end - range.first});
    });
}

} // namespace mtc::schedule
