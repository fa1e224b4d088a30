#include "engine/endings.hpp"

#include "durable/stop_request.hpp"
#include "engine/writing.hpp"
#include "mpi/pulse.hpp"
#include "perf/clock.hpp"

#include <filesystem>
#include <iostream>

namespace mtc::engine {
namespace {

durable::RunStatus running_status(const mpi::Communicator& world, const std::string& stage, double percent)
{
    durable::RunStatus status = status_of(world, ExitStatus::running, "");
    status.stage = stage;
    status.percent = percent;
    return status;
}

} // namespace

void tell_running(const Calculation& calculation, Heartbeat& heartbeat, const std::string& stage,
                  double percent)
{
    const durable::RunStatus status = running_status(calculation.world, stage, percent);
    heartbeat.say(status);
    tell_status(calculation.prepared.output, status);
}

durable::RunStatus leave_unfinished(Calculation& calculation, Saver& saver, const std::string& hopeless)
{
    bool mine = false;
    {
        const mpi::SystemCall saving;
        mine = saver.save_now();
        saver.save_tables();
    }
    const bool saved = calculation.living->min(mine ? 1 : 0) == 1; // all have saved when one leaves
    durable::RunStatus status =
        status_of(calculation.world, ExitStatus::unfinished,
                  text(hopeless.empty() ? "" : hopeless + ": ",
                       saved ? "stopped, all is saved" : "stopped, not all could be saved",
                       ": the same command goes on from here"));
    status.restart = !hopeless.empty();
    if (calculation.world.rank() == 0) {
        std::cerr << "mtc: " << status.message << std::endl;
        tell_status(calculation.prepared.output, status);
        durable::forget_stop_request(calculation.prepared.output);
    }
    return status;
}

[[noreturn]] void leave_alone(const Calculation& calculation, Saver& saver, bool rank_0_is_lost)
{
    if (rank_0_is_lost)
        (void)saver.save_now();
    std::cerr << text("mtc: rank ", calculation.world.rank(), ": ",
                      rank_0_is_lost ? "rank 0 was lost" : "rank 0 has given this rank up as lost",
                      "; leaves\n");
    leave_at_once(ExitStatus::unfinished);
}

RunEnd write_together(Calculation& calculation, perf::Recorder& recorder, const TaskRunner& runner,
                      Saver& saver, const Failures& failures, std::span<const EarlierTables> lives,
                      Heartbeat& heartbeat, std::uint64_t n_dropped)
{
    const mpi::Communicator& living = *calculation.living;
    const bool first = living.rank() == 0;
    const std::string& output = calculation.prepared.output;
    const bool some_failed = living.max(failures.any() ? 1 : 0) == 1; // rank 0 knows
    const double computed_s = perf::now_s();
    recorder.end_idle(computed_s); // until the last of them had come
    if (some_failed) {             // what is there is not computed again when the rest is
        const mpi::SystemCall saving;
        saver.save_tables();
        (void)saver.save_now();
    }
    const std::uint64_t evaluations = living.sum(runner.evaluations());
    const double busy_s = living.sum(recorder.rank().busy_s);
    const auto part = [&] { // the going of one is not to be taken for its death
        heartbeat.close();
        living.barrier();
    };
    if (first)
        tell_running(calculation, heartbeat, "writing", 0.0);
    Writing writing;
    try {
        writing = write(calculation, recorder, failures, some_failed, lives, computed_s);
    } catch (const IoError& error) { // the same on every rank
        if (first) {
            std::cerr << "mtc: " << error.what() << std::endl;
            const durable::RunStatus status = status_of(calculation.world, ExitStatus::failed, error.what());
            tell_status(output, status);
            heartbeat.close();
            durable::tell_wrapper(status);
        }
        // HDF5 may still hold a file that cannot be closed, and MPI_Finalize would fall over it.
        part();
        leave_at_once(ExitStatus::failed);
    }
    part();
    RunEnd end = some_failed
                     ? ended(calculation.world, ExitStatus::some_sources_failed,
                             text("complete but for ", failures.n_failed(), " units that failed (mtc show ",
                                  output, " failures): --retry-failed computes them"))
                     : ended(calculation.world, ExitStatus::complete, "complete");
    if (!first)
        return end;
    report(calculation, writing, evaluations, busy_s, n_dropped);
    durable::forget_stop_request(output); // it came too late
    tell_status(output, end.told);
    if (some_failed) {
        std::cerr << "mtc: " << end.told.message << '\n';
    } else {
        std::error_code ignored; // what stays does no harm
        std::filesystem::remove_all(calculation.prepared.saving.folder, ignored);
    }
    return end;
}

} // namespace mtc::engine
