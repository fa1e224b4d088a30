#include "engine/preparation.hpp"

#include "config/job_archive.hpp"
#include "config/read.hpp"
#include "durable/fnv1a.hpp"
#include "durable/stop_request.hpp"
#include "engine/batch_time.hpp"
#include "engine/lives/stop.hpp"
#include "engine/messages/protocol.hpp"
#include "engine/tiles.hpp"
#include "h5/disk.hpp"
#include "output/broadcast.hpp"
#include "output/build_info.hpp"
#include "output/reader.hpp"
#include "output/schema.hpp"
#include "perf/clock.hpp"
#include "simd/dispatch.hpp"
#include "workloads/registry.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <iostream>
#include <limits>
#include <optional>
#include <utility>

#include <malloc.h>
#include <unistd.h>

namespace mtc::engine {
namespace {

/// The fixed part of what rank 0 broadcasts.
struct Summary {
    std::uint64_t input_hash = 0;
    std::uint64_t run_id = 0;
    double task_duration_s = 0.0;
    double stop_at_s = 0.0;
    double checkpoint_interval_s = 0.0;
    double patience_s = 0.0;         ///< 0: automatic
    double unit_timeout_s = 0.0;     ///< 0: none
    double memory_per_rank_mb = 0.0; ///< [MB] 0: not given
    std::uint32_t has_task_duration = 0;
    std::uint32_t wished_tiles = 0; ///< 0: not given
    SchedulerRank scheduler_rank = SchedulerRank::automatic;
    InstructionSet most_wanted = InstructionSet::avx512; ///< an upper bound when has_wanted is 0
    std::uint32_t has_wanted = 0;
    ExitStatus status = ExitStatus::complete;
    std::uint32_t nothing_to_do = 0;
    std::uint32_t resumes = 0;
};

/// What is there under the output's name, of this very input.
enum class Earlier : std::uint8_t { nothing, complete, some_failed };

/// \throws InputError when it belongs to another input
Earlier earlier_output(const std::filesystem::path& output, std::uint64_t hash, bool fresh)
{
    if (!std::filesystem::exists(output) || fresh)
        return Earlier::nothing;
    std::string found;
    std::string status;
    try {
        const output::Reader reader{output};
        found = reader.attribute("input_hash");
        status = reader.attribute("status");
    } catch (const Error& error) {
        throw InputError(text(output.string(), " exists and is not an output of mtc (", error.what(),
                              "). Name another file with --output, or replace it with --fresh?"));
    }
    if (found == durable::Fnv1a::text(hash))
        return status == output::status_some_failed ? Earlier::some_failed : Earlier::complete;
    throw InputError(text(output.string(),
                          " exists and holds the results of another input (its input_hash is ", found,
                          ", this one's ", durable::Fnv1a::text(hash),
                          "). Name another file with --output, or replace it with --fresh?"));
}

/// Reads what an earlier life of the calculation has saved. \throws InputError when it is of another one
void look_for_checkpoints(Prepared& prepared, bool fresh)
{
    const std::string& folder = prepared.saving.folder;
    if (fresh)
        std::filesystem::remove_all(folder);
    prepared.checkpoints = durable::find_checkpoints(folder);
    const std::string way_out = " Begin anew with --fresh, or name another file with --output?";
    for (const durable::Origin& origin : prepared.checkpoints.origins) {
        if (origin.input_hash != prepared.input_hash)
            throw InputError(text(folder, " holds checkpoints of another input (its input_hash is ",
                                  durable::Fnv1a::text(origin.input_hash), ", this one's ",
                                  durable::Fnv1a::text(prepared.input_hash), ").", way_out));
        if (origin.mtc_version != output::build_info::version)
            throw InputError(text(folder, " holds checkpoints of mtc ", origin.mtc_version, ", this is ",
                                  output::build_info::version, " (results could differ in their last bits).",
                                  way_out));
        if (origin.run_id != prepared.checkpoints.origins.front().run_id ||
            origin.instruction_set != prepared.checkpoints.origins.front().instruction_set)
            throw InputError(text(folder, " holds checkpoints of two calculations.", way_out));
    }
    prepared.resumes = !prepared.checkpoints.origins.empty();
    for (const std::string& warning : prepared.checkpoints.warnings)
        std::cerr << "warning: " << warning << '\n';
    if (!prepared.resumes && !prepared.checkpoints.warnings.empty())
        std::cerr << "warning: nothing in " << folder << " can be used: all is computed anew\n";
    prepared.saving.origin.run_id =
        prepared.resumes ? prepared.checkpoints.origins.front().run_id : durable::new_incarnation();
}

/// Seconds from the program's start at which the run must stop; infinity when nothing limits it.
double stop_time_s(const Config& config)
{
    if (config.has("walltime"))
        return stop_at_s(config.seconds("walltime"));
    const std::optional<TimeLeft> left = batch_time_left();
    if (!left)
        return std::numeric_limits<double>::infinity();
    std::cerr << fmt::format("note: {:.0f} s are left of the batch job ({})\n", left->seconds, left->said_by);
    return stop_at_s(perf::now_s() + left->seconds);
}

void tell(const Notes& notes)
{
    for (const std::string& warning : notes.warnings)
        std::cerr << "warning: " << warning << '\n';
    for (const std::string& remark : notes.remarks)
        std::cerr << "note: " << remark << '\n';
}

std::vector<h5::Hint> io_hints(const Config& config)
{
    constexpr std::string_view family = "io_hint.";
    std::vector<h5::Hint> hints;
    for (const auto& [key, entry] : config.entries())
        if (key.starts_with(family))
            hints.push_back({key.substr(family.size()), entry.value});
    return hints;
}

/// What only rank 0 does.
Summary read_input(const RunArguments& arguments, Prepared& prepared, ModelBytes& model,
                   perf::Recorder& recorder)
{
    Summary summary;
    try {
        Notes notes;
        const auto options = [](const std::string& mode) -> const std::vector<Option>& {
            return workload_kind(mode).options();
        };
        std::optional<config::JobArchive> job; // its files, until they are read
        if (arguments.input_text)
            prepared.config.emplace(config::read_config_text(arguments.input, *arguments.input_text,
                                                             arguments.settings, options, notes));
        else
            prepared.config.emplace(config::read_config(job.emplace(arguments.input).input_file(),
                                                        arguments.settings, options, notes));
        const Config& config = *prepared.config;
        prepared.calculation_mode = config.text("calculation_mode");
        {
            const perf::Recorder::Scope scope{recorder, "model"};
            model = workload_kind(prepared.calculation_mode).read(config, notes);
            ::malloc_trim(0); // reading takes several times the model
        }
        tell(notes);
        prepared.input_name = job ? job->name() : arguments.input.string();
        prepared.output =
            (arguments.output ? *arguments.output : config::output_file(config, arguments.input)).string();
        prepared.input_hash = input_hash(prepared.calculation_mode, model);
        const Earlier earlier = earlier_output(prepared.output, prepared.input_hash, arguments.fresh);
        const bool some_failed = earlier == Earlier::some_failed;
        summary.nothing_to_do =
            earlier == Earlier::complete || (some_failed && !arguments.retry_failed) ? 1 : 0;
        prepared.failure_policy = failure_policy(config);
        prepared.forgive = arguments.retry_failed;
        prepared.saving.folder =
            durable::checkpoint_folder(prepared.output,
                                       config.has("checkpoint_dir") ? config.text("checkpoint_dir") : "")
                .string();
        summary.checkpoint_interval_s = config.seconds("checkpoint_interval");
        if (config.has("worker_timeout"))
            summary.patience_s = config.seconds("worker_timeout");
        if (config.has("unit_timeout"))
            summary.unit_timeout_s = config.seconds("unit_timeout");
        summary.stop_at_s = stop_time_s(config);
        if (config.has("memory_per_rank"))
            summary.memory_per_rank_mb = config.number("memory_per_rank");
        summary.wished_tiles = wished_tiles(config).value_or(0);
        prepared.io_hints = io_hints(config);
        if (summary.nothing_to_do != 0 && some_failed) {
            std::cerr
                << prepared.output
                << " is of this very input, and complete but for what failed: --retry-failed computes that\n";
            summary.status = ExitStatus::some_sources_failed;
        } else if (summary.nothing_to_do != 0) {
            std::cerr << prepared.output << " is complete and of this very input: nothing to do\n";
            std::filesystem::remove_all(prepared.saving.folder); // it ended between the last two steps
        } else {
            h5::check_creatable(prepared.output + ".part");
            prepared.lock = durable::RunLock{prepared.output};
            if (!prepared.lock.why_not().empty())
                std::cerr << "note: " << prepared.output << " is not locked (" << prepared.lock.why_not()
                          << "); a second run of it at the same time would spoil both\n";
            durable::forget_stop_request(prepared.output); // meant for an earlier run
            look_for_checkpoints(prepared, arguments.fresh);
        }
        if (config.has("task_duration")) {
            summary.has_task_duration = 1;
            summary.task_duration_s = config.seconds("task_duration");
        }
        const std::string& scheduler_rank = config.text("scheduler_rank");
        summary.scheduler_rank = scheduler_rank == "dedicated" ? SchedulerRank::dedicated
                                 : scheduler_rank == "working" ? SchedulerRank::working
                                                               : SchedulerRank::automatic;
        for (const InstructionSet set :
             {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512})
            if (config.text("instruction_set") == simd::name(set)) {
                summary.most_wanted = set;
                summary.has_wanted = 1;
            }
        if (prepared.resumes) {
            const InstructionSet saved = prepared.checkpoints.origins.front().instruction_set;
            if (summary.has_wanted != 0 && summary.most_wanted != saved)
                throw InputError(text(config.where("instruction_set"), " (the checkpoints in ",
                                      prepared.saving.folder, " were computed with ", simd::name(saved),
                                      "). Leave it out, or begin anew with --fresh?"));
            summary.most_wanted = saved;
        }
    } catch (const InputError& error) {
        std::cerr << "mtc: " << error.what() << '\n';
        prepared.why = error.what();
        summary.status = ExitStatus::bad_input;
    } catch (const std::exception& error) {
        std::cerr << "mtc: " << error.what() << '\n';
        prepared.why = error.what();
        summary.status = ExitStatus::failed;
    }
    summary.input_hash = prepared.input_hash;
    summary.resumes = prepared.resumes ? 1 : 0;
    summary.run_id = prepared.saving.origin.run_id;
    return summary;
}

void agree_on_instruction_set(const mpi::Communicator& world, const Summary& summary, Prepared& prepared)
{
    const auto mine = static_cast<std::uint32_t>(simd::detected());
    const InstructionSet lowest{world.min(mine)};
    prepared.instruction_set = std::min(lowest, summary.most_wanted);
    if (summary.resumes != 0 && summary.most_wanted > lowest) {
        prepared.status = ExitStatus::bad_input;
        if (world.rank() == 0)
            std::cerr << "mtc: the checkpoints in " << prepared.saving.folder << " were computed with "
                      << simd::name(summary.most_wanted) << " (some rank's processor has only "
                      << simd::name(lowest) << "). Begin anew with --fresh?\n";
        return;
    }
    if (summary.has_wanted != 0 && summary.most_wanted > lowest) {
        prepared.status = ExitStatus::bad_input;
        if (world.rank() == 0)
            std::cerr << "mtc: " << prepared.config->where("instruction_set")
                      << " (some rank's processor has only " << simd::name(lowest)
                      << "). Leave it out for the widest that all have?\n";
    }
}

void tell_of_copies(const mpi::NodeCopy& model)
{
    if (!model.first_on_node() || model.why_not_shared().empty())
        return;
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    std::cerr << fmt::format("warning: on {} every rank holds a copy of the model of its own, {:.0f} MB "
                             "(they cannot share memory: {})\n",
                             host.data(), 1e-6 * static_cast<double>(model.bytes().size()),
                             model.why_not_shared());
}

/// A model that was damaged on its way must not give results: every copy is hashed.
void prove_equal(const mpi::Communicator& world, const Prepared& prepared)
{
    const bool holds_one = prepared.model.first_on_node() || !prepared.model.why_not_shared().empty();
    const std::uint64_t mine =
        holds_one ? input_hash(prepared.calculation_mode, prepared.model.bytes()) : prepared.input_hash;
    const int damaged = world.min(mine == prepared.input_hash ? world.size() : world.rank());
    if (damaged != world.size())
        throw ComputeError(
            text("the model on rank ", damaged, " is not that of rank 0 (damaged on its way)"));
}

} // namespace

std::uint64_t input_hash(std::string_view calculation_mode, std::span<const std::byte> model)
{
    durable::Fnv1a hash;
    hash.add(calculation_mode);
    hash.add(model);
    return hash.value();
}

Prepared prepare(const mpi::Communicator& world, const RunArguments& arguments, perf::Recorder& recorder)
{
    const perf::Recorder::Scope scope{recorder, "read input"};
    Prepared prepared;
    Summary summary;
    ModelBytes model;
    if (world.rank() == 0)
        summary = read_input(arguments, prepared, model, recorder);
    world.broadcast(std::as_writable_bytes(std::span{&summary, 1}), 0);
    prepared.status = summary.status;
    prepared.nothing_to_do = summary.nothing_to_do != 0;
    if (prepared.status != ExitStatus::complete || prepared.nothing_to_do)
        return prepared;
    prepared.input_hash = summary.input_hash;
    prepared.resumes = summary.resumes != 0;
    prepared.settings.stop_at_s = summary.stop_at_s;
    if (summary.memory_per_rank_mb > 0.0)
        prepared.memory_per_rank_mb = summary.memory_per_rank_mb;
    if (summary.wished_tiles > 0)
        prepared.wished_tiles = summary.wished_tiles;
    prepared.settings.scheduler_rank = summary.scheduler_rank;
    if (summary.has_task_duration != 0)
        prepared.settings.task_duration_s = summary.task_duration_s;
    {
        const perf::Recorder::Scope broadcasting{recorder, "broadcast"};
        std::vector<std::string> texts{prepared.calculation_mode, prepared.output, prepared.saving.folder};
        for (const h5::Hint& hint : prepared.io_hints)
            texts.insert(texts.end(), {hint.key, hint.value});
        texts = output::broadcast(world, texts);
        prepared.calculation_mode = texts.at(0);
        prepared.output = texts.at(1);
        prepared.saving.folder = texts.at(2);
        prepared.io_hints.clear();
        for (std::size_t i = 3; i < texts.size(); i += 2)
            prepared.io_hints.push_back({texts[i], texts.at(i + 1)});
        prepared.model = mpi::NodeCopy::broadcast(world, std::move(model));
    }
    prepared.settings.output = prepared.output;
    tell_of_copies(prepared.model);
    agree_on_instruction_set(world, summary, prepared);
    prepared.saving.interval_s = summary.checkpoint_interval_s;
    prepared.patience_s = summary.patience_s;
    prepared.unit_timeout_s = summary.unit_timeout_s;
    prepared.saving.origin = {summary.run_id, summary.input_hash, prepared.instruction_set,
                              std::string{output::build_info::version}};
    prove_equal(world, prepared);
    return prepared;
}

} // namespace mtc::engine
