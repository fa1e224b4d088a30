#include "commands/show/show_performance.hpp"
#include "commands/tables/run_tables.hpp"
#include "commands/tables/stage_times.hpp"
#include "commands/text/text_table.hpp"
#include "output/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace mtc::commands {

namespace {

using output::Reader;
/// What a table of tasks ends with.
struct TaskTotals {
    std::uint64_t n_tasks = 0;
    std::uint64_t n_subtasks = 0;
    std::uint64_t n_units = 0;
    double weight = 0.0;
    double estimated_s = 0.0;
    double duration_s = 0.0;
    double wait_s = 0.0;
};

TaskTotals totals_of(const std::vector<TaskRecord>& tasks)
{
    TaskTotals sum;
    for (const TaskRecord& task : tasks) {
        sum.n_tasks += task.n_merged;
        sum.n_subtasks += task.parent != task.task ? 1U : 0U;
        sum.n_units += task.n_units;
        sum.weight += task.weight;
        sum.estimated_s += task.estimated_s;
        sum.duration_s += task.duration_s;
        sum.wait_s += task.wait_s;
    }
    return sum;
}

std::string task_number(const TaskRecord& task)
{
    return task.n_merged > 1 ? fmt::format("{} and {} more", task.task, task.n_merged - 1)
                             : fmt::format("{}", task.task);
}

double total_seconds(const std::vector<SourceRecord>& sources)
{
    double total = 0.0;
    for (const SourceRecord& source : sources)
        total += source.seconds;
    return total;
}

std::string headline(const std::vector<SourceRecord>& slowest_first)
{
    const double total = total_seconds(slowest_first);
    const auto n_idle = std::count_if(slowest_first.begin(), slowest_first.end(),
                                      [](const auto& s) { return s.n_units == 0; });
    if (total <= 0.0)
        return fmt::format("{} sources, none took time\n", slowest_first.size());
    const SourceRecord& slowest = slowest_first.front();
    return fmt::format("slowest source '{}': {} s, {} % of {} s in {} sources ({} of them without work)\n",
                       slowest.name, shown_s(slowest.seconds), percent(slowest.seconds, total),
                       shown_s(total), slowest_first.size(), n_idle);
}

} // namespace

void print_tasks(const std::vector<TaskRecord>& tasks, const Names& names, std::uint64_t max_rows,
                 std::ostream& out)
{
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
        const TaskRecord& task = tasks[i];
        table.add({task_number(task), names.stage(task.stage), names.sources_of(task),
                   fmt::format("{}", task.rank), fmt::format("{}", task.n_units),
                   fmt::format("{:.4g}", task.weight), shown_s(task.estimated_s), shown_s(task.duration_s),
                   shown_s(task.max_unit_s), shown_s(task.wait_s), shown_s(task.start_s),
                   fmt::format("{}", task.memory_mb),
                   std::string{task.status < statuses.size() ? statuses[task.status] : "unknown"}});
    }
    const TaskTotals sum = totals_of(tasks);
    table.total({fmt::format("all {}", sum.n_tasks), "", "", "", fmt::format("{}", sum.n_units),
                 fmt::format("{:.4g}", sum.weight), shown_s(sum.estimated_s), shown_s(sum.duration_s), "",
                 shown_s(sum.wait_s), "", "", ""});
    table.print(out);
    out << rest_line(tasks.size(), max_rows, "rows");
}

void show_tasks(const Reader& reader, std::uint64_t max_rows, std::ostream& out)
{
    std::vector<TaskRecord> tasks = read_tasks(reader);
    if (tasks.empty()) {
        out << "no tasks\n";
        return;
    }
    const EstimateError error = estimate_error(tasks);
    std::stable_sort(tasks.begin(), tasks.end(),
                     [](const auto& a, const auto& b) { return a.duration_s > b.duration_s; });
    const Names names{reader};
    const TaskTotals sum = totals_of(tasks);
    out << (error.n_tasks > 0
                ? fmt::format("estimates: |ln(duration / estimate)| {:.2f} (median), {:.2f} (90th "
                              "percentile) of {} tasks; ",
                              error.median, error.percentile_90, error.n_tasks)
                : "no task had an estimate; ");
    out << fmt::format("longest {} s ('{}'), mean {} s, {} s in {} tasks ({} of them subtasks)\n\n",
                       shown_s(tasks.front().duration_s), names.sources_of(tasks.front()),
                       shown_s(sum.duration_s / static_cast<double>(sum.n_tasks)), shown_s(sum.duration_s),
                       sum.n_tasks, sum.n_subtasks);
    print_tasks(tasks, names, max_rows, out);
}

void show_sources(const Reader& reader, std::uint64_t max_rows, std::ostream& out)
{
    std::vector<SourceRecord> sources = read_sources(reader);
    std::stable_sort(sources.begin(), sources.end(),
                     [](const auto& a, const auto& b) { return a.seconds > b.seconds; });
    out << headline(sources) << '\n';
    const Names names{reader};
    const double total = total_seconds(sources);
    TextTable table{{{"source", left},
                     {"kind", left},
                     {"stage", left},
                     {"units"},
                     {"weight"},
                     {"time [s]"},
                     {"share [%]"},
                     {"time/weight [us]"}}};
    const auto per_weight = [](double seconds, double weight) {
        return weight > 0.0 ? fmt::format("{:.4g}", 1e6 * seconds / weight) : std::string{"-"};
    };
    std::uint64_t n_units = 0;
    double weight = 0.0;
    for (std::uint64_t i = 0; i < sources.size(); ++i) {
        const SourceRecord& source = sources[i];
        n_units += source.n_units;
        weight += source.weight;
        if (i < n_shown(sources.size(), max_rows))
            table.add({source.name, source.kind, names.stage(source.stage), fmt::format("{}", source.n_units),
                       fmt::format("{:.4g}", source.weight), shown_s(source.seconds),
                       percent(source.seconds, total), per_weight(source.seconds, source.weight)});
    }
    table.total({fmt::format("all {}", sources.size()), "", "", fmt::format("{}", n_units),
                 fmt::format("{:.4g}", weight), shown_s(total), percent(total, total),
                 per_weight(total, weight)});
    table.print(out);
    out << rest_line(sources.size(), max_rows, "sources");
}

} // namespace mtc::commands
