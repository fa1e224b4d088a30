#include "engine/memory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <limits>

using namespace mtc;
using namespace mtc::engine;

namespace {

/// A file system of its own, with a control group and so much free memory.
std::filesystem::path system_of(const std::string& name, const std::string& cgroup)
{
    const std::filesystem::path root = std::filesystem::absolute(name);
    std::filesystem::remove_all(root);
    std::filesystem::create_directories(root / "proc/self");
    std::ofstream{root / "proc/self/cgroup"} << cgroup;
    std::ofstream{root / "proc/meminfo"} << "MemTotal:       9000000 kB\nMemAvailable:    1000000 kB\n";
    return root;
}

void write(const std::filesystem::path& file, const std::string& text)
{
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file} << text << '\n';
}

Stage sums_of(std::uint64_t cells)
{
    Stage stage;
    stage.result = ResultKind::sums;
    stage.destination = Destination::owners;
    stage.block_cells = {cells, cells};
    return stage;
}

} // namespace

TEST_CASE("the limit of a control group of version 2 is the narrowest on the way up")
{
    const auto root = system_of("cgroup2", "0::/job/step\n");
    CHECK_FALSE(control_group_limit(root).has_value());
    write(root / "sys/fs/cgroup/job/step/memory.max", "max");
    CHECK_FALSE(control_group_limit(root).has_value());
    write(root / "sys/fs/cgroup/job/memory.max", "4000000000");
    CHECK(control_group_limit(root) == 4e9);
    write(root / "sys/fs/cgroup/job/step/memory.max", "3000000000");
    CHECK(control_group_limit(root) == 3e9);
}

TEST_CASE("version 1 has a hierarchy for memory, and a number for none")
{
    const auto root = system_of("cgroup1", "5:cpu,cpuacct:/x\n4:memory:/slurm/job\n0::/\n");
    write(root / "sys/fs/cgroup/memory/slurm/job/memory.limit_in_bytes", "9223372036854771712");
    CHECK_FALSE(control_group_limit(root).has_value());
    write(root / "sys/fs/cgroup/memory/slurm/memory.limit_in_bytes", "500000000");
    CHECK(control_group_limit(root) == 5e8);
}

TEST_CASE("what binds a rank is the narrowest limit by the ranks of the node, without the model they share")
{
    const auto root = system_of("limits", "0::/job\n");
    const MemoryLimit free = memory_limit({}, 4, 1e8, root);
    CHECK(free.said_by == "free memory of the node");
    CHECK_FALSE(free.is_firm);
    CHECK(free.of_rank == doctest::Approx(memory_use().own + 1.024e9 / 4).epsilon(0.05));
    write(root / "sys/fs/cgroup/job/memory.max", "500000000");
    const MemoryLimit group = memory_limit({}, 4, 1e8, root);
    CHECK(group.said_by == "control group");
    CHECK(group.is_firm);
    CHECK(group.of_rank == 1e8);
    ::setenv("SLURM_MEM_PER_CPU", "50", 1); // [MiB]
    ::setenv("SLURM_CPUS_ON_NODE", "8", 1);
    const MemoryLimit slurm = memory_limit({}, 4, 1e8, root);
    ::unsetenv("SLURM_MEM_PER_CPU");
    ::unsetenv("SLURM_CPUS_ON_NODE");
    CHECK(slurm.said_by == "SLURM_MEM_PER_CPU");
    CHECK(slurm.of_rank == doctest::Approx((400 * 1048576.0 - 1e8) / 4));
    CHECK(memory_limit(7000.0, 4, 1e8, root).of_rank == 7e9); // who knows better is believed
}

TEST_CASE("the forecast is of the stage with the largest sums, and a refusal names the way out")
{
    Stage rows;
    rows.result = ResultKind::rows;
    rows.n_units = 10;
    rows.datasets = {{.path = "/results/x", .fields = {{.name = ""}}, .n_rows = 1000}};
    const std::vector<Stage> stages{sums_of(1'000'000), sums_of(50'000'000), rows};
    const MemoryForecast forecast = memory_forecast(stages, 2, 1'000'000, 2e7);
    CHECK(forecast.sums == 2 * 50e6 * 8.0);
    CHECK(forecast.saving == doctest::Approx(64 * 1048576.0));
    CHECK(forecast.rows == 1000 * 8.0 / 2);
    CHECK(forecast.of_node(4) == doctest::Approx(4 * forecast.of_rank() + 1e6));
    CHECK(memory_refusal(forecast, {2e9, "here", true}, 4, "node1").empty());
    const std::string fewer = memory_refusal(forecast, {5e8, "here", true}, 4, "node1");
    CHECK(fewer.find("memory on node1: at most 9") == 0);
    CHECK(fewer.find("the limit is 500 MB a rank (here)") != std::string::npos);
    CHECK(fewer.find("Start 2 ranks a node instead of 4") != std::string::npos);
    const std::string more = memory_refusal(forecast, {1e8, "here", true}, 4, "node1");
    CHECK(more.find("nodes with more memory") != std::string::npos);
}

TEST_CASE("a guard tells when a rank nears its limit, and looks rarely")
{
    MemoryGuard none;
    CHECK(none.near(0.0).empty());
    MemoryGuard wide{{1e15, "here", true}};
    CHECK(wide.near(0.0).empty());
    MemoryGuard narrow{{1e5, "here", true}};
    CHECK(narrow.near(1.0).find("of 100 kB (here)") != std::string::npos);
    CHECK(narrow.near(1.001).empty());
    CHECK_FALSE(narrow.near(2.0).empty());
}
