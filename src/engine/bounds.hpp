#pragma once

#include "engine/calculation.hpp"
#include "engine/memory.hpp"
#include "engine/saves/saver.hpp"
#include "engine/tiles.hpp"

#include <optional>

namespace mtc::engine {

/// What the calculation may take of memory and disk.
struct Bounds {
    MemoryLimit memory{};
    Tiles tiles{}; ///< equal on every rank
};

/// Compares what the calculation may need with what there is, and tells. Collective
/// \returns nothing, on every rank, when the calculation must not begin
[[nodiscard]] std::optional<Bounds> find_bounds(const Calculation& calculation);
/// From now on sums that do not fit lie beside the checkpoints of this process. Collective
void keep_in_tiles(Calculation& calculation, const Tiles& tiles, const Saver& saver);

} // namespace mtc::engine
