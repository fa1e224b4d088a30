#pragma once

#include "schedule/piece.hpp"
#include "schedule/task_map.hpp"
#include "schedule/unit_set.hpp"

#include "mtc/types.hpp"
#include "mtc/workload.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mtc::schedule {

/// A number of units and their weight.
struct Amount {
    std::uint64_t units = 0;
    double weight = 0.0;

    void add(Amount other) noexcept;
    void remove(Amount other) noexcept; ///< no rounding is left behind when the last unit goes
};

/// Few, mostly one: then they take no memory of their own.
using Pieces = boost::container::small_vector<Piece, 2>;

/// The books: the state of every unit of a stage. A unit waits, is assigned to one task, is done, has failed,
/// or was dropped because it weighs nothing. Moving a unit that is not where it should be throws.
class Ledger {
public:
    /// How units of a task that ended are booked.
    enum class Fate : std::uint8_t {
        done,
        failed,
        returned ///< waiting again
    };

    /// \throws ComputeError  when a parcel holds no units, a weight that is negative or not finite, or units
    ///                       of another parcel
    /// \param tile_of  [n_block] empty: all have the same
    explicit Ledger(std::span<const Parcel> parcels, std::span<const std::uint32_t> tile_of = {});

    [[nodiscard]] std::span<const Parcel> parcels() const noexcept { return parcels_; } ///< by first unit
    [[nodiscard]] const Parcel& parcel(ParcelId id) const { return parcels_[id.value()]; }
    /// Of its block; what has none belongs to the first.
    [[nodiscard]] std::uint32_t tile(ParcelId id) const
    {
        return tile_of_.empty() || parcel(id).block.is_none() ? 0 : tile_of_[parcel(id).block.value()];
    }
    [[nodiscard]] Amount amount(const Piece& piece) const;

    /// The first units of `within` that wait.
    [[nodiscard]] std::optional<UnitRange> first_waiting(UnitRange within) const;
    /// Waiting units, of such an amount, wait no longer: they are for a task that is put together.
    void take_out(const Piece& piece, Amount amount);
    /// All that was taken out goes to a task that holds nothing yet.
    void assign(TaskId task, const Pieces& pieces);
    /// A task ended: of its units, in ascending order, the first `n_done` are done; the rest have failed or,
    /// if not, wait again. Calls visit(Fate, Piece, Amount) for each piece as it is booked.
    /// \returns what is done
    template <class Visit>
    Amount settle(TaskId task, std::uint64_t n_done, bool failed, const Visit& visit);
    /// The last `n_units` units of a task, in ascending order, wait again. Without any units left the task is
    /// gone.
    /// \throws ComputeError  when the task is not under way or holds fewer
    [[nodiscard]] std::vector<Piece> shorten(TaskId task, std::uint64_t n_units);
    /// What a task holds; nothing when it is not under way.
    [[nodiscard]] std::span<const Piece> held(TaskId task) const;
    /// Waiting units that need not be computed. Returns them by parcel.
    /// \throws ComputeError  when one of them does not wait; nothing is booked then
    [[nodiscard]] std::vector<Piece> mark_done(UnitRange units);
    /// Done units whose results are lost: they wait again. Returns them by parcel.
    /// \throws ComputeError  when one of them is not done; nothing is booked then
    [[nodiscard]] std::vector<Piece> undo(UnitRange units);

    [[nodiscard]] Amount total() const noexcept { return total_; } ///< without the dropped
    [[nodiscard]] Amount waiting() const noexcept { return waiting_; }
    [[nodiscard]] Amount assigned() const noexcept { return assigned_; }
    [[nodiscard]] Amount done() const noexcept { return done_; }
    [[nodiscard]] Amount failed() const noexcept { return failed_; }
    [[nodiscard]] std::uint64_t n_dropped_parcels() const noexcept { return n_dropped_parcels_; }

    /// Every unit in exactly one book, all sums right. O(n).
    /// \throws ComputeError  with what does not balance
    void check() const;

private:
    /// Units by parcel.
    [[nodiscard]] std::vector<Piece> pieces_of(UnitRange units) const;
    /// The pieces of a task under way, in ascending order, of at least `n_least` units.
    [[nodiscard]] Pieces& sorted(TaskId task, std::uint64_t n_least);

    std::vector<Parcel> parcels_;
    std::vector<std::uint32_t> tile_of_; ///< [n_block]
    UnitSet waiting_units_;
    UnitSet failed_units_;
    UnitSet dropped_units_;
    TaskMap<Pieces> tasks_; ///< under way; what is in none of these is done
    Amount total_;
    Amount waiting_;
    Amount assigned_;
    Amount done_;
    Amount failed_;
    std::uint64_t n_dropped_parcels_ = 0;
};

template <class Visit>
Amount Ledger::settle(TaskId task, std::uint64_t n_done, bool failed, const Visit& visit)
{
    Amount amount_done;
    std::uint64_t n_left = n_done;
    for (const Piece& piece : sorted(task, n_done)) {
        const std::uint64_t n = std::min(n_left, piece.units.count);
        n_left -= n;
        const Piece begun{piece.parcel, {piece.units.first, n}};
        const Piece rest{piece.parcel, {begun.units.end(), piece.units.count - n}};
        const Amount whole = amount(piece);
        assigned_.remove(whole);
        if (begun.units.count > 0) {
            const Amount ended = rest.units.count == 0 ? whole : amount(begun);
            done_.add(ended);
            amount_done.add(ended);
            visit(Fate::done, begun, ended);
        }
        if (rest.units.count > 0) {
            const Amount of_rest = amount(rest);
            (failed ? failed_units_ : waiting_units_).add(rest.units);
            (failed ? failed_ : waiting_).add(of_rest);
            visit(failed ? Fate::failed : Fate::returned, rest, of_rest);
        }
    }
    tasks_.erase(task);
    return amount_done;
}

} // namespace mtc::schedule
