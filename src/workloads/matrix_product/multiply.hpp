#pragma once

#include "mtc/types.hpp"

#include <cstdint>

namespace mtc::matrix_product {

/// Adds A B to C, all float64 in rows one after the other.
///
/// \param[in]     a  [n_rows, depth]
/// \param[in]     b  [depth, n_columns]
/// \param[in,out] c  [n_rows, n_columns]
struct Product {
    const double* a = nullptr;
    const double* b = nullptr;
    double* c = nullptr;
    std::int64_t n_rows = 0;
    std::int64_t depth = 0;
    std::int64_t n_columns = 0;
};

/// By Eigen, built for each instruction set; AVX-512 takes the build for AVX2. Blocks are cut for the same
/// caches on every machine, so that the same set gives the same bits.
void multiply(InstructionSet set, const Product& product);

} // namespace mtc::matrix_product
