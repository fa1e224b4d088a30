#include "commands/show_performance.hpp"

#include "commands/text_table.hpp"
#include "output/reader.hpp"
#include "output/rows.hpp"
#include "output/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <ostream>
#include <utility>

namespace mtc::commands {

namespace {

using output::Reader;
using output::SourceRecord;
using perf::TaskRow;
constexpr auto left = TextTable::Align::left;
constexpr auto right = TextTable::Align::right;

std::string seconds(double s)
{
    return fmt::format("{:.4g}", s);
}

std::string percent(double part, double whole)
{
    return whole > 0.0 ? fmt::format("{:.1f}", 100.0 * part / whole) : "-";
}

std::uint64_t n_shown(std::uint64_t n, std::uint64_t max_rows)
{
    return max_rows == 0 ? n : std::min(n, max_rows);
}

void print_rest(std::uint64_t n, std::uint64_t max_rows, std::string_view what, std::ostream& out)
{
    if (n > n_shown(n, max_rows))
        out << fmt::format("... and {} more {} (--rows 0 shows all)\n", n - n_shown(n, max_rows), what);
}

/// Names of sources by stage and number.
class SourceNames {
public:
    explicit SourceNames(const std::vector<SourceRecord>& sources)
    {
        for (const SourceRecord& source : sources)
            names_[{source.stage, source.source}] = source.name;
    }
    [[nodiscard]] std::string of(const TaskRow& task) const
    {
        const auto found = names_.find({task.stage, task.source});
        const std::string name = found == names_.end() ? fmt::format("{}", task.source) : found->second;
        return task.n_sources > 1 ? fmt::format("{} and {} more", name, task.n_sources - 1) : name;
    }

private:
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> names_;
};

std::vector<SourceRecord> read_sources(const Reader& reader)
{
    return reader.rows(output::source_layout(), output::path::sources);
}

std::vector<TaskRow> read_tasks(const Reader& reader)
{
    return reader.rows(output::task_layout(), output::path::tasks);
}

std::vector<std::string> stage_names(const Reader& reader)
{
    std::vector<std::string> names;
    for (auto& row : reader.rows(output::stage_layout(), output::path::stages))
        names.push_back(std::move(row.name));
    return names;
}

std::string name_at(const std::vector<std::string>& names, std::uint32_t i)
{
    return i < names.size() ? names[i] : fmt::format("{}", i);
}

/// Median over tasks of max(measured, estimated) / min(measured, estimated); 0 when none can be compared.
double median_error_factor(const std::vector<TaskRow>& tasks)
{
    std::vector<double> factors;
    for (const TaskRow& task : tasks)
        if (task.estimated_s > 0.0F && task.duration_s > 0.0F)
            factors.push_back(
                std::exp(std::abs(std::log(static_cast<double>(task.duration_s / task.estimated_s)))));
    if (factors.empty())
        return 0.0;
    const auto middle = factors.begin() + static_cast<std::ptrdiff_t>(factors.size() / 2);
    std::nth_element(factors.begin(), middle, factors.end());
    return *middle;
}

void print_tasks(const Reader& reader, const std::vector<TaskRow>& tasks, const SourceNames& names,
                 std::uint64_t max_rows, std::ostream& out)
{
    const std::vector<std::string> stages = stage_names(reader);
    constexpr std::array<std::string_view, 3> statuses{"done", "failed", "withdrawn"};
    TextTable table{{{"task"},
                     {"stage", left},
                     {"source", left},
                     {"rank"},
                     {"units"},
                     {"weight"},
                     {"estimated [s]"},
                     {"duration [s]"},
                     {"max unit [s]"},
                     {"wait [s]"},
                     {"start [s]"},
                     {"memory [MB]"},
                     {"status", left}}};
    for (std::uint64_t i = 0; i < n_shown(tasks.size(), max_rows); ++i) {
        const TaskRow& task = tasks[i];
        table.add({fmt::format("{}", task.task), name_at(stages, task.stage), names.of(task),
                   fmt::format("{}", task.rank), fmt::format("{}", task.n_units),
                   fmt::format("{:.4g}", task.weight), seconds(task.estimated_s), seconds(task.duration_s),
                   seconds(task.max_unit_s), seconds(task.wait_s), seconds(task.start_s),
                   fmt::format("{:.0f}", task.memory_mb),
                   std::string{task.status < statuses.size() ? statuses[task.status] : "unknown"}});
    }
    table.print(out);
    print_rest(tasks.size(), max_rows, "tasks", out);
}

void print_sources(const Reader& reader, const std::vector<SourceRecord>& sources, std::uint64_t max_rows,
                   std::ostream& out)
{
    double total = 0.0;
    for (const SourceRecord& source : sources)
        total += source.seconds;
    const std::vector<std::string> stages = stage_names(reader);
    TextTable table{{{"source", left},
                     {"kind", left},
                     {"stage", left},
                     {"units"},
                     {"weight"},
                     {"time [s]"},
                     {"share [%]"},
                     {"us per weight"}}};
    for (std::uint64_t i = 0; i < n_shown(sources.size(), max_rows); ++i) {
        const SourceRecord& source = sources[i];
        table.add({source.name, source.kind, name_at(stages, source.stage), fmt::format("{}", source.n_units),
                   fmt::format("{:.4g}", source.weight), seconds(source.seconds),
                   percent(source.seconds, total),
                   source.weight > 0.0 ? fmt::format("{:.4g}", 1e6 * source.seconds / source.weight) : "-"});
    }
    table.print(out);
    print_rest(sources.size(), max_rows, "sources", out);
}

std::vector<SourceRecord> slowest_first(std::vector<SourceRecord> sources)
{
    std::stable_sort(sources.begin(), sources.end(),
                     [](const auto& a, const auto& b) { return a.seconds > b.seconds; });
    return sources;
}

std::string headline(const std::vector<SourceRecord>& sources)
{
    double total = 0.0;
    std::uint64_t n_idle = 0;
    for (const SourceRecord& source : sources) {
        total += source.seconds;
        n_idle += source.n_units == 0 ? 1U : 0U;
    }
    if (sources.empty() || total <= 0.0)
        return fmt::format("{} sources, none took time\n", sources.size());
    return fmt::format("slowest source '{}': {} s, {} % of {} s in {} sources ({} of them without work)\n",
                       sources.front().name, seconds(sources.front().seconds),
                       percent(sources.front().seconds, total), seconds(total), sources.size(), n_idle);
}

} // namespace

void show_tasks(const Reader& reader, std::uint64_t max_rows, std::ostream& out)
{
    std::vector<TaskRow> tasks = read_tasks(reader);
    std::stable_sort(tasks.begin(), tasks.end(),
                     [](const TaskRow& a, const TaskRow& b) { return a.duration_s > b.duration_s; });
    const SourceNames names{read_sources(reader)};
    double total = 0.0;
    std::uint64_t n_subtasks = 0;
    for (const TaskRow& task : tasks) {
        total += task.duration_s;
        n_subtasks += task.parent != task.task ? 1U : 0U;
    }
    if (tasks.empty()) {
        out << "no tasks\n";
        return;
    }
    out << fmt::format("longest task {} s ('{}'), mean {} s, {} s in {} tasks ({} of them subtasks); ",
                       seconds(tasks.front().duration_s), names.of(tasks.front()),
                       seconds(total / static_cast<double>(tasks.size())), seconds(total), tasks.size(),
                       n_subtasks);
    const double factor = median_error_factor(tasks);
    out << (factor > 0.0 ? fmt::format("estimates are off by a factor of {:.2f} (median)\n\n", factor)
                         : "no task had an estimate\n\n");
    print_tasks(reader, tasks, names, max_rows, out);
}

void show_sources(const Reader& reader, std::uint64_t max_rows, std::ostream& out)
{
    const std::vector<SourceRecord> sources = slowest_first(read_sources(reader));
    out << headline(sources) << '\n';
    print_sources(reader, sources, max_rows, out);
}

void show_ranks(const Reader& reader, std::uint64_t max_rows, std::ostream& out)
{
    auto ranks = reader.rows(output::rank_layout(), output::path::ranks);
    std::stable_sort(ranks.begin(), ranks.end(),
                     [](const auto& a, const auto& b) { return a.waiting_s > b.waiting_s; });
    perf::RankRow sum;
    for (const perf::RankRow& rank : ranks) {
        sum.busy_s += rank.busy_s;
        sum.waiting_s += rank.waiting_s;
        sum.total_s += rank.total_s;
        sum.memory_peak_mb = std::max(sum.memory_peak_mb, rank.memory_peak_mb);
    }
    out << fmt::format("{} ranks: busy {} %, idle {} % of {} s; most memory {:.0f} MB\n\n", ranks.size(),
                       percent(sum.busy_s, sum.total_s), percent(sum.waiting_s, sum.total_s),
                       seconds(sum.total_s), sum.memory_peak_mb);
    TextTable table{{{"rank"},
                     {"host", left},
                     {"processors", left},
                     {"tasks"},
                     {"units"},
                     {"busy [s]"},
                     {"idle [s]"},
                     {"idle [%]"},
                     {"scheduling [s]"},
                     {"reducing [s]"},
                     {"writing [s]"},
                     {"total [s]"},
                     {"memory [MB]"},
                     {"processor", left}}};
    for (std::uint64_t i = 0; i < n_shown(ranks.size(), max_rows); ++i) {
        const perf::RankRow& rank = ranks[i];
        table.add({fmt::format("{}", rank.rank), rank.host, rank.binding, fmt::format("{}", rank.n_tasks),
                   fmt::format("{}", rank.n_units), seconds(rank.busy_s), seconds(rank.waiting_s),
                   percent(rank.waiting_s, rank.total_s), seconds(rank.scheduling_s),
                   seconds(rank.reducing_s), seconds(rank.writing_s), seconds(rank.total_s),
                   fmt::format("{:.0f}", rank.memory_peak_mb), rank.cpu_model});
    }
    table.print(out);
    print_rest(ranks.size(), max_rows, "ranks", out);
}

void show_operations(const Reader& reader, std::uint64_t max_rows, std::ostream& out)
{
    auto operations = reader.rows(output::operation_layout(), output::path::operations);
    std::stable_sort(operations.begin(), operations.end(),
                     [](const auto& a, const auto& b) { return a.seconds > b.seconds; });
    if (!operations.empty())
        out << fmt::format("most time in '{}': {} s over all ranks, {} s on one\n\n",
                           operations.front().operation, seconds(operations.front().seconds),
                           seconds(operations.front().max_s));
    TextTable table{
        {{"operation", left}, {"time [s]"}, {"largest of a rank [s]"}, {"calls"}, {"memory [MB]"}}};
    for (std::uint64_t i = 0; i < n_shown(operations.size(), max_rows); ++i) {
        const perf::OperationRow& row = operations[i];
        table.add({row.operation, seconds(row.seconds), seconds(row.max_s), fmt::format("{}", row.counts),
                   fmt::format("{:.1f}", row.memory_mb)});
    }
    table.print(out);
    print_rest(operations.size(), max_rows, "operations", out);
}

void show_slow(const Reader& reader, std::uint64_t max_rows, std::ostream& out)
{
    const std::vector<SourceRecord> sources = slowest_first(read_sources(reader));
    out << headline(sources) << '\n';
    print_sources(reader, sources, max_rows, out);
    std::vector<TaskRow> tasks = read_tasks(reader);
    std::stable_sort(tasks.begin(), tasks.end(),
                     [](const TaskRow& a, const TaskRow& b) { return a.max_unit_s > b.max_unit_s; });
    const SourceNames names{sources};
    if (tasks.empty())
        return;
    out << fmt::format("\nlongest unit {} s ('{}'): the end of the run waits for at most one\n\n",
                       seconds(tasks.front().max_unit_s), names.of(tasks.front()));
    print_tasks(reader, tasks, names, max_rows, out);
}

} // namespace mtc::commands
