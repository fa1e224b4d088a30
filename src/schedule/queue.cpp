#include "schedule/queue.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>

namespace mtc::schedule {

namespace {

/// Of a number above 0, to the base of 2: what ilogb() gives for normal ones, in a tenth of its time.
int exponent(double number) noexcept
{
    return static_cast<int>(std::bit_cast<std::uint64_t>(number) >> 52U) - 1023;
}

} // namespace

Urgency Urgency::of(const Ledger& ledger, ParcelId id, double scale)
{
    const Parcel& parcel = ledger.parcel(id);
    return {-static_cast<std::int32_t>(ledger.tile(id)),
            exponent(scale * parcel.weight / static_cast<double>(parcel.units.count)), scale * parcel.weight};
}

namespace {

constexpr std::uint32_t look_ahead = 16; ///< parcels, for one of a block that is held already
constexpr double alike = 0.9;            ///< share of the next parcel's weight

/// A number of its own for each group: one output of splitmix64 (Steele, Lea and Flood 2014,
/// doi:10.1145/2714064.2660195).
std::uint64_t mixed(std::uint64_t group) noexcept
{
    std::uint64_t z = (group + 1) * 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

/// Sorts by falling urgency; equal parcels by group where they may be mixed, and by number, so that
/// neighbours stay neighbours and join.
struct Earlier {
    const Ledger& ledger;
    std::uint32_t n_together = 0;

    bool operator()(ParcelId a, ParcelId b) const
    {
        const Urgency of_a = Urgency::of(ledger, a, 1.0);
        const Urgency of_b = Urgency::of(ledger, b, 1.0);
        if (of_a != of_b)
            return of_a > of_b;
        const std::uint64_t group_a = group(a);
        const std::uint64_t group_b = group(b);
        return group_a != group_b ? group_a < group_b : a < b;
    }
    [[nodiscard]] std::uint64_t group(ParcelId id) const
    {
        const Parcel& parcel = ledger.parcel(id);
        const bool may_be_mixed = n_together > 0 && parcel.units.count == 1 && parcel.block.is_none();
        return may_be_mixed ? mixed(id.value() / n_together) : 0;
    }
};

} // namespace

void Queue::sort(const Ledger& ledger, int n_ranks)
{
    order_.shrink_to_fit();
    if (!std::ranges::is_sorted(order_, Earlier{ledger}))
        std::ranges::sort(order_, Earlier{ledger});
    if (n_ranks > 1)
        mix(ledger, n_ranks);
    end_ = static_cast<std::uint32_t>(order_.size());
}

/// Sorted parcels: moves groups as a whole among those of the same urgency, where sorting once more would
/// compare millions.
void Queue::mix(const Ledger& ledger, int n_ranks)
{
    const auto n_parcels = static_cast<std::uint32_t>(order_.size());
    const std::uint64_t n_groups =
        std::min<std::uint64_t>(most_groups, std::uint64_t{groups_a_rank} * static_cast<unsigned>(n_ranks));
    n_together_ = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, n_parcels / n_groups));
    const Earlier earlier{ledger, n_together_};
    struct Group {
        std::uint64_t key;
        std::uint32_t begin;
        std::uint32_t end;
    };
    std::vector<Group> groups;
    std::vector<ParcelId> alike_mixed;
    for (std::uint32_t begin = 0, end = 0; begin < n_parcels; begin = end) {
        const Urgency urgency = Urgency::of(ledger, order_[begin], 1.0);
        groups.clear();
        for (end = begin; end < n_parcels && Urgency::of(ledger, order_[end], 1.0) == urgency; ++end) {
            const std::uint64_t key = earlier.group(order_[end]);
            if (groups.empty() || groups.back().key != key)
                groups.push_back({key, end, end});
            groups.back().end = end + 1;
        }
        if (groups.size() == 1)
            continue;
        std::ranges::stable_sort(groups, {}, &Group::key);
        alike_mixed.clear();
        for (const Group& group : groups)
            alike_mixed.insert(alike_mixed.end(), order_.begin() + group.begin, order_.begin() + group.end);
        std::ranges::copy(alike_mixed, order_.begin() + begin);
    }
}

std::optional<Offer> Queue::offer(End end, BlockId block, const Ledger& ledger)
{
    const std::optional<Piece> fresh = skip_ended(end, ledger);
    if (auto returned = offer_returned(end, ledger))
        return returned;
    if (!fresh)
        return std::nullopt;
    if (end == End::heavy && !block.is_none() && ledger.parcel(fresh->parcel).block != block)
        if (auto held = offer_held(fresh->parcel, block, ledger))
            return held;
    return Offer{*fresh, TaskId::none()};
}

std::optional<Offer> Queue::offer_of(ParcelId parcel, const Ledger& ledger) const
{
    auto waiting = ledger.first_waiting(ledger.parcel(parcel).units);
    if (!waiting)
        return std::nullopt;
    const std::uint32_t place = place_of(parcel, ledger);
    const auto next = returned_.upper_bound({place, waiting->first});
    if (next != returned_.end() && next->first.first == place)
        waiting->count = std::min(waiting->count, next->first.second.value() - waiting->first.value());
    if (next != returned_.begin()) {
        const auto& [at, returned] = *std::prev(next);
        const UnitRange whole{at.second, returned.count};
        if (at.first == place && waiting->first < whole.end()) {
            waiting->count = std::min(waiting->count, whole.end().value() - waiting->first.value());
            return Offer{{parcel, *waiting}, returned.parent};
        }
    }
    return Offer{{parcel, *waiting}, TaskId::none()};
}

void Queue::put_back(const Piece& piece, TaskId parent, const Ledger& ledger)
{
    const std::uint32_t place = place_of(piece.parcel, ledger);
    // Cut it out of an earlier return that it was taken from.
    const auto next = returned_.upper_bound({place, piece.units.first});
    if (next != returned_.begin()) {
        const auto earlier = std::prev(next);
        const UnitRange whole{earlier->first.second, earlier->second.count};
        if (earlier->first.first == place && whole.end() > piece.units.first) {
            const TaskId earlier_parent = earlier->second.parent;
            earlier->second.count = piece.units.first.value() - whole.first.value();
            if (whole.end() > piece.units.end())
                returned_[{place, piece.units.end()}] = {whole.end().value() - piece.units.end().value(),
                                                         earlier_parent};
        }
    }
    returned_[{place, piece.units.first}] = {piece.units.count, parent};
}

/// Moves over parcels of which nothing waits, to what waits of the next one.
std::optional<Piece> Queue::skip_ended(End end, const Ledger& ledger)
{
    while (first_ < end_) {
        const ParcelId parcel = order_[end == End::heavy ? first_ : end_ - 1];
        if (const auto waiting = ledger.first_waiting(ledger.parcel(parcel).units))
            return Piece{parcel, *waiting};
        end == End::heavy ? ++first_ : --end_;
    }
    return std::nullopt;
}

std::optional<Offer> Queue::offer_returned(End end, const Ledger& ledger)
{
    while (!returned_.empty()) {
        const auto at = end == End::heavy ? returned_.begin() : std::prev(returned_.end());
        const auto& [place, first_unit] = at->first;
        const bool is_next = first_ == end_ || (end == End::heavy ? place <= first_ : place + 1 >= end_);
        if (!is_next)
            return std::nullopt;
        if (const auto waiting = ledger.first_waiting({first_unit, at->second.count}))
            return Offer{{order_[place], *waiting}, at->second.parent};
        returned_.erase(at);
    }
    return std::nullopt;
}

/// A parcel much like the next one, but of a block that is held already.
std::optional<Offer> Queue::offer_held(ParcelId next, BlockId block, const Ledger& ledger) const
{
    const Urgency of_next = Urgency::of(ledger, next, 1.0);
    for (std::uint32_t place = first_ + 1; place < std::min(end_, first_ + look_ahead); ++place) {
        const Urgency other = Urgency::of(ledger, order_[place], 1.0);
        if (other.tile != of_next.tile || other.octave != of_next.octave ||
            other.weight < alike * of_next.weight)
            break;
        if (ledger.parcel(order_[place]).block == block)
            if (const auto offer = offer_of(order_[place], ledger))
                return offer;
    }
    return std::nullopt;
}

std::uint32_t Queue::place_of(ParcelId parcel, const Ledger& ledger) const
{
    return static_cast<std::uint32_t>(std::ranges::lower_bound(order_, parcel, Earlier{ledger, n_together_}) -
                                      order_.begin());
}

} // namespace mtc::schedule
