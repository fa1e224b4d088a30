#include "mpi/bell.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <ctime>
#include <span>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace mtc::mpi {
namespace {

using Word = std::atomic_ref<std::uint32_t>;
static_assert(Word::is_always_lock_free); // or other processes could not share it

/// The word is shared by processes: not the private kind.
long futex(std::uint32_t& word, int operation, std::uint32_t value, const timespec* timeout) noexcept
{
    return ::syscall(SYS_futex, &word, operation, value, timeout, nullptr, 0);
}

} // namespace

void Bell::hang(const Communicator& world)
{
    rank_ = world.rank();
    const Communicator node = world.split_by_node();
    const auto n = static_cast<std::size_t>(node.size());
    if (node.size() < 2 || !memory_.share(node, n * sizeof(Slot), NodeMemory::Access::write).empty())
        return;
    const std::span<Slot> slots{reinterpret_cast<Slot*>(memory_.bytes().data()), n};
    own_ = &slots[static_cast<std::size_t>(node.rank())];
    own_->rank = rank_;
    node.barrier(); // all have said who they are
    slot_of_.assign(static_cast<std::size_t>(world.size()), nullptr);
    for (Slot& slot : slots)
        slot_of_[static_cast<std::size_t>(slot.rank)] = &slot;
}

void Bell::ring(int rank) noexcept
{
    if (Slot* const other = slot(rank); other != nullptr) {
        std::atomic_thread_fence(std::memory_order_seq_cst); // the message was sent before this look
        wake(*other);
    }
}

void Bell::ring_all() noexcept
{
    std::atomic_thread_fence(std::memory_order_seq_cst);
    for (Slot* const other : slot_of_)
        if (other != nullptr && other != own_)
            wake(*other);
}

void Bell::wake(Slot& slot) noexcept
{
    const Word sleeps{slot.sleeps};
    if (sleeps.load(std::memory_order_relaxed) != 0 && sleeps.exchange(0) != 0)
        futex(slot.sleeps, FUTEX_WAKE, 1, nullptr);
}

void Bell::lie_down() noexcept
{
    Word{own_->sleeps}.store(1);
    std::atomic_thread_fence(std::memory_order_seq_cst); // before the last look
}

void Bell::stay_up() noexcept
{
    Word{own_->sleeps}.store(0, std::memory_order_relaxed);
}

bool Bell::wait(double seconds) noexcept
{
    const double whole = std::floor(seconds);
    const timespec timeout{static_cast<time_t>(whole), static_cast<long>((seconds - whole) * 1e9)};
    futex(own_->sleeps, FUTEX_WAIT, 1, &timeout);
    return Word{own_->sleeps}.exchange(0) == 0;
}

} // namespace mtc::mpi
