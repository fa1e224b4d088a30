#include "mpi/keep_processor.hpp"

#include <doctest/doctest.h>

#include <dlfcn.h>
#include <sched.h>
#include <sys/resource.h>

namespace {

/// [s] of the processor that this thread needs to yield 200,000 times: calls of the kernel, unless kept.
double seconds_of_yields()
{
    const auto now_s = [] {
        rusage usage{};
        getrusage(RUSAGE_THREAD, &usage);
        return static_cast<double>(usage.ru_stime.tv_sec + usage.ru_utime.tv_sec) +
               1e-6 * static_cast<double>(usage.ru_stime.tv_usec + usage.ru_utime.tv_usec);
    };
    const double begin_s = now_s();
    for (int i = 0; i < 200'000; ++i)
        sched_yield();
    return now_s() - begin_s;
}

} // namespace

TEST_CASE("libraries yield through the function that can keep the processor")
{
    void* c_library = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    REQUIRE(c_library != nullptr);
    CHECK(dlsym(RTLD_DEFAULT, "sched_yield") != dlsym(c_library, "sched_yield"));
    CHECK(dlsym(RTLD_DEFAULT, "sched_yield") == reinterpret_cast<void*>(&sched_yield));
}

TEST_CASE("yields are calls of the kernel again once nobody keeps the processor")
{
    double kept_s = 0.0;
    {
        const mtc::mpi::KeepProcessor outer;
        const mtc::mpi::KeepProcessor inner;
        kept_s = seconds_of_yields();
    }
    const double given_s = seconds_of_yields();
    CHECK(given_s > 4.0 * kept_s);
}
