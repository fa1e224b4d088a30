#include "engine/lives/unit_watch.hpp"

#include "engine/lives/crash.hpp"
#include "perf/clock.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>

namespace mtc::engine {
namespace {

constexpr double shortest_period_s = 0.02;
constexpr double longest_period_s = 1.0;
constexpr double periods = 20.0; ///< in the limit

} // namespace

UnitWatch::UnitWatch(double limit_s)
    : limit_s_{limit_s}
    , computing_{::pthread_self()}
{
    if (limit_s_ <= 0.0)
        return;
    sigset_t all; // signals are for the thread that computes
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    thread_ = std::thread{[this] { watch(); }};
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

UnitWatch::~UnitWatch()
{
    if (!thread_.joinable())
        return;
    {
        const std::lock_guard lock{mutex_};
        leave_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void UnitWatch::watch()
{
    const double period_s = std::clamp(limit_s_ / periods, shortest_period_s, longest_period_s);
    std::unique_lock lock{mutex_};
    double last_s = perf::now_s();
    double counted_s = 0.0;
    UnitKey last;
    while (!wake_.wait_for(lock, std::chrono::duration<double>{period_s}, [this] { return leave_; })) {
        const double now_s = perf::now_s();
        const StageId stage{present::stage.load(std::memory_order_relaxed)};
        const UnitKey unit{stage, UnitId{present::unit.load(std::memory_order_relaxed)}};
        const bool goes_on =
            !stage.is_none() && !present::waits.load(std::memory_order_relaxed) && unit == last;
        // What passed while this process was stopped is not the unit's.
        counted_s = goes_on ? counted_s + std::min(now_s - last_s, 2.0 * period_s) : 0.0;
        last = unit;
        last_s = now_s;
        if (counted_s > limit_s_) {
            ::pthread_kill(computing_, unit_timeout_signal);
            return;
        }
    }
}

} // namespace mtc::engine
