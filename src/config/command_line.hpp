#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mtc::config {

/// Options of `mtc sweep`, named after those of GNU parallel.
struct SweepOptions {
    std::string commands = "-";           ///< --commands: file of lines; "-" is standard input
    std::uint64_t max_args = 1;           ///< --max-args, -n: lines that a command takes
    std::optional<std::string> joblog{};  ///< --joblog
    std::optional<std::string> results{}; ///< --results
    std::string delay{};                  ///< --delay, as given
    bool dry_run = false;
    bool keep_order = false;
    bool tag = false;
    bool halt = false; ///< --halt now,fail=1
};

/// Options of `mtc jobscript`.
struct JobScriptOptions {
    std::string system{};           ///< --slurm, --pbs, --torque or --sge
    std::optional<int> n_nodes{};   ///< --nodes
    std::optional<int> cores{};     ///< --cores
    std::optional<double> time_s{}; ///< --time [s]
    std::string partition{};        ///< --partition
    std::string account{};          ///< --account
};

/// What the user asked for. Options that the command does not take are refused, so they keep their defaults.
struct CommandLine {
    std::string command =
        "run"; ///< run, new, check, plan, jobscript, show, export, report, status, stop, calcs, sweep;
               ///< "help" when no command was named, "keys" and "models" for what mtc help lists
    std::string
        file; ///< input file, or the output file that is to be read; sweep: the command; new: the mode
    SweepOptions sweep{};
    JobScriptOptions jobscript{};
    std::string table = "contents";    ///< show: which table
    std::string action = "list";       ///< calcs: what to do
    std::vector<std::string> words{};  ///< those behind the first, as calcs and new take them
    std::uint64_t max_rows = 20;       ///< show, calcs: --rows
    std::optional<std::string> output; ///< --output
    std::vector<std::pair<std::string, std::string>> settings; ///< --set key=value, in order
    bool fresh = false;                                        ///< --fresh
    bool retry_failed = false;                                 ///< --retry-failed
    std::optional<std::string> earlier; ///< run: --hc, output whose realizations are taken
    std::string what{};                 ///< export: --what
    std::string format = "csv";         ///< export: --format
    std::string folder = ".";           ///< export, report: --to
    bool quiet = false;                 ///< run, sweep: --quiet
    bool verbose = false;               ///< run, sweep: --verbose
    std::optional<std::string> log{};   ///< run, sweep: --log
    std::string ranks{};                ///< plan: --ranks, as given
    bool help = false;                  ///< print help_text(command) and leave; nothing else is filled in
    bool version = false;               ///< print the version and leave; nothing else is filled in
};

/// `mtc [command] file [options]`; without a command it is run. `mtc help check` is `mtc check --help`.
/// \param arguments  without the program's own name
/// \throws InputError  an unknown command, option or choice (nearest known name), an option of another
/// command,
///                     a missing or superfluous argument
[[nodiscard]] CommandLine parse_command_line(std::span<const std::string> arguments);

/// Help of one command, or of the whole program for "help". Made from the same declaration as the parser.
[[nodiscard]] std::string help_text(std::string_view command);

} // namespace mtc::config
