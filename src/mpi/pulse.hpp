#pragma once

#include <atomic>
#include <cstdint>

namespace mtc::mpi {

/// Signs of life of this process for a thread that watches it: a phase in which all ranks wait for each other
/// moves on as long as some rank ticks, or waits for the system and not for a rank.
struct Pulse {
    std::atomic<std::uint64_t> n_ticks{0};
    std::atomic<std::uint32_t> n_in_system{0};
};

[[nodiscard]] inline Pulse& pulse() noexcept
{
    static Pulse of_this_process;
    return of_this_process;
}

/// Something moved on: a collective call returned, a message was taken.
inline void tick() noexcept
{
    pulse().n_ticks.fetch_add(1, std::memory_order_relaxed);
}

/// While one lives, this process waits for the disk: however long, no rank is to blame.
class SystemCall {
public:
    SystemCall() noexcept { pulse().n_in_system.fetch_add(1, std::memory_order_relaxed); }
    ~SystemCall()
    {
        pulse().n_in_system.fetch_sub(1, std::memory_order_relaxed);
        tick();
    }
    SystemCall(const SystemCall&) = delete;
    SystemCall& operator=(const SystemCall&) = delete;
};

} // namespace mtc::mpi
