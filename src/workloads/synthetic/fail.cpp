#include "workloads/synthetic/fail.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <memory>
#include <vector>

#include <unistd.h>

namespace mtc::synthetic {
namespace {

/// What the launcher says: a workload itself knows no ranks.
std::int32_t launched_as()
{
    for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"})
        if (const char* rank = std::getenv(name))
            return static_cast<std::int32_t>(std::atoi(rank));
    return 0;
}

/// Touches what it takes, so that no promise of memory stands in for it.
void take_all_memory()
{
    constexpr std::size_t piece = std::size_t{8} << 20U;
    std::vector<std::unique_ptr<char[]>> pieces;
    while (true) {
        pieces.push_back(std::make_unique_for_overwrite<char[]>(piece));
        std::memset(pieces.back().get(), 1, piece);
    }
}

void throw_with_cause()
{
    try {
        throw ComputeError("fail_task asks for it");
    } catch (const ComputeError&) {
        std::throw_with_nested(ComputeError("made to fail"));
    }
}

} // namespace

FailHow fail_how(std::string_view name) noexcept
{
    constexpr std::array<std::string_view, 7> names{"throw", "segfault", "bus", "divide",
                                                    "abort", "memory",   "hang"};
    const auto* const found = std::ranges::find(names, name);
    return static_cast<FailHow>(found - names.begin());
}

std::vector<std::uint64_t> failing_tasks(const Config& config)
{
    std::vector<std::uint64_t> tasks;
    if (!config.has("fail_task"))
        return tasks;
    const auto n_tasks = static_cast<double>(config.integer("n_tasks"));
    for (const double task : config.numbers("fail_task")) {
        if (!(task >= 0.0 && task < n_tasks && task == std::floor(task)))
            throw InputError(
                text(config.where("fail_task"), " (tasks are numbered from 0 to ", n_tasks - 1, ")"));
        tasks.push_back(static_cast<std::uint64_t>(task));
    }
    std::ranges::sort(tasks);
    return tasks;
}

bool is_to_fail(std::int32_t rank, const std::string& while_file)
{
    return (rank < 0 || rank == launched_as()) && (while_file.empty() || std::filesystem::exists(while_file));
}

void fail(FailHow how)
{
    switch (how) {
    case FailHow::by_throw:
        throw_with_cause();
        return;
    case FailHow::segfault:
        std::raise(SIGSEGV);
        return;
    case FailHow::bus:
        std::raise(SIGBUS);
        return;
    case FailHow::divide:
        std::raise(SIGFPE);
        return;
    case FailHow::abort:
        std::abort();
    case FailHow::memory:
        take_all_memory();
        return;
    case FailHow::hang:
        while (true)
            ::pause();
    }
}

} // namespace mtc::synthetic
