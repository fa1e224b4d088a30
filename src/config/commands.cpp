#include "config/commands.hpp"

#include "config/completion.hpp"

#include "mtc/error.hpp"

#include <algorithm>

namespace mtc::config {

const std::vector<CommandOption>& all_options()
{
    static const std::vector<CommandOption> options{
        {"output", "FILE", "output file, instead of the input's name with .h5 in the current folder"},
        {"set", "KEY=VALUE", "a key of the input, over the file's own value; may be repeated", {}, true},
        {"fresh", "", "begin anew, also where an output or a checkpoint of this name is there"},
        {"retry-failed", "",
         "compute what an output lacks because it failed before (exit status 3), and complete the results"},
        {"walltime", "TIME",
         "time that the run may take, over the input's own: 3600, 90s, 15m, 2h, 1-12:00:00"},
        {"hc", "OUTPUT",
         "take the realizations of an earlier output: statistics, maps and spectra anew, without sources"},
        {"what",
         "RESULT",
         "what to export (default: curves, or the table of a sweep)",
         {"curves", "maps", "uhs", "realizations", "disagg", "disagg-rlzs", "disagg-traditional", "sweep",
          "all"}},
        {"format",
         "FORMAT",
         "format of the exported files (default: csv; npz: for numpy; trace: how the run went, for "
         "ui.perfetto.dev)",
         {"csv", "npz", "trace"}},
        {"rows", "N", "rows of each table, 0 for all (default: 20)"},
        {"to", "DIR", "folder for the files written (default: the current one)"},
        {"ranks", "LIST", "numbers of ranks to plan for, as in 64,256,4096"},
        {"slurm", "", "write for Slurm (sbatch)"},
        {"pbs", "", "write for PBS Professional or OpenPBS (qsub)"},
        {"torque", "", "write for Torque (qsub)"},
        {"sge", "", "write for Grid Engine (qsub)"},
        {"nodes", "N", "nodes to ask for (default: the fewest that keep to --time, or as many as pay)"},
        {"cores", "N", "cores of a node, a rank on each (default: as many as this machine has)"},
        {"time", "TIME",
         "time that a job may take (default: from the estimate): 90m, 2h, 02:00:00, 1-12:00:00"},
        {"partition", "NAME", "partition or queue (default: the centre's)"},
        {"account", "NAME", "account or project that pays (default: yours)"},
        {"commands", "FILE",
         "file with a command in each line, or with arguments of COMMAND (default: standard input)"},
        {"max-args", "N", "arguments that each command takes, {1} being the first (-n N; default: 1)"},
        {"dry-run", "", "print the commands and run none"},
        {"keep-order", "", "print outputs in the order of the lines, at the end"},
        {"tag", "", "print the arguments before each line of output"},
        {"joblog", "FILE", "write a table of starts, times and exit statuses, as GNU parallel does"},
        {"results", "DIR", "keep standard output and error of each command in files of DIR/NUMBER"},
        {"delay", "TIME", "time between the starts of two commands"},
        {"halt",
         "WHEN",
         "when to give up (default: never; the exit status is 3 then if some failed)",
         {"never", "now,fail=1"}},
        {"quiet", "", "say nothing but warnings and errors"},
        {"verbose", "",
         "say more: progress by the second, the keys that are set, and at the end tables of ranks and of "
         "what was slow"},
        {"log", "FILE",
         "add all that is said to a file as well, line by line with the time; with --quiet, too"},
        {"help", "", "print this help"},
        {"version", "", "print the version"},
    };
    return options;
}

const std::vector<Command>& all_commands()
{
    static const Positional input{"input.ini", "input file (INI, TOML, or a job packed as .zip)"};
    static const Positional output{"output.h5", "output file of a calculation"};
    static const std::vector<Command> commands{
        {"run",
         "calculate, or go on with a calculation that was left unfinished",
         {input},
         {"output", "set", "fresh", "retry-failed", "hc", "walltime", "quiet", "verbose", "log"}},
        {"new",
         "write an input to start from, with every key and its meaning",
         {{"mode", "calculation_mode, as in mtc help keys"}, {"input.ini", "the new file", {}, false}},
         {}},
        {"check", "read and check an input and everything it names; calculates nothing", {input}, {"set"}},
        {"plan",
         "simulate a calculation on other numbers of ranks and say how long it would take",
         {{"output.h5|input.ini", "output of an earlier run, or an input (times are then guessed)"}},
         {"ranks", "set"}},
        {"jobscript",
         "write the script that submits an input, with nodes, memory and time as check and plan foresee them",
         {input, {"job.sh", "the new file (default: to standard output)", {}, false}},
         {"slurm", "pbs", "torque", "sge", "nodes", "cores", "time", "partition", "account", "set"}},
        {"show",
         "print a table of an output file",
         {output,
          {"table",
           "which table (default: contents)",
           {"tasks", "units", "sources", "ranks", "operations", "transfer", "events", "failures", "slow",
            "contents", "input", "config"},
           false}},
         {"rows"}},
        {"export", "write results as files for other programs", {output}, {"what", "format", "to"}},
        {"report", "write one HTML page of results and of how the run went", {output}, {"to"}},
        {"status",
         "say in one line and by the exit status how a calculation stands",
         {{"output.h5|input.ini", "output file of a calculation, or its input"}},
         {}},
        {"stop",
         "ask a running calculation, from any node that shares its files, to save and leave (exit status 75)",
         {{"output.h5|input.ini", "output file of the calculation, or its input"}},
         {}},
        {"calcs",
         "look through the records of your calculations, kept in MTC_HOME (default: ~/.mtc)",
         {{"action",
           "what to do (default: list)",
           {"list", "search", "show", "compare", "delete", "dump", "restore"},
           false},
          {"what", "words to search, numbers of calculations (or last), or a file", {}, false, true}},
         {"rows"}},
        {"completion",
         "print a script that lets a shell complete mtc's commands and options",
         {{"shell", "which shell", {shells.begin(), shells.end()}}},
         {}},
        {"man", "print the manual page; mtc man | man -l - shows it", {}, {}},
        {"sweep",
         "run commands from a list, on all ranks, with results and times in one file (default: sweep.h5)",
         {{"COMMAND",
           "command with {} for a line of the list, in quotes; without it each line is a command",
           {},
           false}},
         {"commands", "max-args", "dry-run", "keep-order", "tag", "joblog", "results", "delay", "halt",
          "output", "set", "fresh", "retry-failed", "walltime", "quiet", "verbose", "log"}},
    };
    return commands;
}

const Command* find_command(std::string_view name)
{
    const auto& commands = all_commands();
    const auto found = std::find_if(commands.begin(), commands.end(),
                                    [name](const Command& command) { return command.name == name; });
    return found == commands.end() ? nullptr : &*found;
}

std::vector<std::string_view> command_names()
{
    std::vector<std::string_view> names{"help"};
    for (const Command& command : all_commands())
        names.push_back(command.name);
    return names;
}

bool takes(const Command& command, std::string_view option)
{
    return option == "help" || option == "version" ||
           std::find(command.options.begin(), command.options.end(), option) != command.options.end();
}

std::string alternatives(std::span<const std::string_view> choices)
{
    std::string words;
    for (const std::string_view choice : choices)
        words += text(words.empty() ? "" : ", ", choice);
    return words;
}

std::string usage(const Command& command)
{
    std::string line = text("mtc ", command.name);
    for (const Positional& positional : command.positionals)
        line += positional.required ? text(" ", positional.name)
                                    : text(" [", positional.name, positional.several ? "...]" : "]");
    return line;
}

} // namespace mtc::config
