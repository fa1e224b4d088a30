#include "config/check.hpp"
#include "config/nearest.hpp"
#include "config/values.hpp"
#include "workloads/command/expression.hpp"
#include "workloads/command/grid.hpp"
#include "workloads/command/picked.hpp"
#include "workloads/command/settings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace mtc::command {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "parameter.";

/// Columns of mtc's own in the table of results.
constexpr std::array<std::string_view, 7> own_columns{"task",   "status", "signal",      "stdout_bytes",
                                                      "stdout", "stderr", "stderr_bytes"};

std::string contents(const fs::path& file, const std::string& where)
{
    std::ifstream stream{file, std::ios::binary};
    if (!stream || fs::is_directory(file))
        throw InputError(config::suggesting(text(where, " (no file that can be read: ", file.string(), ")"),
                                            config::nearest_file(file)));
    return {std::istreambuf_iterator<char>{stream}, {}};
}

/// In the order in which they were given.
std::vector<Parameter> parameters_of(const Config& config)
{
    std::vector<std::pair<std::size_t, std::string>> keys;
    for (const auto& [key, entry] : config.entries())
        if (key.starts_with(prefix))
            keys.emplace_back(entry.place, key);
    std::ranges::sort(keys);
    std::vector<Parameter> parameters;
    const std::vector<std::string_view> reserved = names_of_placeholders();
    for (const auto& [place, key] : keys) {
        const std::string name = key.substr(prefix.size());
        const auto of_name = [&name](std::string_view known) { return known == name; };
        if (std::ranges::any_of(reserved, of_name) || std::ranges::any_of(own_columns, of_name))
            throw InputError(
                text(config.where(key), " ('", name, "' is a name of mtc's own). Call it ", name, "_?"));
        if (name.find_first_of("{}:/ ") != std::string::npos)
            throw InputError(text(config.where(key), " (the name '", name,
                                  "' holds a brace, a colon, a slash or a blank, which no name may)"));
        parameters.push_back(
            read_parameter(name, config.text(key), config.where(key), config.input_folder()));
        if (parameters.back().size() == 0)
            throw InputError(text(config.where(key), " (no values)"));
    }
    return parameters;
}

std::vector<std::vector<std::string>> links_of(const Config& config)
{
    std::vector<std::vector<std::string>> links;
    if (config.has("link"))
        for (const std::string_view group : config::split(config.text("link"), ";"))
            links.push_back(split_list(group, config.where("link")));
    return links;
}

/// Columns of one file that are not linked are rarely meant.
void look_at_columns(const std::vector<Parameter>& parameters,
                     const std::vector<std::vector<std::string>>& links, Notes& notes)
{
    const auto group_of = [&](const std::string& name) {
        return std::ranges::find_if(
            links, [&](const auto& group) { return std::ranges::find(group, name) != group.end(); });
    };
    for (std::size_t b = 1; b < parameters.size(); ++b)
        for (std::size_t a = 0; a < b; ++a)
            if (!parameters[b].csv.empty() && parameters[a].csv == parameters[b].csv &&
                (group_of(parameters[a].name) == links.end() ||
                 group_of(parameters[a].name) != group_of(parameters[b].name)))
                notes.warnings.push_back(
                    text("parameter.", parameters[a].name, " and parameter.", parameters[b].name,
                         " are columns of ", parameters[a].csv,
                         " and not linked: each value of one meets each of the other. Add "
                         "'link = ",
                         parameters[a].name, ", ", parameters[b].name, "'?"));
}

/// Lines of a file as parameters "1", "2", ..., or "command" where each is a command.
std::vector<Parameter> parameters_of_lines(const Config& config, std::size_t n_per_command,
                                           Settings& settings)
{
    const std::string where = config.where("lines");
    const std::string all = contents(config.input_folder() / config.text("lines"), where);
    std::vector<Parameter> parameters(n_per_command);
    std::vector<KindOfAll> kinds(n_per_command);
    for (std::string_view rest = all; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (config::trimmed(line).empty())
            continue;
        const std::size_t i = settings.n_arguments++ % n_per_command;
        parameters[i].values.emplace_back(line);
        kinds[i].add(line);
    }
    if (settings.n_arguments == 0)
        throw InputError(text(where, " (no line in it)"));
    for (std::size_t i = 0; i < n_per_command; ++i) {
        parameters[i].kind = kinds[i].kind();
        parameters[i].name = config.has("command") ? std::to_string(i + 1) : "command";
        if (parameters[i].values.size() < parameters[0].values.size()) {
            parameters[i].values.emplace_back(); // which no command takes
            parameters[i].kind = ValueKind::text;
        }
    }
    return parameters;
}

/// The first words of lines that are commands, each once.
void check_programs_of_lines(const Grid& grid, const Settings& settings, const Config& config)
{
    std::set<std::string> seen;
    for (std::uint64_t task = 0; task < grid.n_points(); ++task) {
        const std::string line = grid.text_of(0, task);
        const std::string where = text(config.text("lines"), ": ", config::shortened(line));
        const CommandTemplate command{Template{{Piece{line}}}, settings.shell, where};
        if (const std::string program = command.program(); seen.insert(program).second)
            check_program(program, config.input_folder(), where);
    }
}

void check_weights(const Config& config, const Grid& grid)
{
    const Expression weight{config.text("weight"), config.where("weight"), grid};
    for (std::uint64_t task = 0; task < grid.n_points(); ++task)
        if (const double value = weight.value(task); !(value > 0.0) || !std::isfinite(value))
            throw InputError(
                text(config.where("weight"), " (", value, " for task ", task, "; accepted: > 0)"));
}

void check_names(const Grid& grid, const std::vector<Column>& results, const Config& config)
{
    std::set<std::string_view> names{own_columns.begin(), own_columns.end()};
    names.insert(grid.names().begin(), grid.names().end());
    for (const Column& column : results)
        if (!names.insert(column.name).second)
            throw InputError(text(config.where("results"), " ('", column.name,
                                  "' is the name of a parameter, of another result, or of mtc's own)"));
}

Settings settings_of(const Config& config)
{
    Settings settings;
    const std::string& shell = config.text("shell");
    settings.shell = shell == "always" ? Shell::always : shell == "never" ? Shell::never : Shell::when_needed;
    if (config.has("keep"))
        settings.keep = config.text("keep") == "all"    ? Keep::all
                        : config.text("keep") == "none" ? Keep::none
                                                        : Keep::failed;
    settings.print = config.text("print") == "output"   ? Print::as_it_ends
                     : config.text("print") == "tagged" ? Print::tagged
                                                        : Print::nothing;
    settings.has_folders =
        config.has("templates") || (config.has("keep") && settings.keep != Keep::none) ? 1 : 0;
    settings.has_lines = config.has("lines") ? 1 : 0;
    settings.has_input = config.has("stdin") ? 1 : 0;
    settings.output_width = static_cast<std::uint32_t>(config.integer("stdout_bytes"));
    settings.errors_width = static_cast<std::uint32_t>(config.integer("stderr_bytes"));
    settings.n_retries = static_cast<std::uint64_t>(config.integer("retries"));
    for (const char* key : {"timeout", "unit_timeout"}) // the shorter one
        if (config.has(key))
            settings.timeout_s = settings.timeout_s > 0.0 ? std::min(settings.timeout_s, config.seconds(key))
                                                          : config.seconds(key);
    settings.patience_s = config.seconds("patience");
    settings.delay_s = config.seconds("delay");
    return settings;
}

} // namespace

ModelBytes read_sweep(const Config& config, Notes& notes)
{
    Settings settings = settings_of(config);
    std::vector<Parameter> parameters = parameters_of(config);
    std::vector<std::vector<std::string>> links = links_of(config);
    if (!config.has("command") && settings.has_lines == 0)
        throw InputError(
            text(config.input_file().filename().string(),
                 ": no command (it is what each task runs). Add 'command = ...', or 'lines = FILE'?"));
    if (settings.has_lines != 0) {
        if (!parameters.empty())
            throw InputError(text(config.where(text(prefix, parameters.front().name)),
                                  " (beside `lines` there are no parameters)"));
        parameters = parameters_of_lines(
            config, static_cast<std::size_t>(config.integer("lines_per_command")), settings);
        links = {{}};
        for (const Parameter& parameter : parameters)
            links.front().push_back(parameter.name);
    }
    look_at_columns(parameters, links, notes);
    FlatWriter model;
    write_grid(model, parameters, links, config.has("link") ? config.where("link") : "link");
    parameters.clear();
    const auto text_of = [&config](std::string_view key) {
        return config.has(key) ? config.text(key) : std::string{};
    };
    model.add_text("command", text_of("command"));
    model.add_text("weight", text_of("weight"));
    model.add_text("results", text_of("results"));
    model.add_text("environment", text_of("environment"));
    model.add_text("run_folder", config.text("run_folder"));
    model.add_text("folder", config.input_folder().string());
    std::vector<std::string> files;
    if (config.has("templates"))
        for (const fs::path& file : config.paths("templates")) {
            if (std::ranges::find(files, file.filename().string()) != files.end())
                throw InputError(text(config.where("templates"), " (two files of the name ",
                                      file.filename().string(), ", which would lie in one folder)"));
            files.push_back(file.filename().string());
            files.push_back(contents(file, config.where("templates")));
        }
    model.add_texts("files", files);
    model.add_text("input", config.has("stdin") ? contents(config.input_folder() / config.text("stdin"),
                                                           config.where("stdin"))
                                                : std::string{});
    model.add_one("settings", settings);
    ModelBytes bytes = model.finish();

    const Grid grid{FlatReader{bytes}};
    if (config.has("results"))
        check_names(grid, read_result_columns(config.text("results"), config.where("results")), config);
    if (config.has("weight"))
        check_weights(config, grid);
    for (std::size_t i = 0; i + 1 < files.size(); i += 2)
        (void)Template{files[i + 1], files[i], grid};
    if (config.has("environment"))
        (void)split_words(Template{config.text("environment"), config.where("environment"), grid},
                          config.where("environment"));
    if (config.has("stdin"))
        (void)Template{contents(config.input_folder() / config.text("stdin"), config.where("stdin")),
                       config.text("stdin"), grid};
    if (!config.has("command")) {
        check_programs_of_lines(grid, settings, config);
        return bytes;
    }
    const std::string where = config.where("command");
    const Template all = settings.has_lines != 0 ? Template::of_parallel(config.text("command"), grid)
                                                 : Template{config.text("command"), where, grid};
    const CommandTemplate command{all, settings.shell, where};
    check_program(command.program(), config.input_folder(), where);
    if (all.uses(Placeholder::Source::rank))
        notes.remarks.push_back(
            text(where, " uses {rank}: results may differ from run to run, with who computes what"));
    return bytes;
}

} // namespace mtc::command
