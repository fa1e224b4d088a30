#pragma once

#include "workloads/matrix_product/multiply.hpp"

/// \file
/// multiply_with.cpp once per instruction set. Each build has Eigen under a name of its own (CMakeLists.txt):
/// the linker keeps one of equal inline functions, and an older machine must not get those of a newer one.
namespace mtc::matrix_product {

void multiply_with_baseline(const Product& product);
void multiply_with_avx2(const Product& product);

} // namespace mtc::matrix_product
