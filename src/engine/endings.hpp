#pragma once

#include "durable/status.hpp"
#include "engine/calculation.hpp"
#include "engine/failures/failures.hpp"
#include "engine/lives/farewell.hpp"
#include "engine/lives/heartbeat.hpp"
#include "engine/lives/lives.hpp"
#include "engine/runner.hpp"
#include "engine/saves/saver.hpp"
#include "perf/recorder.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace mtc::engine {

/// Rank 0 tells what the run does now.
void tell_running(const Calculation& calculation, Heartbeat& heartbeat, const std::string& stage,
                  double percent);
/// Saves what is there and tells how to go on. Collective over the living
/// \param hopeless  on rank 0: why the run cannot go on without ranks that were lost; empty when it can
[[nodiscard]] durable::RunStatus leave_unfinished(Calculation& calculation, Saver& saver,
                                                  const std::string& hopeless);
/// Without rank 0, or given up by it: nobody is left to talk to.
/// \param rank_0_is_lost  what is there is saved, then
[[noreturn]] void leave_alone(const Calculation& calculation, Saver& saver, bool rank_0_is_lost);
/// From the end of computing: those that live write the output. Collective over them
/// \param lives      tables of earlier lives
/// \param n_dropped  parcels that came to nothing, on rank 0
[[nodiscard]] RunEnd write_together(Calculation& calculation, perf::Recorder& recorder,
                                    const TaskRunner& runner, Saver& saver, const Failures& failures,
                                    std::span<const EarlierTables> lives, Heartbeat& heartbeat,
                                    std::uint64_t n_dropped);

} // namespace mtc::engine
