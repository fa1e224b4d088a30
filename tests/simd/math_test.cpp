#include "simd/math.hpp"

#include "mtc/flat.hpp"
#include "simd/dispatch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace mtc;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

struct ExpOf {
    MTC_KERNEL_INLINE static double of(double x) { return simd::exp(x); }
};
struct LogOf {
    MTC_KERNEL_INLINE static double of(double x) { return simd::log(x); }
};
template <class Function>
struct OverArray {
    MTC_KERNEL_INLINE static void run(const double* x, double* __restrict out, std::size_t n_padded)
    {
        const std::size_t n = n_padded / simd::lanes * simd::lanes;
        for (std::size_t i = 0; i < n; ++i)
            out[i] = Function::of(x[i]);
    }
};

template <class Function>
AlignedVector<double> values(InstructionSet set, const std::vector<double>& arguments)
{
    AlignedVector<double> x(simd::padded(arguments.size()), 1.0);
    AlignedVector<double> out(x.size());
    std::ranges::copy(arguments, x.begin());
    const double* from = x.data();
    double* to = out.data();
    simd::Dispatch<OverArray<Function>>::call(set, from, to, x.size());
    return out;
}

std::vector<InstructionSet> instruction_sets()
{
    std::vector<InstructionSet> sets;
    for (auto set = 0U; set <= static_cast<unsigned>(simd::detected()); ++set)
        sets.push_back(InstructionSet{set});
    return sets;
}

std::vector<double> evenly(double first, double last, int n)
{
    std::vector<double> all;
    for (int i = 0; i < n; ++i)
        all.push_back(first + (last - first) * i / (n - 1));
    return all;
}

/// How many values differ from the exact ones by at most 2^-52 of them.
template <class Exact>
std::size_t n_exact(const std::vector<double>& x, const AlignedVector<double>& y, const Exact& exact)
{
    std::size_t n = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const long double expected = exact(static_cast<long double>(x[i]));
        n += std::abs(y[i] - expected) <= 0x1p-52L * std::abs(expected) ? 1 : 0;
    }
    return n;
}

} // namespace

TEST_CASE("exponentials and logarithms are exact to 2^-52 of their value")
{
    const auto exp_exact = [](long double x) { return std::exp(x); };
    const auto log_exact = [](long double x) { return std::log(x); };
    const std::vector<double> wide = evenly(-707.9, 708.9, 100'000);
    const std::vector<double> narrow = evenly(-2.0, 2.0, 100'000);
    const std::vector<double> near_one = evenly(0.4, 2.1, 100'000);
    std::vector<double> all_sizes;
    for (const double x : evenly(-307.0, 308.0, 100'000))
        all_sizes.push_back(std::pow(10.0, x));
    for (const InstructionSet set : instruction_sets()) {
        CAPTURE(simd::name(set));
        CHECK(n_exact(wide, values<ExpOf>(set, wide), exp_exact) == wide.size());
        CHECK(n_exact(narrow, values<ExpOf>(set, narrow), exp_exact) == narrow.size());
        CHECK(n_exact(near_one, values<LogOf>(set, near_one), log_exact) == near_one.size());
        CHECK(n_exact(all_sizes, values<LogOf>(set, all_sizes), log_exact) == all_sizes.size());
    }
}

TEST_CASE("exponentials and logarithms of what is none of the usual")
{
    for (const InstructionSet set : instruction_sets()) {
        CAPTURE(simd::name(set));
        const auto e = values<ExpOf>(set, {0.0, -0.0, -1e9, -infinity, 710.0, infinity, no_number});
        CHECK(e[0] == 1.0);
        CHECK(e[1] == 1.0);
        CHECK(e[2] == 0.0);
        CHECK(e[3] == 0.0);
        CHECK(e[4] == infinity);
        CHECK(e[5] == infinity);
        CHECK(std::isnan(e[6]));
        const auto l = values<LogOf>(set, {1.0, 0.0, -0.0, infinity, -1.0, -infinity, no_number});
        CHECK(l[0] == 0.0);
        CHECK(l[1] == -infinity);
        CHECK(l[2] == -infinity);
        CHECK(l[3] == infinity);
        CHECK(std::isnan(l[4]));
        CHECK(std::isnan(l[5]));
        CHECK(std::isnan(l[6]));
    }
}
