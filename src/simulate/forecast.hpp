#pragma once

#include "simulate/cluster.hpp"
#include "simulate/unit_times.hpp"

#include "mtc/workload.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// \file
/// What a whole calculation would take on other numbers of ranks.
namespace mtc::simulate {

/// Who schedules, as the key scheduler_rank says.
enum class SchedulerRank : std::uint8_t { automatic, dedicated, working };

struct StageWork {
    std::string name;
    std::vector<Parcel> parcels{};
    std::vector<UnitMean> means{}; ///< [n_parcel]
    std::vector<Spread> spreads{}; ///< [n_class]; empty: none
    std::vector<CostClassInfo> classes{};
    bool sleeps = false;     ///< units wait rather than compute
    double measured_s = 0.0; ///< [s] that it took in the run it is known from; 0 when from none
};

struct Calculation {
    std::vector<StageWork> stages{};
    double serial_s =
        0.0; ///< [s] reading, broadcast, reduction, writing: taken as the same on all numbers of ranks
    SchedulerRank scheduler_rank = SchedulerRank::automatic;
    std::optional<double> task_duration_s{}; ///< [s] as given in the input
};

/// How the calculation would go on so many ranks.
struct Forecast {
    int n_ranks = 1;
    double stages_s = 0.0;         ///< [s] makespans of all stages
    double total_s = 0.0;          ///< [s] with the serial parts
    double busy_s = 0.0;           ///< [s] computing, over all ranks
    double computing_rank_s = 0.0; ///< [s] that ranks are there to compute: makespans x computing ranks
    double rank_0_busy_s = 0.0;    ///< [s] of rank 0 with messages, decisions and units of its own
    double rank_0_serving_s = 0.0; ///< [s] without the units
    double longest_unit_s = 0.0;
    std::uint64_t n_tasks = 0;
    std::uint64_t n_messages = 0; ///< at rank 0

    [[nodiscard]] double efficiency() const
    {
        return busy_s / (n_ranks * total_s);
    } ///< of all cores, all the time
    [[nodiscard]] double idle_share() const
    {
        return 1.0 - busy_s / computing_rank_s;
    } ///< of computing ranks
    [[nodiscard]] double rank_0_share() const { return rank_0_busy_s / stages_s; }
    [[nodiscard]] double messages_a_second() const { return static_cast<double>(n_messages) / stages_s; }
};

/// Simulates all stages, one after the other. The same arguments give the same forecast.
[[nodiscard]] Forecast forecast(const Calculation& calculation, int n_ranks, const MessageCost& messages,
                                std::uint64_t seed);

/// Powers of two between the smallest and the largest of `counts`, and these themselves; ascending, each
/// once.
[[nodiscard]] std::vector<int> with_powers_of_two(std::span<const int> counts);

/// The smallest power of two whose double gains less than 10 % of time; 0 when every doubling that was
/// simulated gains more, or none was.
/// \param forecasts  by number of ranks
[[nodiscard]] int last_that_pays(std::span<const Forecast> forecasts);

/// Less than this is no gain.
inline constexpr double worthwhile_gain = 0.10;

} // namespace mtc::simulate
