#pragma once

#include "schedule/cost_model.hpp"
#include "schedule/ledger.hpp"
#include "schedule/piece.hpp"
#include "schedule/strands.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace mtc::schedule {

/// What should run before its turn because its weight may be wrong and matters: the first units of heavy
/// sources, and sources whose units turned out to last much longer than expected.
class Surprises {
public:
    /// A strand heavier than this share of the whole, divided by the number of computing ranks, is tried
    /// early.
    static constexpr double heavy_share = 1.0 / 20.0;
    /// A unit that lasts this many times its estimate is a surprise.
    static constexpr double factor = 5.0;
    /// Unless what is expected of the others grows by no more than this with it.
    static constexpr double lesson = 1.1;
    /// Unless the other units of its task lasted less than this many times their estimate: the first unit of
    /// a source on a rank sets up what the others use, and any may have been interrupted.
    static constexpr double others = 2.5;
    /// So many blocks of a surprise are short, and two more for each rank; then blocks are as usual.
    static constexpr int fewest_tries = 16;

    struct Next {
        ParcelId parcel;
        bool untried = true; ///< nobody knows yet how long its units last
    };

    /// \param n_computing  ranks that share the work
    Surprises(const Ledger& ledger, const Strands& strands, const CostModel& cost, int n_computing);

    /// A unit of the strand was a surprise: all of it goes next, first in short blocks.
    void add(StrandId strand);
    /// Otherwise next() has nothing.
    [[nodiscard]] bool any() const noexcept { return !longer_.empty() || next_heavy_ < heavy_.size(); }
    /// What should go next, or nothing. O(log n), amortised.
    [[nodiscard]] std::optional<Next> next(const Ledger& ledger, const Strands& strands);
    /// Some of what next() named goes now.
    void take();

private:
    struct Longer {
        StrandId strand;
        std::size_t parcel = 0; // before it in the strand nothing waits but what was returned
        int n_tries = 0;        // blocks, left
    };

    std::vector<ParcelId> heavy_; // the heaviest parcel of each heavy strand in its first tile, first to go
    std::size_t next_heavy_ = 0;
    int n_tries_;                 // blocks until some of them have surely ended
    std::deque<Longer> longer_;   // the first goes first
    std::vector<bool> is_longer_; // [n_strand]
};

} // namespace mtc::schedule
