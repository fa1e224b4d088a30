#pragma once

#include "mtc/types.hpp"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <limits>
#include <vector>

/// \file
/// What rank 0 and the ranks tell each other about work, as values.
namespace mtc::schedule {

/// Few, mostly one: then they take no memory of their own.
using UnitRanges = boost::container::small_vector<UnitRange, 1>;

/// A block of units for one rank.
struct Assignment {
    Rank rank;
    TaskId task;
    TaskId parent; ///< the task it was cut from; itself when from none
    StageId stage;
    CostClass cost_class;
    SourceId source; ///< of the first range
    std::uint32_t n_sources = 1;
    UnitRanges ranges; ///< in the order to compute them: ascending, not adjacent
    double weight = 0.0;
    double estimated_s = 0.0;
};

/// A request to a rank: share what you have not begun with `n_sharers` others, so that each has as much.
struct GiveBack {
    static constexpr std::uint32_t everything = std::numeric_limits<std::uint32_t>::max();
    Rank rank;
    std::uint32_t n_sharers = 1; ///< 1: half of it; everything: all of it
};

/// What is to be done now.
struct Decisions {
    std::vector<Assignment> assignments{};
    /// To ask for; one addressed to rank 0 is for the caller itself to do, before anything else.
    std::vector<GiveBack> give_backs{};
    /// [s] Decide again then, even if nothing has happened: somebody may have turned out to be late.
    double look_again_s = std::numeric_limits<double>::infinity();
};

/// What a rank tells of a task that it ended. Its first `n_units` units, in the order of its ranges, are
/// done. The others have failed when `failed` is set; otherwise they were not begun and wait again, to become
/// tasks whose parent is this one.
struct Receipt {
    Rank rank;
    TaskId task;
    std::uint64_t n_units = 0; ///< units done
    double duration_s = 0.0;
    double max_unit_s = 0.0;
    bool failed = false;
};

/// A task that lost its last `n_units` units. One that lost all is gone: no receipt follows.
struct Shortened {
    TaskId task;
    std::uint64_t n_units = 0;
};

/// The answer to a GiveBack, possibly that nothing is given, and how far the rank is.
struct GivenBack {
    Rank rank;
    std::vector<Shortened> tasks{};
    TaskId running{}; ///< the task it computes; none() when it has not begun one
    std::uint64_t n_done = 0;
    double duration_s = 0.0; ///< [s] of those
};

} // namespace mtc::schedule
