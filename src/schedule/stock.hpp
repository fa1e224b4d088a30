#pragma once

#include "schedule/backlog.hpp"
#include "schedule/cost_model.hpp"
#include "schedule/ledger.hpp"
#include "schedule/queue.hpp"
#include "schedule/strands.hpp"
#include "schedule/surprises.hpp"

#include "mtc/types.hpp"
#include "mtc/workload.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace mtc::schedule {

/// Units of one class that go to one rank together.
struct Block {
    TaskId parent{}; ///< the task that gave them back; none() when they were never handed out
    CostClass cost_class{};
    Pieces pieces{}; ///< by first unit
    Amount amount{};
    double corrected_weight = 0.0; ///< weight x correction of each strand
    double estimated_s = 0.0;
    double longest_unit_s = 0.0;
    bool whole = false; ///< Outlook::whole of its first unit

    /// Empty again; the memory of long lists is not kept.
    void renew()
    {
        Pieces kept;
        if (pieces.capacity() == kept.capacity())
            pieces.clear();
        else
            pieces = std::move(kept);
        parent = {};
        cost_class = {};
        amount = {};
        corrected_weight = estimated_s = longest_unit_s = 0.0;
    }
};

/// What a rank is to be given.
struct Wish {
    std::uint32_t pool = 0;
    End end = End::heavy;
    double seconds = 0.0; ///< about so many
    double least_s = 0.0; ///< or so many, if this is more and units last no longer than others of their class
    /// Instead, of what may hold a surprise; one unit at least. Units that last as long, that cannot be cut,
    /// are of no block and of which one cannot tell how long they last go one by one.
    double try_s = 0.0;
    BlockId block{}; ///< preferably of this one
};

/// What a task under way holds.
struct Load {
    std::uint64_t n_units = 0;
    double corrected_weight = 0.0; ///< weight x correction of each strand
    double longest_unit_s = 0.0;
};

/// The next unit of a pool.
struct Outlook {
    double unit_s = 0.0;
    double scatter = 0.0; ///< of its class
    bool known = false;   ///< its class was measured
    bool tried = false;   ///< CostModel::tried
    bool trusted = false; ///< CostModel::trusted
    bool whole = false;   ///< it is all of its parcel, and of no block
};

/// What ended, as a rank told it.
struct Ended {
    TaskId task;
    CostClass cost_class;
    StrandId strand; ///< none() when its units were of several
    std::uint64_t n_done = 0;
    bool failed = false;
    double duration_s = 0.0;
    double max_unit_s = 0.0;
    double notable_s = 0.0;                 ///< shorter units are no surprise, whatever was expected
    std::vector<UnitRange>* done = nullptr; ///< the units done are appended here; may be null
};

/// The work of a stage: its books, its queues and what it is expected to cost. Knows nothing of ranks but the
/// pools that they take from: one pool for all, or one for each owner.
class Stock {
public:
    /// \param pool_of_block  [n_block] the pool of each block, for stages placed at owners; empty: one pool
    /// \param n_computing  ranks that share a pool
    /// \param tile_of  [n_block] what has a lower one goes first; empty: all have the same
    Stock(std::span<const Parcel> parcels, std::span<const CostClassInfo> classes,
          std::span<const std::uint32_t> pool_of_block, std::size_t n_pools, int n_computing,
          double n_remembered, std::span<const std::uint32_t> tile_of);

    [[nodiscard]] bool waits(std::uint32_t pool) const { return backlog_.waits(pool); }
    /// [s] of what waits in one pool
    [[nodiscard]] double waiting_s(std::uint32_t pool) const { return backlog_.waiting_s(pool, cost_); }
    /// What waits at one end of a pool; null when it is empty. Valid until something is booked or asked.
    [[nodiscard]] const Outlook* next(std::uint32_t pool, End end)
    {
        const Chosen& chosen = choose(pool, end, BlockId::none());
        return chosen.choice ? &chosen.outlook : nullptr;
    }
    /// Takes a block as wished and books it to `task`: a range of one parcel or a bundle of several. Of a
    /// class without a measurement it is a probe of a few units, and so it is of what may hold a surprise.
    /// Null where nothing waits; valid until the next one is taken.
    [[nodiscard]] const Block* take(const Wish& wish, TaskId task);
    /// Books the end of a task and learns from it. True when rates have moved (CostModel::observe).
    bool settle(const Ended& ended);
    /// Learns from the first units of a task of one source that is under way.
    void learn(const Ended& so_far);
    /// Learns what is under way for longer than expected (CostModel::observe_overdue).
    bool learn_overdue(std::span<const Overdue> by_class)
    {
        chosen_.valid = false;
        return cost_.observe_overdue(by_class);
    }
    /// The last units of a task were given back, or lost: they wait again, with the task as their parent.
    void put_back(TaskId task, std::uint64_t n_units);
    /// What a task holds, as expected now; nothing when it is not under way.
    [[nodiscard]] Load load(TaskId task) const;
    /// Books waiting units as done.
    void skip(UnitRange units);
    /// What was done is lost: it waits again.
    void undo(UnitRange units);

    [[nodiscard]] const Ledger& ledger() const noexcept { return ledger_; }
    [[nodiscard]] const Strands& strands() const noexcept { return strands_; }
    [[nodiscard]] const CostModel& cost() const noexcept { return cost_; }
    [[nodiscard]] const Backlog& backlog() const noexcept { return backlog_; }

private:
    struct Choice {
        CostClass cost_class;
        Offer offer;
        bool untried = false; ///< in a short block, as its weight may be wrong
    };
    /// Limits of a block; its first unit always enters.
    struct Limits {
        double seconds = 0.0;
        double weight = std::numeric_limits<double>::infinity();
        double least_s = 0.0;          ///< reached even beyond `seconds`,
        std::uint64_t least_units = 0; ///< with no more units than this
        std::uint64_t units = std::numeric_limits<std::uint64_t>::max();
    };

    [[nodiscard]] Address address(ParcelId id) const;
    [[nodiscard]] Queue& queue(std::uint32_t pool, CostClass cost_class)
    {
        return queues_[pool * cost_.n_classes() + cost_class.value()];
    }
    /// The next units of a pool, and what is expected of the first of them.
    struct Chosen {
        std::optional<Choice> choice;
        Outlook outlook;
        std::uint32_t pool = 0;
        bool valid = false; ///< until something moves
    };
    [[nodiscard]] const Chosen& choose(std::uint32_t pool, End end, BlockId block);
    [[nodiscard]] Outlook outlook(const Choice& choice) const;
    void look_for(std::uint32_t pool, End end, BlockId block, std::optional<Choice>& best);
    void return_to_queue(const Piece& piece, TaskId parent);
    [[nodiscard]] double unit_s(ParcelId id) const;
    [[nodiscard]] Limits limits(const Chosen& chosen, const Wish& wish) const;
    [[nodiscard]] double expected_unit_s(const Ended& ended, Amount done) const;
    [[nodiscard]] std::uint64_t n_fitting(const Offer& offer, double one_unit_s, const Block& block,
                                          const Limits& limits) const;
    void enter(Block& block, const Piece& piece, double one_unit_s);

    std::vector<std::uint32_t> pool_of_block_;
    Ledger ledger_;
    Strands strands_;
    CostModel cost_;
    Backlog backlog_;
    std::vector<Queue> queues_;          // [n_pools, n_classes]
    std::vector<bool> started_;          // [n_classes] a first block was taken
    std::optional<Surprises> surprises_; // with one pool: there is nothing to share between owners
    Chosen chosen_;                      // at the heavy end, for no block
    Chosen asked_;                       // otherwise
    Block taken_;                        // the last one; its memory is used again
};

} // namespace mtc::schedule
