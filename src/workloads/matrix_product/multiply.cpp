#include "workloads/matrix_product/multiply.hpp"

#include "workloads/matrix_product/multiply_with.hpp"

namespace mtc::matrix_product {

void multiply(InstructionSet set, const Product& product)
{
#if defined(__x86_64__)
    if (set != InstructionSet::baseline)
        return multiply_with_avx2(product);
#endif
    static_cast<void>(set);
    multiply_with_baseline(product);
}

} // namespace mtc::matrix_product
