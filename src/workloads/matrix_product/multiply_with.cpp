#include "workloads/matrix_product/multiply_with.hpp"

#include <Eigen/Core>

namespace mtc::matrix_product {

void MTC_MULTIPLY_WITH(const Product& product)
{
    // [bytes] Of the first, second and third level: Eigen would ask the processor, and cut sums by the
    // answer.
    Eigen::setCpuCacheSizes(32 << 10, 512 << 10, 4 << 20);
    using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::Map<const Matrix> a{product.a, product.n_rows, product.depth};
    const Eigen::Map<const Matrix> b{product.b, product.depth, product.n_columns};
    Eigen::Map<Matrix> c{product.c, product.n_rows, product.n_columns};
    c.noalias() += a * b;
}

} // namespace mtc::matrix_product
