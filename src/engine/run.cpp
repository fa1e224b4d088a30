#include "engine/run.hpp"

#include "durable/fnv1a.hpp"
#include "durable/status.hpp"
#include "durable/stop_request.hpp"
#include "engine/crash.hpp"
#include "engine/failures.hpp"
#include "engine/host.hpp"
#include "engine/lives.hpp"
#include "engine/mailbox.hpp"
#include "engine/manager.hpp"
#include "engine/memory.hpp"
#include "engine/preparation.hpp"
#include "engine/progress.hpp"
#include "engine/resume.hpp"
#include "engine/runner.hpp"
#include "engine/saver.hpp"
#include "engine/stop.hpp"
#include "engine/stored_pieces.hpp"
#include "engine/worker.hpp"
#include "mpi/clock_offset.hpp"
#include "output/writer.hpp"
#include "perf/clock.hpp"
#include "perf/recorder.hpp"
#include "simd/dispatch.hpp"
#include "workloads/registry.hpp"

#include <fmt/format.h>

#include <iostream>

#include <unistd.h>

namespace mtc::engine {
namespace {

/// What all ranks hold while they compute, and what they bring to the end.
struct Calculation {
    Calculation(const mpi::Communicator& comm, const Prepared& input)
        : world{comm}
        , prepared{input}
        , workload{workload_kind(input.calculation_mode).open(input.model.bytes(), input.instruction_set)}
        , results{workload->stages()}
    {}
    const mpi::Communicator& world;
    const Prepared& prepared;
    std::unique_ptr<Workload> workload;
    Results results;
};

durable::RunStatus status_of(const mpi::Communicator& world, ExitStatus exit_status, std::string message)
{
    durable::RunStatus status;
    status.exit_status = exit_status;
    status.elapsed_s = perf::now_s();
    status.host = host_name();
    status.process = getpid();
    status.n_ranks = world.size();
    status.message = std::move(message);
    return status;
}

durable::RunStatus running_status(const mpi::Communicator& world, const std::string& stage, double percent)
{
    durable::RunStatus status = status_of(world, ExitStatus::running, "");
    status.stage = stage;
    status.percent = percent;
    return status;
}

/// A status file that cannot be written must not end a calculation that can.
void write_status(const Prepared& prepared, const durable::RunStatus& status)
{
    try {
        durable::write_status(prepared.output, status);
    } catch (const IoError& error) {
        std::cerr << "warning: " << error.what() << '\n';
    }
}

/// After a failure: waits a second for all ranks to be out of their units, then ends those that are not.
void leave_together(const mpi::Communicator& world)
{
    MPI_Request request = MPI_REQUEST_NULL;
    mpi::check(MPI_Ibarrier(world.get(), &request), "MPI_Ibarrier");
    const double give_up_s = perf::now_s() + 1.0;
    Waiter waiter;
    for (int arrived = 0; arrived == 0;) {
        mpi::check(MPI_Test(&request, &arrived, MPI_STATUS_IGNORE), "MPI_Test");
        if (arrived == 0 && perf::now_s() > give_up_s)
            MPI_Abort(world.get(), static_cast<int>(ExitStatus::failed));
        if (arrived == 0)
            waiter.rest();
    }
}

/// \returns how the stages ended; when a unit failed, rank 0 has said which
End compute(Calculation& calculation, perf::Recorder& recorder, TaskRunner& runner, Saver& saver,
            Failures& failures, const std::vector<schedule::UnitSet>& done, std::uint64_t& n_dropped)
{
    Mailbox mailbox{calculation.world, recorder};
    if (calculation.world.rank() != 0) {
        Worker worker{*calculation.workload, mailbox, calculation.results, runner, recorder, saver};
        const End end = worker.run();
        runner.close();
        return end;
    }
    Progress progress{stderr, [&calculation](const std::string& stage, double percent) {
                          write_status(calculation.prepared,
                                       running_status(calculation.world, stage, percent));
                      }};
    Manager manager{*calculation.workload,
                    calculation.prepared.settings,
                    mailbox,
                    calculation.results,
                    runner,
                    recorder,
                    progress,
                    saver,
                    failures};
    End end = End::complete;
    try {
        end = manager.run(done);
    } catch (const UnitError& error) {
        std::cerr << "mtc: " << error.what() << '\n';
        write_status(calculation.prepared, status_of(calculation.world, ExitStatus::failed, error.what()));
        return End::failed;
    }
    runner.close();
    n_dropped = manager.n_dropped_parcels();
    return end;
}

/// Saves what is there and tells how to go on. Collective
ExitStatus leave_unfinished(Calculation& calculation, Saver& saver)
{
    const bool saved_here = saver.save_now();
    saver.save_tables();
    const bool saved = calculation.world.min(saved_here ? 1 : 0) == 1; // all have saved when one leaves
    if (calculation.world.rank() == 0) {
        const std::string what = text(saved ? "stopped, all is saved" : "stopped, not all could be saved",
                                      ": the same command goes on from here");
        std::cerr << "mtc: " << what << std::endl;
        write_status(calculation.prepared, status_of(calculation.world, ExitStatus::unfinished, what));
        durable::forget_stop_request(calculation.prepared.output);
    }
    calculation.world.barrier(); // mpirun ends the others when the first has left
    return ExitStatus::unfinished;
}

std::uint64_t n_units(const std::vector<schedule::UnitSet>& stages)
{
    std::uint64_t n = 0;
    for (const schedule::UnitSet& units : stages)
        n += units.n_units();
    return n;
}

/// How the writing of results went, the same on every rank.
struct Writing {
    std::uint64_t n_bytes = 0;
    double seconds = 0.0;
    double sync_s = 0.0; ///< until the system had it on the disk
    bool collective = true;
    void add(const h5::Transfer& transfer)
    {
        n_bytes += transfer.n_bytes;
        collective = collective && transfer.collective;
    }
};

Writing write_results(output::Writer& writer, Calculation& calculation)
{
    Writing writing;
    const bool first = calculation.world.rank() == 0;
    const std::vector<Table> tables = first ? calculation.workload->tables() : std::vector<Table>{};
    const auto n_tables = calculation.world.max(static_cast<std::uint64_t>(tables.size()));
    for (std::uint64_t t = 0; t < n_tables; ++t)
        writer.write_table(first ? &tables[t] : nullptr);
    const std::vector<Stage>& stages = calculation.workload->stages();
    for (std::uint32_t s = 0; s < stages.size(); ++s) {
        if (stages[s].destination != Destination::file)
            continue;
        for (std::uint32_t d = 0; d < stages[s].datasets.size(); ++d) {
            StoredPieces mine{calculation.results.pieces(StageId{s}, DatasetId{d})};
            writing.add(stages[s].result == ResultKind::rows
                            ? writer.write_rows(stages[s].datasets[d], mine)
                            : writer.write_records(stages[s].datasets[d], mine, stages[s].n_units));
        }
    }
    return writing;
}

std::vector<output::StageDescription> descriptions(const Workload& workload)
{
    std::vector<output::StageDescription> list;
    for (std::uint32_t s = 0; s < workload.stages().size(); ++s) {
        output::StageDescription description;
        description.name = workload.stages()[s].name;
        for (const CostClassInfo& cost_class : workload.stages()[s].cost_classes)
            description.cost_classes.push_back(cost_class.name);
        description.sources = workload.sources(StageId{s});
        list.push_back(std::move(description));
    }
    return list;
}

Writing write(Calculation& calculation, perf::Recorder& recorder, const Failures& failures,
              std::span<const EarlierTables> earlier, double begin_s)
{
    const bool first = calculation.world.rank() == 0;
    output::RunInfo info;
    if (first) {
        const Config& config = *calculation.prepared.config;
        info = output::run_info_of(config);
        info.calculation_mode = calculation.prepared.calculation_mode;
        if (config.has("description"))
            info.description = config.text("description");
        info.instruction_set = simd::name(calculation.prepared.instruction_set);
        info.input_hash = durable::Fnv1a::text(calculation.prepared.input_hash);
    }
    output::Writer writer{calculation.world, calculation.prepared.output, info};
    Writing writing;
    {
        const perf::Recorder::Scope scope{recorder, "write results"};
        writing = write_results(writer, calculation);
        writing.seconds = scope.seconds();
    }
    perf::describe_host(recorder.rank());
    recorder.rank().memory_peak_mb = perf::peak_resident_mb();
    recorder.rank().total_s = perf::now_s();
    recorder.rank().writing_s = recorder.rank().total_s - begin_s;
    perf::Tables tables = recorder.tables();
    add(tables, earlier);
    writer.write_performance(
        tables, first ? descriptions(*calculation.workload) : std::vector<output::StageDescription>{},
        failures.rows());
    const double finish_s = perf::now_s();
    const bool some_failed = calculation.world.max(failures.any() ? 1 : 0) == 1; // rank 0 knows
    writer.finish(some_failed ? ExitStatus::some_sources_failed : ExitStatus::complete);
    writing.sync_s = perf::now_s() - finish_s;
    return writing;
}

void report(const Calculation& calculation, const Writing& writing, std::uint64_t evaluations, double busy_s,
            std::uint64_t n_dropped)
{
    if (n_dropped > 0)
        std::cerr << fmt::format("{} parcels had no weight and were not computed\n", n_dropped);
    if (evaluations > 0 && busy_s > 0.0)
        std::cerr << fmt::format(
            "{:.3e} evaluations (rupture x site x model x level), {:.3e} a second and core\n",
            static_cast<double>(evaluations), static_cast<double>(evaluations) / busy_s);
    if (!writing.collective)
        std::cerr
            << "note: HDF5 did not write all results collectively, which a parallel file system may make "
               "slow\n";
    std::cerr << fmt::format("{} written, {:.2f} s in all; {:.4g} MB of results by all ranks together in "
                             "{:.3f} s, on the disk {:.3f} s later\n",
                             calculation.prepared.output, perf::now_s(),
                             1e-6 * static_cast<double>(writing.n_bytes), writing.seconds, writing.sync_s);
}

void tell_failed(const Prepared& prepared, const durable::RunStatus& status)
{
    std::cerr << "mtc: " << status.message << '\n';
    write_status(prepared, status);
}

/// What failed in earlier lives may be tried again.
void forgive(durable::Mishaps& mishaps)
{
    (void)mishaps.take_crashes();
    mishaps.forgive();
}

/// Compares what the calculation may need with what there is, and tells. Collective
/// \returns a limit of 0 on every rank when the calculation must not begin
MemoryLimit limit_of_memory(const Calculation& calculation)
{
    const mpi::Communicator& world = calculation.world;
    const int n_on_node = world.split_by_node().size();
    const MemoryForecast forecast =
        memory_forecast(calculation.workload->stages(), world.size(),
                        calculation.prepared.model.bytes().size(), memory_use().own);
    const MemoryLimit limit =
        memory_limit(calculation.prepared.memory_per_rank_mb, n_on_node, forecast.model);
    const std::string refusal = memory_refusal(forecast, limit, n_on_node, host_name());
    const int lowest = world.min(refusal.empty() ? world.size() : world.rank());
    if (lowest == world.rank())
        std::cerr << text("mtc: ", refusal, "\n");
    if (world.rank() == 0)
        std::cerr << "memory: " << memory_line(forecast, limit, n_on_node) << '\n';
    return lowest == world.size() ? limit : MemoryLimit{};
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

} // namespace

ExitStatus run(const mpi::Communicator& world, const RunArguments& arguments)
{
    catch_stop_signals();
    perf::Recorder recorder;
    recorder.rank().rank = world.rank();
    start_clock(world, recorder.rank());
    const Prepared prepared = prepare(world, arguments, recorder);
    if (prepared.status != ExitStatus::complete || prepared.nothing_to_do)
        return prepared.status;
    Calculation calculation{world, prepared};
    const CrashReports crash_reports{prepared.saving.folder, world.rank(), prepared.input_hash,
                                     *calculation.workload};
    const MemoryLimit memory = limit_of_memory(calculation);
    if (memory.of_rank == 0.0) {
        std::error_code ignored;
        if (world.rank() == 0) // it was made to see whether it can be
            std::filesystem::remove(prepared.output + ".part", ignored);
        return ExitStatus::bad_input;
    }
    if (world.rank() == 0) // not what an earlier run said
        write_status(prepared, running_status(world, "preparing", 0.0));
    Saver saver{prepared.saving,     calculation.workload->stages(),
                calculation.results, recorder,
                Rank{world.rank()},  world.size()};
    std::vector<EarlierTables> earlier;
    if (prepared.resumes)
        earlier = find_earlier_tables(prepared.saving.folder, prepared.saving.origin.run_id, world.rank(),
                                      world.size());
    recorder.set_life(world.max(next_life(earlier)));
    std::vector<schedule::UnitSet> done(calculation.workload->stages().size());
    if (prepared.resumes) {
        const perf::Recorder::Scope scope{recorder, "resume"};
        done =
            resume(world, prepared.checkpoints, calculation.workload->stages(), calculation.results, saver);
        if (world.rank() == 0)
            std::cerr << fmt::format("going on from {}: {} units were done before\n", prepared.saving.folder,
                                     n_units(done));
    }
    TaskRunner runner{*calculation.workload, calculation.results, recorder, Rank{world.rank()}};
    recorder.rank().reading_s = perf::now_s();
    recorder.begin_idle(recorder.rank().reading_s);
    std::uint64_t n_dropped = 0;
    std::optional<durable::Mishaps> mishaps;
    if (world.rank() == 0) {
        mishaps.emplace(prepared.saving.folder, prepared.input_hash);
        if (prepared.forgive)
            forgive(*mishaps);
    }
    Failures failures{*calculation.workload, prepared.failure_policy,
                      mishaps.value_or(durable::Mishaps{{}, prepared.input_hash}), recorder};
    runner.limit_memory(memory);
    std::optional<MemoryCap> cap{memory};
    const End end = compute(calculation, recorder, runner, saver, failures, done, n_dropped);
    cap.reset(); // saving and writing may take what they need
    if (end == End::failed) {
        leave_together(world);
        return ExitStatus::failed;
    }
    if (end == End::unfinished)
        return leave_unfinished(calculation, saver);
    const bool some_failed = world.max(failures.any() ? 1 : 0) == 1; // rank 0 knows
    if (some_failed) {
        saver.save_tables();
        (void)saver.save_now(); // what is there is not computed again when the rest is
    }
    const double computed_s = perf::now_s();
    const std::uint64_t evaluations = world.sum(runner.evaluations());
    const double busy_s = world.sum(recorder.rank().busy_s);
    if (world.rank() == 0)
        write_status(prepared, running_status(world, "writing", 0.0));
    Writing writing;
    try {
        writing = write(calculation, recorder, failures, earlier, computed_s);
    } catch (const IoError& error) { // the same on every rank
        if (world.rank() == 0) {
            std::cerr << "mtc: " << error.what() << std::endl;
            write_status(prepared, status_of(world, ExitStatus::failed, error.what()));
        }
        // HDF5 may still hold a file that cannot be closed, and MPI_Finalize would fall over it.
        world.barrier();
        _exit(static_cast<int>(ExitStatus::failed));
    }
    if (world.rank() == 0) {
        report(calculation, writing, evaluations, busy_s, n_dropped);
        durable::forget_stop_request(prepared.output); // it came too late
        if (some_failed) {
            tell_failed(prepared, status_of(world, ExitStatus::some_sources_failed,
                                            text("complete but for ", failures.n_failed(),
                                                 " units that failed (mtc show ", prepared.output,
                                                 " failures): --retry-failed computes them")));
        } else {
            write_status(prepared, status_of(world, ExitStatus::complete, "complete"));
            std::error_code ignored; // what stays does no harm
            std::filesystem::remove_all(prepared.saving.folder, ignored);
        }
    }
    return some_failed ? ExitStatus::some_sources_failed : ExitStatus::complete;
}

} // namespace mtc::engine
