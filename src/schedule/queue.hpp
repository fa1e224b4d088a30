#pragma once

#include "schedule/ledger.hpp"
#include "schedule/piece.hpp"

#include "mtc/types.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace mtc::schedule {

/// Units that may be handed out next.
struct Offer {
    Piece piece;
    TaskId parent; ///< the task that gave them back; none() when they were never handed out
};

enum class End : std::uint8_t { heavy, light };

/// Place of a parcel in the order of work; the larger one goes first.
///
/// Tiles come one after the other: the memory of a rank may hold no more than two. Within one, what is never
/// cut decides how ragged the end of a run is, so parcels with long units go first. Units within a factor of
/// two of each other count as alike: among those the heaviest parcel goes first, so that the sources that can
/// surprise most are known early.
struct Urgency {
    std::int32_t tile = 0; ///< the negative of its number
    int octave = 0;        ///< of the weight of a unit
    double weight = 0.0;   ///< of the parcel

    /// \param scale  seconds per weight, to compare parcels of different classes; any constant within one
    [[nodiscard]] static Urgency of(const Ledger& ledger, ParcelId parcel, double scale);
    auto operator<=>(const Urgency&) const = default;
};

/// Parcels of one cost class that wait in one pool. Their order is fixed at the start: it depends on weights,
/// never on rates. Only the ledger knows which of their units still wait; a queue knows where to look.
///
/// Units that weigh the same, that cannot be cut and belong to no block go in an order that is as good as
/// random, and the same in every run: what lasts longest among those that cannot be told apart is often what
/// stands last in the input, and that is the worst place for it. Some neighbours stay together, so that the
/// ranges of units on a rank stay few.
class Queue {
public:
    static constexpr std::uint32_t most_groups = 1U << 16U; ///< of neighbours that stay together
    static constexpr std::uint32_t groups_a_rank = 256;     ///< or fewer, when these are enough

    void reserve(std::size_t n) { order_.reserve(n); }
    void push(ParcelId parcel) { order_.push_back(parcel); } ///< before sort()
    /// \param n_ranks  that share the pool; one alone keeps the order of the input
    void sort(const Ledger& ledger, int n_ranks);

    /// All that can be said to wait next at one end, or nothing. What the ledger assigns of it is no longer
    /// offered. O(log n), amortised.
    /// Among what goes next as well as the rest, in size, what is of `block` is preferred.
    [[nodiscard]] std::optional<Offer> offer(End end, BlockId block, const Ledger& ledger);
    /// Nothing waits any more of what was offered first at one end.
    void skip(End end, ParcelId parcel)
    {
        if (first_ < end_ && order_[end == End::heavy ? first_ : end_ - 1] == parcel)
            end == End::heavy ? ++first_ : --end_;
    }
    /// What waits first of one parcel, or nothing.
    [[nodiscard]] std::optional<Offer> offer_of(ParcelId parcel, const Ledger& ledger) const;
    /// Units that were handed out and come back.
    void put_back(const Piece& piece, TaskId parent, const Ledger& ledger);

private:
    struct Returned {
        std::uint64_t count = 0;
        TaskId parent;
    };
    using Place = std::pair<std::uint32_t, UnitId>; // place in order_, first unit

    [[nodiscard]] std::optional<Offer> offer_returned(End end, const Ledger& ledger);
    [[nodiscard]] std::optional<Offer> offer_held(ParcelId next, BlockId block, const Ledger& ledger) const;
    [[nodiscard]] std::uint32_t place_of(ParcelId parcel, const Ledger& ledger) const;
    [[nodiscard]] std::optional<Piece> skip_ended(End end, const Ledger& ledger);
    void mix(const Ledger& ledger, int n_ranks);

    std::vector<ParcelId> order_;        // by falling urgency
    std::uint32_t n_together_ = 0;       // neighbours of a group; 0: the order of the input
    std::uint32_t first_ = 0;            // before it nothing waits but what was returned
    std::uint32_t end_ = 0;              // from it on nothing waits but what was returned
    std::map<Place, Returned> returned_; // few: what tasks gave back
};

} // namespace mtc::schedule
