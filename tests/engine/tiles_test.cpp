#include "engine/tiles.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>

using namespace mtc;
using namespace mtc::engine;

namespace {

/// 100,000 sites x 20 group-models x 360 levels, nine sites a block.
std::vector<Stage> large_job()
{
    Stage sums;
    sums.result = ResultKind::sums;
    sums.destination = Destination::owners;
    sums.block_cells.assign(11'111, 9ULL * 20 * 360);
    sums.block_cells.push_back(20ULL * 360);
    Stage rows;
    rows.result = ResultKind::rows;
    rows.datasets = {{.path = "/results/x", .fields = {{.name = ""}}, .n_rows = 100'000, .inner = {360}}};
    return {sums, rows};
}

Config config_with(const std::string& tiles)
{
    return Config{"job.ini", "", {{"tiles", {tiles, "job.ini:3", 0}}}};
}

} // namespace

TEST_CASE("there are tiles where the sums do not fit, and as few as the memory leaves")
{
    const std::vector<Stage> stages = large_job();
    const MemoryForecast all = memory_forecast(stages, 2, 12'000'000, 3e7);
    CHECK(all.sums == doctest::Approx(5.76e9));
    const MemoryLimit much{8e9, "here", true};
    CHECK_FALSE(choose_tiles(stages, all, much, {}).any());
    CHECK(tiles_of_blocks(stages[0], BlockStore::all).empty());

    const MemoryLimit little{4e8, "here", true};
    CHECK_FALSE(memory_refusal(all, little, 2, "node").empty());
    const Tiles tiles = choose_tiles(stages, all, little, {});
    REQUIRE(tiles.any());
    const MemoryForecast forecast = with_tiles(all, stages, tiles);
    CHECK(forecast.of_rank() == doctest::Approx(0.85 * 4e8));
    CHECK(memory_refusal(forecast, little, 2, "node").empty());
    CHECK(tiles.aside == doctest::Approx(5.76e9));
    CHECK(tiles.n == doctest::Approx(2 * 5.76e9 / forecast.sums).epsilon(0.01));

    const std::vector<std::uint32_t> tile_of = tiles_of_blocks(stages[0], tiles.most_bytes);
    REQUIRE(tile_of.size() == stages[0].block_cells.size());
    CHECK(std::ranges::is_sorted(tile_of));
    std::map<std::uint32_t, std::uint64_t> bytes;
    for (std::size_t b = 0; b < tile_of.size(); ++b)
        bytes[tile_of[b]] += 8 * stages[0].block_cells[b];
    CHECK(bytes.size() == tiles.n);
    for (const auto& [tile, n] : bytes)
        CHECK(n <= tiles.most_bytes / 2 + 8ULL * 9 * 20 * 360); // the block that the tile ends in
}

TEST_CASE("wished tiles leave less in memory than it could hold, never more, and one means none")
{
    const std::vector<Stage> stages = large_job();
    const MemoryForecast all = memory_forecast(stages, 2, 12'000'000, 3e7);
    const MemoryLimit much{8e9, "here", true};
    const MemoryLimit little{4e8, "here", true};
    CHECK(choose_tiles(stages, all, much, 10).n == 10);
    CHECK(choose_tiles(stages, all, much, 10).most_bytes == doctest::Approx(2 * 5.76e8));
    CHECK(choose_tiles(stages, all, little, 10).n == choose_tiles(stages, all, little, {}).n);
    CHECK(choose_tiles(stages, all, little, 1000).n == doctest::Approx(1000).epsilon(0.01));
    CHECK_FALSE(choose_tiles(stages, all, little, 1).any());
    CHECK(choose_tiles(stages, all, much, 100'000).most_bytes == 2ULL * 8 * 9 * 20 * 360); // two blocks
    CHECK_FALSE(choose_tiles(std::span{stages}.subspan(1), all, little, 5).any());         // without sums
}

TEST_CASE("where not even two blocks fit, the refusal says so")
{
    const std::vector<Stage> stages = large_job();
    const MemoryForecast all = memory_forecast(stages, 2, 12'000'000, 3e7);
    const MemoryLimit tight{2e8, "here", true};
    CHECK_FALSE(choose_tiles(stages, all, tight, {}).any());
    CHECK(why_no_tiles(stages, {}).find("Not even the sums of two site blocks, 1.04 MB, fit") !=
          std::string::npos);
    CHECK(why_no_tiles(stages, 1).find("Without tiles = 1") != std::string::npos);
    CHECK(why_no_tiles(std::span{stages}.subspan(1), {}).empty());
}

TEST_CASE("free memory, which is no firm limit, makes tiles, too")
{
    const std::vector<Stage> stages = large_job();
    const MemoryForecast all = memory_forecast(stages, 2, 12'000'000, 3e7);
    const Tiles tiles = choose_tiles(stages, all, {4e8, "free memory of the node", false}, {});
    REQUIRE(tiles.any());
    CHECK(tiles.most_bytes == doctest::Approx(0.85 * 4e8 - 3e7 - 16e6 - 64 * 1048576.0));
}

TEST_CASE("stages with sums share what memory leaves to them")
{
    std::vector<Stage> stages = large_job();
    stages.push_back(stages[0]);
    const MemoryForecast all = memory_forecast(stages, 2, 0, 3e7);
    const MemoryLimit little{4e8, "here", true};
    const Tiles tiles = choose_tiles(stages, all, little, {});
    REQUIRE(tiles.any());
    CHECK(with_tiles(all, stages, tiles).of_rank() == doctest::Approx(0.85 * 4e8));
    CHECK(tiles.aside == doctest::Approx(2 * 5.76e9));
}

TEST_CASE("a disk without room for what no memory holds is refused, and one that may become full is told of")
{
    Tiles tiles{.n = 3, .most_bytes = 1000, .aside = 1e3};
    CHECK(disk_refusal(tiles, 4, "not/yet/there.ckpt").empty());
    CHECK(disk_warning(tiles, 4, "not/yet/there.ckpt").empty());
    const auto free = static_cast<double>(std::filesystem::space(".").available);
    tiles = {.n = 3, .most_bytes = 1000, .aside = 0.5 * free};
    CHECK(disk_refusal(tiles, 4, "not/yet/there.ckpt").empty());
    CHECK(disk_warning(tiles, 4, "not/yet/there.ckpt").find("4 ranks may put aside") != std::string::npos);
    tiles.aside = 2.0 * free;
    const std::string refusal = disk_refusal(tiles, 4, "not/yet/there.ckpt");
    CHECK(refusal.find("disk of not/yet/there.ckpt: at least ") == 0);
    CHECK(refusal.find("checkpoint_dir") != std::string::npos);
    tiles.most_bytes = static_cast<std::uint64_t>(free); // in the memories of all ranks
    CHECK(disk_refusal(tiles, 4, "not/yet/there.ckpt").empty());
}

TEST_CASE("the key is auto or a whole number")
{
    CHECK_FALSE(wished_tiles(config_with("auto")).has_value());
    CHECK(wished_tiles(config_with("1")) == 1);
    CHECK(wished_tiles(config_with("12")) == 12);
    for (const char* const wrong : {"0", "-3", "1.5", "many", "1e12", ""}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS((void)wished_tiles(config_with(wrong)), InputError);
    }
    CHECK_THROWS_WITH_AS((void)wished_tiles(config_with("few")),
                         doctest::Contains("must be auto, or a whole number from 1 to 1000000"), InputError);
}
