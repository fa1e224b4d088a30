#include "schedule/settings.hpp"

#include "mtc/error.hpp"

#include <algorithm>

namespace mtc::schedule {

void check(const Settings& settings, std::span<const Rank> owner_of)
{
    if (settings.n_ranks < 1 || !(settings.round_trip_s >= 0.0) || !(settings.service_s >= 0.0) ||
        !(settings.guided_factor > 0.0) || !(settings.task_duration_s.value_or(1.0) > 0.0) ||
        settings.n_processors.value_or(1) < 1)
        throw ComputeError(text(
            "scheduler for ", settings.n_ranks, " ranks, round trip ", settings.round_trip_s, " s, service ",
            settings.service_s, " s, guided factor ", settings.guided_factor, ", task duration ",
            settings.task_duration_s.value_or(0.0), " s, ", settings.n_processors.value_or(settings.n_ranks),
            " processors (at least one rank, a round trip and a service of at least 0, the others "
            "above 0)"));
    for (std::size_t block = 0; block < owner_of.size(); ++block)
        if (owner_of[block].value() < 0 || owner_of[block].value() >= settings.n_ranks)
            throw ComputeError(text("rank ", owner_of[block].value(), " owns block ", block, " (there are ",
                                    settings.n_ranks, " ranks)"));
}

double crowd(const Settings& settings, int n_computing)
{
    return settings.n_processors ? std::max(1.0, static_cast<double>(n_computing) / *settings.n_processors)
                                 : 1.0;
}

} // namespace mtc::schedule
