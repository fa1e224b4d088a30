#include "schedule/queue.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace mtc::schedule {

Urgency Urgency::of(const Parcel& parcel, double scale)
{
    return {std::ilogb(scale * parcel.weight / static_cast<double>(parcel.units.count)),
            scale * parcel.weight};
}

namespace {

/// Sorts by falling urgency; equal parcels by number, so that neighbours stay neighbours and join.
struct Earlier {
    const Ledger& ledger;
    bool operator()(ParcelId a, ParcelId b) const
    {
        const Urgency of_a = Urgency::of(ledger.parcel(a), 1.0);
        const Urgency of_b = Urgency::of(ledger.parcel(b), 1.0);
        return of_a != of_b ? of_a > of_b : a < b;
    }
};

} // namespace

void Queue::sort(const Ledger& ledger)
{
    order_.shrink_to_fit();
    std::ranges::sort(order_, Earlier{ledger});
    end_ = static_cast<std::uint32_t>(order_.size());
}

std::optional<Offer> Queue::offer(End end, const Ledger& ledger)
{
    skip_ended(end, ledger);
    if (auto returned = offer_returned(end, ledger))
        return returned;
    return offer_fresh(end, ledger);
}

void Queue::put_back(const Piece& piece, TaskId parent, const Ledger& ledger)
{
    const auto at = std::ranges::lower_bound(order_, piece.parcel, Earlier{ledger});
    const auto place = static_cast<std::uint32_t>(at - order_.begin());
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

/// Moves over parcels of which nothing waits.
void Queue::skip_ended(End end, const Ledger& ledger)
{
    const auto ended = [&](std::uint32_t place) {
        return !ledger.first_waiting(ledger.parcel(order_[place]).units);
    };
    if (end == End::heavy)
        while (first_ < end_ && ended(first_))
            ++first_;
    else
        while (first_ < end_ && ended(end_ - 1))
            --end_;
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

std::optional<Offer> Queue::offer_fresh(End end, const Ledger& ledger)
{
    if (first_ == end_)
        return std::nullopt;
    const ParcelId parcel = order_[end == End::heavy ? first_ : end_ - 1];
    return Offer{{parcel, *ledger.first_waiting(ledger.parcel(parcel).units)}, TaskId::none()};
}

} // namespace mtc::schedule
