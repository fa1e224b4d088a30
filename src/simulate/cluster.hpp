#pragma once

#include "schedule/scheduler.hpp"
#include "simulate/unit_times.hpp"

#include <cstdint>
#include <span>

/// \file
/// A cluster in one process: the scheduler of a run decides, only ranks and messages are simulated, event by
/// event. 100,000 ranks and 10 million units take seconds.
namespace mtc::simulate {

/// What messages cost.
struct MessageCost {
    double one_way_s = 10e-6; ///< [s] on its way; half of schedule::Settings::round_trip_s
    double receipt_s = 2e-6;  ///< [s] rank 0 takes one in and books it
    double assign_s = 3e-6;   ///< [s] rank 0 decides on one and sends it
};

/// The work of one stage.
struct Work {
    std::span<const Parcel> parcels;
    std::span<const CostClassInfo> classes; ///< with the first guesses that the scheduler starts from
    const UnitTimes* times = nullptr;       ///< the true times, which it does not know
};

/// How a stage went. Times are in the clock of the simulation.
struct Outcome {
    double makespan_s = 0.0;     ///< until rank 0 knows of the last unit
    double busy_s = 0.0;         ///< computing, over all ranks
    double longest_unit_s = 0.0; ///< of all drawn
    double rank_0_serving_s = 0.0;
    double rank_0_computing_s = 0.0;
    double queueing_s = 0.0; ///< receipts waiting for rank 0, summed
    std::uint64_t n_tasks = 0;
    std::uint64_t n_messages = 0; ///< that rank 0 sent or received
    std::uint64_t n_units = 0;    ///< done
};

/// Runs one stage on `settings.n_ranks` ranks. The same arguments give the same outcome.
/// \throws ComputeError  when the scheduler hands out what is not there, or stops before the end
[[nodiscard]] Outcome run_stage(const schedule::Settings& settings, const MessageCost& messages,
                                const Work& work, std::uint64_t seed);

} // namespace mtc::simulate
