#include "commands/tables/stage_times.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace mtc::commands {

using perf::TaskRecord;

std::vector<Span> spans(std::span<const TaskRecord> tasks)
{
    std::vector<Span> result;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const TaskRecord& task = tasks[i];
        Span span{task.start_s, task.start_s + task.duration_s};
        // A merged row holds the waits between its tasks, too.
        if (task.n_merged > 1 && i > 0 && tasks[i - 1].rank == task.rank)
            span.end_s = std::max(span.end_s, result.back().end_s + task.wait_s + task.duration_s);
        // Durations are of single precision.
        if (i + 1 < tasks.size() && tasks[i + 1].rank == task.rank)
            span.end_s = std::min(span.end_s, std::max(span.begin_s, tasks[i + 1].start_s));
        result.push_back(span);
    }
    return result;
}

EstimateError estimate_error(std::span<const TaskRecord> tasks)
{
    std::vector<double> errors;
    for (const TaskRecord& task : tasks)
        if (task.n_merged == 1 && task.estimated_s > 0.0F && task.duration_s > 0.0F)
            errors.push_back(std::abs(
                std::log(static_cast<double>(task.duration_s) / static_cast<double>(task.estimated_s))));
    if (errors.empty())
        return {};
    std::sort(errors.begin(), errors.end());
    const auto at = [&](double part) { // nearest rank
        return errors[static_cast<std::size_t>(std::ceil(part * static_cast<double>(errors.size()))) - 1];
    };
    return {errors.size(), at(0.5), at(0.9)};
}

double idle_share(const StageTimes& stage, std::span<const perf::UnitHistogram> units)
{
    double busy_s = 0.0;
    for (const perf::UnitHistogram& row : units)
        busy_s += row.stage == stage.stage ? row.seconds : 0.0;
    const double all_s = static_cast<double>(stage.n_ranks) * stage.makespan_s();
    return all_s > 0.0 ? std::max(0.0, 1.0 - busy_s / all_s) : 0.0;
}

std::vector<StageTimes> stage_times(std::span<const TaskRecord> tasks, std::span<const Span> when)
{
    std::map<std::uint32_t, StageTimes> stages;
    std::map<std::uint32_t, std::set<std::uint32_t>> ranks;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const auto [found, is_new] = stages.try_emplace(tasks[i].stage);
        StageTimes& stage = found->second;
        stage.stage = tasks[i].stage;
        stage.begin_s = is_new ? when[i].begin_s : std::min(stage.begin_s, when[i].begin_s);
        stage.end_s = std::max(stage.end_s, when[i].end_s);
        ranks[tasks[i].stage].insert(tasks[i].rank);
    }
    std::vector<StageTimes> result;
    for (auto& [number, stage] : stages) {
        stage.n_ranks = ranks[number].size();
        result.push_back(stage);
    }
    return result;
}

Tail tail(const StageTimes& stage, std::span<const TaskRecord> tasks, std::span<const Span> when)
{
    const double begin_s = stage.end_s - Tail::part * stage.makespan_s();
    std::map<double, int> changes{{begin_s, 0}}; // tasks that begin less tasks that end at a moment
    const auto within = [&](std::size_t i) {
        return tasks[i].stage == stage.stage && when[i].end_s > begin_s;
    };
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (!within(i))
            continue;
        ++changes[std::max(begin_s, when[i].begin_s)];
        --changes[when[i].end_s];
    }
    Tail result;
    std::map<double, double> held_until; // waited for every task that ran from the beginning of the tail on
    double held_s = 0.0;
    double last_s = begin_s;
    int n_running = 0;
    for (const auto& [moment_s, change] : changes) {
        const double n_waiting = static_cast<double>(stage.n_ranks) - n_running;
        if (n_running > 0 && n_waiting > 0.0) {
            held_s += (moment_s - last_s) * n_waiting / n_running;
            result.waited_s += (moment_s - last_s) * n_waiting;
        }
        held_until[moment_s] = held_s;
        n_running += change;
        last_s = moment_s;
    }
    result.held_s.assign(tasks.size(), 0.0);
    for (std::size_t i = 0; i < tasks.size(); ++i)
        if (within(i))
            result.held_s[i] =
                held_until.at(when[i].end_s) - held_until.at(std::max(begin_s, when[i].begin_s));
    return result;
}

} // namespace mtc::commands
