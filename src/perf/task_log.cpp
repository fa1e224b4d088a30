#include "perf/task_log.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mtc::perf {
namespace {

/// The number, or the largest that fits.
template <class Narrow, class Wide>
Narrow saturated(Wide value) noexcept
{
    return static_cast<Narrow>(std::min<Wide>(value, std::numeric_limits<Narrow>::max()));
}

bool counts_fit(const TaskRecord& a, const TaskRecord& b) noexcept
{
    return std::uint64_t{a.n_units} + b.n_units <= std::numeric_limits<std::uint32_t>::max() &&
           std::uint32_t{a.n_merged} + b.n_merged <= std::numeric_limits<std::uint16_t>::max();
}

/// Adds the row that follows.
void merge(TaskRecord& into, const TaskRecord& next) noexcept
{
    into.n_sources = into.source == next.source
                         ? std::max(into.n_sources, next.n_sources)
                         : saturated<std::uint16_t>(std::uint32_t{into.n_sources} + next.n_sources);
    into.n_units += next.n_units;
    into.weight += next.weight;
    into.estimated_s += next.estimated_s;
    into.duration_s += next.duration_s;
    into.wait_s += next.wait_s;
    into.max_unit_s = std::max(into.max_unit_s, next.max_unit_s);
    into.memory_mb = std::max(into.memory_mb, next.memory_mb);
    into.n_merged = static_cast<std::uint16_t>(into.n_merged + next.n_merged);
    into.status = std::max(into.status, next.status);
}

/// What two neighbours must have in common to merge: as little as it takes.
enum class Likeness { source, status, stage };

bool alike(const TaskRecord& a, const TaskRecord& b, Likeness likeness) noexcept
{
    if (a.stage != b.stage)
        return false;
    switch (likeness) {
    case Likeness::source:
        return a.source == b.source && a.cost_class == b.cost_class && a.status == b.status;
    case Likeness::status:
        return a.status == b.status;
    case Likeness::stage:
        break;
    }
    return true;
}

void merge_pairs(std::vector<TaskRecord>& rows, Likeness likeness)
{
    std::size_t n = 0;
    for (std::size_t i = 0; i < rows.size(); ++i, ++n) {
        rows[n] = rows[i];
        if (i + 1 < rows.size() && alike(rows[n], rows[i + 1], likeness) && counts_fit(rows[n], rows[i + 1]))
            merge(rows[n], rows[++i]);
    }
    rows.resize(n);
}

} // namespace

TaskRecord record_of(const TaskRow& task) noexcept
{
    TaskRecord record;
    record.first_unit = task.first_unit;
    record.start_s = task.start_s;
    record.task = static_cast<std::uint32_t>(task.task);
    record.parent = static_cast<std::uint32_t>(task.parent);
    record.source = task.source;
    record.n_units = task.n_units;
    record.weight = task.weight;
    record.estimated_s = task.estimated_s;
    record.duration_s = task.duration_s;
    record.wait_s = task.wait_s;
    record.max_unit_s = task.max_unit_s;
    record.rank = saturated<std::uint16_t>(std::max(task.rank, 0));
    record.n_sources = saturated<std::uint16_t>(task.n_sources);
    record.cost_class = saturated<std::uint16_t>(task.cost_class);
    record.memory_mb = saturated<std::uint16_t>(std::lround(std::max(task.memory_mb, 0.0F)));
    record.stage = saturated<std::uint8_t>(task.stage);
    record.status = task.status;
    return record;
}

void TaskLog::add(const TaskRow& task)
{
    if (rows_.size() >= max_rows_)
        merge_neighbours();
    rows_.push_back(record_of(task));
}

void TaskLog::merge_neighbours()
{
    for (const Likeness likeness : {Likeness::source, Likeness::status, Likeness::stage}) {
        merge_pairs(rows_, likeness);
        if (rows_.size() <= max_rows_ - max_rows_ / 4)
            return;
    }
}

} // namespace mtc::perf
