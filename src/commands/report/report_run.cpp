#include "commands/report/report_parts.hpp"
#include "commands/report/report_tasks.hpp"
#include "commands/tables/held_sources.hpp"
#include "commands/tables/run_tables.hpp"
#include "commands/tables/stage_times.hpp"
#include "commands/text/json_text.hpp"
#include "output/reader.hpp"
#include "output/rows.hpp"
#include "output/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace mtc::commands {

namespace {

using output::Reader;

constexpr std::size_t n_slow = 20;    // rows of a table of slow things
constexpr std::size_t n_failures = 5; // that are told with their reasons
constexpr double noteworthy_idle = 0.2;

/// A row a rank, of those on the time line.
std::string json_ranks(const std::vector<perf::RankRow>& ranks, const std::vector<std::size_t>& taken)
{
    std::vector<std::string> rows;
    for (const std::size_t i : taken) {
        const perf::RankRow& r = ranks[i];
        rows.push_back(
            fmt::format("[{},{},{},{},{},{},{},{},{},{},{},{}]", r.rank, json_string(r.host),
                        json_number(r.busy_s), json_number(r.scheduling_s), json_number(r.waiting_s),
                        json_number(r.reading_s), json_number(r.reducing_s), json_number(r.writing_s),
                        json_number(r.total_s), r.n_tasks, r.n_units, json_number(r.memory_peak_mb)));
    }
    return json_list(rows);
}

/// Seconds of all ranks: busy, scheduling, waiting, reading, reducing, writing.
std::string json_sums(const std::vector<perf::RankRow>& ranks)
{
    std::array<double, 6> sums{};
    for (const perf::RankRow& r : ranks) {
        const std::array parts{r.busy_s, r.scheduling_s, r.waiting_s, r.reading_s, r.reducing_s, r.writing_s};
        for (std::size_t i = 0; i < sums.size(); ++i)
            sums[i] += parts[i];
    }
    return fmt::format("[{}]", fmt::join(sums, ","));
}

std::string json_held(const HeldSources& held)
{
    std::vector<std::string> rows;
    for (const Held& one : held.list) {
        if (rows.size() == n_slow)
            break;
        rows.push_back(fmt::format("[{},{},{},{},{}]", json_string(one.source), json_string(one.stage),
                                   json_number(one.held_s), json_number(100.0 * one.held_s / held.waited_s),
                                   one.n_tasks));
    }
    return json_list(rows);
}

/// The sources that took longest.
std::string json_heavy(std::vector<SourceRecord> sources, const Names& names)
{
    std::ranges::stable_sort(sources, std::ranges::greater{}, &SourceRecord::seconds);
    std::vector<std::string> rows;
    for (const SourceRecord& one : sources) {
        if (rows.size() == n_slow || one.seconds <= 0.0)
            break;
        rows.push_back(fmt::format("[{},{},{},{},{}]", json_string(one.name), json_string(one.kind),
                                   json_string(names.stage(one.stage)), one.n_units,
                                   json_number(one.seconds)));
    }
    return json_list(rows);
}

std::string json_operations(const Reader& reader)
{
    std::vector<std::string> rows;
    for (const auto& row : reader.rows(output::operation_layout(), output::path::operations))
        rows.push_back(fmt::format("[{},{},{},{},{}]", json_string(row.operation), json_number(row.seconds),
                                   json_number(row.max_s), row.counts, json_number(row.memory_mb)));
    return json_list(rows);
}

/// Events that are no part of every run.
bool is_routine(const perf::EventRow& event)
{
    return event.kind == "stage" || event.kind == "give_back" || event.kind == "checkpoint";
}

std::vector<perf::FailureRow> read_failures(const Reader& reader)
{
    if (!reader.has(output::path::failures)) // written by an older version
        return {};
    return reader.rows(output::failure_layout(), output::path::failures);
}

/// Names of the sources that nothing was computed of, other than those that failed.
std::vector<std::string> idle_sources(const std::vector<SourceRecord>& sources,
                                      const std::vector<perf::FailureRow>& failures)
{
    std::vector<std::string> names;
    for (const SourceRecord& source : sources) {
        const auto is_its = [&source](const perf::FailureRow& failure) {
            return failure.stage == source.stage && failure.source == source.source;
        };
        if (source.n_units == 0 && std::ranges::none_of(failures, is_its))
            names.push_back(source.name);
    }
    return names;
}

/// What a reader of the results should know, in sentences.
std::vector<std::string> warnings(const Reader& reader, const std::vector<TaskRecord>& tasks,
                                  const std::vector<SourceRecord>& sources,
                                  const std::vector<perf::RankRow>& ranks)
{
    std::vector<std::string> list;
    if (reader.attribute("status") != output::status_complete)
        list.push_back(fmt::format("status: {}", reader.attribute("status")));
    if (const auto n = std::ranges::count(tasks, static_cast<std::uint8_t>(perf::TaskStatus::failed),
                                          &TaskRecord::status);
        n > 0)
        list.push_back(fmt::format("{} rows of tasks failed", n));
    const std::vector<perf::FailureRow> failures = read_failures(reader);
    for (std::size_t i = 0; i < std::min(failures.size(), n_failures); ++i)
        list.push_back(fmt::format("{}, unit {}: {}", failures[i].name, failures[i].unit, failures[i].why));
    const std::vector<std::string> idle = idle_sources(sources, failures);
    if (!idle.empty())
        list.push_back(
            fmt::format("{} of {} sources were left out because they could not matter, such as '{}'",
                        idle.size(), sources.size(), idle.front()));
    double waiting_s = 0.0;
    double total_s = 0.0;
    for (const perf::RankRow& rank : ranks) {
        if (rank.n_units == 0) // only hands out work
            continue;
        waiting_s += rank.waiting_s;
        total_s += rank.total_s;
    }
    if (ranks.size() > 1 && waiting_s > noteworthy_idle * total_s)
        list.push_back(
            fmt::format("ranks had nothing to compute for {} % of their time: fewer ranks may take as "
                        "long (mtc plan says how many pay)",
                        percent(waiting_s, total_s)));
    return list;
}

std::string json_events(const std::vector<perf::EventRow>& events, std::size_t most)
{
    std::vector<std::string> rows;
    for (const perf::EventRow& event : events) {
        if (is_routine(event))
            continue;
        if (rows.size() == most)
            break;
        rows.push_back(fmt::format("[{},{},{},{}]", json_number(event.time_s), event.rank,
                                   json_string(event.kind), json_string(event.text)));
    }
    return json_list(rows);
}

std::vector<std::string> quoted(const std::vector<std::string>& texts)
{
    std::vector<std::string> pieces;
    for (const std::string& one : texts)
        pieces.push_back(json_string(one));
    return pieces;
}

} // namespace

std::string report_run(const Reader& reader, const ReportLimits& limits)
{
    const std::vector<perf::RankRow> ranks = read_ranks(reader);
    const std::vector<TaskRecord> tasks = read_tasks(reader);
    const std::vector<SourceRecord> sources = read_sources(reader);
    const auto events = reader.rows(output::event_layout(), output::path::events);
    const Names names{reader};

    std::vector<std::size_t> shown_ranks;
    const std::size_t step = (ranks.size() + limits.n_ranks - 1) / limits.n_ranks;
    for (std::size_t i = 0; i < ranks.size(); i += std::max<std::size_t>(step, 1))
        shown_ranks.push_back(i);
    const EstimateError error = estimate_error(tasks);
    return fmt::format(
        "{{\"n_ranks\":{},\"n_tasks\":{},\"ranks\":{},\"sums\":{},\"tasks\":{},\"held\":{},\"heavy\":{},"
        "\"operations\":{},\"warnings\":{},\"events\":{},\"estimates\":[{},{},{}]}}",
        ranks.size(), tasks.size(), json_ranks(ranks, shown_ranks), json_sums(ranks),
        report_tasks(tasks, ranks, shown_ranks, names, limits), json_held(held_sources(tasks, names)),
        json_heavy(sources, names), json_operations(reader),
        json_list(quoted(warnings(reader, tasks, sources, ranks))), json_events(events, limits.n_names),
        error.n_tasks, json_number(error.median), json_number(error.percentile_90));
}

} // namespace mtc::commands
