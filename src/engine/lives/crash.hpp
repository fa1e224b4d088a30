#pragma once

#include "mtc/workload.hpp"

#include <atomic>
#include <csignal>
#include <cstdint>
#include <string>

/// \file
/// What a rank says before SIGSEGV, SIGFPE, SIGBUS, SIGILL, SIGABRT or its own UnitWatch ends it: signal,
/// stage, unit, rank, host and backtrace, on standard error and in a report that outlives it
/// (durable/crash_report.hpp). Only async-signal-safe calls are used until the report is whole; then the unit
/// is described in words, which may fail, and the signal takes its course.
namespace mtc::engine {

/// Sent to itself by a rank whose unit takes too long; nothing else sends it.
inline constexpr int unit_timeout_signal = SIGVTALRM;

/// While this lives; what happens later is reported without words for the unit.
class CrashReports {
public:
    /// After MPI_Init: Open MPI has handlers of its own.
    /// \param folder    of the calculation's checkpoints; made when a report is written
    /// \param workload  describes units
    CrashReports(const std::string& folder, int rank, std::uint64_t input_hash, const Workload& workload);
    CrashReports(const CrashReports&) = delete;
    CrashReports& operator=(const CrashReports&) = delete;
    ~CrashReports();
};

namespace present {
extern std::atomic<std::uint32_t> stage; ///< StageId::none() when no unit is computed
extern std::atomic<std::uint64_t> unit;
extern std::atomic<bool> waits; ///< the unit has looked around: it waits for something
} // namespace present

/// The unit that this rank computes from now on.
inline void note_unit(UnitKey unit) noexcept
{
    present::unit.store(unit.unit.value(), std::memory_order_relaxed);
    present::waits.store(false, std::memory_order_relaxed);
    present::stage.store(unit.stage.value(), std::memory_order_relaxed);
}
/// It waits for something, such as a command.
inline void note_wait() noexcept
{
    present::waits.store(true, std::memory_order_relaxed);
}
/// It has ended.
inline void note_no_unit() noexcept
{
    present::stage.store(StageId::none().value(), std::memory_order_relaxed);
}

} // namespace mtc::engine
