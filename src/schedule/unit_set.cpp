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
    std::size_t n_touched = 0;
    // Neighbours join: one that ends where these begin is touched, too.
    const Place touched = first_that_ends_after(first == 0 ? 0 : first - 1);
    Place after = touched;
    for (const Range* range = at(after); range != nullptr && range->first <= end; range = at(after)) {
        const std::uint64_t shared_first = std::max(range->first, units.first.value());
        const std::uint64_t shared_end = std::min(range->end, units.end().value());
        n_new -= shared_end > shared_first ? shared_end - shared_first : 0;
        first = std::min(first, range->first);
        end = std::max(end, range->end);
        ++n_touched;
        after = behind(after);
    }
    n_units_ += n_new;
    if (n_touched == 0)
        return insert(touched, {first, end});
    (*this)[touched] = {first, end}; // the first range touched becomes the whole
    if (n_touched > 1)
        erase(behind(touched), n_touched - 1);
}

bool UnitSet::remove(UnitRange units)
{
    if (units.count == 0)
        return true;
    const std::uint64_t first = units.first.value();
    const std::uint64_t end = units.end().value();
    const Place place = first_that_ends_after(first);
    const Range* const found = at(place);
    if (found == nullptr || found->first > first || found->end < end)
        return false;
    n_units_ -= units.count;
    const Range whole = *found;
    if (whole.first < first && whole.end > end) {
        (*this)[place].first = end;
        insert(place, {whole.first, first});
    } else if (whole.end > end) {
        (*this)[place].first = end;
    } else if (whole.first < first) {
        (*this)[place].end = first;
    } else {
        erase(place, 1);
    }
    return true;
}

bool UnitSet::contains(UnitRange units) const
{
    if (units.count == 0)
        return true;
    const Range* const range = at(first_that_ends_after(units.first.value()));
    return range != nullptr && range->first <= units.first.value() && units.end().value() <= range->end;
}

std::optional<UnitRange> UnitSet::first_in(UnitRange within) const
{
    if (within.count == 0)
        return std::nullopt;
    const Range* const range = at(first_that_ends_after(within.first.value()));
    if (range == nullptr || range->first >= within.end().value())
        return std::nullopt;
    const std::uint64_t first = std::max(range->first, within.first.value());
    const std::uint64_t end = std::min(range->end, within.end().value());
    return UnitRange{UnitId{first}, end - first};
}

bool UnitSet::overlaps(const UnitSet& other) const
{
    if (other.n_ranges() < n_ranges())
        return other.overlaps(*this);
    return std::ranges::any_of(chunks_, [&](const Chunk& chunk) {
        return std::ranges::any_of(chunk, [&](const Range& range) {
            return other.overlaps(UnitRange{UnitId{range.first}, range.end - range.first});
        });
    });
}

bool UnitSet::operator==(const UnitSet& other) const
{
    if (n_units_ != other.n_units_ || n_ranges_ != other.n_ranges_)
        return false;
    Place there; // the same ranges may stand in other chunks
    for (const Chunk& chunk : chunks_)
        for (const Range& range : chunk) {
            if (range != *other.at(there))
                return false;
            there = other.behind(there);
        }
    return true;
}

UnitSet::Place UnitSet::first_that_ends_after(std::uint64_t unit) const
{
    if (!chunks_.empty() && chunks_.front().front().end > unit) // where work in order begins
        return {};
    const auto chunk =
        std::ranges::upper_bound(chunks_, unit, {}, [](const Chunk& c) { return c.back().end; });
    if (chunk == chunks_.end())
        return {chunks_.size(), 0};
    const auto range = std::ranges::upper_bound(*chunk, unit, {}, &Range::end);
    return {static_cast<std::size_t>(chunk - chunks_.begin()),
            static_cast<std::size_t>(range - chunk->begin())};
}

UnitSet::Place UnitSet::behind(Place place) const
{
    return place.range + 1 < chunks_[place.chunk].size() ? Place{place.chunk, place.range + 1}
                                                         : Place{place.chunk + 1, 0};
}

void UnitSet::insert(Place before, Range range)
{
    ++n_ranges_;
    // At the end of the chunk in front, so that what comes in order fills one after the other.
    if (before.range == 0 && before.chunk > 0 && chunks_[before.chunk - 1].size() < most_in_chunk) {
        chunks_[before.chunk - 1].push_back(range);
        return;
    }
    if (before.chunk == chunks_.size()) {
        chunks_.push_back({range});
        return;
    }
    if (chunks_[before.chunk].size() == most_in_chunk) {
        constexpr std::ptrdiff_t half = most_in_chunk / 2;
        Chunk& full = chunks_[before.chunk];
        Chunk upper(full.begin() + half, full.end());
        full.resize(half);
        chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(before.chunk) + 1, std::move(upper));
        if (before.range > half)
            before = {before.chunk + 1, before.range - half};
    }
    Chunk& chunk = chunks_[before.chunk];
    chunk.insert(chunk.begin() + static_cast<std::ptrdiff_t>(before.range), range);
}

void UnitSet::erase(Place from, std::size_t n)
{
    n_ranges_ -= n;
    std::size_t first_empty = 0;
    std::size_t n_empty = 0;
    for (auto [chunk, range] = from; n > 0; ++chunk, range = 0) {
        Chunk& ranges = chunks_[chunk];
        const std::size_t n_here = std::min(n, ranges.size() - range);
        const auto begin = ranges.begin() + static_cast<std::ptrdiff_t>(range);
        ranges.erase(begin, begin + static_cast<std::ptrdiff_t>(n_here));
        n -= n_here;
        if (ranges.empty() && n_empty++ == 0)
            first_empty = chunk;
    }
    const auto begin = chunks_.begin() + static_cast<std::ptrdiff_t>(first_empty);
    if (n_empty > 0) // all between them are, too
        chunks_.erase(begin, begin + static_cast<std::ptrdiff_t>(n_empty));
}

} // namespace mtc::schedule
