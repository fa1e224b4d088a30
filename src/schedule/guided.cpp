#include "schedule/guided.hpp"

#include <algorithm>

namespace mtc::schedule {

double shortest_task_s(const Settings& settings)
{
    return std::max(round_trips_a_task * settings.round_trip_s,
                    (settings.n_ranks - 1) * settings.service_s / serving_share);
}

double block_s(const Settings& settings, double waiting_s, int n_computing, double scatter)
{
    const double shortest_s = shortest_task_s(settings);
    const double longest_s =
        settings.task_duration_s.value_or(std::max(automatic_task_duration_s, shortest_s));
    const double share_s = waiting_s / (settings.guided_factor * (1.0 + scatter) * std::max(n_computing, 1));
    return std::min(std::max(share_s, shortest_s), longest_s);
}

bool gaps_are_filled(const Settings& settings, int n_computing)
{
    const bool by_rank_0 = settings.rank_0_works && n_computing > 1 && n_computing <= most_filled_by_rank_0;
    return by_rank_0 || crowd(settings, n_computing) > 1.0;
}

double least_s(const Settings& settings, double passed_s, double waiting_s, int n_computing)
{
    const double share = gaps_are_filled(settings, n_computing) ? least_share_where_filled : least_share;
    double seconds = std::max(least_block_s, share * passed_s);
    if (const double ranks = crowd(settings, n_computing); ranks > 1.0) {
        const double share_s = waiting_s / (settings.guided_factor * *settings.n_processors);
        const double crowded_s = ranks * std::clamp(share_s / ranks, seconds, ranks * seconds);
        seconds = std::max(seconds, std::min(crowded_s, automatic_task_duration_s));
    }
    return std::min(seconds, settings.task_duration_s.value_or(seconds));
}

std::uint64_t units_that_fit(double room, double unit, std::uint64_t n_most)
{
    constexpr double slack = 1.0 + 1e-9; // what should fit exactly must not fail by rounding
    if (room * slack >= unit * static_cast<double>(n_most))
        return n_most;
    return room <= 0.0 ? 0 : static_cast<std::uint64_t>(room * slack / unit);
}

} // namespace mtc::schedule
