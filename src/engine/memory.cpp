#include "engine/memory.hpp"

#include "config/values.hpp"
#include "engine/results/stored_pieces.hpp"
#include "engine/saves/saver.hpp"
#include "perf/memory_pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

#include <sys/resource.h>

namespace mtc::engine {
namespace {

constexpr double megabyte = 1e6;
constexpr double slurm_megabyte = 1048576.0;
constexpr double table_bytes = 16e6; // 100,000 tasks of 64 bytes, twice while they are written, and events
/// [bytes] that take no memory: stacks and heaps of threads that start later, libraries that write files
constexpr double addresses_only = 134217728.0;
constexpr double near_share = 0.92;
constexpr double look_interval_s = 0.05;
constexpr double no_limit = 1e18; // [bytes] version 1 of control groups writes 2^63 less a page

std::optional<double> number_in(const std::filesystem::path& file)
{
    std::ifstream stream{file};
    std::string word;
    stream >> word;
    const std::optional<double> number = config::parse_number(word);
    return number && *number < no_limit ? number : std::nullopt;
}

std::optional<double> number_of_variable(const char* name)
{
    const char* const value = std::getenv(name);
    return value == nullptr ? std::nullopt : config::parse_number(value);
}

/// The narrowest limit on the way from a control group up to the root of its hierarchy.
std::optional<double> narrowest(const std::filesystem::path& hierarchy, std::filesystem::path group,
                                const char* file)
{
    std::optional<double> least;
    for (group = group.relative_path();; group = group.parent_path()) {
        if (const auto limit = number_in(hierarchy / group / file))
            least = std::min(least.value_or(no_limit), *limit);
        if (group.empty())
            return least;
    }
}

std::optional<double> memory_free(const std::filesystem::path& root)
{
    std::ifstream file{root / "proc/meminfo"};
    std::string name;
    for (double kilobytes = 0.0; file >> name >> kilobytes; file.ignore(64, '\n'))
        if (name == "MemAvailable:")
            return kilobytes * 1024.0;
    return std::nullopt;
}

std::optional<double> resource_limit(__rlimit_resource which)
{
    rlimit limit{};
    if (::getrlimit(which, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return std::nullopt;
    return static_cast<double>(limit.rlim_cur);
}

/// Rows or records that come while others are written, and what is read back at the end; fewer where there
/// are fewer.
double most_rows(const Stage& stage, int n_ranks)
{
    const double window =
        2.0 * static_cast<double>(Saver::most_waiting) + static_cast<double>(StoredPieces::stretch_bytes);
    double rows = 0.0;
    for (const Dataset& dataset : stage.datasets)
        rows += static_cast<double>(dataset.n_rows * dataset.row_bytes());
    return stage.result == ResultKind::records ? window : std::min(window, rows / n_ranks);
}

} // namespace

MemoryUse memory_use() noexcept
{
    const perf::MemoryPages pages = perf::memory_pages();
    return {.own = pages.resident - pages.shared, .addresses = pages.addresses, .data = pages.data};
}

MemoryForecast memory_forecast(std::span<const Stage> stages, int n_ranks, std::uint64_t model_bytes,
                               double now_bytes)
{
    MemoryForecast forecast{
        .now = now_bytes, .tables = table_bytes, .model = static_cast<double>(model_bytes)};
    double of_owners = 0.0; // a rank's share, when they are reduced
    for (const Stage& stage : stages) {
        double sums = 0.0;
        for (const std::uint64_t cells : stage.block_cells)
            sums += static_cast<double>(cells) * (stage.wide_sums ? 16.0 : 8.0);
        forecast.sums = std::max(forecast.sums, sums);
        of_owners += sums / n_ranks;
        if (stage.destination == Destination::file && stage.result != ResultKind::sums)
            forecast.rows = std::max(forecast.rows, most_rows(stage, n_ranks));
    }
    forecast.sums = std::max(forecast.sums, of_owners);
    forecast.saving = std::min(forecast.sums, static_cast<double>(Saver::most_staged));
    return forecast;
}

std::optional<double> control_group_limit(const std::filesystem::path& root)
{
    const std::filesystem::path groups = root / "sys/fs/cgroup";
    std::optional<double> least;
    const auto take = [&least](std::optional<double> limit) {
        if (limit)
            least = std::min(least.value_or(no_limit), *limit);
    };
    std::ifstream file{root / "proc/self/cgroup"};
    for (std::string line; std::getline(file, line);) { // "0::/path" or "9:memory:/path"
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (second == std::string::npos)
            continue;
        const std::string controllers = line.substr(first + 1, second - first - 1);
        const std::string group = line.substr(second + 1);
        if (controllers.empty())
            take(narrowest(groups, group, "memory.max"));
        else if (text(",", controllers, ",").find(",memory,") != std::string::npos)
            take(narrowest(groups / "memory", group, "memory.limit_in_bytes"));
    }
    return least;
}

MemoryLimit memory_limit(std::optional<double> memory_per_rank_mb, int n_ranks_on_node, double model_bytes,
                         const std::filesystem::path& root)
{
    if (memory_per_rank_mb)
        return {*memory_per_rank_mb * megabyte, "memory_per_rank", true};
    MemoryLimit limit{std::numeric_limits<double>::infinity(), "none", false};
    const auto take = [&limit](std::optional<double> of_rank, const char* said_by, bool is_firm) {
        if (of_rank && *of_rank < limit.of_rank)
            limit = {std::max(0.0, *of_rank), said_by, is_firm};
    };
    const auto share = [&](std::optional<double> of_node) {
        return of_node ? std::optional{(*of_node - model_bytes) / n_ranks_on_node} : std::nullopt;
    };
    const MemoryUse use = memory_use();
    if (const auto per_node = number_of_variable("SLURM_MEM_PER_NODE"))
        take(share(*per_node * slurm_megabyte), "SLURM_MEM_PER_NODE", true);
    else if (const auto per_cpu = number_of_variable("SLURM_MEM_PER_CPU"))
        take(share(*per_cpu * slurm_megabyte *
                   number_of_variable("SLURM_CPUS_ON_NODE").value_or(n_ranks_on_node)),
             "SLURM_MEM_PER_CPU", true);
    take(share(control_group_limit(root)), "control group", true);
    if (const auto addresses = resource_limit(RLIMIT_AS))
        take(use.own + *addresses - use.addresses - addresses_only, "RLIMIT_AS", true);
    if (const auto data = resource_limit(RLIMIT_DATA))
        take(use.own + *data - use.data, "RLIMIT_DATA", true);
    if (const auto free = memory_free(root)) // without what this job takes already
        take(use.own + *free / n_ranks_on_node, "free memory of the node", false);
    return limit;
}

std::string memory_text(double bytes)
{
    static constexpr std::array names{"bytes", "kB", "MB", "GB", "TB"};
    std::size_t power = 0;
    for (; bytes >= 1000.0 && power + 1 < names.size(); ++power)
        bytes /= 1000.0;
    return fmt::format("{:.3g} {}", bytes, names[power]);
}

std::string memory_line(const MemoryForecast& forecast, const MemoryLimit& limit, int n_ranks_on_node)
{
    return fmt::format(
        "at most {} a rank (sums {}, results on their way {}), {} on a node of {} ranks, with its "
        "model of {}; the limit is {} a rank ({})",
        memory_text(forecast.of_rank()), memory_text(forecast.sums),
        memory_text(forecast.saving + forecast.rows), memory_text(forecast.of_node(n_ranks_on_node)),
        n_ranks_on_node, memory_text(forecast.model), memory_text(limit.of_rank), limit.said_by);
}

std::string memory_refusal(const MemoryForecast& forecast, const MemoryLimit& limit, int n_ranks_on_node,
                           std::string_view host)
{
    if (fits(forecast, limit))
        return {};
    const double of_node = limit.of_rank * n_ranks_on_node;
    const int fewer = static_cast<int>(of_node / forecast.of_rank());
    const std::string remedy =
        fewer > 0 && n_ranks_on_node > 1
            ? fmt::format("Start {} a node instead of {}",
                          fewer == 1 ? "one rank" : fmt::format("{} ranks", fewer), n_ranks_on_node)
            : "Ask for nodes with more memory, or take fewer sites, levels or branches at a time";
    return fmt::format("memory on {}: {}. {}; or, if you know better, say so with memory_per_rank?", host,
                       memory_line(forecast, limit, n_ranks_on_node), remedy);
}

MemoryCap::MemoryCap(const MemoryLimit& limit)
{
    rlimit data{};
    if (!limit.is_firm || ::getrlimit(RLIMIT_DATA, &data) != 0)
        return;
    const MemoryUse use = memory_use();
    const double wanted = use.data + std::max(0.0, limit.of_rank - use.own);
    if (!(wanted < no_limit) || wanted >= static_cast<double>(data.rlim_cur))
        return;
    before_ = data.rlim_cur;
    data.rlim_cur = static_cast<rlim_t>(wanted);
    if (::setrlimit(RLIMIT_DATA, &data) != 0)
        before_.reset();
}

MemoryCap::~MemoryCap()
{
    rlimit data{};
    if (!before_ || ::getrlimit(RLIMIT_DATA, &data) != 0)
        return;
    data.rlim_cur = *before_;
    ::setrlimit(RLIMIT_DATA, &data);
}

std::string MemoryGuard::near(double now_s)
{
    if (limit_.of_rank == 0.0 || now_s < look_s_)
        return {};
    look_s_ = now_s + look_interval_s;
    const double own = memory_use().own;
    if (own < near_share * limit_.of_rank)
        return {};
    return fmt::format("{} of {} ({})", memory_text(own), memory_text(limit_.of_rank), limit_.said_by);
}

} // namespace mtc::engine
