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

/// Sorts by falling urgency; equal parcels by number, so that neighbours stay neighbours and join.
struct Earlier {
    const Ledger& ledger;
    bool operator()(ParcelId a, ParcelId b) const
    {
        const Urgency of_a = Urgency::of(ledger, a, 1.0);
        const Urgency of_b = Urgency::of(ledger, b, 1.0);
        return of_a != of_b ? of_a > of_b : a < b;
    }
};

} // namespace

void Queue::sort(const Ledger& ledger)
{
    order_.shrink_to_fit();
    if (!std::ranges::is_sorted(order_, Earlier{ledger}))
        std::ranges::sort(order_, Earlier{ledger});
    end_ = static_cast<std::uint32_t>(order_.size());
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
    return static_cast<std::uint32_t>(std::ranges::lower_bound(order_, parcel, Earlier{ledger}) -
                                      order_.begin());
}

} // namespace mtc::schedule
