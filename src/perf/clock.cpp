#include "perf/clock.hpp"

#include "perf/memory_pages.hpp"

#include <chrono>
#include <ctime>

#include <sys/resource.h>

namespace mtc::perf {
namespace {

using Clock = std::chrono::steady_clock;
constexpr double resident_age_s = 10e-3;

double origin_s = steady_s();

} // namespace

double now_s() noexcept
{
    return steady_s() - origin_s;
}

double steady_s() noexcept
{
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

std::int64_t coarse_ns() noexcept
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void set_origin(double reading_s) noexcept
{
    origin_s = reading_s;
}

double resident_mb() noexcept
{
    return memory_pages().resident * 1e-6;
}

double recent_resident_mb(double now_s) noexcept
{
    static double asked_s = -1.0;
    static double last_mb = 0.0;
    if (asked_s < 0.0 || now_s - asked_s > resident_age_s) {
        last_mb = resident_mb();
        asked_s = now_s;
    }
    return last_mb;
}

double peak_resident_mb() noexcept
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024e-6; // Linux counts in kB
}

} // namespace mtc::perf
