#include "workloads/matrix_product/tiling.hpp"

#include <algorithm>

namespace mtc::matrix_product {
namespace {

/// Copies of a panel of C: the one that is computed, and the one that waits to be written.
constexpr std::uint64_t copies = 2;
/// Depth from which on reading and adding to C costs little beside multiplying.
constexpr std::uint64_t good_depth = 256;

} // namespace

Tiling tiling_of(const Shape& shape, std::uint64_t tile, std::uint64_t n_values) noexcept
{
    Tiling tiling;
    const std::uint64_t most_rows = n_values / 2 / (copies * shape.n_columns);
    tiling.n_rows = std::clamp<std::uint64_t>(most_rows, 1, std::min(tile, shape.n_rows));
    const std::uint64_t of_c = copies * tiling.n_rows * shape.n_columns;
    const std::uint64_t rest = n_values - std::min(n_values, of_c);
    const std::uint64_t of_b = shape.depth * shape.n_columns;
    if (of_b + tiling.n_rows * std::min(shape.depth, good_depth) <= rest) {
        tiling.holds_b = 1;
        tiling.depth = std::min(shape.depth, (rest - of_b) / tiling.n_rows);
        tiling.n_values = of_c + of_b + tiling.n_rows * tiling.depth;
    } else {
        tiling.depth = std::min(shape.depth, rest / (tiling.n_rows + shape.n_columns));
        tiling.n_values = of_c + tiling.depth * (tiling.n_rows + shape.n_columns);
    }
    return tiling;
}

std::uint64_t least_values(const Shape& shape) noexcept
{
    return copies * shape.n_columns + 1 + shape.n_columns;
}

} // namespace mtc::matrix_product
