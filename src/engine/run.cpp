#include "engine/run.hpp"

#include "durable/status.hpp"
#include "durable/stop_request.hpp"
#include "engine/calculation.hpp"
#include "engine/crash.hpp"
#include "engine/estate.hpp"
#include "engine/failures.hpp"
#include "engine/heartbeat.hpp"
#include "engine/host.hpp"
#include "engine/lives.hpp"
#include "engine/mailbox.hpp"
#include "engine/manager.hpp"
#include "engine/memory.hpp"
#include "engine/progress.hpp"
#include "engine/resume.hpp"
#include "engine/runner.hpp"
#include "engine/saver.hpp"
#include "engine/stop.hpp"
#include "engine/tiles.hpp"
#include "engine/unit_watch.hpp"
#include "engine/worker.hpp"
#include "engine/writing.hpp"
#include "mpi/clock_offset.hpp"
#include "mpi/pulse.hpp"
#include "mpi/together.hpp"
#include "perf/clock.hpp"
#include "perf/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <mutex>
#include <optional>

namespace mtc::engine {
namespace {

/// How the stages ended, and with whom.
struct Computed {
    End end = End::complete;
    std::vector<Rank> living{};
    std::string hopeless{}; ///< on rank 0: why the run cannot go on without ranks that were lost
    std::string why{};      ///< on rank 0: what failed
    std::uint64_t n_dropped = 0;
};

durable::RunStatus running_status(const mpi::Communicator& world, const std::string& stage, double percent)
{
    durable::RunStatus status = status_of(world, ExitStatus::running, "");
    status.stage = stage;
    status.percent = percent;
    return status;
}

/// Rank 0 tells what the run does now.
void tell_running(const Calculation& calculation, Heartbeat& heartbeat, const std::string& stage,
                  double percent)
{
    const durable::RunStatus status = running_status(calculation.world, stage, percent);
    heartbeat.say(status);
    tell_status(calculation.prepared.output, status);
}

Computed work(Calculation& calculation, perf::Recorder& recorder, TaskRunner& runner, Saver& saver,
              Heartbeat& heartbeat)
{
    Mailbox mailbox{calculation.world, recorder};
    mailbox.greet();
    heartbeat.enter(Phase::computing);
    Worker worker{*calculation.workload, mailbox, calculation.results, runner, recorder, saver, &heartbeat};
    Computed computed;
    computed.end = worker.run();
    computed.living = mailbox.living();
    if (computed.end == End::complete || computed.end == End::unfinished)
        heartbeat.enter(Phase::together);
    runner.close();
    return computed;
}

/// Rank 0's part; when a unit failed, it has said which.
Computed manage(Calculation& calculation, perf::Recorder& recorder, TaskRunner& runner, Saver& saver,
                Failures& failures, Heartbeat& heartbeat, Vigil vigil,
                const std::vector<schedule::UnitSet>& done)
{
    Mailbox mailbox{calculation.world, recorder};
    mailbox.greet();
    Progress progress{std::cerr, [&](const std::string& stage, double percent) {
                          tell_running(calculation, heartbeat, stage, percent);
                      }};
    Manager manager{*calculation.workload,
                    calculation.prepared.settings,
                    mailbox,
                    calculation.results,
                    runner,
                    recorder,
                    progress,
                    saver,
                    failures,
                    std::move(vigil)};
    Computed computed;
    try {
        computed.end = manager.run(done);
    } catch (const UnitError& error) {
        computed.end = End::failed;
        computed.why = error.what();
        std::cerr << "mtc: " << computed.why << '\n';
        tell_status(calculation.prepared.output,
                    status_of(calculation.world, ExitStatus::failed, computed.why));
        return computed;
    }
    runner.close();
    computed.living = mailbox.living();
    computed.hopeless = manager.hopeless();
    computed.n_dropped = manager.n_dropped_parcels();
    return computed;
}

/// Saves what is there and tells how to go on. Collective over the living
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

/// Without rank 0, or given up by it: nobody is left to talk to.
[[noreturn]] void leave_alone(const Calculation& calculation, Saver& saver, End end)
{
    if (end == End::orphaned)
        (void)saver.save_now();
    std::cerr << text("mtc: rank ", calculation.world.rank(), ": ",
                      end == End::orphaned ? "rank 0 was lost" : "rank 0 has given this rank up as lost",
                      "; leaves\n");
    leave_at_once(ExitStatus::unfinished);
}

std::uint64_t n_units(const std::vector<schedule::UnitSet>& stages)
{
    std::uint64_t n = 0;
    for (const schedule::UnitSet& units : stages)
        n += units.n_units();
    return n;
}

/// What failed in earlier lives may be tried again.
void forgive(durable::Mishaps& mishaps)
{
    (void)mishaps.take_crashes();
    mishaps.forgive();
}

/// What the calculation may take of memory and disk.
struct Bounds {
    MemoryLimit memory{};
    Tiles tiles{}; ///< equal on every rank
};

/// Compares what the calculation may need with what there is, and tells. Collective
/// \returns nothing, on every rank, when the calculation must not begin
std::optional<Bounds> bounds(const Calculation& calculation)
{
    const mpi::Communicator& world = calculation.world;
    const Prepared& prepared = calculation.prepared;
    const std::vector<Stage>& stages = calculation.workload->stages();
    const int n_on_node = world.split_by_node().size();
    const MemoryForecast all =
        memory_forecast(stages, world.size(), prepared.model.bytes().size(), memory_use().own);
    const MemoryLimit limit = memory_limit(prepared.memory_per_rank_mb, n_on_node, all.model);
    const Tiles mine = choose_tiles(stages, all, limit, prepared.wished_tiles);
    const Tiles tiles = tiles_of(stages, world.min(mine.most_bytes));
    const MemoryForecast forecast = with_tiles(all, stages, tiles);
    std::string refusal = memory_refusal(forecast, limit, n_on_node, host_name());
    if (!refusal.empty())
        refusal += why_no_tiles(stages, prepared.wished_tiles);
    else if (tiles.any() && world.rank() == 0)
        refusal = disk_refusal(tiles, world.size(), prepared.saving.folder);
    const int lowest = world.min(refusal.empty() ? world.size() : world.rank());
    if (lowest == world.rank())
        std::cerr << text("mtc: ", refusal, "\n");
    if (world.rank() == 0) {
        std::cerr << "memory: " << memory_line(forecast, limit, n_on_node) << '\n';
        if (tiles.any() && refusal.empty()) {
            std::cerr << "tiles: " << tiles_line(tiles) << '\n';
            if (const auto warning = disk_warning(tiles, world.size(), prepared.saving.folder);
                !warning.empty())
                std::cerr << "warning: " << warning << '\n';
        }
    }
    if (lowest != world.size())
        return std::nullopt;
    return Bounds{limit, tiles};
}

/// From now on sums that do not fit lie beside the checkpoints of this process. Collective
void keep_in_tiles(Calculation& calculation, const Tiles& tiles, const Saver& saver)
{
    if (!tiles.any())
        return;
    std::filesystem::path folder;
    mpi::together(calculation.world, [&] {
        folder = durable::rank_folder(calculation.prepared.saving.folder, calculation.world.rank());
    });
    calculation.results.limit_sums(tiles.most_bytes, [&](StageId stage) {
        return folder / durable::aside_name(saver.incarnation(), stage);
    });
}

/// Makes the moment at which rank 0 leaves the start-up barrier the origin of all ranks' times. Collective.
void start_clock(const mpi::Communicator& world, perf::RankRow& row)
{
    const mpi::ClockOffset clock = mpi::clock_offset_by_node(world, perf::steady_s);
    world.barrier();
    double origin_s = perf::steady_s();
    world.broadcast(std::as_writable_bytes(std::span{&origin_s, 1}), 0);
    perf::set_origin(origin_s + clock.offset_s);
    row.clock_offset_s = clock.offset_s;
    row.clock_uncertainty_s = clock.uncertainty_s;
}

std::vector<std::uint64_t> incarnations(const mpi::Communicator& world, const Saver& saver)
{
    const std::uint64_t mine = saver.incarnation();
    std::vector<std::uint64_t> all;
    for (const std::vector<std::byte>& bytes : world.gather(std::as_bytes(std::span{&mine, 1}), 0))
        std::memcpy(&all.emplace_back(), bytes.data(), sizeof mine);
    return all;
}

std::vector<int> numbers(const std::vector<Rank>& ranks)
{
    std::vector<int> list;
    for (const Rank rank : ranks)
        list.push_back(rank.value());
    return list;
}

/// On rank 0.
RunFacts facts_of(const Calculation& calculation)
{
    const Prepared& prepared = calculation.prepared;
    RunFacts facts;
    facts.run_id = prepared.saving.origin.run_id;
    facts.calculation_mode = prepared.calculation_mode;
    facts.description = prepared.config->has("description") ? prepared.config->text("description") : "";
    facts.input = prepared.input_name;
    facts.output = prepared.output;
    facts.input_hash = prepared.input_hash;
    facts.n_ranks = calculation.world.size();
    for (const auto& [key, entry] : prepared.config->entries()) {
        if (entry.origin != "default")
            facts.keys_given += text(key, " = ", entry.value, "\n");
    }
    return facts;
}

/// From the end of computing: those that live write the output.
RunEnd write_together(Calculation& calculation, perf::Recorder& recorder, const TaskRunner& runner,
                      Saver& saver, const Failures& failures, std::span<const EarlierTables> lives,
                      Heartbeat& heartbeat, std::uint64_t n_dropped)
{
    const mpi::Communicator& living = *calculation.living;
    const bool first = living.rank() == 0;
    const std::string& output = calculation.prepared.output;
    const bool some_failed = living.max(failures.any() ? 1 : 0) == 1; // rank 0 knows
    if (some_failed) { // what is there is not computed again when the rest is
        const mpi::SystemCall saving;
        saver.save_tables();
        (void)saver.save_now();
    }
    const double computed_s = perf::now_s();
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

} // namespace

RunEnd run(const mpi::Communicator& world, const RunArguments& arguments)
{
    catch_stop_signals();
    perf::Recorder recorder;
    recorder.rank().rank = world.rank();
    start_clock(world, recorder.rank());
    std::mutex of_output;
    std::string output; // for the helper thread, once it is known
    Heartbeat heartbeat{world, [&](const std::string& why) {
                            const std::lock_guard lock{of_output};
                            give_up(world, output, why);
                        }};
    if (world.rank() == 0) {
        const durable::RunStatus begun = status_of(world, ExitStatus::running, "");
        durable::tell_wrapper(begun); // at once: from here on the run can be started again
        heartbeat.say(begun);
    }
    const Prepared prepared = prepare(world, arguments, recorder);
    if (prepared.status != ExitStatus::complete || prepared.nothing_to_do)
        return ended(world, prepared.status, prepared.nothing_to_do ? "nothing to do" : "bad input");
    {
        const std::lock_guard lock{of_output};
        output = prepared.output;
    }
    Calculation calculation{world, prepared};
    const CrashReports crash_reports{prepared.saving.folder, world.rank(), prepared.input_hash,
                                     *calculation.workload};
    const std::optional<Bounds> may_take = bounds(calculation);
    if (!may_take) {
        std::error_code ignored;
        if (world.rank() == 0) // it was made to see whether it can be
            std::filesystem::remove(prepared.output + ".part", ignored);
        return ended(world, ExitStatus::bad_input, "it could need more memory or disk than there is");
    }
    heartbeat.listen_across_nodes(world, prepared.saving.folder, prepared.patience_s);
    std::string before;
    if (world.rank() == 0) { // not what an earlier run said
        before = end_of_run_before(prepared.output);
        tell_running(calculation, heartbeat, "preparing", 0.0);
        if (arguments.begun)
            arguments.begun(facts_of(calculation));
    }
    Saver saver{prepared.saving,     calculation.workload->stages(),
                calculation.results, recorder,
                Rank{world.rank()},  world.size()};
    keep_in_tiles(calculation, may_take->tiles, saver);
    std::vector<EarlierTables> lives;
    if (prepared.resumes)
        lives = find_earlier_tables(prepared.saving.folder, prepared.saving.origin.run_id, world.rank(),
                                    world.size());
    const std::uint32_t life = world.max(next_life(lives));
    recorder.set_life(life);
    EarlierWork earlier;
    earlier.done.resize(calculation.workload->stages().size());
    if (prepared.resumes) {
        const perf::Recorder::Scope scope{recorder, "resume"};
        earlier =
            resume(world, prepared.checkpoints, calculation.workload->stages(), calculation.results, saver);
        if (world.rank() == 0) {
            const std::uint64_t n_done = n_units(earlier.done);
            recorder.add_event("resume", text(n_done, " units were done before; the run before: ", before));
            saver.save_tables(); // should this run not come far either
            std::cerr << fmt::format("going on from {}: {} units were done before\n", prepared.saving.folder,
                                     n_done);
        }
    }
    Estate estate{prepared.saving.folder, calculation.workload->stages(), incarnations(world, saver),
                  earlier};
    TaskRunner runner{*calculation.workload, calculation.results, recorder, Rank{world.rank()}};
    recorder.rank().reading_s = perf::now_s();
    recorder.begin_idle(recorder.rank().reading_s);
    std::optional<durable::Mishaps> mishaps;
    if (world.rank() == 0) {
        mishaps.emplace(prepared.saving.folder, prepared.input_hash);
        if (prepared.forgive)
            forgive(*mishaps);
    }
    Failures failures{*calculation.workload, prepared.failure_policy,
                      mishaps.value_or(durable::Mishaps{{}, prepared.input_hash}), recorder};
    runner.limit_memory(may_take->memory);
    std::optional<MemoryCap> cap{may_take->memory};
    std::optional<UnitWatch> watch{prepared.unit_timeout_s};
    const Computed computed =
        world.rank() == 0 ? manage(calculation, recorder, runner, saver, failures, heartbeat,
                                   Vigil{heartbeat, std::move(estate), prepared.patience_s}, earlier.done)
                          : work(calculation, recorder, runner, saver, heartbeat);
    cap.reset(); // saving and writing may take what they need
    watch.reset();
    if (computed.end == End::orphaned || computed.end == End::dismissed)
        leave_alone(calculation, saver, computed.end);
    if (computed.end == End::failed) {
        heartbeat.close();
        leave_together(world);
        RunEnd end = ended(world, ExitStatus::failed, computed.why);
        end.all_alive = !durable::has_wrapper();
        return end;
    }
    const bool all_alive = computed.living.size() == static_cast<std::size_t>(world.size());
    std::optional<mpi::Communicator> survivors;
    if (!all_alive) {
        // Not of `world`: those that have not heard yet that all is computed take any message there.
        calculation.living =
            &survivors.emplace(mpi::Communicator::among(MPI_COMM_WORLD, numbers(computed.living)));
        if (world.rank() == 0)
            std::ranges::move(find_lost_tables(prepared.saving.folder, prepared.saving.origin.run_id, life,
                                               computed.living),
                              std::back_inserter(lives));
    }
    RunEnd end;
    if (computed.end == End::unfinished) {
        end = {ExitStatus::unfinished, true, leave_unfinished(calculation, saver, computed.hopeless)};
        heartbeat.close();
        calculation.living->barrier(); // mpirun ends the others when the first has left
    } else {
        end = write_together(calculation, recorder, runner, saver, failures, lives, heartbeat,
                             computed.n_dropped);
    }
    end.all_alive = all_alive;
    if (survivors)
        survivors->abandon();
    return end;
}

} // namespace mtc::engine
