#include "engine/stop.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <limits>

namespace mtc::engine {
namespace {

constexpr double most_reserved_s = 60.0; // to end units and save
constexpr double least_reserved_s = 1.0;
constexpr double reserved_share = 0.05;

volatile std::sig_atomic_t signalled = 0;

extern "C" void on_stop_signal(int)
{
    signalled = 1;
}

} // namespace

void catch_stop_signals()
{
    struct sigaction action {};
    action.sa_handler = on_stop_signal;
    action.sa_flags = SA_RESTART;
    for (const int signal : {SIGUSR1, SIGUSR2, SIGTERM, SIGINT})
        sigaction(signal, &action, nullptr);
}

bool stop_signalled() noexcept
{
    return signalled != 0;
}

double stop_at_s(double walltime_s) noexcept
{
    return walltime_s - std::clamp(reserved_share * walltime_s, least_reserved_s, most_reserved_s);
}

double batch_time_left_s()
{
    const char* const end = std::getenv("SLURM_JOB_END_TIME"); // seconds since 1970
    const double end_s = end == nullptr ? 0.0 : std::atof(end);
    if (!(end_s > 0.0))
        return std::numeric_limits<double>::infinity();
    return std::max(0.0, end_s - static_cast<double>(std::time(nullptr)));
}

} // namespace mtc::engine
