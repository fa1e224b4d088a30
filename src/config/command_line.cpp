#include "config/command_line.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"

#include "mtc/error.hpp"

#include <boost/program_options.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <iomanip>
#include <sstream>

namespace mtc::config {
namespace {

namespace po = boost::program_options;

/// The one declaration of an option of the command line.
struct CommandOption {
    std::string_view name;
    std::string_view argument; ///< as in the help; empty: none follows
    std::string_view sentence;
    std::vector<std::string_view> choices{};
    bool repeatable = false;
};

/// A word of the command line that is no option.
struct Positional {
    std::string_view name;
    std::string_view sentence;
    std::vector<std::string_view> choices{};
    bool required = true;
    bool several = false; ///< the last one: any number of words
};

struct Command {
    std::string_view name;
    std::string_view sentence;
    std::vector<Positional> positionals;
    std::vector<std::string_view> options; ///< names in all_options()
};

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
         "what to export (default: curves)",
         {"curves", "maps", "uhs", "realizations", "disagg", "disagg-rlzs", "disagg-traditional", "all"}},
        {"format",
         "FORMAT",
         "format of the exported files (default: csv; npz: for numpy; trace: how the run went, for "
         "ui.perfetto.dev)",
         {"csv", "npz", "trace"}},
        {"rows", "N", "rows of each table, 0 for all (default: 20)"},
        {"to", "DIR", "folder for the files written (default: the current one)"},
        {"ranks", "LIST", "numbers of ranks to plan for, as in 64,256,4096"},
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
        {"help", "", "print this help"},
        {"version", "", "print the version"},
    };
    return options;
}

const std::vector<Command>& all_commands()
{
    static const Positional input{"input.ini", "input file (INI)"};
    static const Positional output{"output.h5", "output file of a calculation"};
    static const std::vector<Command> commands{
        {"run",
         "calculate, or go on with a calculation that was left unfinished",
         {input},
         {"output", "set", "fresh", "retry-failed", "hc", "walltime"}},
        {"check", "read and check an input and everything it names; calculates nothing", {input}, {"set"}},
        {"plan",
         "simulate a calculation on other numbers of ranks and say how long it would take",
         {{"output.h5|input.ini", "output of an earlier run, or an input (times are then guessed)"}},
         {"ranks", "set"}},
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
        {"sweep",
         "run commands from a list, on all ranks, with results and times in one file (default: sweep.h5)",
         {{"COMMAND",
           "command with {} for a line of the list, in quotes; without it each line is a command",
           {},
           false}},
         {"commands", "max-args", "dry-run", "keep-order", "tag", "joblog", "results", "delay", "halt",
          "output", "set", "fresh", "retry-failed", "walltime"}},
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

std::string dashed(const CommandOption& option)
{
    return option.argument.empty() ? text("--", option.name) : text("--", option.name, " ", option.argument);
}

void help_line(std::ostream& out, std::string_view name, std::string_view sentence,
               std::span<const std::string_view> choices = {})
{
    constexpr int width = 26;
    out << "  " << std::left << std::setw(width) << name << ' ' << sentence;
    if (!choices.empty())
        out << ": " << alternatives(choices);
    out << '\n';
}

std::string program_help()
{
    std::ostringstream out;
    out << "mtc runs a calculation of very many independent pieces on one process or on many:\n\n"
           "  mtc input.ini\n  mpirun -n 16 mtc input.ini\n\nCommands (without one: run):\n";
    for (const Command& command : all_commands())
        help_line(out, usage(command).substr(4), command.sentence);
    help_line(out, "help [command|keys]", "print this help, that of a command, or all keys of an input");
    out << "\nOptions:\n";
    for (const CommandOption& option : all_options()) {
        std::string users;
        for (const Command& command : all_commands()) {
            if (std::find(command.options.begin(), command.options.end(), option.name) !=
                command.options.end())
                users += text(users.empty() ? "" : ", ", command.name);
        }
        help_line(out, dashed(option),
                  users.empty() ? std::string{option.sentence} : text(option.sentence, " [", users, "]"));
    }
    return std::move(out).str();
}

/// The options of a command as Boost wants them.
po::options_description described(const Command& command)
{
    po::options_description description;
    for (const CommandOption& option : all_options()) {
        if (!takes(command, option.name))
            continue;
        const std::string name{option.name};
        if (option.argument.empty())
            description.add_options()((name == "help" ? "help,h" : name).c_str(), "");
        else if (option.repeatable)
            description.add_options()(name.c_str(), po::value<std::vector<std::string>>()->composing(), "");
        else
            description.add_options()((name == "max-args" ? "max-args,n" : name).c_str(),
                                      po::value<std::string>(), "");
    }
    description.add_options()("positional", po::value<std::vector<std::string>>(), "");
    return description;
}

/// Why the command does not take `--name`.
[[noreturn]] void refuse_option(const Command& command, std::string_view name)
{
    std::string owners;
    for (const Command& other : all_commands()) {
        if (takes(other, name))
            owners += text(owners.empty() ? "mtc " : ", mtc ", other.name);
    }
    if (!owners.empty())
        throw InputError(text("--", name, " (an option of ", owners, ", not of mtc ", command.name, ")"));
    std::vector<std::string_view> known{command.options};
    known.insert(known.end(), {"help", "version"});
    const std::optional<std::string_view> meant = nearest(name, known);
    throw InputError(suggesting(text("--", name, " (mtc ", command.name, " has no such option)"),
                                meant ? text(" Did you mean '--", *meant, "'?")
                                      : text(" See 'mtc ", command.name, " --help'?")));
}

po::variables_map parsed(const Command& command, const std::vector<std::string>& words)
{
    po::positional_options_description positional;
    positional.add("positional", -1);
    const po::options_description description = described(command);
    // Guessing would take --out for --output, and another option tomorrow.
    constexpr int style = po::command_line_style::allow_short | po::command_line_style::short_allow_next |
                          po::command_line_style::allow_dash_for_short | po::command_line_style::allow_long |
                          po::command_line_style::long_allow_adjacent |
                          po::command_line_style::long_allow_next;
    po::variables_map values;
    try {
        po::store(
            po::command_line_parser(words).options(description).positional(positional).style(style).run(),
            values);
    } catch (const po::unknown_option& error) {
        const std::string option = error.get_option_name();
        refuse_option(
            command, std::string_view{option}.substr(std::min(option.find_first_not_of('-'), option.size())));
    } catch (const po::multiple_occurrences& error) {
        throw InputError(text(error.get_option_name(), " (given more than once). Remove one of them?"));
    } catch (const po::error_with_option_name& error) {
        throw InputError(text("mtc ", command.name, ": ", error.what()));
    }
    return values;
}

void check_choice(std::string_view name, const std::string& value, std::span<const std::string_view> choices)
{
    if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end())
        return;
    throw InputError(suggesting(text(name, " ", value, " (accepted: ", alternatives(choices), ")"),
                                did_you_mean(value, choices)));
}

/// The words that are no options, checked for number and choices.
std::vector<std::string> positionals(const Command& command, const po::variables_map& values)
{
    const auto words = values.count("positional") == 0 ? std::vector<std::string>{}
                                                       : values["positional"].as<std::vector<std::string>>();
    if (words.size() > command.positionals.size() && !command.positionals.back().several)
        throw InputError(
            text(words[command.positionals.size()], " (one word too many; accepted: ", usage(command), ")"));
    for (std::size_t i = 0; i < command.positionals.size(); ++i) {
        const Positional& positional = command.positionals[i];
        if (i < words.size())
            check_choice(positional.name, words[i], positional.choices);
        else if (positional.required)
            throw InputError(
                text("mtc ", command.name, " (the file is missing; accepted: ", usage(command), ")"));
    }
    return words;
}

std::pair<std::string, std::string> setting(const std::string& assignment)
{
    const std::size_t sign = assignment.find('=');
    if (sign == std::string::npos || sign == 0)
        throw InputError(
            text("--set ", assignment, " (accepted: key=value). Is '=' missing, or a blank beside it?"));
    return {assignment.substr(0, sign), assignment.substr(sign + 1)};
}

std::uint64_t count_of(std::string_view option, const std::string& word, std::string_view accepted)
{
    std::uint64_t n = 0;
    const char* end = word.data() + word.size();
    if (const auto [stop, error] = std::from_chars(word.data(), end, n);
        word.empty() || stop != end || error != std::errc{})
        throw InputError(text("--", option, " ", word, " (accepted: ", accepted, ")"));
    return n;
}

SweepOptions sweep_options(const po::variables_map& values)
{
    SweepOptions sweep;
    const auto take = [&values](const char* name, auto& value) {
        if (values.count(name) > 0)
            value = values[name].as<std::string>();
    };
    take("commands", sweep.commands);
    take("joblog", sweep.joblog);
    take("results", sweep.results);
    take("delay", sweep.delay);
    sweep.dry_run = values.count("dry-run") > 0;
    sweep.keep_order = values.count("keep-order") > 0;
    sweep.tag = values.count("tag") > 0;
    sweep.halt = values.count("halt") > 0 && values["halt"].as<std::string>() != "never";
    if (values.count("max-args") > 0)
        sweep.max_args =
            count_of("max-args", values["max-args"].as<std::string>(), "a whole number of at least 1");
    return sweep;
}

/// True for what can only be meant as a file, as in `mtc job.ini`.
bool is_file_name(const std::string& word)
{
    return word.find_first_of("./") != std::string::npos || std::filesystem::exists(word);
}

/// `mtc help [command]`
CommandLine help_line_of(std::span<const std::string> arguments)
{
    CommandLine line;
    line.help = true;
    line.command = arguments.empty() ? "help" : arguments.front();
    if (line.command != "help" && line.command != "keys" && find_command(line.command) == nullptr)
        throw InputError(suggesting(text(line.command, " (no such command)"),
                                    did_you_mean(line.command, command_names())));
    return line;
}

} // namespace

CommandLine parse_command_line(std::span<const std::string> arguments)
{
    if (arguments.empty())
        throw InputError("mtc (no input file; accepted: mtc input.ini). See 'mtc --help'?");
    const std::string& first = arguments.front();
    if (first == "help" || first == "--help" || first == "-h")
        return help_line_of(first == "help" ? arguments.subspan(1) : std::span<const std::string>{});

    const Command* command = find_command(first);
    if (command != nullptr)
        arguments = arguments.subspan(1);
    else if (first.starts_with("-") || is_file_name(first))
        command = find_command("run");
    else
        throw InputError(suggesting(
            text(first, " (neither a command nor a file; commands: ", alternatives(command_names()), ")"),
            did_you_mean(first, command_names())));

    const po::variables_map values = parsed(*command, {arguments.begin(), arguments.end()});
    CommandLine line;
    line.command = command->name;
    line.help = values.count("help") > 0;
    line.version = values.count("version") > 0;
    if (line.help || line.version)
        return line;

    const std::vector<std::string> words = positionals(*command, values);
    if (line.command == "calcs") {
        if (!words.empty()) {
            line.action = words.front();
            line.words.assign(words.begin() + 1, words.end());
        }
    } else {
        if (!words.empty())
            line.file = words[0];
        if (words.size() > 1)
            line.table = words[1];
    }
    for (const CommandOption& option : all_options()) {
        const std::string name{option.name};
        if (values.count(name) > 0 && !option.argument.empty() && !option.repeatable)
            check_choice("--" + name, values[name].as<std::string>(), option.choices);
    }
    const auto value_of = [&values](const char* name, const std::string& otherwise) {
        return values.count(name) > 0 ? values[name].as<std::string>() : otherwise;
    };
    if (values.count("output") > 0)
        line.output = values["output"].as<std::string>();
    if (values.count("hc") > 0)
        line.earlier = values["hc"].as<std::string>();
    if (values.count("set") > 0) {
        for (const std::string& assignment : values["set"].as<std::vector<std::string>>())
            line.settings.push_back(setting(assignment));
    }
    if (values.count("walltime") > 0)
        line.settings.emplace_back("walltime", values["walltime"].as<std::string>());
    line.fresh = values.count("fresh") > 0;
    line.retry_failed = values.count("retry-failed") > 0;
    if (line.fresh && line.retry_failed)
        throw InputError("--retry-failed (--fresh computes everything anew). Remove one of them?");
    line.what = value_of("what", line.what);
    line.format = value_of("format", line.format);
    line.folder = value_of("to", line.folder);
    line.ranks = value_of("ranks", line.ranks);
    if (line.command == "plan" && values.count("ranks") == 0)
        throw InputError("mtc plan (the numbers of ranks are missing). Add --ranks 64,256,4096?");
    if (values.count("rows") > 0)
        line.max_rows = count_of("rows", values["rows"].as<std::string>(), "a whole number, 0 for all rows");
    if (line.command == "sweep")
        line.sweep = sweep_options(values);
    if (line.file.empty() && line.sweep.max_args != 1)
        throw InputError("--max-args (without a command each line is one). Name it: mtc sweep 'COMMAND {}'?");
    return line;
}

std::string help_text(std::string_view name)
{
    const Command* command = find_command(name);
    if (command == nullptr)
        return program_help();
    std::ostringstream out;
    out << "usage: " << usage(*command) << " [options]\n\nTo " << command->sentence << ".\n\n";
    for (const Positional& positional : command->positionals)
        help_line(out, positional.name, positional.sentence, positional.choices);
    out << "\nOptions:\n";
    for (const CommandOption& option : all_options()) {
        if (takes(*command, option.name))
            help_line(out, dashed(option), option.sentence, option.choices);
    }
    return std::move(out).str();
}

} // namespace mtc::config
