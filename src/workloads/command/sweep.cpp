#include "workloads/command/sweep.hpp"

#include "config/values.hpp"
#include "workloads/command/picked.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace mtc::command {
namespace {

constexpr std::uint64_t most_picked_from = std::uint64_t{1} << 20; // [bytes] of the end of standard output
constexpr std::uint64_t most_printed = std::uint64_t{1} << 30;

template <std::size_t n>
std::int64_t number_of(const std::array<const char*, n>& names, std::int64_t otherwise)
{
    for (const char* name : names)
        if (const char* value = std::getenv(name))
            return std::atoll(value);
    return otherwise;
}

std::string absolute(std::string_view path)
{
    return std::filesystem::absolute(path).lexically_normal().string();
}

/// Looked for once: thousands of tasks name the same.
const std::string& program_at(const std::string& name, const std::string& folder)
{
    thread_local std::string last_name;
    thread_local std::string last_place;
    if (name != last_name || last_place.empty()) {
        last_name = name;
        last_place = find_program(name, folder);
    }
    return last_place;
}

} // namespace

std::int64_t launched_as_rank()
{
    return number_of(std::array{"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}, 0);
}

std::int64_t launched_ranks()
{
    return std::max<std::int64_t>(
        1, number_of(std::array{"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS"}, 1));
}

Sweep::Sweep(std::span<const std::byte> model)
    : settings_{FlatReader{model}.get_one<Settings>("settings")}
    , grid_{FlatReader{model}}
    , weight_{FlatReader{model}.text("weight")}
    , folder_{absolute(FlatReader{model}.text("folder"))}
    , run_folder_{absolute(FlatReader{model}.text("run_folder"))}
    , rank_{launched_as_rank()}
{
    const FlatReader reader{model};
    results_ = read_result_columns(reader.text("results"), "results");
    const std::vector<std::string> files = reader.texts("files");
    for (std::size_t i = 0; i + 1 < files.size(); i += 2)
        files_.push_back({files[i], Template{files[i + 1], files[i], grid_}});
    if (settings_.has_input != 0)
        input_.emplace(reader.text("input"), "stdin", grid_);
    environment_ = split_words(Template{reader.text("environment"), "environment", grid_}, "environment");
    if (const std::string_view command = reader.text("command"); !command.empty()) {
        Template whole = settings_.has_lines != 0 ? Template::of_parallel(command, grid_)
                                                  : Template{command, "command", grid_};
        const bool takes = std::ranges::any_of(whole.pieces(), &Piece::is_field);
        if (settings_.has_lines != 0 && !takes)
            whole = Template::of_parallel(std::string{command} + " {}", grid_);
        command_.emplace(std::move(whole), settings_.shell, "command");
    }
}

Point Sweep::point(std::uint64_t task) const
{
    std::size_t n_arguments = grid_.n_parameters();
    if (settings_.has_lines != 0)
        n_arguments = static_cast<std::size_t>(
            std::min<std::uint64_t>(n_arguments, settings_.n_arguments - task * n_arguments));
    return {grid_, task, rank_, folder_, n_arguments};
}

CommandTemplate Sweep::command_of(std::uint64_t task) const
{
    return CommandTemplate{Template{{Piece{grid_.text_of(0, task)}}}, settings_.shell, "command"};
}

std::string Sweep::line(std::uint64_t task) const
{
    return command_ ? command_->line(point(task)) : grid_.text_of(0, task);
}

std::filesystem::path Sweep::folder_of(std::uint64_t task) const
{
    return settings_.has_folders == 0 ? std::filesystem::path{}
                                      : run_folder(run_folder_, task, grid_.n_points());
}

std::string Sweep::tag_of(std::uint64_t task) const
{
    const Point at = point(task);
    std::string tag;
    for (std::size_t i = 0; i < at.n_arguments; ++i)
        tag += (i == 0 ? "" : " ") + grid_.text_of(i, task);
    return (at.n_arguments == 0 ? line(task) : tag) + "\t";
}

std::string Sweep::describe(std::uint64_t task) const
{
    constexpr std::size_t most = 6;
    if (settings_.has_lines != 0)
        return config::shortened(line(task));
    std::string all;
    for (std::size_t p = 0; p < std::min(most, grid_.n_parameters()); ++p)
        all += text(all.empty() ? "" : ", ", grid_.names()[p], "=", grid_.text_of(p, task));
    return grid_.n_parameters() > most ? all + ", ..." : all;
}

Start Sweep::start(std::uint64_t task) const
{
    const Point at = point(task);
    Start start;
    start.words = command_ ? command_->words(at) : command_of(task).words(at);
    start.program = program_at(start.words.front(), folder_);
    if (start.program.empty())
        throw ComputeError(text("no such command: ", start.words.front()));
    start.folder = folder_;
    for (const Template& variable : environment_)
        start.environment.push_back(variable.render(at));
    if (input_)
        start.standard_input = input_->render(at);
    start.timeout_s = settings_.timeout_s;
    start.patience_s = settings_.patience_s;
    start.most_output = settings_.print != Print::nothing ? most_printed
                        : !results_.empty()
                            ? std::max<std::uint64_t>(settings_.output_width, most_picked_from)
                            : settings_.output_width;
    start.most_errors = settings_.print != Print::nothing ? most_printed : settings_.errors_width;
    if (const std::filesystem::path own = folder_of(task); !own.empty()) {
        if (settings_.has_lines == 0)
            start.folder = own.string();
        start.output_file = (own / "stdout").string();
        start.error_file = (own / "stderr").string();
    }
    return start;
}

std::vector<Column> Sweep::columns() const
{
    std::vector<Column> columns{{"task", ValueKind::integer, 1, "its number, from 0"}};
    for (std::size_t p = 0; p < grid_.n_parameters(); ++p)
        columns.push_back(grid_.column(p));
    columns.insert(columns.end(), results_.begin(), results_.end());
    columns.push_back(
        {"status", ValueKind::integer, 1, "exit status; -1: not started, or ended by a signal"});
    columns.push_back({"signal", ValueKind::integer, 1, "that ended it; 0: none"});
    if (settings_.output_width > 0) {
        columns.push_back({"stdout_bytes", ValueKind::integer, 1, "[bytes] of standard output in all"});
        columns.push_back({"stdout", ValueKind::text, settings_.output_width, "the end of standard output"});
    }
    if (settings_.errors_width > 0) {
        columns.push_back({"stderr_bytes", ValueKind::integer, 1, "[bytes] of standard error in all"});
        columns.push_back({"stderr", ValueKind::text, settings_.errors_width, "the end of standard error"});
    }
    return columns;
}

std::vector<std::byte> Sweep::row(std::uint64_t task, const Ended& ended,
                                  const std::vector<Value>& values) const
{
    const auto end_of = [](const std::string& all, std::size_t width) {
        return std::string_view{all}.substr(all.size() - std::min(all.size(), width));
    };
    RowWriter row;
    row.put(static_cast<std::int64_t>(task));
    for (std::size_t p = 0; p < grid_.n_parameters(); ++p)
        row.put(grid_.column(p), grid_.value_of(p, task));
    for (std::size_t r = 0; r < results_.size(); ++r)
        row.put(results_[r], values[r]);
    row.put(std::int64_t{ended.signal != 0 || !ended.cannot_start.empty() ? -1 : ended.status});
    row.put(std::int64_t{ended.signal});
    if (settings_.output_width > 0) {
        row.put(static_cast<std::int64_t>(ended.n_output));
        row.put_text(end_of(ended.output, settings_.output_width), settings_.output_width);
    }
    if (settings_.errors_width > 0) {
        row.put(static_cast<std::int64_t>(ended.n_errors));
        row.put_text(end_of(ended.errors, settings_.errors_width), settings_.errors_width);
    }
    return std::move(row).take();
}

} // namespace mtc::command
