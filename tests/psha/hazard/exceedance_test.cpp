#include "workloads/psha/hazard/exceedance.hpp"

#include "mtc/flat.hpp"
#include "simd/dispatch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>
#include <random>
#include <vector>

using namespace mtc;

namespace {

constexpr double truncation_levels[] = {0.0, 0.5, 1.0, 2.0, 3.0, 4.5, 6.0, 99.0};

/// G in extended precision.
long double exact(double truncation_level, long double x)
{
    const long double t = truncation_level == 0.0 ? 1e-9L : truncation_level;
    if (x <= -t || x >= t)
        return x < 0.0L ? 1.0L : 0.0L;
    const long double root_half = std::sqrt(0.5L);
    if (t < 1.0L) // no difference of nearly equal numbers
        return 0.5L - 0.5L * std::erf(x * root_half) / std::erf(t * root_half);
    const long double tail = std::erfc(t * root_half);
    return 0.5L * (std::erfc(x * root_half) - tail) / (1.0L - tail);
}

/// Ascending levels, padded.
AlignedVector<double> padded_levels(std::size_t n, double first, double last)
{
    AlignedVector<double> levels(simd::padded(n), psha::ln_level_padding);
    for (std::size_t i = 0; i < n; ++i)
        levels[i] = first + (last - first) * static_cast<double>(i) / static_cast<double>(n - 1);
    return levels;
}

std::vector<InstructionSet> instruction_sets()
{
    std::vector<InstructionSet> sets;
    for (auto set = 0U; set <= static_cast<unsigned>(simd::detected()); ++set)
        sets.push_back(InstructionSet{set});
    return sets;
}

} // namespace

TEST_CASE("exceedance is within its tolerance of the truncated normal, beyond the truncation too")
{
    constexpr int n_half = 40000;
    for (const double tolerance : {1e-12, 1e-9})
        for (const double t : truncation_levels) {
            CAPTURE(t);
            const psha::Exceedance exceedance(t, tolerance);
            const double width = 1.2 * std::clamp(t, 1e-9, 10.0);
            long double largest = 0.0L;
            int n_within = 0;
            for (int i = -n_half; i <= n_half; ++i) {
                const double x = width * i / n_half;
                const double g = exceedance(x);
                const long double difference = std::abs(static_cast<long double>(g) - exact(t, x));
                largest = std::max(largest, difference);
                n_within += difference <= tolerance && g >= 0.0 && g <= 1.0 ? 1 : 0;
            }
            CHECK(n_within == 2 * n_half + 1);
            CHECK(std::abs(exceedance(0.0) - 0.5) <= (t < 7.0 ? 0.0 : 1.2e-16)); // polynomial, erfc
            std::cout << "exceedance t = " << t << ", tolerance " << tolerance << ": "
                      << exceedance.n_coefficients() << " coefficients, largest error " << largest << "\n";
        }
}

TEST_CASE("exceedance is exactly 1 and 0 at and beyond the truncation")
{
    for (const double t : {0.5, 1.0, 3.0, 6.0}) {
        const psha::Exceedance exceedance(t);
        CHECK(exceedance(t) == 0.0);
        CHECK(exceedance(10.0 * t) == 0.0);
        CHECK(exceedance(-t) == 1.0);
        CHECK(exceedance(-10.0 * t) == 1.0);
    }
}

TEST_CASE("accumulated exceedance agrees with extended precision under every instruction set")
{
    constexpr std::size_t n_levels = 45;
    constexpr std::size_t n_rows = 3;
    constexpr std::size_t n_contexts = 400;
    const AlignedVector<double> levels = padded_levels(n_levels, std::log(0.005), std::log(2.13));
    const std::size_t stride = levels.size();
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> uniform;
    std::vector<double> mean(n_contexts);
    std::vector<double> sigma(n_contexts);
    std::vector<double> rate(n_contexts);
    std::vector<std::uint32_t> row(n_contexts);
    for (std::size_t i = 0; i < n_contexts; ++i) {
        // From all levels certain to all impossible; a median exactly on a level, for the step function.
        mean[i] = i % 5 == 0 ? levels[i % n_levels] : 14.0 * uniform(random) - 9.0;
        sigma[i] = 0.3 + 0.6 * uniform(random);
        rate[i] = std::pow(10.0, -4.0 * uniform(random));
        row[i] = static_cast<std::uint32_t>(i % n_rows);
    }
    for (const double t : truncation_levels) {
        CAPTURE(t);
        std::vector<long double> expected(n_rows * stride, 0.25L);
        for (std::size_t i = 0; i < n_contexts; ++i)
            for (std::size_t level = 0; level < n_levels; ++level)
                expected[row[i] * stride + level] +=
                    rate[i] * exact(t, (static_cast<long double>(levels[level]) - mean[i]) / sigma[i]);
        const psha::Exceedance exceedance(t);
        for (const InstructionSet set : instruction_sets()) {
            AlignedVector<double> sums(n_rows * stride, 0.25);
            exceedance.accumulate(set, {mean.data(), sigma.data(), rate.data(), row.data(), n_contexts},
                                  levels.data(), levels.size(), {sums.data(), stride});
            std::size_t n_within = 0;
            long double largest = 0.0L;
            for (std::size_t cell = 0; cell < sums.size(); ++cell) {
                const long double difference = std::abs(sums[cell] - expected[cell]);
                // Each of up to 134 contexts of a row may be off by the tolerance times its rate, and sums
                // of about 30 are rounded as often.
                n_within += difference <= 134 * 1e-12L ? 1 : 0;
                largest = std::max(largest, difference);
            }
            CHECK(n_within == n_rows * stride); // the padding keeps its 0.25
            std::cout << "accumulated t = " << t << " " << simd::name(set) << ": largest error " << largest
                      << "\n";
        }
    }
}

TEST_CASE("levels out of reach get exactly the rate or nothing, whichever levels share their registers")
{
    constexpr std::size_t n_levels = 45;
    const AlignedVector<double> levels = padded_levels(n_levels, -5.0, 1.0);
    const double sigma = 0.3;
    const double rate = 0.1; // no power of two: 1 times it is exact, anything near is not
    const std::uint32_t row = 0;
    for (const double t : {1.0, 3.0, 6.0}) {
        const psha::Exceedance exceedance(t);
        for (const InstructionSet set : instruction_sets()) {
            std::size_t n_certain = 0;
            std::size_t n_impossible = 0;
            std::size_t n_exact = 0;
            for (int step = 0; step < 100; ++step) {
                const double mean = -7.0 + 0.1 * step;
                AlignedVector<double> sums(levels.size(), 0.0);
                exceedance.accumulate(set, {&mean, &sigma, &rate, &row, 1}, levels.data(), n_levels,
                                      {sums.data(), levels.size()});
                for (std::size_t level = 0; level < n_levels; ++level) {
                    const double off = (levels[level] - mean) / sigma;
                    n_certain += off < -1.001 * t ? 1 : 0;
                    n_impossible += off > 1.001 * t ? 1 : 0;
                    n_exact += off < -1.001 * t && sums[level] == rate ? 1 : 0;
                    n_exact += off > 1.001 * t && sums[level] == 0.0 ? 1 : 0;
                }
            }
            CHECK(n_certain > 500);
            CHECK(n_impossible > 500);
            CHECK(n_exact == n_certain + n_impossible);
        }
    }
}

TEST_CASE("a step of exactly one half at the median for truncation level 0")
{
    const AlignedVector<double> levels = padded_levels(8, -4.0, 3.0); // -4, -3, ... 3
    const psha::Exceedance exceedance(0.0);
    const double mean = -1.0;
    const double sigma = 0.6;
    const double rate = 1.0;
    const std::uint32_t row = 0;
    for (const InstructionSet set : instruction_sets()) {
        AlignedVector<double> sums(8, 0.0);
        exceedance.accumulate(set, {&mean, &sigma, &rate, &row, 1}, levels.data(), 8, {sums.data(), 8});
        CHECK(sums == AlignedVector<double>{1.0, 1.0, 1.0, 0.5, 0.0, 0.0, 0.0, 0.0});
    }
}

TEST_CASE("a mean that is not a number is not taken for a small one")
{
    const AlignedVector<double> levels = padded_levels(8, -4.0, 3.0);
    const double mean = std::numeric_limits<double>::quiet_NaN();
    const double sigma = 0.6;
    const double rate = 1.0;
    const std::uint32_t row = 0;
    for (const double t : {3.0, 99.0})
        for (const InstructionSet set : instruction_sets()) {
            AlignedVector<double> sums(8, 0.0);
            psha::Exceedance(t).accumulate(set, {&mean, &sigma, &rate, &row, 1}, levels.data(), 8,
                                           {sums.data(), 8});
            CHECK(std::ranges::all_of(sums, [](double sum) { return std::isnan(sum); }));
        }
}
