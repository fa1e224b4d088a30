#include "schedule/ledger.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace mtc::schedule {

namespace {

std::string name(UnitRange units)
{
    return text("units ", units.first.value(), " to ", units.end().value() - 1);
}

void check_parcel(const Parcel& parcel)
{
    if (parcel.units.count == 0)
        throw ComputeError(text("a parcel of source ", parcel.source.value(), " begins with unit ",
                                parcel.units.first.value(), " and holds none (a parcel holds at least one)"));
    if (!(parcel.weight >= 0.0) || std::isinf(parcel.weight))
        throw ComputeError(text("the parcel of ", name(parcel.units), ", source ", parcel.source.value(),
                                ", weighs ", parcel.weight, " (a weight is finite and not negative)"));
}

} // namespace

void Amount::add(Amount other) noexcept
{
    units += other.units;
    weight += other.weight;
}

void Amount::remove(Amount other) noexcept
{
    units -= other.units;
    weight = units == 0 ? 0.0 : std::max(0.0, weight - other.weight);
}

Ledger::Ledger(std::span<const Parcel> parcels, std::span<const std::uint32_t> tile_of)
    : tile_of_(tile_of.begin(), tile_of.end())
{
    if (parcels.size() >= std::numeric_limits<ParcelId::value_type>::max())
        throw ComputeError(
            text(parcels.size(), " parcels in one stage (32 bits count them). Larger parcels?"));
    parcels_.reserve(parcels.size());
    for (const Parcel& parcel : parcels) {
        check_parcel(parcel);
        if (!tile_of.empty() && !parcel.block.is_none() && parcel.block.value() >= tile_of.size())
            throw ComputeError(text("block ", parcel.block.value(), " of source ", parcel.source.value(),
                                    " (", tile_of.size(), " blocks are in tiles)"));
        if (waiting_units_.overlaps(parcel.units) || dropped_units_.overlaps(parcel.units))
            throw ComputeError(text(name(parcel.units), " of source ", parcel.source.value(),
                                    " are in two parcels (a unit is in one)"));
        if (parcel.weight == 0.0) {
            dropped_units_.add(parcel.units);
            ++n_dropped_parcels_;
            continue;
        }
        waiting_units_.add(parcel.units);
        total_.add({parcel.units.count, parcel.weight});
        parcels_.push_back(parcel);
    }
    const auto first_unit = [](const Parcel& parcel) { return parcel.units.first; };
    if (!std::ranges::is_sorted(parcels_, {}, first_unit))
        std::ranges::sort(parcels_, {}, first_unit);
    waiting_ = total_;
}

Amount Ledger::amount(const Piece& piece) const
{
    const Parcel& whole = parcel(piece.parcel);
    if (piece.units.count == whole.units.count)
        return {whole.units.count, whole.weight};
    const double share = static_cast<double>(piece.units.count) / static_cast<double>(whole.units.count);
    return {piece.units.count, whole.weight * share};
}

std::optional<UnitRange> Ledger::first_waiting(UnitRange within) const
{
    return waiting_units_.first_in(within);
}

void Ledger::take_out(const Piece& piece, Amount moved)
{
    if (!waiting_units_.remove(piece.units))
        throw ComputeError(text(name(piece.units), " cannot go to a task (they do not wait)"));
    waiting_.remove(moved);
    assigned_.add(moved);
}

void Ledger::assign(TaskId task, const Pieces& pieces)
{
    Pieces& held = tasks_.add(task);
    held.reserve(pieces.size());
    for (const Piece& piece : pieces)
        held.push_back(piece);
}

std::vector<Piece> Ledger::shorten(TaskId task, std::uint64_t n_units)
{
    Pieces& pieces = sorted(task, n_units);
    std::vector<Piece> returned;
    while (n_units > 0) {
        Piece& last = pieces.back();
        const std::uint64_t n = std::min(n_units, last.units.count);
        n_units -= n;
        last.units.count -= n;
        returned.push_back({last.parcel, {last.units.end(), n}});
        if (last.units.count == 0)
            pieces.pop_back();
    }
    for (const Piece& piece : returned) {
        waiting_units_.add(piece.units);
        assigned_.remove(amount(piece));
        waiting_.add(amount(piece));
    }
    if (pieces.empty())
        tasks_.erase(task);
    return returned;
}

std::span<const Piece> Ledger::held(TaskId task) const
{
    const Pieces* const found = tasks_.find(task);
    if (found == nullptr)
        return {};
    return {found->data(), found->size()};
}

Pieces& Ledger::sorted(TaskId task, std::uint64_t n_least)
{
    Pieces* const found = tasks_.find(task);
    if (found == nullptr)
        throw ComputeError(text("task ", task.value(), " is not under way"));
    std::uint64_t n_units = 0;
    for (const Piece& piece : *found)
        n_units += piece.units.count;
    if (n_least > n_units)
        throw ComputeError(
            text(n_least, " units of task ", task.value(), " have changed (it holds ", n_units, ")"));
    if (found->size() > 1)
        std::ranges::sort(*found, {}, [](const Piece& piece) { return piece.units.first; });
    return *found;
}

std::vector<Piece> Ledger::pieces_of(UnitRange units) const
{
    std::vector<Piece> pieces;
    auto at =
        std::ranges::upper_bound(parcels_, units.first, {}, [](const Parcel& p) { return p.units.first; });
    if (at != parcels_.begin())
        --at;
    for (; at != parcels_.end() && at->units.first < units.end(); ++at) {
        const UnitId first = std::max(at->units.first, units.first);
        const UnitId end = std::min(at->units.end(), units.end());
        if (first < end)
            pieces.push_back({ParcelId{static_cast<std::uint32_t>(at - parcels_.begin())},
                              {first, end.value() - first.value()}});
    }
    return pieces;
}

std::vector<Piece> Ledger::mark_done(UnitRange units)
{
    if (!waiting_units_.remove(units))
        throw ComputeError(text(name(units),
                                " cannot be taken as done before (some of them do not wait: they "
                                "are unknown, weightless, under way or done already)"));
    std::vector<Piece> pieces = pieces_of(units);
    for (const Piece& piece : pieces) {
        waiting_.remove(amount(piece));
        done_.add(amount(piece));
    }
    return pieces;
}

std::vector<Piece> Ledger::undo(UnitRange units)
{
    // Done is what stands in no other book.
    std::vector<Piece> pieces = pieces_of(units);
    std::uint64_t n_known = 0;
    for (const Piece& piece : pieces)
        n_known += piece.units.count;
    bool elsewhere = n_known != units.count;
    for (const UnitSet* set : {&waiting_units_, &failed_units_, &dropped_units_})
        elsewhere = elsewhere || set->overlaps(units);
    tasks_.for_each([&](const Pieces& held) {
        for (const Piece& piece : held)
            elsewhere = elsewhere || (piece.units.first < units.end() && units.first < piece.units.end());
    });
    if (elsewhere)
        throw ComputeError(text(name(units), " cannot be lost (some of them are not done)"));
    waiting_units_.add(units);
    for (const Piece& piece : pieces) {
        done_.remove(amount(piece));
        waiting_.add(amount(piece));
    }
    return pieces;
}

void Ledger::check() const
{
    UnitSet all;
    std::uint64_t n_booked = 0;
    const auto book = [&](UnitRange units) {
        all.add(units);
        n_booked += units.count;
        if (all.n_units() != n_booked)
            throw ComputeError(text(name(units), " are in two books"));
    };
    std::uint64_t n_assigned = 0;
    for (const UnitSet* set : {&waiting_units_, &failed_units_, &dropped_units_})
        set->for_each(book);
    tasks_.for_each([&](const Pieces& pieces) {
        for (const Piece& piece : pieces) {
            book(piece.units);
            n_assigned += piece.units.count;
        }
    });
    std::uint64_t n_of_parcels = dropped_units_.n_units();
    for (const Parcel& parcel : parcels_)
        n_of_parcels += parcel.units.count;
    if (n_booked > n_of_parcels)
        throw ComputeError(text(n_booked, " units are in the books (the parcels hold ", n_of_parcels, ")"));

    const auto agree = [](const char* book_name, std::uint64_t counted, std::uint64_t kept) {
        if (counted != kept)
            throw ComputeError(text("the count of units ", book_name, " is ", kept, " (", counted, " are)"));
    };
    agree("waiting", waiting_units_.n_units(), waiting_.units);
    agree("assigned", n_assigned, assigned_.units);
    agree("done", n_of_parcels - n_booked, done_.units);
    agree("failed", failed_units_.n_units(), failed_.units);
    const double weight = waiting_.weight + assigned_.weight + done_.weight + failed_.weight;
    if (std::abs(weight - total_.weight) > 1e-9 * total_.weight) // rounding of up to 1e7 additions
        throw ComputeError(text("the books weigh ", weight, " (the parcels weigh ", total_.weight, ")"));
}

} // namespace mtc::schedule
