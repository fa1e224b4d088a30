#include "mtc/flat.hpp"
#include "simd/dispatch.hpp"
#include "simd/math.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace {

struct Logistic {
    MTC_KERNEL_INLINE static void run(const double* x, double* y, std::size_t n)
    {
        for (std::size_t i = 0; i < n; ++i)
            y[i] = 1.0 / (1.0 + mtc::simd::exp(-x[i])) + (x[i] > 1.0 ? mtc::simd::log(x[i]) : 0.0);
    }
};

} // namespace

TEST_CASE("a kernel gives the same values under every instruction set of this machine")
{
    const std::size_t n = mtc::simd::padded(1001);
    mtc::AlignedVector<double> x(n, 0.0);
    mtc::AlignedVector<double> y(n);
    for (std::size_t i = 0; i < n; ++i)
        x[i] = 0.01 * static_cast<double>(i) - 5.0;
    const double* in = x.data();
    double* out = y.data();
    for (auto set = 0U; set <= static_cast<unsigned>(mtc::simd::detected()); ++set) {
        mtc::simd::Dispatch<Logistic>::call(mtc::InstructionSet{set}, in, out, n);
        for (std::size_t i = 0; i < n; ++i) {
            const double expected = 1.0 / (1.0 + std::exp(-x[i])) + (x[i] > 1.0 ? std::log(x[i]) : 0.0);
            REQUIRE(std::abs(y[i] - expected) <= 4e-15 * std::abs(expected) + 1e-300);
        }
    }
}
