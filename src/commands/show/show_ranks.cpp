#include "commands/show/show_performance.hpp"
#include "commands/tables/run_tables.hpp"
#include "commands/tables/stage_times.hpp"
#include "commands/text/text_table.hpp"
#include "output/reader.hpp"
#include "output/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace mtc::commands {

namespace {

using output::Reader;
perf::RankRow summed(const std::vector<perf::RankRow>& ranks)
{
    perf::RankRow sum;
    for (const perf::RankRow& rank : ranks) {
        sum.n_tasks += rank.n_tasks;
        sum.n_units += rank.n_units;
        sum.reading_s += rank.reading_s;
        sum.busy_s += rank.busy_s;
        sum.waiting_s += rank.waiting_s;
        sum.scheduling_s += rank.scheduling_s;
        sum.reducing_s += rank.reducing_s;
        sum.writing_s += rank.writing_s;
        sum.total_s += rank.total_s;
        sum.memory_peak_mb = std::max(sum.memory_peak_mb, rank.memory_peak_mb);
    }
    return sum;
}

/// The part of the cells of a row that the totals have, too.
std::vector<std::string> times_of(const perf::RankRow& row)
{
    return {fmt::format("{}", row.n_tasks),
            fmt::format("{}", row.n_units),
            shown_s(row.reading_s),
            shown_s(row.busy_s),
            shown_s(row.waiting_s),
            percent(row.waiting_s, row.total_s),
            shown_s(row.scheduling_s),
            shown_s(row.reducing_s),
            shown_s(row.writing_s),
            shown_s(row.total_s),
            fmt::format("{:.0f}", row.memory_peak_mb)};
}

std::vector<std::string> cells(std::vector<std::string> first, const perf::RankRow& row,
                               const std::string& last)
{
    const std::vector<std::string> times = times_of(row);
    first.insert(first.end(), times.begin(), times.end());
    first.push_back(last);
    return first;
}

void print_stages(const Reader& reader, std::ostream& out)
{
    const std::vector<TaskRecord> tasks = read_tasks(reader);
    const auto units = reader.rows(output::unit_layout(), output::path::units);
    const Names names{reader};
    for (const StageTimes& stage : stage_times(tasks, spans(tasks)))
        out << fmt::format("stage '{}': idle {} % of {} computing ranks x {} s\n", names.stage(stage.stage),
                           percent(idle_share(stage, units), 1.0), stage.n_ranks,
                           shown_s(stage.makespan_s()));
}

} // namespace

void show_ranks(const Reader& reader, std::uint64_t max_rows, std::ostream& out)
{
    std::vector<perf::RankRow> ranks = read_ranks(reader);
    std::stable_sort(ranks.begin(), ranks.end(),
                     [](const auto& a, const auto& b) { return a.waiting_s > b.waiting_s; });
    const perf::RankRow sum = summed(ranks);
    print_stages(reader, out);
    out << fmt::format("{} ranks: busy {} %, waiting {} % of {} s; most memory {:.0f} MB\n\n", ranks.size(),
                       percent(sum.busy_s, sum.total_s), percent(sum.waiting_s, sum.total_s),
                       shown_s(sum.total_s), sum.memory_peak_mb);
    TextTable table{{{"rank"},
                     {"host", left},
                     {"processors", left},
                     {"tasks"},
                     {"units"},
                     {"reading [s]"},
                     {"busy [s]"},
                     {"waiting [s]"},
                     {"waiting [%]"},
                     {"scheduling [s]"},
                     {"reducing [s]"},
                     {"writing [s]"},
                     {"total [s]"},
                     {"memory [MB]"},
                     {"processor", left}}};
    for (std::uint64_t i = 0; i < n_shown(ranks.size(), max_rows); ++i)
        table.add(cells({fmt::format("{}", ranks[i].rank), ranks[i].host, ranks[i].binding}, ranks[i],
                        ranks[i].cpu_model));
    table.total(cells({fmt::format("all {}", ranks.size()), "", ""}, sum, ""));
    table.print(out);
    out << rest_line(ranks.size(), max_rows, "ranks");
}

void show_operations(const Reader& reader, std::uint64_t max_rows, std::ostream& out)
{
    auto operations = reader.rows(output::operation_layout(), output::path::operations);
    std::stable_sort(operations.begin(), operations.end(),
                     [](const auto& a, const auto& b) { return a.seconds > b.seconds; });
    if (!operations.empty())
        out << fmt::format("most time in '{}': {} s over all ranks, {} s on one\n\n",
                           operations.front().operation, shown_s(operations.front().seconds),
                           shown_s(operations.front().max_s));
    TextTable table{
        {{"operation", left}, {"time [s]"}, {"largest of a rank [s]"}, {"calls"}, {"memory [MB]"}}};
    double total_s = 0.0; // of those that are not part of another
    for (std::uint64_t i = 0; i < operations.size(); ++i) {
        const perf::OperationRow& row = operations[i];
        total_s += row.operation.find('/') == std::string::npos ? row.seconds : 0.0;
        if (i < n_shown(operations.size(), max_rows))
            table.add({row.operation, shown_s(row.seconds), shown_s(row.max_s), fmt::format("{}", row.counts),
                       fmt::format("{:.1f}", row.memory_mb)});
    }
    table.total({"all, nested ones once", shown_s(total_s), "", "", ""});
    table.print(out);
    out << rest_line(operations.size(), max_rows, "operations");
}

void show_transfer(const Reader& reader, std::uint64_t max_rows, std::ostream& out)
{
    auto kinds = reader.rows(output::transfer_layout(), output::path::transfer);
    if (kinds.empty()) {
        out << "no messages\n";
        return;
    }
    std::stable_sort(kinds.begin(), kinds.end(),
                     [](const auto& a, const auto& b) { return a.n_bytes > b.n_bytes; });
    std::uint64_t n_messages = 0;
    std::uint64_t n_bytes = 0;
    for (const perf::TransferRow& row : kinds) {
        n_messages += row.n_messages;
        n_bytes += row.n_bytes;
    }
    const auto bytes = [](std::uint64_t n) { return shown_bytes(static_cast<double>(n)); };
    out << fmt::format("{} in {} messages; most in '{}': {}, {} % (one rank sent {} of it)\n\n",
                       bytes(n_bytes), n_messages, kinds.front().kind, bytes(kinds.front().n_bytes),
                       percent(static_cast<double>(kinds.front().n_bytes), static_cast<double>(n_bytes)),
                       bytes(kinds.front().max_bytes));
    TextTable table{
        {{"kind", left}, {"messages"}, {"size [B]"}, {"share [%]"}, {"mean [B]"}, {"largest of a rank [B]"}}};
    const auto mean = [](std::uint64_t n, std::uint64_t messages) {
        return fmt::format("{:.4g}", static_cast<double>(n) /
                                         static_cast<double>(std::max<std::uint64_t>(messages, 1)));
    };
    for (std::uint64_t i = 0; i < n_shown(kinds.size(), max_rows); ++i)
        table.add({kinds[i].kind, fmt::format("{}", kinds[i].n_messages), fmt::format("{}", kinds[i].n_bytes),
                   percent(static_cast<double>(kinds[i].n_bytes), static_cast<double>(n_bytes)),
                   mean(kinds[i].n_bytes, kinds[i].n_messages), fmt::format("{}", kinds[i].max_bytes)});
    table.total({fmt::format("all {}", kinds.size()), fmt::format("{}", n_messages),
                 fmt::format("{}", n_bytes), percent(1.0, 1.0), mean(n_bytes, n_messages), ""});
    table.print(out);
    out << rest_line(kinds.size(), max_rows, "kinds");
}

void show_events(const Reader& reader, std::uint64_t max_rows, std::ostream& out)
{
    const auto events = reader.rows(output::event_layout(), output::path::events);
    std::map<std::string, std::uint64_t> counts;
    for (const perf::EventRow& event : events)
        ++counts[event.kind];
    out << fmt::format("{} events", events.size());
    const char* separator = ": ";
    for (const auto& [kind, n] : counts) {
        out << fmt::format("{}{} '{}'", separator, n, kind);
        separator = ", ";
    }
    out << "\n\n";
    TextTable table{{{"run"}, {"time [s]"}, {"rank"}, {"kind", left}, {"what happened", left}}};
    for (std::uint64_t i = 0; i < n_shown(events.size(), max_rows); ++i)
        table.add({fmt::format("{}", events[i].life), fmt::format("{:.6f}", events[i].time_s),
                   fmt::format("{}", events[i].rank), events[i].kind, events[i].text});
    table.print(out);
    out << rest_line(events.size(), max_rows, "events");
}

void show_failures(const Reader& reader, std::uint64_t max_rows, std::ostream& out)
{
    if (!reader.has(output::path::failures)) { // written by an older version
        out << "0 units failed\n";
        return;
    }
    const auto failures = reader.rows(output::failure_layout(), output::path::failures);
    out << fmt::format("{} units failed\n\n", failures.size());
    TextTable table{{{"stage"}, {"unit"}, {"source", left}, {"rank"}, {"tries"}, {"why", left}}};
    for (std::uint64_t i = 0; i < n_shown(failures.size(), max_rows); ++i)
        table.add({fmt::format("{}", failures[i].stage), fmt::format("{}", failures[i].unit),
                   failures[i].name, fmt::format("{}", failures[i].rank),
                   fmt::format("{}", failures[i].n_tries), failures[i].why});
    table.print(out);
    out << rest_line(failures.size(), max_rows, "failures");
}

} // namespace mtc::commands
