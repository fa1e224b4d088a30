#include "commands/jobscript/fill.hpp"
#include "commands/jobscript/jobscript.hpp"

#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace mtc {
namespace {

using commands::BatchSystem;

commands::JobRequest request(BatchSystem system, bool goes_on)
{
    return {.system = system,
            .goes_on = goes_on,
            .script_name = "my.sh",
            .job_name = "mtc-italy",
            .input = "it's/italy.ini",
            .settings = {{"quantiles", "0.1 0.5"}},
            .program = "/opt/mtc",
            .n_nodes = 3,
            .ranks_per_node = 16,
            .memory_per_rank_mb = 700,
            .walltime_s = 49 * 3600 + 30 * 60,
            .partition = "long",
            .account = "geo",
            .reasons = {"because"}};
}

std::vector<std::string> lines_of(std::string_view text)
{
    std::istringstream in{std::string{text}};
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

/// Directives of a script, without what follows them as a comment.
std::vector<std::string> directives(const std::string& script)
{
    std::vector<std::string> found;
    for (const std::string& line : lines_of(script))
        if (line.starts_with("#SBATCH ") || line.starts_with("#PBS ") || line.starts_with("#$ "))
            found.push_back(line.substr(0, line.find("  ")));
    return found;
}

bool has(const std::vector<std::string>& lines, const std::string& wanted)
{
    return std::find(lines.begin(), lines.end(), wanted) != lines.end();
}

bool holds(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("scripts are the installed ones, with other numbers and names")
{
    int n_scripts = 0;
    for (const BatchSystem system :
         {BatchSystem::slurm, BatchSystem::pbs, BatchSystem::torque, BatchSystem::sge})
        for (const bool goes_on : {false, true}) {
            const std::string_view name = commands::template_name(system, goes_on);
            CAPTURE(name);
            const std::string script = commands::filled(request(system, goes_on));
            const auto own = directives(script);
            const auto before = directives(std::string{commands::jobscript_template(name)});
            // Whatever a template asks for is asked for here as well, and nothing twice.
            CHECK(own.size() >= before.size());
            for (std::size_t i = 0; i < own.size(); ++i)
                for (std::size_t k = i + 1; k < own.size(); ++k)
                    CHECK(own[i] != own[k]);
            CHECK(lines_of(script)[1] == "# because");
            CHECK(holds(script, "mtc=${MTC:-/opt/mtc}\n"));
            CHECK(holds(script, R"('it'"'"'s/italy.ini')"));
            CHECK(holds(script, "--set 'quantiles=0.1 0.5'"));
            for (const char* left :
                 {"job.ini ", "=job.ini", "jobscripts/slurm", "jobscripts/pbs", "jobscripts/torque",
                  "jobscripts/sge", "build/mtc", "project's", "usage: ", "=32", "02:00:00"})
                CHECK_MESSAGE(!holds(script, left), left);
            ++n_scripts;
        }
    CHECK(n_scripts == 8);
}

TEST_CASE("what each batch system is asked for")
{
    const auto asked = [](BatchSystem system, bool goes_on = false) {
        return directives(commands::filled(request(system, goes_on)));
    };
    const auto slurm = asked(BatchSystem::slurm);
    for (const char* line :
         {"#SBATCH --nodes=3", "#SBATCH --ntasks-per-node=16", "#SBATCH --mem-per-cpu=700M",
          "#SBATCH --time=49:30:00", "#SBATCH --partition=long", "#SBATCH --account=geo",
          "#SBATCH --job-name=mtc-italy"})
        CHECK_MESSAGE(has(slurm, line), line);
    CHECK(has(asked(BatchSystem::slurm, true), "#SBATCH --requeue"));
    for (const bool goes_on : {false, true}) {
        const auto pbs = asked(BatchSystem::pbs, goes_on);
        for (const char* line :
             {"#PBS -l select=3:ncpus=16:mpiprocs=16:mem=11200mb", "#PBS -l walltime=49:30:00",
              "#PBS -q long", "#PBS -A geo", "#PBS -N mtc-italy"})
            CHECK_MESSAGE(has(pbs, line), line);
    }
    const auto torque = asked(BatchSystem::torque);
    for (const char* line : {"#PBS -l nodes=3:ppn=16", "#PBS -l pmem=700mb", "#PBS -l walltime=49:30:00"})
        CHECK_MESSAGE(has(torque, line), line);
    const auto sge = asked(BatchSystem::sge);
    for (const char* line :
         {"#$ -pe openmpi 48", "#$ -l s_rt=49:28:00", "#$ -l h_rt=49:30:00", "#$ -q long", "#$ -P geo"})
        CHECK_MESSAGE(has(sge, line), line);
    CHECK(holds(commands::filled(request(BatchSystem::sge, false)), "##$ -l h_vmem=700M"));

    commands::JobRequest plain = request(BatchSystem::slurm, false);
    plain.partition.clear();
    plain.account.clear();
    plain.settings.clear();
    const std::string script = commands::filled(plain);
    CHECK(holds(script, "##SBATCH --partition=compute"));
    CHECK(holds(script, "##SBATCH --account=project"));
    CHECK(holds(script, "set -- 'it'\"'\"'s/italy.ini' \"$@\"\n"));
    CHECK(commands::filled(request(BatchSystem::torque, true)) ==
          commands::filled(request(BatchSystem::torque, false)));
    CHECK_THROWS_AS((void)commands::jobscript_template("lsf.sh"), Error);
}

TEST_CASE("nodes, time and memory come from the forecasts")
{
    std::ofstream{"hours.ini"} << "calculation_mode = synthetic\nn_tasks = 4000\ntime_ms = 14400\n"; // 16 h
    const auto written = [](commands::JobScriptArguments arguments) {
        arguments.file = "hours.ini";
        std::ostringstream out;
        std::ostringstream messages;
        CHECK(commands::jobscript(arguments, out, messages) == ExitStatus::complete);
        return out.str();
    };
    const auto asked = [&](const commands::JobScriptArguments& arguments) {
        return directives(written(arguments));
    };

    // 4000 tasks of 14.4 s: 64 nodes of 16 take 4 rounds, 57.6 s and more.
    CHECK(has(asked({.cores = 16}), "#SBATCH --nodes=64"));
    CHECK(has(asked({.cores = 16, .walltime_s = 7200.0}), "#SBATCH --nodes=2")); // 3 x 30 min and 2 min
    CHECK(has(asked({.cores = 16, .walltime_s = 7200.0}), "#SBATCH --time=02:00:00"));
    CHECK(has(asked({.cores = 16, .walltime_s = 10'000.0 * 60.0}), "#SBATCH --ntasks-per-node=1"));
    CHECK(has(asked({.cores = 16, .walltime_s = 7200.0}), "#SBATCH --ntasks-per-node=16"));
    const auto fixed = asked({.n_nodes = 4, .cores = 16}); // 15 min: three times that, 2 min, in steps of 5
    CHECK(has(fixed, "#SBATCH --nodes=4"));
    CHECK(has(fixed, "#SBATCH --time=00:50:00"));
    const std::string too_long = written({.n_nodes = 1, .cores = 2, .walltime_s = 3600.0});
    CHECK(holds(too_long, "#SBATCH --requeue"));
    CHECK(holds(too_long, "goes on by itself"));
    CHECK(holds(written({.system = BatchSystem::torque, .n_nodes = 1, .cores = 2, .walltime_s = 3600.0}),
                "submit it again then"));
    const std::string here = written({.settings = {{"n_tasks", "3"}}});
    CHECK(holds(here, "#SBATCH --nodes=1 "));
    CHECK(holds(here, "set -- hours.ini --set n_tasks=3 \"$@\"\n"));

    std::filesystem::remove("written.sh");
    CHECK(holds(written({.script = "written.sh"}), "written.sh written: sbatch written.sh\n"));
    CHECK(std::filesystem::file_size("written.sh") > 1000);
    std::ostringstream out;
    CHECK_THROWS_AS((void)commands::jobscript({.file = "hours.ini", .script = "written.sh"}, out, out),
                    InputError);
}

} // namespace mtc
