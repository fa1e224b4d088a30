#pragma once

#include "mpi/communicator.hpp"
#include "mpi/node_memory.hpp"

#include <cstdint>
#include <vector>

namespace mtc::mpi {

/// Wakes ranks of this node that sleep until a message comes: MPI itself can only be asked again and again,
/// and hundreds of ranks that ask keep the processors from those that have something to do. A word of shared
/// memory for each rank says whether it sleeps; who has sent it something looks at the word and wakes it.
///
/// A message that was sent before the other slept is not missed: a rank says that it will sleep, looks once
/// more and only then sleeps; others send first, and look at the word after that.
class Bell {
public:
    Bell() = default; ///< nobody can be reached, and nobody is woken
    Bell(const Bell&) = delete;
    Bell& operator=(const Bell&) = delete;

    /// From now on ranks of one node reach each other, where they can share memory. Collective over `world`
    void hang(const Communicator& world);
    /// Whether that rank can wake this one: it is another one of its node.
    [[nodiscard]] bool hears(int rank) const noexcept { return rank != rank_ && slot(rank) != nullptr; }
    /// Something was sent to that rank.
    void ring(int rank) noexcept;
    /// Something was sent to somebody.
    void ring_all() noexcept;

    /// This rank will wait(): to be told before its last look for messages.
    void lie_down() noexcept;
    /// It found one and does not wait.
    void stay_up() noexcept;
    /// Sleeps until somebody rings, a signal comes or the time is over. \returns whether somebody has rung
    bool wait(double seconds) noexcept;

private:
    struct alignas(64) Slot { ///< of a rank of this node
        std::uint32_t sleeps; ///< 1: it does, or is about to
        std::int32_t rank;
    };
    [[nodiscard]] Slot* slot(int rank) const noexcept
    {
        const auto i = static_cast<std::size_t>(rank);
        return i < slot_of_.size() ? slot_of_[i] : nullptr;
    }
    static void wake(Slot& slot) noexcept;

    NodeMemory memory_;
    std::vector<Slot*> slot_of_; ///< [n_ranks] null: on another node
    Slot* own_ = nullptr;
    int rank_ = -1;
};

} // namespace mtc::mpi
