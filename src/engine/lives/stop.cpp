#include "engine/lives/stop.hpp"

#include "durable/stop_request.hpp"

#include <algorithm>
#include <csignal>

namespace mtc::engine {
namespace {

constexpr double most_reserved_s = 60.0; // to end units and save
constexpr double least_reserved_s = 1.0;
constexpr double reserved_share = 0.05;
constexpr double look_interval_s = 1.0;

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
    // XCPU: of processor time that a shell or a batch system allows, every second since it is over.
    for (const int signal : {SIGUSR1, SIGUSR2, SIGTERM, SIGINT, SIGXCPU})
        sigaction(signal, &action, nullptr);
    // Of a file that would get larger than is allowed: the write fails as on a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
}

bool stop_signalled() noexcept
{
    return signalled != 0;
}

double stop_at_s(double walltime_s) noexcept
{
    return walltime_s - std::clamp(reserved_share * walltime_s, least_reserved_s, most_reserved_s);
}

const std::string& StopRequests::asked(double now_s)
{
    if (output_.empty() || now_s < look_s_ || !who_.empty())
        return who_;
    look_s_ = now_s + look_interval_s;
    who_ = durable::asked_to_stop(output_);
    return who_;
}

} // namespace mtc::engine
