#include "simulate/forecast.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace mtc::simulate {

namespace {

constexpr int fewest_ranks_with_dedicated_scheduler = 8; // as in a run

bool rank_0_works(SchedulerRank wish, int n_ranks, bool sleeps)
{
    if (n_ranks == 1 || wish == SchedulerRank::working)
        return true;
    return wish == SchedulerRank::automatic && n_ranks < fewest_ranks_with_dedicated_scheduler && !sleeps;
}

} // namespace

Forecast forecast(const Calculation& calculation, int n_ranks, const MessageCost& messages,
                  std::uint64_t seed)
{
    Forecast all{.n_ranks = n_ranks};
    for (const StageWork& stage : calculation.stages) {
        schedule::Settings settings;
        settings.n_ranks = n_ranks;
        settings.rank_0_works = rank_0_works(calculation.scheduler_rank, n_ranks, stage.sleeps);
        settings.task_duration_s = calculation.task_duration_s;
        const UnitTimes times{stage.parcels, stage.means, stage.spreads};
        const Outcome outcome = run_stage(settings, messages, {stage.parcels, stage.classes, &times}, seed);
        all.stages_s += outcome.makespan_s;
        all.busy_s += outcome.busy_s;
        all.computing_rank_s += outcome.makespan_s * (settings.rank_0_works ? n_ranks : n_ranks - 1);
        all.rank_0_serving_s += outcome.rank_0_serving_s;
        all.rank_0_busy_s += outcome.rank_0_serving_s + outcome.rank_0_computing_s;
        all.longest_unit_s = std::max(all.longest_unit_s, outcome.longest_unit_s);
        all.n_tasks += outcome.n_tasks;
        all.n_messages += outcome.n_messages;
    }
    all.total_s = all.stages_s + calculation.serial_s;
    return all;
}

std::vector<int> with_powers_of_two(std::span<const int> counts)
{
    std::vector<int> all(counts.begin(), counts.end());
    const auto [least, most] = std::ranges::minmax(counts);
    for (auto power = std::bit_ceil(static_cast<std::uint32_t>(least));
         power <= static_cast<std::uint32_t>(most); power *= 2)
        all.push_back(static_cast<int>(power));
    std::ranges::sort(all);
    all.erase(std::ranges::unique(all).begin(), all.end());
    return all;
}

int last_that_pays(std::span<const Forecast> forecasts)
{
    for (const Forecast& one : forecasts) {
        if (!std::has_single_bit(static_cast<std::uint32_t>(one.n_ranks)))
            continue;
        const auto twice = std::ranges::find(forecasts, 2 * one.n_ranks, &Forecast::n_ranks);
        if (twice != forecasts.end() && one.total_s < (1.0 + worthwhile_gain) * twice->total_s)
            return one.n_ranks;
    }
    return 0;
}

} // namespace mtc::simulate
