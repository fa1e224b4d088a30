#include "commands/sweep.hpp"

#include "config/read.hpp"
#include "output/reader.hpp"
#include "workloads/command/settings.hpp"
#include "workloads/command/sweep.hpp"
#include "workloads/registry.hpp"

#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <ostream>

namespace mtc::commands {
namespace {

namespace fs = std::filesystem;

constexpr const char* input_name = "sweep.ini"; // which names the output, too
constexpr const char* default_output = "sweep.h5";

fs::path output_of(const engine::RunArguments& arguments)
{
    return arguments.output.value_or(default_output);
}

/// Where outputs wait until all can be printed in their order.
std::string waiting_folder(const engine::RunArguments& arguments)
{
    return output_of(arguments).string() + ".printed";
}

std::string lines_file(const engine::RunArguments& arguments)
{
    return output_of(arguments).string() + ".lines";
}

bool reads_standard_input(const config::SweepOptions& sweep)
{
    return sweep.commands == "-";
}

/// The input file that one would have written. \param lines  file of lines
std::string input_text(const config::CommandLine& line, const std::string& lines, const std::string& folder)
{
    const config::SweepOptions& sweep = line.sweep;
    std::string all = fmt::format("calculation_mode = command\nlines = {}\non_error = {}\n", lines,
                                  sweep.halt ? "stop" : "skip");
    if (!line.file.empty())
        all += fmt::format("command = {}\nlines_per_command = {}\n", line.file, sweep.max_args);
    if (!folder.empty())
        all += fmt::format("run_folder = {}\nkeep = all\n", folder);
    if (!sweep.keep_order)
        all += sweep.tag ? "print = tagged\n" : "print = output\n";
    if (!sweep.delay.empty())
        all += fmt::format("delay = {}\n", sweep.delay);
    return all;
}

/// The sweep of that text, as its workload has it.
struct Opened {
    ModelBytes model;
    command::Sweep sweep;
};

Opened open_sweep(const std::string& input, const std::vector<std::pair<std::string, std::string>>& settings,
                  std::ostream& messages)
{
    Notes notes;
    const auto options = [](const std::string& mode) -> const std::vector<Option>& {
        return workload_kind(mode).options();
    };
    const Config config = config::read_config_text(input_name, input, settings, options, notes);
    ModelBytes model = command::read_sweep(config, notes);
    for (const std::string& warning : notes.warnings)
        messages << "warning: " << warning << '\n';
    const std::span<const std::byte> bytes{model};
    return {std::move(model), command::Sweep{bytes}};
}

/// Members of the rows of a table, by name.
class Rows {
public:
    explicit Rows(const Table& table)
        : table_{table}
    {}
    template <class T>
    [[nodiscard]] T number(std::uint64_t row, std::string_view name) const
    {
        T value{};
        std::memcpy(&value, at(row, name).data(), sizeof value);
        return value;
    }
    [[nodiscard]] std::string word(std::uint64_t row, std::string_view name) const
    {
        const std::span<const std::byte> bytes = at(row, name);
        const std::string_view all{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
        return std::string{all.substr(0, all.find('\0'))};
    }

private:
    [[nodiscard]] std::span<const std::byte> at(std::uint64_t row, std::string_view name) const
    {
        std::size_t offset = row * table_.dataset.row_bytes();
        for (const Field& field : table_.dataset.fields) {
            const std::size_t n_bytes = size_of(field.element) * field.extent;
            if (field.name == name)
                return std::span{table_.bytes}.subspan(offset, n_bytes);
            offset += n_bytes;
        }
        throw Error(text(table_.dataset.path, " has no column '", name, "'"));
    }
    const Table& table_;
};

void write_job_log(const fs::path& output, const std::string& file, const command::Sweep& sweep)
{
    const output::Reader reader{output};
    const Table results = reader.table("/results/sweep");
    const Table performance = reader.table("/performance/commands");
    const Rows ends{results};
    const Rows runs{performance};
    std::ofstream log{file};
    log << "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";
    for (std::uint64_t task = 0; task < results.dataset.n_rows; ++task)
        if (runs.number<std::int32_t>(task, "n_attempts") > 0)
            log << fmt::format(
                "{}\t{}\t{:.3f}\t{:10.3f}\t0\t{}\t{}\t{}\t{}\n", task + 1, runs.word(task, "host"),
                runs.number<double>(task, "start"), runs.number<double>(task, "wall_s"),
                ends.number<std::int64_t>(task, "stdout_bytes"), ends.number<std::int64_t>(task, "status"),
                ends.number<std::int64_t>(task, "signal"), sweep.line(task));
    log.close();
    if (!log)
        throw IoError(text(file, ": cannot be written"));
}

void print_in_order(const command::Sweep& sweep, bool tagged, std::ostream& out, std::ostream& messages)
{
    for (std::uint64_t task = 0; task < sweep.grid().n_points(); ++task)
        for (const auto& [name, stream] : {std::pair{"stdout", &out}, std::pair{"stderr", &messages}}) {
            std::ifstream file{sweep.folder_of(task) / name, std::ios::binary};
            if (!tagged) {
                if (file.peek() != std::ifstream::traits_type::eof())
                    *stream << file.rdbuf();
                continue;
            }
            const std::string tag = sweep.tag_of(task);
            for (std::string line; std::getline(file, line);)
                *stream << tag << line << '\n';
        }
    out.flush();
}

} // namespace

ExitStatus print_commands(const config::CommandLine& line, std::ostream& out, std::ostream& messages)
{
    const std::string lines = reads_standard_input(line.sweep) ? "/dev/stdin" : line.sweep.commands;
    const Opened opened = open_sweep(input_text(line, lines, ""), line.settings, messages);
    for (std::uint64_t task = 0; task < opened.sweep.grid().n_points(); ++task)
        out << opened.sweep.line(task) << '\n';
    return ExitStatus::complete;
}

void prepare_sweep(const config::CommandLine& line, bool first, engine::RunArguments& arguments)
{
    arguments.input = input_name;
    if (!arguments.output)
        arguments.fresh = arguments.fresh || (!arguments.retry_failed && fs::exists(default_output));
    arguments.output = output_of(arguments);
    if (!first)
        return;
    std::string lines = line.sweep.commands;
    if (reads_standard_input(line.sweep)) {
        lines = lines_file(arguments);
        std::ofstream file{lines, std::ios::binary};
        if (std::cin.peek() != std::istream::traits_type::eof())
            file << std::cin.rdbuf();
        file.close();
        if (!file)
            throw IoError(text(lines, ": cannot be written"));
    }
    const std::string folder = line.sweep.results      ? *line.sweep.results
                               : line.sweep.keep_order ? waiting_folder(arguments)
                                                       : std::string{};
    arguments.input_text = input_text(line, lines, folder);
}

void finish_sweep(const config::CommandLine& line, const engine::RunArguments& arguments, ExitStatus status,
                  std::ostream& out, std::ostream& messages)
{
    if (status == ExitStatus::complete || status == ExitStatus::some_sources_failed) {
        const Opened opened = open_sweep(*arguments.input_text, line.settings, messages);
        if (line.sweep.keep_order)
            print_in_order(opened.sweep, line.sweep.tag, out, messages);
        if (line.sweep.joblog)
            write_job_log(output_of(arguments), *line.sweep.joblog, opened.sweep);
        std::error_code ignored;
        if (line.sweep.keep_order && !line.sweep.results)
            fs::remove_all(waiting_folder(arguments), ignored);
    }
    std::error_code ignored;
    if (reads_standard_input(line.sweep))
        fs::remove(lines_file(arguments), ignored);
}

} // namespace mtc::commands
