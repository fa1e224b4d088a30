#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace mtc::engine {

/// Counts of messages of this process, for the helper thread that watches it: a rank whose beats come, but
/// whose messages do not, is cut off. Written by the thread that calls MPI alone.
struct Traffic {
    using Count = std::atomic<std::uint64_t>;
    Count n_to_rank_0{0};     ///< sent
    Count n_found_none{0};    ///< times that nothing was there to take
    Count n_under_way{0};     ///< bytes that MPI has still to send of what was sent
    std::vector<Count> taken; ///< [n_ranks] from each
    std::vector<Count> sent;  ///< [n_ranks] to each

    /// A run begins: nothing was sent yet. A process may have several, one after the other.
    void begin(std::size_t n_ranks)
    {
        n_to_rank_0 = 0;
        n_under_way = 0;
        taken = std::vector<Count>(n_ranks);
        sent = std::vector<Count>(n_ranks);
    }

    static void add_one(Count& count) noexcept
    {
        count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); // one writer
    }
};

[[nodiscard]] inline Traffic& traffic() noexcept
{
    static Traffic of_this_process;
    return of_this_process;
}

} // namespace mtc::engine
