#include "perf/clock.hpp"

#include <chrono>
#include <cstdio>

#include <sys/resource.h>
#include <unistd.h>

namespace mtc::perf {
namespace {

using Clock = std::chrono::steady_clock;
Clock::time_point origin = Clock::now();

} // namespace

double now_s() noexcept
{
    return std::chrono::duration<double>(Clock::now() - origin).count();
}

void set_origin() noexcept
{
    origin = Clock::now();
}

double resident_mb() noexcept
{
    long total_pages = 0;
    long resident_pages = 0;
    if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%ld %ld", &total_pages, &resident_pages) != 2)
            resident_pages = 0;
        std::fclose(file);
    }
    return static_cast<double>(resident_pages) * static_cast<double>(sysconf(_SC_PAGESIZE)) * 1e-6;
}

double peak_resident_mb() noexcept
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024e-6; // Linux counts in kB
}

} // namespace mtc::perf
