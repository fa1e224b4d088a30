#pragma once

#include "mtc/types.hpp"

#include <optional>
#include <span>

namespace mtc::schedule {

struct Settings {
    int n_ranks = 1;
    bool rank_0_works = true;       ///< rank 0 computes too; its share is asked for by work_for_scheduler()
    double round_trip_s = 20e-6;    ///< [s] of one assignment and its receipt
    double service_s = 4e-6;        ///< [s] that one task costs rank 0: deciding, sending, receiving
    double ranks_a_processor = 1.0; ///< of rank 0's node: in a large one it waits for its turn
    std::optional<double> task_duration_s{}; ///< [s] upper bound of a task; automatic when absent
    double guided_factor = 2.0;              ///< k of: remaining seconds / (k x workers)
    /// That the ranks share; absent: each has its own, or needs none.
    std::optional<int> n_processors{};
};

/// Ranks that share a processor where `n_computing` have work; 1 where they are no more than these.
[[nodiscard]] double crowd(const Settings& settings, int n_computing);

/// \param owner_of  [n_block] owner of each block; empty when blocks have none
/// \throws ComputeError  when a value makes no sense, or an owner is no rank
void check(const Settings& settings, std::span<const Rank> owner_of);

} // namespace mtc::schedule
