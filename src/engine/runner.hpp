#pragma once

#include "engine/failures/failed_unit.hpp"
#include "engine/memory.hpp"
#include "engine/results/results.hpp"
#include "mtc/error.hpp"
#include "mtc/workload.hpp"
#include "perf/recorder.hpp"
#include "schedule/worklist.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mtc::engine {

/// What is told of a task that ended.
struct Ended {
    schedule::Receipt receipt;
    StageId stage;
    float memory_mb = 0.0F;
};

/// Computes assignments unit by unit, on the rank it lives on: the same code on workers and on rank 0. Times
/// every unit and writes the row of every task. No MPI.
class TaskRunner {
public:
    /// [s] Messages can wait so long, and looking for them costs below 1 us.
    static constexpr double slice_s = 25e-6;

    TaskRunner(const Workload& workload, Results& results, perf::Recorder& recorder, Rank rank);

    void enqueue(schedule::Assignment assignment);
    /// Nothing to compute.
    [[nodiscard]] bool idle() const noexcept { return work_.empty(); }
    /// Computes at least one unit, if one is left of the present task, and of short ones at most a slice,
    /// then returns so that the caller can look for messages. \returns the task that ended with it, if one
    /// did. A unit that fails counts as done; take_failed() tells.
    [[nodiscard]] std::optional<Ended> step();
    [[nodiscard]] bool has_failed() const noexcept { return !failed_.empty(); }
    /// Units that failed since this was asked last. To be asked after every step.
    [[nodiscard]] std::vector<FailedUnit> take_failed() { return std::exchange(failed_, {}); }
    /// From now on near_limit() has an answer.
    void limit_memory(MemoryLimit limit) { guard_ = MemoryGuard{std::move(limit)}; }
    /// Why the run should be left before memory ends, naming the unit; empty while all is well.
    [[nodiscard]] std::string near_limit();
    /// [s] When the last unit ended.
    [[nodiscard]] double last_end_s() const noexcept { return now_s_; }
    /// Gives back units that are not begun; to be asked between two steps.
    [[nodiscard]] schedule::GivenBack give_back(const schedule::GiveBack& request);
    /// Nothing more comes: the time since the last task was waiting.
    void close();
    [[nodiscard]] std::uint64_t evaluations() const { return workload_.evaluations(*workspace_); }

private:
    void begin_task();
    [[nodiscard]] Ended end_task();
    void compute_unit();
    /// Of the units since it was taken last.
    void take_time();
    void fail(UnitKey unit, UnitFailure kind, const std::string& why);

    const Workload& workload_;
    Results& results_;
    perf::Recorder& recorder_;
    std::unique_ptr<Workspace> workspace_;
    schedule::Worklist work_;
    perf::TaskRow row_;
    bool running_ = false;
    double idle_since_s_ = 0.0;
    double now_s_ = 0.0; ///< when the last unit ended
    SourceId source_;    ///< of the last units, whose time is not recorded yet
    std::uint64_t source_units_ = 0;
    double source_seconds_ = 0.0;
    std::uint32_t n_untimed_ = 0;  ///< units since the clock was read
    std::uint32_t n_together_ = 1; ///< units that are timed as one
    double unit_s_ = 0.0;          ///< [s] of those that were timed last
    std::int64_t coarse_ns_ = 0;   ///< when the clock was read
    UnitKey last_unit_;
    MemoryGuard guard_;
    std::vector<FailedUnit> failed_;
    std::unique_ptr<std::byte[]> reserve_; ///< memory to save what is there when there is none left
    void record_source();
};

} // namespace mtc::engine
