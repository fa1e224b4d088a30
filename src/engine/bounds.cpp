#include "engine/bounds.hpp"

#include "durable/folder.hpp"
#include "engine/lives/host.hpp"
#include "mpi/together.hpp"

#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

namespace mtc::engine {

std::optional<Bounds> find_bounds(const Calculation& calculation)
{
    const mpi::Communicator& world = calculation.world;
    const Prepared& prepared = calculation.prepared;
    const std::vector<Stage>& stages = calculation.workload->stages();
    const int n_on_node = world.split_by_node().size();
    const MemoryForecast all =
        memory_forecast(stages, world.size(), prepared.model.bytes().size(), memory_use().own);
    const MemoryLimit limit = memory_limit(prepared.memory_per_rank_mb, n_on_node, all.model);
    const Tiles mine = choose_tiles(stages, all, limit, prepared.wished_tiles);
    const Tiles tiles = tiles_of(stages, world.min(mine.most_bytes));
    const MemoryForecast forecast = with_tiles(all, stages, tiles);
    std::string refusal = memory_refusal(forecast, limit, n_on_node, host_name());
    if (!refusal.empty())
        refusal += why_no_tiles(stages, prepared.wished_tiles);
    else if (tiles.any() && world.rank() == 0)
        refusal = disk_refusal(tiles, world.size(), prepared.saving.folder);
    const int lowest = world.min(refusal.empty() ? world.size() : world.rank());
    if (lowest == world.rank())
        std::cerr << text("mtc: ", refusal, "\n");
    if (world.rank() == 0) {
        std::cerr << "memory: " << memory_line(forecast, limit, n_on_node) << '\n';
        if (tiles.any() && refusal.empty()) {
            std::cerr << "tiles: " << tiles_line(tiles) << '\n';
            if (const auto warning = disk_warning(tiles, world.size(), prepared.saving.folder);
                !warning.empty())
                std::cerr << "warning: " << warning << '\n';
        }
    }
    if (lowest != world.size())
        return std::nullopt;
    return Bounds{limit, tiles};
}

void keep_in_tiles(Calculation& calculation, const Tiles& tiles, const Saver& saver)
{
    if (!tiles.any())
        return;
    std::filesystem::path folder;
    mpi::together(calculation.world, [&] {
        folder = durable::rank_folder(calculation.prepared.saving.folder, calculation.world.rank());
    });
    calculation.results.limit_sums(tiles.most_bytes, [&](StageId stage) {
        return folder / durable::aside_name(saver.incarnation(), stage);
    });
}

} // namespace mtc::engine
