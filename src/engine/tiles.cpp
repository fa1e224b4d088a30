#include "engine/tiles.hpp"

#include "config/values.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mtc::engine {
namespace {

constexpr double used_share = 0.85;    // of the limit: a rank leaves when it nears that
constexpr std::uint64_t at_a_time = 2; // tiles: the next begins before the present one ends
constexpr std::uint32_t most_tiles = 1'000'000;

std::uint64_t cell_bytes(const Stage& stage)
{
    return stage.wide_sums ? 16 : 8;
}

std::uint64_t sums_bytes(const Stage& stage)
{
    std::uint64_t cells = 0;
    for (const std::uint64_t of_block : stage.block_cells)
        cells += of_block;
    return cells * cell_bytes(stage);
}

/// [bytes] of the largest block, the largest sums and all sums of the stages, and how many have sums.
struct Sizes {
    std::uint64_t block = 0;
    std::uint64_t largest = 0;
    std::uint64_t total = 0;
    std::uint64_t n_stages = 0;
};

Sizes sizes_of(std::span<const Stage> stages)
{
    Sizes sizes;
    for (const Stage& stage : stages) {
        if (stage.result != ResultKind::sums)
            continue;
        for (const std::uint64_t cells : stage.block_cells)
            sizes.block = std::max(sizes.block, cells * cell_bytes(stage));
        sizes.largest = std::max(sizes.largest, sums_bytes(stage));
        sizes.total += sums_bytes(stage);
        ++sizes.n_stages;
    }
    return sizes;
}

std::uint64_t tile_bytes(std::uint64_t most_bytes)
{
    return std::max<std::uint64_t>(1, most_bytes / at_a_time);
}

/// Of the disk that a folder will be on.
std::optional<double> bytes_free(const std::filesystem::path& folder)
{
    std::filesystem::path there = std::filesystem::absolute(folder);
    while (!std::filesystem::exists(there) && there != there.root_path())
        there = there.parent_path();
    std::error_code unknown;
    const std::filesystem::space_info space = std::filesystem::space(there, unknown);
    return unknown ? std::nullopt : std::optional{static_cast<double>(space.available)};
}

} // namespace

std::optional<std::uint32_t> wished_tiles(const Config& config)
{
    const std::string& wish = config.text("tiles");
    if (wish == "auto")
        return std::nullopt;
    const std::optional<double> n = config::parse_number(wish);
    if (!n || *n < 1.0 || *n > most_tiles || *n != static_cast<double>(static_cast<std::uint32_t>(*n)))
        throw InputError(text(config.where("tiles"), " (must be auto, or a whole number from 1 to ",
                              most_tiles, "). auto?"));
    return static_cast<std::uint32_t>(*n);
}

Tiles tiles_of(std::span<const Stage> stages, std::uint64_t most_bytes)
{
    const Sizes sizes = sizes_of(stages);
    if (most_bytes >= sizes.largest)
        return {};
    const std::uint64_t of_tile = tile_bytes(most_bytes);
    return {.n = static_cast<std::uint32_t>((sizes.largest + of_tile - 1) / of_tile),
            .most_bytes = most_bytes,
            .aside = static_cast<double>(sizes.total)};
}

Tiles choose_tiles(std::span<const Stage> stages, const MemoryForecast& forecast, const MemoryLimit& limit,
                   std::optional<std::uint32_t> wish)
{
    const Sizes sizes = sizes_of(stages);
    if (sizes.n_stages == 0 || wish == 1U)
        return {};
    const std::uint64_t least = at_a_time * sizes.block;
    std::uint64_t most_bytes = BlockStore::all;
    if (!fits(forecast, limit)) {
        const double room = used_share * limit.of_rank - (forecast.certain(limit) - forecast.sums);
        const double each = room / static_cast<double>(sizes.n_stages);
        if (each < static_cast<double>(least))
            return {};
        most_bytes = static_cast<std::uint64_t>(each);
    }
    if (wish)
        most_bytes = std::min(most_bytes, std::max(least, at_a_time * ((sizes.largest + *wish - 1) / *wish)));
    return tiles_of(stages, most_bytes);
}

MemoryForecast with_tiles(MemoryForecast forecast, std::span<const Stage> stages, const Tiles& tiles)
{
    if (tiles.any()) {
        const auto most = static_cast<double>(tiles.most_bytes * sizes_of(stages).n_stages);
        forecast.sums = std::min(forecast.sums, most);
    }
    return forecast;
}

std::vector<std::uint32_t> tiles_of_blocks(const Stage& stage, std::uint64_t most_bytes)
{
    std::vector<std::uint32_t> tile_of;
    if (most_bytes >= sums_bytes(stage))
        return tile_of;
    tile_of.reserve(stage.block_cells.size());
    std::uint64_t before = 0;
    for (const std::uint64_t cells : stage.block_cells) {
        tile_of.push_back(static_cast<std::uint32_t>(before / tile_bytes(most_bytes)));
        before += cells * cell_bytes(stage);
    }
    return tile_of;
}

std::string tiles_line(const Tiles& tiles)
{
    return fmt::format("{} tiles of sites, at most {} of sums on the disk of a rank", tiles.n,
                       memory_text(tiles.aside));
}

std::string why_no_tiles(std::span<const Stage> stages, std::optional<std::uint32_t> wish)
{
    const Sizes sizes = sizes_of(stages);
    if (sizes.n_stages == 0)
        return {};
    if (wish == 1U)
        return " Without tiles = 1 the sums of few sites at a time would be in memory";
    return fmt::format(" Not even the sums of two site blocks, {}, fit beside what else a rank needs",
                       memory_text(static_cast<double>(at_a_time * sizes.block)));
}

std::string disk_refusal(const Tiles& tiles, int n_ranks, const std::filesystem::path& folder)
{
    const double needed = tiles.aside - static_cast<double>(tiles.most_bytes) * n_ranks;
    const std::optional<double> free = bytes_free(folder);
    if (!free || needed <= *free)
        return {};
    return fmt::format(
        "disk of {}: at least {} of sums have no room in the memory of {} ranks, {} each ({} are "
        "free). Name a larger disk with checkpoint_dir, or allow more memory or ranks?",
        folder.string(), memory_text(needed), n_ranks, memory_text(static_cast<double>(tiles.most_bytes)),
        memory_text(*free));
}

std::string disk_warning(const Tiles& tiles, int n_ranks, const std::filesystem::path& folder)
{
    const double most = tiles.aside * n_ranks;
    const std::optional<double> free = bytes_free(folder);
    if (!free || most <= *free)
        return {};
    return fmt::format(
        "disk of {}: {} ranks may put aside {} of sums, as far as several add to the same sites "
        "({} are free). Should it become full, all is saved; checkpoint_dir names another",
        folder.string(), n_ranks, memory_text(most), memory_text(*free));
}

} // namespace mtc::engine
