#pragma once

#include <cstdint>

namespace mtc::matrix_product {

/// Extents of C [n_rows, n_columns] = A [n_rows, depth] B [depth, n_columns].
struct Shape {
    std::uint64_t n_rows = 0;
    std::uint64_t depth = 0;
    std::uint64_t n_columns = 0;
};

/// What is in memory at one time: a panel of rows of C, and of A and B what is multiplied next.
struct Tiling {
    std::uint64_t n_rows = 1;   ///< of C in a unit
    std::uint64_t depth = 0;    ///< columns of A, and rows of B, read at a time; 0: not even one fits
    std::uint64_t holds_b = 0;  ///< 1: all of B stays in memory, read once a rank
    std::uint64_t n_values = 0; ///< float64 in memory, with the copy of C that waits to be written

    [[nodiscard]] std::uint64_t n_units(const Shape& shape) const noexcept
    {
        return (shape.n_rows + n_rows - 1) / n_rows;
    }
};

/// Panels of `tile` rows, or of as many as fit. Depends on the input alone: the last bits of C hang on where
/// its tiles are cut.
/// \param n_values  float64 that there is room for
[[nodiscard]] Tiling tiling_of(const Shape& shape, std::uint64_t tile, std::uint64_t n_values) noexcept;

/// Room for a single row of C and of B, which is the least.
[[nodiscard]] std::uint64_t least_values(const Shape& shape) noexcept;

} // namespace mtc::matrix_product
