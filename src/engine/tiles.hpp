#pragma once

#include "engine/memory.hpp"
#include "engine/results/block_store.hpp"
#include "mtc/config.hpp"
#include "mtc/workload.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// \file
/// Sums that do not fit into memory together. A tile is a run of site blocks that does: units are handed out
/// tile by tile, so that a rank needs the sums of two tiles at a time, the present one and the next; those of
/// other tiles lie on a disk (BlockStore). Tiles change the order of work, never units or results.
namespace mtc::engine {

struct Tiles {
    std::uint32_t n = 1;                        ///< of the stage with the largest sums
    std::uint64_t most_bytes = BlockStore::all; ///< of the sums of one stage in the memory of a rank
    double aside = 0.0;                         ///< [bytes] most that a rank has on a disk

    [[nodiscard]] bool any() const noexcept { return most_bytes != BlockStore::all; }
};

/// The key `tiles`: nothing for auto. \throws InputError
[[nodiscard]] std::optional<std::uint32_t> wished_tiles(const Config& config);

/// One tile when all fits into memory or one is wished; otherwise so much of the sums stays in memory as the
/// limit leaves room for, of each stage that has any; a wished number of tiles may leave less.
/// \returns one tile, too, when not even two blocks fit
[[nodiscard]] Tiles choose_tiles(std::span<const Stage> stages, const MemoryForecast& forecast,
                                 const MemoryLimit& limit, std::optional<std::uint32_t> wish);
/// With a narrower bound on what is in memory than was chosen, such as that of another rank.
[[nodiscard]] Tiles tiles_of(std::span<const Stage> stages, std::uint64_t most_bytes);
/// The forecast, when the sums are kept so.
[[nodiscard]] MemoryForecast with_tiles(MemoryForecast forecast, std::span<const Stage> stages,
                                        const Tiles& tiles);
/// The tile of each block; empty when all are in one. \returns [n_block]
[[nodiscard]] std::vector<std::uint32_t> tiles_of_blocks(const Stage& stage, std::uint64_t most_bytes);

/// "118 tiles, at most 5.76 GB a rank on the disk"
[[nodiscard]] std::string tiles_line(const Tiles& tiles);
/// Where memory refuses without tiles, or with them: why there are no more of them.
[[nodiscard]] std::string why_no_tiles(std::span<const Stage> stages, std::optional<std::uint32_t> wish);
/// Why the disk cannot take what is in no rank's memory, and what to do about it; empty when it can.
/// \param folder  of checkpoints; the first above it that exists is looked at
[[nodiscard]] std::string disk_refusal(const Tiles& tiles, int n_ranks, const std::filesystem::path& folder);
/// That the disk could become full, were every rank to add to all sums; empty when it could not.
[[nodiscard]] std::string disk_warning(const Tiles& tiles, int n_ranks, const std::filesystem::path& folder);

} // namespace mtc::engine
