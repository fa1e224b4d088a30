#include "config/command_line.hpp"

#include "config/commands.hpp"
#include "config/nearest.hpp"
#include "config/values.hpp"

#include "mtc/error.hpp"

#include <boost/program_options.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

namespace mtc::config {
namespace {

namespace po = boost::program_options;

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
                text("mtc ", command.name,
                     positional.choices.empty() ? " (the file" : text(" (the ", positional.name),
                     " is missing; accepted: ",
                     positional.choices.empty() ? usage(command) : alternatives(positional.choices), ")"));
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

JobScriptOptions jobscript_options(const po::variables_map& values)
{
    JobScriptOptions job;
    for (const std::string_view system : batch_systems) {
        if (values.count(std::string{system}) == 0)
            continue;
        if (!job.system.empty())
            throw InputError(text("--", system, " (beside --", job.system, "). Remove one of them?"));
        job.system = system;
    }
    if (job.system.empty())
        throw InputError("mtc jobscript (for which batch system? Accepted: --slurm, --pbs, --torque, --sge)");
    const auto count = [&values](const char* name, std::optional<int>& number) {
        if (values.count(name) == 0)
            return;
        constexpr std::string_view accepted = "a whole number from 1 to 1000000";
        const auto& word = values[name].as<std::string>();
        const std::uint64_t n = count_of(name, word, accepted);
        if (n < 1 || n > 1'000'000)
            throw InputError(text("--", name, " ", word, " (accepted: ", accepted, ")"));
        number = static_cast<int>(n);
    };
    count("nodes", job.n_nodes);
    count("cores", job.cores);
    if (values.count("time") > 0) {
        const auto& word = values["time"].as<std::string>();
        job.time_s = parse_duration(word);
        if (!job.time_s || *job.time_s < 60.0)
            throw InputError(
                text("--time ", word, " (accepted: a minute or more, as 90m, 2h, 02:00:00, 1-12:00:00)"));
    }
    if (values.count("partition") > 0)
        job.partition = values["partition"].as<std::string>();
    if (values.count("account") > 0)
        job.account = values["account"].as<std::string>();
    return job;
}

/// True for what can only be meant as a file, as in `mtc job.ini`.
bool is_file_name(const std::string& word)
{
    return word.find_first_of("./") != std::string::npos || std::filesystem::exists(word);
}

/// `mtc help [command|keys|models]`
CommandLine help_line_of(std::span<const std::string> arguments)
{
    CommandLine line;
    line.help = true;
    line.command = arguments.empty() ? "help" : arguments.front();
    if (line.command != "help" && line.command != "keys" && line.command != "models" &&
        find_command(line.command) == nullptr)
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
        line.words.assign(words.begin() + (words.empty() ? 0 : 1), words.end());
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
    line.quiet = values.count("quiet") > 0;
    line.verbose = values.count("verbose") > 0;
    if (line.quiet && line.verbose)
        throw InputError("--verbose (beside --quiet). Remove one of them?");
    if (values.count("log") > 0)
        line.log = values["log"].as<std::string>();
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
    if (line.command == "jobscript")
        line.jobscript = jobscript_options(values);
    if (line.file.empty() && line.sweep.max_args != 1)
        throw InputError("--max-args (without a command each line is one). Name it: mtc sweep 'COMMAND {}'?");
    return line;
}

} // namespace mtc::config
