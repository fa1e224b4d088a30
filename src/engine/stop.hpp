#pragma once

namespace mtc::engine {

/// From now on USR1, USR2, TERM and INT ask this process to save and leave, however often they come.
void catch_stop_signals();
/// Whether one has come.
[[nodiscard]] bool stop_signalled() noexcept;

/// When the run must stop handing out work to have all saved within its budget. [s]
/// \param walltime_s  from the start of the program; infinity: no limit
[[nodiscard]] double stop_at_s(double walltime_s) noexcept;
/// What the batch system says is left of the job, from the environment; infinity when it says nothing. [s]
[[nodiscard]] double batch_time_left_s();

} // namespace mtc::engine
