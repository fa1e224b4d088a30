#include "commands/tables/run_tables.hpp"

#include "output/reader.hpp"
#include "output/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mtc::commands {

namespace {

template <class Key>
std::string name_in(const std::map<Key, std::string>& names, const Key& key, std::uint32_t number)
{
    const auto found = names.find(key);
    return found == names.end() ? fmt::format("{}", number) : found->second;
}

} // namespace

std::vector<TaskRecord> read_tasks(const output::Reader& reader)
{
    const auto filed = reader.rows(output::filed_task_layout(), output::path::tasks);
    std::uint32_t last = 0;
    for (const perf::FiledTask& task : filed)
        last = std::max(last, task.life);
    std::vector<TaskRecord> tasks;
    for (const perf::FiledTask& task : filed)
        if (task.life == last)
            tasks.push_back(task);
    return tasks;
}

std::vector<SourceRecord> read_sources(const output::Reader& reader)
{
    return reader.rows(output::source_layout(), output::path::sources);
}

std::vector<perf::RankRow> read_ranks(const output::Reader& reader)
{
    return reader.rows(output::rank_layout(), output::path::ranks);
}

Names::Names(const output::Reader& reader)
{
    for (auto& row : reader.rows(output::stage_layout(), output::path::stages))
        stages_[row.stage] = std::move(row.name);
    for (auto& row : reader.rows(output::cost_class_layout(), output::path::cost_classes))
        cost_classes_[{row.stage, row.cost_class}] = std::move(row.name);
    for (auto& row : read_sources(reader))
        sources_[{row.stage, row.source}] = std::move(row.name);
}

std::string Names::stage(std::uint32_t stage) const
{
    return name_in(stages_, stage, stage);
}

std::string Names::cost_class(std::uint32_t stage, std::uint32_t cost_class) const
{
    return name_in(cost_classes_, {stage, cost_class}, cost_class);
}

std::string Names::source(std::uint32_t stage, std::uint32_t source) const
{
    return name_in(sources_, {stage, source}, source);
}

std::string Names::sources_of(const TaskRecord& task) const
{
    const std::string first = source(task.stage, task.source);
    return task.n_sources > 1 ? fmt::format("{} and {} more", first, task.n_sources - 1) : first;
}

std::string shown_s(double seconds)
{
    return fmt::format("{:.4g}", seconds);
}

std::string percent(double part, double whole)
{
    return whole > 0.0 ? fmt::format("{:.1f}", 100.0 * part / whole) : "-";
}

std::string shown_bytes(double n_bytes)
{
    constexpr std::array<std::string_view, 5> units{"B", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    for (; n_bytes >= 1000.0 && unit + 1 < units.size(); ++unit)
        n_bytes /= 1000.0;
    return fmt::format("{:.3g} {}", n_bytes, units[unit]);
}

std::uint64_t n_shown(std::uint64_t n, std::uint64_t max_rows)
{
    return max_rows == 0 ? n : std::min(n, max_rows);
}

std::string rest_line(std::uint64_t n, std::uint64_t max_rows, std::string_view what)
{
    if (n <= n_shown(n, max_rows))
        return {};
    return fmt::format("... and {} more {} (--rows 0 shows all)\n", n - n_shown(n, max_rows), what);
}

} // namespace mtc::commands
