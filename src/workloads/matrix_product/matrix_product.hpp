#pragma once

#include "mtc/workload.hpp"

namespace mtc::matrix_product {

/// The product of two matrices that lie in HDF5 files, of any size, by panels of rows.
[[nodiscard]] WorkloadKind kind();

} // namespace mtc::matrix_product
