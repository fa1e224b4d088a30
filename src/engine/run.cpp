#include "engine/run.hpp"

#include "durable/status.hpp"
#include "engine/bounds.hpp"
#include "engine/calculation.hpp"
#include "engine/endings.hpp"
#include "engine/failures/failures.hpp"
#include "engine/lives/crash.hpp"
#include "engine/lives/heartbeat.hpp"
#include "engine/lives/host.hpp"
#include "engine/lives/lives.hpp"
#include "engine/lives/stop.hpp"
#include "engine/lives/unit_watch.hpp"
#include "engine/manager.hpp"
#include "engine/messages/mailbox.hpp"
#include "engine/progress.hpp"
#include "engine/runner.hpp"
#include "engine/saves/estate.hpp"
#include "engine/saves/resume.hpp"
#include "engine/saves/saver.hpp"
#include "engine/worker.hpp"
#include "mpi/clock_offset.hpp"
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
        durable::RunStatus begun = status_of(world, ExitStatus::running, "");
        begun.patience_s = heartbeat.wrapper_patience_s();
        durable::tell_wrapper(begun); // at once: from here on the run can be started again
        heartbeat.say(begun);
    }
    const Prepared prepared = prepare(world, arguments, recorder);
    if (prepared.status != ExitStatus::complete || prepared.nothing_to_do)
        return ended(world, prepared.status,
                     prepared.nothing_to_do ? "nothing to do"
                     : prepared.why.empty() ? "bad input"
                                            : prepared.why);
    {
        const std::lock_guard lock{of_output};
        output = prepared.output;
    }
    Calculation calculation{world, prepared};
    const CrashReports crash_reports{prepared.saving.folder, world.rank(), prepared.input_hash,
                                     *calculation.workload};
    const std::optional<Bounds> may_take = find_bounds(calculation);
    if (!may_take) {
        std::error_code ignored;
        if (world.rank() == 0) // it was made to see whether it can be
            std::filesystem::remove(prepared.output + ".part", ignored);
        return ended(world, ExitStatus::bad_input, "it could need more memory or disk than there is");
    }
    heartbeat.listen_across_nodes(world, prepared.saving.folder, prepared.patience_s);
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
    if (world.rank() == 0) {
        const bool is_lost = !prepared.resumes && !prepared.checkpoints.warnings.empty();
        if (prepared.resumes || is_lost) { // saved before the status is written over: it may not come far
            recorder.add_event("resume", text(is_lost ? "nothing that was saved can be used; " : "",
                                              "the run before: ", end_of_run_before(prepared.output)));
            saver.save_tables();
        }
        tell_running(calculation, heartbeat, "preparing", 0.0);
        if (arguments.begun)
            arguments.begun(facts_of(calculation));
    }
    EarlierWork earlier;
    earlier.done.resize(calculation.workload->stages().size());
    if (prepared.resumes) {
        const perf::Recorder::Scope scope{recorder, "resume"};
        earlier =
            resume(world, prepared.checkpoints, calculation.workload->stages(), calculation.results, saver);
        if (world.rank() == 0) {
            const std::uint64_t n_done = n_units(earlier.done);
            recorder.add_event("stage", text(n_done, " units were done before"));
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
        leave_alone(calculation, saver, computed.end == End::orphaned);
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
