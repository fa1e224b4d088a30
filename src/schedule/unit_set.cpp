#include "schedule/unit_set.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mtc::schedule {

void UnitSet::add(UnitRange units)
{
    if (units.count == 0)
        return;
    std::uint64_t first = units.first.value();
    std::uint64_t end = units.end().value();
    std::uint64_t n_new = units.count;
    const auto touched = first_of_.lower_bound(first); // ends there or later
    auto after = touched;
    for (; after != first_of_.end() && after->second <= end; ++after) {
        const std::uint64_t shared_first = std::max(after->second, units.first.value());
        const std::uint64_t shared_end = std::min(after->first, units.end().value());
        n_new -= shared_end > shared_first ? shared_end - shared_first : 0;
        first = std::min(first, after->second);
        end = std::max(end, after->first);
    }
    n_units_ += n_new;
    if (touched == after) {
        first_of_.emplace_hint(after, end, first);
        return;
    }
    // The last range touched becomes the whole; its key is another only when it grows at the back.
    const auto last = std::prev(after);
    first_of_.erase(touched, last);
    last->second = first;
    if (last->first != end) {
        auto node = first_of_.extract(last);
        node.key() = end;
        first_of_.insert(after, std::move(node));
    }
}

bool UnitSet::remove(UnitRange units)
{
    if (units.count == 0)
        return true;
    const std::uint64_t first = units.first.value();
    const std::uint64_t end = units.end().value();
    const auto at = first_of_.upper_bound(first);
    if (at == first_of_.end() || at->second > first || at->first < end)
        return false;
    n_units_ -= units.count;
    const std::uint64_t whole_first = at->second;
    if (at->first > end) { // the rest behind it keeps the node
        at->second = end;
        if (whole_first < first)
            first_of_.emplace_hint(at, first, whole_first);
    } else if (whole_first < first) {
        const auto after = std::next(at);
        auto node = first_of_.extract(at);
        node.key() = first;
        first_of_.insert(after, std::move(node));
    } else {
        first_of_.erase(at);
    }
    return true;
}

bool UnitSet::contains(UnitRange units) const
{
    if (units.count == 0)
        return true;
    const auto at = first_of_.upper_bound(units.first.value());
    return at != first_of_.end() && at->second <= units.first.value() && units.end().value() <= at->first;
}

std::optional<UnitRange> UnitSet::first_in(UnitRange within) const
{
    if (within.count == 0)
        return std::nullopt;
    const auto at = first_of_.upper_bound(within.first.value());
    if (at == first_of_.end() || at->second >= within.end().value())
        return std::nullopt;
    const std::uint64_t first = std::max(at->second, within.first.value());
    const std::uint64_t end = std::min(at->first, within.end().value());
    return UnitRange{UnitId{first}, end - first};
}

bool UnitSet::overlaps(const UnitSet& other) const
{
    if (other.n_ranges() < n_ranges())
        return other.overlaps(*this);
    return std::ranges::any_of(first_of_, [&](const auto& range) {
        return other.overlaps(UnitRange{UnitId{range.second}, range.first - range.second});
    });
}

} // namespace mtc::schedule
