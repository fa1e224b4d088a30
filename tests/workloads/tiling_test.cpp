#include "workloads/matrix_product/multiply.hpp"
#include "workloads/matrix_product/tiling.hpp"

#include "simd/dispatch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace mtc::matrix_product {

TEST_CASE("tiles take no more memory than there is, and some of it whenever a row fits")
{
    std::uint64_t n_tried = 0;
    std::uint64_t n_held = 0;
    for (const Shape shape : {Shape{4000, 4000, 4000}, Shape{1, 1, 1}, Shape{3, 1000, 70},
                              Shape{100000, 5, 900}, Shape{7, 300, 1}})
        for (const std::uint64_t tile : {1, 64, 512, 1000000})
            for (std::uint64_t n_values = least_values(shape); n_values < 100'000'000; n_values *= 3) {
                const Tiling tiling = tiling_of(shape, tile, n_values);
                CAPTURE(shape.n_rows);
                CAPTURE(tile);
                CAPTURE(n_values);
                REQUIRE(tiling.depth >= 1);
                REQUIRE(tiling.depth <= shape.depth);
                REQUIRE(tiling.n_rows >= 1);
                REQUIRE(tiling.n_rows <= std::min(tile, shape.n_rows));
                const std::uint64_t of_b = tiling.holds_b != 0 ? shape.depth : tiling.depth;
                REQUIRE(2 * tiling.n_rows * shape.n_columns + tiling.n_rows * tiling.depth +
                            of_b * shape.n_columns ==
                        tiling.n_values);
                REQUIRE(tiling.n_values <= n_values);
                n_held += tiling.holds_b;
                ++n_tried;
            }
    CHECK(n_tried > 100);
    CHECK(n_held > 20);
    CHECK(n_held < n_tried - 20);
    const Shape shape{100, 100, 100};
    CHECK(tiling_of(shape, 10, least_values(shape) - 1).depth == 0);
}

TEST_CASE("products are exact with every instruction set, of any extents")
{
    std::uint64_t n_right = 0;
    std::uint64_t n_all = 0;
    for (std::uint32_t set = 0; set <= static_cast<std::uint32_t>(simd::detected()); ++set)
        for (const auto& [n_rows, depth, n_columns] :
             {Shape{1, 1, 1}, Shape{5, 300, 7}, Shape{64, 17, 33}, Shape{2, 1000, 1}, Shape{1, 3, 130}}) {
            std::vector<double> a(n_rows * depth);
            std::vector<double> b(depth * n_columns);
            std::vector<double> c(n_rows * n_columns, 0.5);
            for (std::size_t i = 0; i < a.size(); ++i)
                a[i] = static_cast<double>(31 * i % 97) - 48.0;
            for (std::size_t i = 0; i < b.size(); ++i)
                b[i] = static_cast<double>(13 * i % 89) - 44.0;
            multiply(InstructionSet{set}, {.a = a.data(),
                                           .b = b.data(),
                                           .c = c.data(),
                                           .n_rows = static_cast<std::int64_t>(n_rows),
                                           .depth = static_cast<std::int64_t>(depth),
                                           .n_columns = static_cast<std::int64_t>(n_columns)});
            for (std::uint64_t i = 0; i < n_rows; ++i)
                for (std::uint64_t j = 0; j < n_columns; ++j) {
                    double sum = 0.5;
                    for (std::uint64_t k = 0; k < depth; ++k)
                        sum += a[i * depth + k] * b[k * n_columns + j];
                    n_right += c[i * n_columns + j] == sum ? 1U : 0U;
                    ++n_all;
                }
        }
    CHECK(n_all >=
          2 * (1 + 35 + 64 * 33 + 2 + 130) - (simd::detected() == InstructionSet::baseline ? 2280U : 0U));
    CHECK(n_right == n_all);
}

} // namespace mtc::matrix_product
