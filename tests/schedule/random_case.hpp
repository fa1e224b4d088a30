#pragma once

#include "schedule/builders.hpp"
#include "schedule/fake_cluster.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace mtc::schedule::test {

/// A random piece of work, cluster and mishap; everything follows from the seed.
struct Case {
    Work work;
    Settings settings;
    Behaviour behaviour;
    std::vector<Rank> owner_of;
    std::vector<std::uint32_t> tile_of; ///< [n_block] empty: none
    std::uint64_t n_units = 0;          ///< that weigh something
    std::uint64_t n_weightless_parcels = 0;
};

inline int random_n_ranks(std::mt19937_64& random)
{
    const auto up_to = [&](std::uint64_t n) { return static_cast<int>(random() % n); };
    const int kind = up_to(16);
    if (kind < 4)
        return 1 + up_to(3);
    if (kind < 8)
        return 2 + up_to(500);
    return 2 + up_to(kind == 8 ? 5000 : 16);
}

inline Case random_case(std::uint64_t seed)
{
    std::mt19937_64 random{seed};
    const auto up_to = [&](std::uint64_t n) { return random() % (n + 1); };
    std::lognormal_distribution<double> spread{0.0, 1.5};

    Case made;
    made.settings.n_ranks = random_n_ranks(random);
    made.settings.rank_0_works = up_to(1) == 1;
    if (up_to(3) == 0)
        made.settings.task_duration_s = 0.05;
    std::vector<double> guesses(1 + up_to(3));
    for (double& guess : guesses)
        guess = std::pow(10.0, static_cast<double>(up_to(4)) - 2.0); // 100 x off either way
    const bool at_owners = up_to(3) == 0;
    const std::uint64_t n_blocks = 1 + up_to(9);
    for (std::uint64_t b = 0; b < n_blocks && at_owners; ++b)
        made.owner_of.push_back(
            Rank{static_cast<int>(up_to(static_cast<std::uint64_t>(made.settings.n_ranks) - 1))});

    enum class Weights { exact, equal, wild, almost_none };
    const auto weights = static_cast<Weights>(up_to(3));
    const double scale_s = std::pow(10.0, -static_cast<double>(up_to(5)));
    const bool takes_no_time = up_to(9) == 0;
    WorkBuilder builder{guesses};
    for (std::uint64_t p = up_to(60); p > 0; --p) {
        const std::uint64_t n = up_to(2) == 0 ? 1 : 1 + up_to(50);
        const double unit_s = takes_no_time ? 0.0 : scale_s * spread(random);
        const bool weightless = up_to(9) == 0;
        double weight = static_cast<double>(n) * std::max(unit_s, 1e-9);
        if (weights == Weights::equal)
            weight = 1.0;
        else if (weights == Weights::wild)
            weight *= std::pow(10.0, static_cast<double>(up_to(4)) - 2.0); // 100 x off either way
        else if (weights == Weights::almost_none && up_to(1) == 1)
            weight *= 1e-12;
        const auto block = static_cast<std::uint32_t>(up_to(n_blocks - 1));
        builder.parcel()
            .units(n)
            .takes(unit_s)
            .weight(weightless ? 0.0 : weight)
            .of_source(static_cast<std::uint32_t>(up_to(20)))
            .of_class(static_cast<std::uint32_t>(up_to(guesses.size() - 1)))
            .at_block(block);
        made.n_units += weightless ? 0 : n;
        made.n_weightless_parcels += weightless ? 1U : 0U;
        if (at_owners)
            made.behaviour.owner_of_unit.insert(made.behaviour.owner_of_unit.end(), n, made.owner_of[block]);
    }
    made.work = builder.build();
    std::ranges::shuffle(made.work.parcels, random);

    made.behaviour.n_ranks = made.settings.n_ranks;
    made.behaviour.check_every_step = true;
    for (int rank = 0; rank < made.settings.n_ranks; ++rank)
        made.behaviour.slowness.push_back(up_to(7) != 0 ? 1.0 : up_to(1) == 0 ? 2.0 : 10.0);
    if (up_to(1) == 1) // messages of different ranks overtake each other, and are late by up to many units
        made.behaviour.delay_s = [late = std::mt19937_64{seed}, scale_s,
                                  spread = std::lognormal_distribution<double>{0.0, 2.0}]() mutable {
            return 0.1 * scale_s * spread(late);
        };
    if (seed % 3 == 1) // as the scheduler believes: here each has its own
        made.settings.n_processors = made.behaviour.n_processors = 1 + static_cast<int>(seed % 7);
    if (seed % 5 == 2)
        made.settings.ranks_a_processor = 128.0;
    return made;
}

inline Scheduler scheduler_of(const Case& c)
{
    return Scheduler{c.settings, StageId{3},  c.work.parcels, c.work.classes,
                     c.owner_of, TaskId{100}, c.tile_of};
}

} // namespace mtc::schedule::test
