#include "config/command_line.hpp"

#include "config/message.hpp"

#include <doctest/doctest.h>

using mtc::config::CommandLine;
using mtc::config::help_text;
using mtc::config::parse_command_line;
using mtc::test::refusal;

namespace {

CommandLine parsed(const std::vector<std::string>& words)
{
    return parse_command_line(words);
}

std::string refused(const std::vector<std::string>& words)
{
    return refusal([&] { return parsed(words); });
}

} // namespace

TEST_CASE("a file alone is run")
{
    const CommandLine line = parsed({"job.ini"});
    CHECK(line.command == "run");
    CHECK(line.file == "job.ini");
    CHECK_FALSE(line.output);
    CHECK(line.settings.empty());
    CHECK_FALSE(line.fresh);
}

TEST_CASE("options stand before or after the file, with a blank or '='")
{
    const CommandLine line =
        parsed({"--output", "a b.h5", "--set", "x=-1", "job.ini", "--set=levels={'PGA': [1]}", "--fresh"});
    CHECK(line.command == "run");
    CHECK(line.file == "job.ini");
    CHECK(line.output == "a b.h5");
    REQUIRE(line.settings.size() == 2);
    CHECK(line.settings[0] == std::pair<std::string, std::string>{"x", "-1"});
    CHECK(line.settings[1] == std::pair<std::string, std::string>{"levels", "{'PGA': [1]}"});
    CHECK(line.fresh);
}

TEST_CASE("the commands with what they take")
{
    CHECK(parsed({"check", "job.ini", "--set", "a=b"}).settings.size() == 1);
    CHECK(parsed({"show", "out.h5"}).table == "contents");
    CHECK(parsed({"show", "out.h5", "ranks"}).table == "ranks");
    CHECK(parsed({"show", "out.h5", "ranks"}).max_rows == 20);
    CHECK(parsed({"show", "out.h5", "events", "--rows", "0"}).max_rows == 0);
    CHECK(refused({"show", "out.h5", "--rows", "-1"}) ==
          "--rows -1 (accepted: a whole number, 0 for all rows)");
    CHECK(parsed({"export", "out.h5", "--format", "trace"}).format == "trace");
    const CommandLine line = parsed({"export", "out.h5", "--what", "all", "--to", "csv"});
    CHECK(line.command == "export");
    CHECK(line.file == "out.h5");
    CHECK(line.what == "all");
    CHECK(line.format == "csv");
    CHECK(line.folder == "csv");
    CHECK(parsed({"status", "job.ini"}).file == "job.ini");
    CHECK(parsed({"plan", "out.h5", "--ranks", "64,256"}).ranks == "64,256");
    CHECK(parsed({"plan", "job.ini", "--ranks=4", "--set", "a=b"}).settings.size() == 1);
}

TEST_CASE("how much a run says, and where")
{
    CHECK_FALSE(parsed({"job.ini"}).quiet);
    CHECK(parsed({"job.ini", "--quiet"}).quiet);
    CHECK(parsed({"sweep", "--verbose"}).verbose);
    CHECK(parsed({"job.ini", "--log", "run.log"}).log == "run.log");
    CHECK(refused({"job.ini", "--quiet", "--verbose"}) == "--verbose (beside --quiet). Remove one of them?");
    CHECK(refused({"show", "out.h5", "--quiet"}) ==
          "--quiet (an option of mtc run, mtc sweep, not of mtc show)");
}

TEST_CASE("a job script is for one batch system")
{
    const CommandLine line =
        parsed({"jobscript", "--pbs", "job.ini", "job.sh", "--nodes", "4", "--cores=32", "--time",
                "1-12:00:00", "--account", "geo", "--partition", "long", "--set", "a=b"});
    CHECK(line.file == "job.ini");
    CHECK(line.words == std::vector<std::string>{"job.sh"});
    CHECK(line.jobscript.system == "pbs");
    CHECK(line.jobscript.n_nodes == 4);
    CHECK(line.jobscript.cores == 32);
    CHECK(line.jobscript.time_s == 36.0 * 3600.0);
    CHECK(line.jobscript.account == "geo");
    CHECK(line.jobscript.partition == "long");
    CHECK(line.settings.size() == 1);
    CHECK(refused({"jobscript", "job.ini"}).find("--slurm, --pbs, --torque, --sge") != std::string::npos);
    CHECK(refused({"jobscript", "--pbs", "--slurm", "job.ini"}).find("--pbs (beside --slurm)") !=
          std::string::npos);
    CHECK(refused({"jobscript", "--sge", "job.ini", "--nodes", "0"}) ==
          "--nodes 0 (accepted: a whole number from 1 to 1000000)");
    CHECK(refused({"jobscript", "--sge", "job.ini", "--time", "soon"}).find("--time soon (accepted") == 0);
    CHECK(refused({"jobscript", "--slurn", "job.ini"}).find("--slurm") != std::string::npos);
}

TEST_CASE("a sweep takes its lines from a file or from standard input")
{
    const CommandLine line = parsed({"sweep", "gzip {}", "--commands", "list", "-n", "2", "--keep-order",
                                     "--tag", "--joblog=log", "--results", "dir", "--halt", "now,fail=1"});
    CHECK(line.command == "sweep");
    CHECK(line.file == "gzip {}");
    CHECK(line.sweep.commands == "list");
    CHECK(line.sweep.max_args == 2);
    CHECK(line.sweep.keep_order);
    CHECK(line.sweep.tag);
    CHECK(line.sweep.halt);
    CHECK_FALSE(line.sweep.dry_run);
    CHECK(line.sweep.joblog == "log");
    CHECK(line.sweep.results == "dir");
    const CommandLine alone = parsed({"sweep", "--dry-run", "--halt", "never"});
    CHECK(alone.file.empty());
    CHECK(alone.sweep.commands == "-");
    CHECK(alone.sweep.dry_run);
    CHECK_FALSE(alone.sweep.halt);
    CHECK(refused({"sweep", "-n", "2"}).starts_with("--max-args (without a command each line is one)"));
    CHECK(refused({"sweep", "x", "-n", "two"}) == "--max-args two (accepted: a whole number of at least 1)");
    CHECK(refused({"sweep", "x", "--halt", "soon"}) == "--halt soon (accepted: never, now,fail=1)");
}

TEST_CASE("help and version need no file")
{
    CHECK(parsed({"--help"}).help);
    CHECK(parsed({"--help"}).command == "help");
    CHECK(parsed({"help", "show"}).command == "show");
    CHECK(parsed({"show", "--help"}).help);
    CHECK(parsed({"run", "-h"}).help);
    CHECK(parsed({"--version"}).version);
}

TEST_CASE("wrong words are refused with the nearest right one")
{
    CHECK(refused({"chek", "job.ini"}) ==
          "chek (neither a command nor a file; commands: help, run, new, check, plan, jobscript, show, "
          "export, report, status, stop, calcs, completion, man, sweep). Did you mean 'check'?");
    CHECK(refused({"job.ini", "--ouput", "x"}) ==
          "--ouput (mtc run has no such option). Did you mean '--output'?");
    CHECK(refused({"job.ini", "--out", "x"}) == "--out (mtc run has no such option). See 'mtc run --help'?");
    CHECK(refused({"check", "job.ini", "--fresh"}) ==
          "--fresh (an option of mtc run, mtc sweep, not of mtc check)");
    CHECK(refused({"show", "out.h5", "rank"}) ==
          "table rank (accepted: tasks, units, sources, ranks, operations, "
          "transfer, events, failures, slow, contents, input, config). Did "
          "you mean 'ranks'?");
    CHECK(refused({"export", "out.h5", "--what", "curve"}) ==
          "--what curve (accepted: curves, maps, uhs, realizations, disagg, disagg-rlzs, disagg-traditional, "
          "sweep, "
          "all). Did you mean 'curves'?");
    CHECK(refused({"help", "chek"}) == "chek (no such command). Did you mean 'check'?");
}

TEST_CASE("missing and superfluous words are refused with the usage")
{
    CHECK(refused({}) == "mtc (no input file; accepted: mtc input.ini). See 'mtc --help'?");
    CHECK(refused({"check"}) == "mtc check (the file is missing; accepted: mtc check input.ini)");
    CHECK(refused({"a.ini", "b.ini"}) == "b.ini (one word too many; accepted: mtc run input.ini)");
    CHECK(refused({"a.ini", "--set", "x"}) ==
          "--set x (accepted: key=value). Is '=' missing, or a blank beside it?");
    CHECK(refused({"plan", "out.h5"}) ==
          "mtc plan (the numbers of ranks are missing). Add --ranks 64,256,4096?");
    CHECK(refused({"a.ini", "--output"}).starts_with("mtc run: "));
    CHECK(refused({"a.ini", "--output", "x", "--output", "y"}) ==
          "--output (given more than once). Remove one of them?");
}

TEST_CASE("the help names every command, and a command's help its options alone")
{
    const std::string program = help_text("help");
    for (const char* command : {"run ", "check ", "plan ", "show ", "export ", "status ", "help "})
        CHECK(program.find(std::string{"\n  "} + command) != std::string::npos);
    const std::string run = help_text("run");
    CHECK(run.starts_with("usage: mtc run input.ini [options]\n"));
    CHECK(run.find("--output FILE") != std::string::npos);
    CHECK(run.find("--set KEY=VALUE") != std::string::npos);
    CHECK(run.find("--what") == std::string::npos);
    CHECK(help_text("export").find("curves, maps, uhs, realizations, disagg") != std::string::npos);
}
