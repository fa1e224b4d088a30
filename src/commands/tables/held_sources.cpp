#include "commands/tables/held_sources.hpp"

#include "commands/tables/stage_times.hpp"

#include <algorithm>
#include <map>

namespace mtc::commands {

HeldSources held_sources(const std::vector<TaskRecord>& tasks, const Names& names)
{
    const std::vector<Span> when = spans(tasks);
    HeldSources result;
    for (const StageTimes& stage : stage_times(tasks, when)) {
        const Tail end = tail(stage, tasks, when);
        result.waited_s += end.waited_s;
        std::map<std::string, Held> sources;
        for (std::size_t i = 0; i < tasks.size(); ++i) {
            if (end.held_s[i] <= 0.0)
                continue;
            const std::string name = names.sources_of(tasks[i]);
            Held& held = sources.try_emplace(name, Held{names.stage(stage.stage), name}).first->second;
            held.held_s += end.held_s[i];
            held.last_end_s = std::max(held.last_end_s, when[i].end_s - stage.begin_s);
            held.n_tasks += tasks[i].n_merged;
        }
        for (auto& [name, held] : sources)
            result.list.push_back(std::move(held));
    }
    std::stable_sort(result.list.begin(), result.list.end(),
                     [](const auto& a, const auto& b) { return a.held_s > b.held_s; });
    return result;
}

} // namespace mtc::commands
