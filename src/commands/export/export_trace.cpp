#include "commands/export/export_trace.hpp"

#include "commands/tables/run_tables.hpp"
#include "commands/tables/stage_times.hpp"
#include "commands/text/json_text.hpp"
#include "output/reader.hpp"
#include "output/schema.hpp"

#include "mtc/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <ostream>

namespace mtc::commands {

namespace {

/// Names of the viewer's palette; other names are refused by it.
constexpr std::array<std::string_view, 10> colors{"thread_state_running",
                                                  "rail_response",
                                                  "rail_animation",
                                                  "thread_state_iowait",
                                                  "cq_build_passed",
                                                  "startup",
                                                  "yellow",
                                                  "rail_load",
                                                  "olive",
                                                  "generic_work"};
constexpr std::string_view wait_color = "grey";
constexpr std::int64_t shortest_wait_ns = 1000;

/// Whole nanoseconds: slices that touch then do so exactly, which sums of binary fractions do not.
std::int64_t ns(double seconds)
{
    return std::llround(seconds * 1e9);
}

/// As the format's microseconds.
std::string us(std::int64_t ns)
{
    return fmt::format("{}{}.{:03}", ns < 0 ? "-" : "", std::abs(ns) / 1000, std::abs(ns) % 1000);
}

/// The events of the trace, one a line.
class TraceFile {
public:
    explicit TraceFile(const std::filesystem::path& path)
        : path_{path}
        , file_{path, std::ios::binary}
    {
        file_ << "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[";
    }

    void event(std::string_view members)
    {
        file_ << (is_first_ ? "\n{" : ",\n{") << members << '}';
        is_first_ = false;
    }

    void close(std::string_view generator)
    {
        file_ << "\n],\"otherData\":{\"generator\":" << json_string(generator) << "}}\n";
        file_.close();
        if (!file_)
            throw IoError{text(path_.string(), ": cannot write the file (", std::strerror(errno), ")")};
    }

private:
    std::filesystem::path path_;
    std::ofstream file_;
    bool is_first_ = true;
};

/// The slices of one rank, from left to right; none begins before the last one ended.
class Lane {
public:
    Lane(TraceFile& file, std::size_t process, std::int32_t rank)
        : file_{file}
        , place_{fmt::format("\"pid\":{},\"tid\":{}", process, rank)}
    {}
    [[nodiscard]] const std::string& place() const noexcept { return place_; }

    void slice(double begin_s, double end_s, std::string_view members)
    {
        const std::int64_t begin = std::max(ns(begin_s), end_ns_);
        const std::int64_t end = std::max(ns(end_s), begin);
        file_.event(fmt::format("\"ph\":\"X\",{},\"ts\":{},\"dur\":{},{}", place_, us(begin), us(end - begin),
                                members));
        end_ns_ = end;
    }

    void wait_until(double end_s)
    {
        if (ns(end_s) - end_ns_ >= shortest_wait_ns)
            slice(static_cast<double>(end_ns_) * 1e-9, end_s,
                  fmt::format("\"name\":\"wait\",\"cat\":\"wait\",\"cname\":\"{}\"", wait_color));
    }

private:
    TraceFile& file_;
    std::string place_;
    std::int64_t end_ns_ = 0;
};

std::string task_members(const TaskRecord& task, const Names& names)
{
    return fmt::format(
        R"("name":{},"cat":{},"cname":"{}","args":{{"task":{},"parent":{},"n_tasks":{},"cost_class":{},)"
        R"("first_unit":{},"n_units":{},"weight":{:.6g},"estimated_s":{:.6g},"max_unit_s":{:.6g},)"
        R"("wait_s":{:.6g},"memory_mb":{},"status":{}}})",
        json_string(names.sources_of(task)), json_string(names.stage(task.stage)),
        colors[task.cost_class % colors.size()], task.task, task.parent, task.n_merged,
        json_string(names.cost_class(task.stage, task.cost_class)), task.first_unit, task.n_units,
        task.weight, task.estimated_s, task.max_unit_s, task.wait_s, task.memory_mb, task.status);
}

void write_trace(const output::Reader& reader, TraceFile& file)
{
    const std::vector<perf::RankRow> ranks = read_ranks(reader);
    const std::vector<TaskRecord> tasks = read_tasks(reader);
    const std::vector<Span> when = spans(tasks);
    const Names names{reader};

    std::map<std::string, std::size_t> processes; // of hosts
    std::map<std::int32_t, Lane> lanes;
    for (const perf::RankRow& rank : ranks) {
        const auto [process, is_new] = processes.try_emplace(rank.host, processes.size());
        if (is_new)
            file.event(fmt::format(R"("ph":"M","name":"process_name","pid":{},"args":{{"name":{}}})",
                                   process->second, json_string(rank.host)));
        Lane& lane = lanes.try_emplace(rank.rank, Lane{file, process->second, rank.rank}).first->second;
        file.event(fmt::format(R"("ph":"M","name":"thread_name",{},"args":{{"name":"rank {}"}})",
                               lane.place(), rank.rank));
        file.event(fmt::format(R"("ph":"M","name":"thread_sort_index",{},"args":{{"sort_index":{}}})",
                               lane.place(), rank.rank));
        lane.slice(0.0, rank.reading_s, R"("name":"read input","cat":"run","cname":"startup")");
    }
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const auto lane = lanes.find(tasks[i].rank);
        if (lane == lanes.end())
            continue;
        lane->second.wait_until(when[i].begin_s);
        lane->second.slice(when[i].begin_s, when[i].end_s, task_members(tasks[i], names));
    }
    for (const perf::RankRow& rank : ranks) {
        Lane& lane = lanes.at(rank.rank);
        lane.wait_until(rank.total_s - rank.writing_s);
        lane.slice(rank.total_s - rank.writing_s, rank.total_s,
                   R"("name":"write results","cat":"run","cname":"rail_idle")");
    }
    const auto events = reader.rows(output::event_layout(), output::path::events);
    for (const perf::EventRow& event : events) // in the order of lives: the last is the file's own
        if (const auto lane = lanes.find(event.rank); lane != lanes.end() && event.life == events.back().life)
            file.event(
                fmt::format(R"("ph":"i","s":"t",{},"ts":{},"name":{},"cat":"event","args":{{"text":{}}})",
                            lane->second.place(), us(ns(event.time_s)), json_string(event.kind),
                            json_string(event.text)));
}

} // namespace

void export_trace(const output::Reader& reader, const std::filesystem::path& to, std::ostream& out)
{
    const std::filesystem::path path = to / (reader.file().path().stem().string() + ".trace.json");
    TraceFile file{path};
    write_trace(reader, file);
    file.close("mtc " + reader.attribute("mtc_version"));
    out << path.string() << '\n';
}

} // namespace mtc::commands
