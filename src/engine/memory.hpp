#pragma once

#include "mtc/config.hpp"
#include "mtc/workload.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// \file
/// Running out of memory is said before anything is computed, or ends a run with all saved; the system's
/// out-of-memory killer is for others. Memory of a rank is what no other process shares with it.
namespace mtc::engine {

/// What a process takes. [bytes]
struct MemoryUse {
    double own = 0.0;       ///< resident, shared with nobody
    double addresses = 0.0; ///< virtual memory
    double data = 0.0;      ///< what RLIMIT_DATA counts
};
[[nodiscard]] MemoryUse memory_use() noexcept;

struct MemoryLimit {
    double of_rank = 0.0; ///< [bytes]
    std::string said_by{};
    bool is_firm = false; ///< granted to this job, not just free at the moment
};

struct MemoryForecast {
    double now = 0.0;    ///< [bytes] a rank, before it computes
    double sums = 0.0;   ///< [bytes] a rank, when it has touched all blocks, or as many as stay in memory
    double saving = 0.0; ///< [bytes] a rank, copies on their way to the disk
    double rows = 0.0;   ///< [bytes] a rank, rows or records that wait to be written
    double tables = 0.0; ///< [bytes] a rank, performance tables
    double model = 0.0;  ///< [bytes] a node

    [[nodiscard]] double of_rank() const noexcept { return now + sums + saving + rows + tables; }
    [[nodiscard]] double of_node(int n_ranks_on_node) const noexcept
    {
        return of_rank() * n_ranks_on_node + model;
    }
    /// [bytes] a rank. Few ranks ever hold all the rows they may: free memory, which is no firm limit, is not
    /// expected to hold them.
    [[nodiscard]] double certain(const MemoryLimit& limit) const noexcept
    {
        return of_rank() - (limit.is_firm ? 0.0 : rows);
    }
};
[[nodiscard]] inline bool fits(const MemoryForecast& forecast, const MemoryLimit& limit) noexcept
{
    return forecast.certain(limit) <= limit.of_rank;
}
/// The most that a calculation takes.
[[nodiscard]] MemoryForecast memory_forecast(std::span<const Stage> stages, int n_ranks,
                                             std::uint64_t model_bytes, double now_bytes);

/// The narrowest of what binds a rank: the key memory_per_rank alone where it is given; otherwise Slurm's
/// SLURM_MEM_PER_NODE or SLURM_MEM_PER_CPU, the control group (version 1 or 2), RLIMIT_AS, RLIMIT_DATA, and
/// the memory that is free on the node, by the number of ranks there. \param root  of the file system, for
/// tests
[[nodiscard]] MemoryLimit memory_limit(std::optional<double> memory_per_rank_mb, int n_ranks_on_node,
                                       double model_bytes, const std::filesystem::path& root = "/");

/// Bytes that the control group of this process may take; nothing without a limit. \param root  for tests
[[nodiscard]] std::optional<double> control_group_limit(const std::filesystem::path& root = "/");

/// "12.3 MB", "5.8 GB"
[[nodiscard]] std::string memory_text(double bytes);
/// What is needed a rank and a node, and the limit, in a line.
[[nodiscard]] std::string memory_line(const MemoryForecast& forecast, const MemoryLimit& limit,
                                      int n_ranks_on_node);
/// Why a calculation must not begin, and what to do about it; empty when it may.
[[nodiscard]] std::string memory_refusal(const MemoryForecast& forecast, const MemoryLimit& limit,
                                         int n_ranks_on_node, std::string_view host);

/// While this lives, a unit that takes memory without end finds none (std::bad_alloc) before the limit of the
/// rank is passed: RLIMIT_DATA is lowered to it. Nothing is done for a limit that is not firm.
class MemoryCap {
public:
    explicit MemoryCap(const MemoryLimit& limit);
    MemoryCap(const MemoryCap&) = delete;
    MemoryCap& operator=(const MemoryCap&) = delete;
    ~MemoryCap();

private:
    std::optional<std::uint64_t> before_; ///< what RLIMIT_DATA was
};

/// Whether this rank nears its limit, asked often, looked at rarely.
class MemoryGuard {
public:
    MemoryGuard() = default;
    explicit MemoryGuard(MemoryLimit limit)
        : limit_{std::move(limit)}
    {}
    /// "950 MB of 1 GB (memory_per_rank)"; empty while all is well. \param now_s  perf::now_s()
    [[nodiscard]] std::string near(double now_s);

private:
    MemoryLimit limit_;
    double look_s_ = 0.0;
};

} // namespace mtc::engine
