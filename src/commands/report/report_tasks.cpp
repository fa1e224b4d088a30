#include "commands/report/report_tasks.hpp"

#include "commands/tables/stage_times.hpp"
#include "commands/text/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <span>

namespace mtc::commands {

namespace {

/// One bar of the time line: a task, or neighbours.
struct Bar {
    double begin_s = 0.0;
    double end_s = 0.0;
    double busy_s = 0.0;
    std::size_t n_tasks = 0;
    const TaskRecord* task = nullptr; ///< null for neighbours
};

/// The tasks of one rank as at most about `most` bars: the longest alone, what lies between them merged.
std::vector<Bar> bars(std::span<const TaskRecord> tasks, std::span<const Span> when, std::size_t most)
{
    double least_s = -1.0; // bars that last longer stand alone
    if (tasks.size() > most) {
        std::vector<double> durations;
        for (const Span& span : when)
            durations.push_back(span.end_s - span.begin_s);
        const auto bound = durations.begin() + static_cast<std::ptrdiff_t>(most / 2);
        std::ranges::nth_element(durations, bound, std::ranges::greater{});
        least_s = *bound;
    }
    std::vector<Bar> list;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const double duration_s = when[i].end_s - when[i].begin_s;
        const bool alone = duration_s > least_s;
        if (alone || list.empty() || list.back().task != nullptr)
            list.push_back({when[i].begin_s, when[i].end_s, 0.0, 0, alone ? &tasks[i] : nullptr});
        Bar& bar = list.back();
        bar.end_s = when[i].end_s;
        bar.busy_s += duration_s;
        bar.n_tasks += tasks[i].n_merged;
    }
    return list;
}

/// Numbers given to names in the order of their first use.
class Numbering {
public:
    explicit Numbering(std::size_t most)
        : most_{most}
    {}
    /// \return -1 when there are too many already
    float number(const std::string& name)
    {
        const auto found = numbers_.find(name);
        if (found != numbers_.end())
            return static_cast<float>(found->second);
        if (list_.size() == most_)
            return -1.0F;
        numbers_.emplace(name, list_.size());
        list_.push_back(json_string(name));
        return static_cast<float>(list_.size() - 1);
    }
    [[nodiscard]] std::string json() const { return json_list(list_); }

private:
    std::size_t most_;
    std::map<std::string, std::size_t> numbers_;
    std::vector<std::string> list_;
};

} // namespace

std::string report_tasks(const std::vector<TaskRecord>& tasks, const std::vector<perf::RankRow>& ranks,
                         const std::vector<std::size_t>& shown, const Names& names,
                         const ReportLimits& limits)
{
    const std::vector<Span> when = spans(tasks);
    std::map<std::int32_t, std::pair<std::size_t, std::size_t>> of_rank; // first task, number of tasks
    for (std::size_t i = 0; i < tasks.size(); ++i)
        ++of_rank.try_emplace(tasks[i].rank, i, 0).first->second.second;

    const std::size_t most =
        tasks.size() <= limits.n_tasks
            ? tasks.size()
            : std::max<std::size_t>(4, limits.n_tasks / std::max<std::size_t>(shown.size(), 1));
    Numbering classes{100};
    Numbering sources{limits.n_names};
    std::vector<float> rows;
    for (std::size_t row = 0; row < shown.size(); ++row) {
        const auto mine = of_rank.find(ranks[shown[row]].rank);
        if (mine == of_rank.end())
            continue;
        const auto [first, n] = mine->second;
        for (const Bar& bar :
             bars(std::span{tasks}.subspan(first, n), std::span{when}.subspan(first, n), most)) {
            const double length_s = std::max(bar.end_s - bar.begin_s, 1e-12);
            const float color = bar.task != nullptr
                                    ? classes.number(names.cost_class(bar.task->stage, bar.task->cost_class))
                                    : -1.0F - static_cast<float>(std::round(100.0 * bar.busy_s / length_s));
            const float name = bar.task != nullptr ? sources.number(names.sources_of(*bar.task)) : -1.0F;
            rows.insert(rows.end(),
                        {static_cast<float>(row), static_cast<float>(bar.begin_s),
                         static_cast<float>(bar.end_s), color, name, static_cast<float>(bar.n_tasks)});
        }
    }
    return fmt::format("{{\"classes\":{},\"names\":{},\"rows\":{}}}", classes.json(), sources.json(),
                       json_floats(rows));
}

} // namespace mtc::commands
