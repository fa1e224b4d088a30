#include "engine/run.hpp"
#include "calcs/database.hpp"
#include "calcs/diary.hpp"
#include "commands/calcs.hpp"
#include "commands/export/export.hpp"
#include "commands/export_at_end.hpp"
#include "commands/jobscript/jobscript.hpp"
#include "commands/keys.hpp"
#include "commands/new_input.hpp"
#include "commands/plan/check.hpp"
#include "commands/plan/plan.hpp"
#include "commands/recompute/recompute.hpp"
#include "commands/report/report.hpp"
#include "commands/show/show.hpp"
#include "commands/status.hpp"
#include "commands/stop.hpp"
#include "commands/sweep.hpp"
#include "config/command_line.hpp"
#include "config/completion.hpp"
#include "console/console.hpp"
#include "durable/status.hpp"
#include "engine/lives/host.hpp"
#include "mpi/environment.hpp"
#include "output/build_info.hpp"
#include "perf/clock.hpp"
#include "workloads/command/command_line.hpp"
#include "workloads/matrix_product/matrix_product.hpp"
#include "workloads/psha/ground_motion/motion_table_file.hpp"
#include "workloads/psha/source_model/rupture_file.hpp"
#include "workloads/registry.hpp"

#include "mtc/run.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace {

using mtc::ExitStatus;

constexpr double patience_with_records_s = 2.0;

std::filesystem::path records_file()
{
    const std::filesystem::path home = mtc::calcs::home_folder();
    return home.empty() ? home : home / "calcs.sqlite";
}

mtc::calcs::Calculation remembered(const mtc::engine::RunFacts& facts)
{
    mtc::calcs::Calculation calculation;
    calculation.run_id = facts.run_id;
    calculation.mode = facts.calculation_mode;
    calculation.description = facts.description;
    calculation.input = std::filesystem::absolute(facts.input).string();
    calculation.output = std::filesystem::absolute(facts.output).string();
    calculation.input_hash = facts.input_hash;
    calculation.config = facts.keys_given;
    calculation.host = mtc::engine::host_name();
    calculation.version = mtc::output::build_info::version;
    calculation.n_ranks = facts.n_ranks;
    return calculation;
}

/// False in all but one of the processes that a launcher started together: what is wrong with the command
/// line is said once, before there is an MPI to ask.
bool speaks_for_all()
{
    for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"})
        if (const char* rank = std::getenv(name))
            return std::string_view{rank} == "0";
    return true;
}

ExitStatus write_jobscript(const mtc::config::CommandLine& line)
{
    using mtc::commands::BatchSystem;
    const mtc::config::JobScriptOptions& job = line.jobscript;
    std::error_code unknown;
    const std::string program = std::filesystem::read_symlink("/proc/self/exe", unknown).string();
    return mtc::commands::jobscript({.system = job.system == "slurm"    ? BatchSystem::slurm
                                               : job.system == "pbs"    ? BatchSystem::pbs
                                               : job.system == "torque" ? BatchSystem::torque
                                                                        : BatchSystem::sge,
                                     .file = line.file,
                                     .script = line.words.empty() ? "" : line.words.front(),
                                     .settings = line.settings,
                                     .n_nodes = job.n_nodes,
                                     .cores = job.cores,
                                     .walltime_s = job.time_s,
                                     .partition = job.partition,
                                     .account = job.account,
                                     .program = unknown ? "mtc" : program},
                                    std::cout, std::cerr);
}

/// As --quiet, --verbose and --log ask. \throws InputError  where no log can be written
void set_up(mtc::console::Console& console, const mtc::config::CommandLine& line, int argc, char** argv)
{
    using mtc::console::Volume;
    console.set_volume(line.quiet ? Volume::quiet : line.verbose ? Volume::verbose : Volume::normal);
    if (!line.log)
        return;
    if (!console.keep_log(*line.log)) {
        if (!speaks_for_all())
            return; // its lines are not worth the run
        throw mtc::InputError(
            mtc::text("--log ", *line.log, " (cannot be written: ", std::strerror(errno), ")"));
    }
    std::string command = "mtc";
    for (int i = 1; i < argc; ++i)
        command += mtc::text(" ", mtc::command::quoted(argv[i]));
    if (speaks_for_all())
        console.log(command);
}

/// What --verbose tells at the beginning.
void say_facts(const mtc::engine::RunFacts& facts)
{
    std::cerr << mtc::text("mtc ", mtc::output::build_info::version, " (", mtc::output::build_info::git_sha1,
                           "), ", facts.n_ranks, " ranks, rank 0 on ", mtc::engine::host_name(), ", ",
                           facts.calculation_mode, ", output ", facts.output, "\n");
    std::istringstream keys{facts.keys_given};
    for (std::string key; std::getline(keys, key);)
        std::cerr << "  " + key + '\n';
}

/// What it tells at the end.
void say_tables(const std::filesystem::path& output)
{
    for (const char* table : {"ranks", "slow"}) {
        std::ostringstream out; // as a whole: other ranks may speak, too
        mtc::commands::show({output, table, 20}, out);
        std::cerr << out.str();
    }
}

/// The commands that read files: no MPI.
ExitStatus read_only(const mtc::config::CommandLine& line)
{
    if (line.command == "check")
        return mtc::commands::check({line.file, line.settings}, std::cout, std::cerr);
    if (line.command == "new")
        return mtc::commands::new_input({line.file, line.words.empty() ? "" : line.words.front()}, std::cout);
    if (line.command == "jobscript")
        return write_jobscript(line);
    if (line.command == "plan")
        return mtc::commands::plan({line.file, line.ranks, line.settings}, std::cout, std::cerr);
    if (line.command == "show")
        return mtc::commands::show({line.file, line.table, line.max_rows}, std::cout);
    if (line.command == "export")
        return mtc::commands::export_results({line.file, line.what, line.format, line.folder}, std::cout);
    if (line.command == "report")
        return mtc::commands::report({line.file, line.folder}, std::cout);
    if (line.command == "completion") {
        std::cout << mtc::config::completion_script(line.file);
        return ExitStatus::complete;
    }
    if (line.command == "man") {
        std::cout << mtc::config::man_page(mtc::output::build_info::version);
        return ExitStatus::complete;
    }
    if (line.command == "calcs")
        return mtc::commands::calcs({line.action, line.words, line.max_rows, records_file()}, std::cout);
    if (line.command == "sweep")
        return mtc::commands::print_commands(line, std::cout, std::cerr);
    if (line.command == "stop")
        return mtc::commands::stop(mtc::commands::output_of(line.file), std::cout);
    return mtc::commands::status({mtc::commands::output_of(line.file)}, std::cout);
}

/// Tells the wrapper of mpirun how the run ended, which mpirun's own exit status does not where ranks can
/// die.
void tell_wrapper(ExitStatus status, const std::string& message)
{
    mtc::durable::RunStatus told;
    told.exit_status = status;
    told.message = message;
    mtc::durable::tell_wrapper(told);
}

/// After an exception that the other ranks know nothing of: they wait for this one somewhere.
[[noreturn]] void end_all(const mtc::mpi::Communicator& world, const char* why)
{
    std::cerr << "mtc: rank " << world.rank() << ": " << why << std::endl;
    if (mtc::durable::has_wrapper()) { // where deaths are survived MPI_Abort ends its caller alone
        if (world.rank() == 0)
            tell_wrapper(ExitStatus::failed, why);
        mtc::engine::leave_at_once(ExitStatus::failed);
    }
    MPI_Abort(world.get(), static_cast<int>(ExitStatus::failed));
    std::abort(); // not reached
}

ExitStatus calculate(const mtc::config::CommandLine& line, int& argc, char**& argv)
{
    mtc::mpi::yield_when_crowded();
    const mtc::mpi::Environment environment{argc, argv};
    const auto world = mtc::mpi::Communicator::duplicate(MPI_COMM_WORLD);
    try {
        mtc::engine::RunArguments arguments;
        arguments.input = line.file;
        if (line.output)
            arguments.output = *line.output;
        arguments.settings = line.settings;
        arguments.fresh = line.fresh;
        arguments.retry_failed = line.retry_failed;
        mtc::calcs::Diary diary{world.rank() == 0 ? records_file() : std::filesystem::path{}};
        std::filesystem::path written; // on rank 0
        arguments.begun = [&diary, &written, &line](const mtc::engine::RunFacts& facts) {
            diary.begun(remembered(facts));
            written = facts.output;
            if (line.verbose)
                say_facts(facts);
        };
        if (line.command == "sweep")
            mtc::commands::prepare_sweep(line, world.rank() == 0, arguments);
        mtc::engine::RunEnd end;
        if (line.earlier) {
            end.told.exit_status = end.status = mtc::commands::recompute(world, arguments, *line.earlier);
            end.told.elapsed_s = mtc::perf::now_s();
        } else {
            end = mtc::engine::run(world, arguments);
        }
        if (line.command == "sweep" && world.rank() == 0)
            mtc::commands::finish_sweep(line, arguments, end.status, std::cout, std::cerr);
        else if (end.status == ExitStatus::complete && world.rank() == 0)
            mtc::commands::export_at_end(
                {arguments.input, arguments.output, arguments.settings, !line.earlier}, std::cerr);
        if (line.verbose && !written.empty() &&
            (end.status == ExitStatus::complete || end.status == ExitStatus::some_sources_failed))
            say_tables(written);
        diary.ended(end.told.exit_status, end.told.elapsed_s, end.told.message);
        if (const std::string problem = diary.settle(patience_with_records_s); !problem.empty())
            std::cerr << "note: mtc calcs will not know this run as it ended: " << problem << '\n';
        if (world.rank() == 0)
            mtc::durable::tell_wrapper(end.told);
        if (!end.all_alive)
            mtc::engine::leave_at_once(end.status);
        return end.status;
    } catch (const std::exception& error) {
        end_all(world, error.what());
    }
}

ExitStatus obey(mtc::console::Console& console, int argc, char** argv)
{
    const mtc::config::CommandLine line =
        mtc::config::parse_command_line(std::vector<std::string>{argv + 1, argv + argc});
    if (line.help && line.command == "keys")
        return mtc::commands::print_keys(std::cout);
    if (line.help && line.command == "models")
        return mtc::commands::print_models(std::cout);
    if (line.help) {
        std::cout << mtc::config::help_text(line.command);
        return ExitStatus::complete;
    }
    if (line.version) {
        std::cout << "mtc " << mtc::output::build_info::version << " (" << mtc::output::build_info::git_sha1
                  << ")\n";
        return ExitStatus::complete;
    }
    set_up(console, line, argc, argv);
    const bool calculates = line.command == "run" || (line.command == "sweep" && !line.sweep.dry_run);
    return calculates ? calculate(line, argc, argv) : read_only(line);
}

} // namespace

int mtc::run(int argc, char** argv, std::vector<WorkloadKind> kinds)
{
    console::Console console;
    try {
        add_workload_kind(matrix_product::kind());
        psha::read_rupture_files_with(psha::read_hdf5_ruptures);
        psha::MotionTableFiles::read_with(psha::read_motion_table);
        for (WorkloadKind& kind : kinds)
            add_workload_kind(std::move(kind));
        return static_cast<int>(obey(console, argc, argv));
    } catch (const InputError& error) {
        if (!speaks_for_all())
            return 0; // a launcher that sees one process fail ends the others, perhaps before one has spoken
        std::cerr << "mtc: " << error.what() << '\n';
        tell_wrapper(ExitStatus::bad_input, error.what());
        return static_cast<int>(ExitStatus::bad_input);
    } catch (const std::exception& error) {
        std::cerr << "mtc: " << error.what() << '\n';
        return static_cast<int>(ExitStatus::failed);
    }
}
