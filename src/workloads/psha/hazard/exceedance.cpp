#include "workloads/psha/hazard/exceedance.hpp"

#include "simd/dispatch.hpp"
#include "simd/math.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace mtc::psha {

namespace {

// With y = x / t, v = 2 y^2 - 1 in [-1, 1] and a polynomial Q,
//
//     G = 1/2 - y (1/2 + (1 - v) Q(v)).
//
// The form is odd about 1/2 and exact at y = 0, 1 and -1. Powers of v rather than of y^2: on [-1, 1] a
// monomial basis loses (1 + sqrt 2)^n at worst, on [0, 1] far more.

constexpr std::size_t max_coefficients = 24;
constexpr std::size_t n_nodes = 64; // of the fit: its Chebyshev series has converged long before

constexpr double largest_reach = 8.3;   // Phi(-8.3) = 5e-17
constexpr double smallest_reach = 1e-9; // for truncation level 0, as in OpenQuake

struct ErfcScale {
    double half_scale; // 1 / (2 (2 Phi(t) - 1))
    double tail;       // Phi(-t) / (2 Phi(t) - 1)
};

ErfcScale erfc_scale(double reach)
{
    const double inside = std::erf(reach / std::numbers::sqrt2);
    return {.half_scale = 0.5 / inside, .tail = 0.5 * std::erfc(reach / std::numbers::sqrt2) / inside};
}

/// Q(v) for truncation at t, -1 < v < 1.
long double exact_q(long double t, long double v)
{
    const long double y = std::sqrt((1.0L + v) / 2.0L);
    const long double root_half = std::sqrt(0.5L);
    const long double odd_part = std::erf(t * y * root_half) / (2.0L * std::erf(t * root_half));
    return (odd_part / y - 0.5L) / (1.0L - v);
}

/// Coefficients of the Chebyshev series of Q: interpolation at the Chebyshev nodes.
std::array<long double, n_nodes> chebyshev_series(double t)
{
    std::array<long double, n_nodes> series{};
    for (std::size_t node = 0; node < n_nodes; ++node) {
        const long double angle =
            std::numbers::pi_v<long double> * (static_cast<long double>(node) + 0.5L) / n_nodes;
        const long double q = exact_q(t, std::cos(angle));
        for (std::size_t k = 0; k < n_nodes; ++k)
            series[k] += (k == 0 ? 1.0L : 2.0L) / n_nodes * q * std::cos(static_cast<long double>(k) * angle);
    }
    return series;
}

/// Powers of v from the first n terms of a Chebyshev series.
std::vector<double> monomials(const std::array<long double, n_nodes>& series, std::size_t n)
{
    std::vector<long double> sum(n, 0.0L);
    std::vector<long double> previous(n, 0.0L); // T_{k-1}
    std::vector<long double> current(n, 0.0L);  // T_k
    current[0] = 1.0L;
    for (std::size_t k = 0; k < n; ++k) {
        for (std::size_t power = 0; power < n; ++power)
            sum[power] += series[k] * current[power];
        std::vector<long double> next(n, 0.0L); // T_{k+1} = 2 v T_k - T_{k-1}, and T_1 = v
        for (std::size_t power = 0; power + 1 < n; ++power)
            next[power + 1] = (k == 0 ? 1.0L : 2.0L) * current[power];
        for (std::size_t power = 0; power < n; ++power)
            next[power] -= previous[power];
        previous = std::exchange(current, std::move(next));
    }
    return {sum.begin(), sum.end()};
}

/// Terms of the series after which what is left out of G stays below the tolerance.
std::size_t terms_wanted(const std::array<long double, n_nodes>& series, double tolerance)
{
    const long double largest_factor = 0.77L; // of |y (1 - v)| = 2 |y| (1 - y^2)
    long double left_out = 0.0L;
    std::size_t n = n_nodes;
    while (n > 1 && largest_factor * (left_out + std::abs(series[n - 1])) <= tolerance)
        left_out += std::abs(series[--n]);
    return n;
}

struct Arguments {
    Exceedance::Contexts contexts;
    const double* ln_levels;
    std::size_t n_levels;
    Exceedance::Sums sums;
};

/// Evaluates Curve, G as a function of x / t, only for the vectors of levels that a context neither certainly
/// exceeds (there it adds the rate) nor cannot exceed.
template <class Curve>
struct Accumulation {
    MTC_KERNEL_INLINE static void run(const Curve& curve, double reach, const Arguments& a)
    {
        const Curve g = curve;
        const Exceedance::Contexts c = a.contexts;
        for (std::size_t i = 0; i < c.n; ++i) {
            const double mean = c.mean[i];
            const double half_width = reach * c.sigma[i];
            const double rate = c.rate[i];
            double* sums = a.sums.data + c.row[i] * a.sums.row_stride;
            std::size_t begin = 0;
            for (; begin < a.n_levels && a.ln_levels[begin + simd::lanes - 1] <= mean - half_width;
                 begin += simd::lanes)
                for (std::size_t lane = 0; lane < simd::lanes; ++lane)
                    sums[begin + lane] += rate;
            std::size_t end = begin;
            while (end < a.n_levels && !(a.ln_levels[end] >= mean + half_width))
                end += simd::lanes;
            add(g, mean, 1.0 / half_width, rate, a.ln_levels + begin, sums + begin,
                (end - begin) / simd::lanes);
        }
    }

private:
    MTC_KERNEL_INLINE static void add(const Curve& g, double mean, double scale, double rate,
                                      const double* ln_levels, double* sums, std::size_t n_vectors)
    {
        const std::size_t n = n_vectors * simd::lanes;
#pragma GCC ivdep
        for (std::size_t level = 0; level < n; ++level)
            sums[level] += rate * g((ln_levels[level] - mean) * scale);
    }
};

/// x in [-bound, bound]; what is not a number stays so. With a bound that the compiler knows, it would follow
/// the clipped lanes on a path of their own and pay for both.
MTC_KERNEL_INLINE double clipped(double x, double bound)
{
    const double not_below = x < -bound ? -bound : x;
    return not_below > bound ? bound : not_below;
}

template <std::size_t n>
struct Polynomial {
    std::array<double, n> q;
    double bound; // 1

    MTC_KERNEL_INLINE double operator()(double x_over_t) const
    {
        const double y = clipped(x_over_t, bound);
        const double v = 2.0 * y * y - 1.0;
        return 0.5 - y * (0.5 + (1.0 - v) * (even_powers<0>(v * v) + v * even_powers<1>(v * v)));
    }

private:
    /// q[k] + q[k + 2] v^2 + q[k + 4] v^4 + ...: two chains of half the length, by recursion since GCC gives
    /// up unrolling a loop of this length.
    template <std::size_t k>
    MTC_KERNEL_INLINE double even_powers(double v_squared) const
    {
        if constexpr (k >= n)
            return 0.0;
        else if constexpr (k + 2 >= n)
            return q[k];
        else
            return q[k] + v_squared * even_powers<k + 2>(v_squared);
    }
};

struct Erfc {
    double half_scale;
    double tail;
    double z_reach; // t / sqrt 2
    double bound;   // 1

    MTC_KERNEL_INLINE double operator()(double x_over_t) const
    {
        const double y = clipped(x_over_t, bound);
        const double g = half_scale * simd::erfc(y * z_reach) - tail;
        const double not_negative = g < 0.0 ? 0.0 : g;
        return not_negative > 1.0 ? 1.0 : not_negative;
    }
};

template <std::size_t n>
Polynomial<n> polynomial_of(const std::vector<double>& coefficients, double bound)
{
    Polynomial<n> p{.q = {}, .bound = bound};
    std::ranges::copy(coefficients, p.q.begin());
    return p;
}

using Accumulate = void (*)(InstructionSet set, const std::vector<double>& coefficients, double reach,
                            const Arguments& arguments);

template <std::size_t n>
void accumulate_polynomial(InstructionSet set, const std::vector<double>& coefficients, double reach,
                           const Arguments& arguments)
{
    simd::Dispatch<Accumulation<Polynomial<n>>>::call(set, polynomial_of<n>(coefficients, reach / reach),
                                                      reach, arguments);
}

/// Entry n - 1 is for n coefficients.
template <std::size_t... index>
constexpr std::array<Accumulate, sizeof...(index)> by_number(std::index_sequence<index...>)
{
    return {&accumulate_polynomial<index + 1>...};
}

constexpr auto accumulate_by_number = by_number(std::make_index_sequence<max_coefficients>{});

} // namespace

Exceedance::Exceedance(double truncation_level, double tolerance)
    : reach_{std::clamp(truncation_level, smallest_reach, largest_reach)}
{
    const auto series = chebyshev_series(reach_);
    // Half of the tolerance is left for rounding; whether that is enough is measured, not assumed.
    const std::size_t n = terms_wanted(series, 0.5 * tolerance);
    if (n > max_coefficients)
        return;
    coefficients_ = monomials(series, n);
    constexpr int n_probes = 4096;
    for (int probe = 1; probe < n_probes; ++probe) {
        const double x = reach_ * probe / n_probes;
        const double expected =
            0.5 - 0.5 * std::erf(x / std::numbers::sqrt2) / std::erf(reach_ / std::numbers::sqrt2);
        if (std::abs(polynomial(x) - expected) > tolerance) {
            coefficients_.clear();
            return;
        }
    }
}

double Exceedance::polynomial(double x) const noexcept
{
    const double y = std::clamp(x / reach_, -1.0, 1.0);
    const double v = 2.0 * y * y - 1.0;
    double sum = 0.0;
    for (std::size_t k = coefficients_.size(); k-- > 0;)
        sum = sum * v + coefficients_[k];
    return 0.5 - y * (0.5 + (1.0 - v) * sum);
}

double Exceedance::with_erfc(double x) const noexcept
{
    const auto [half_scale, tail] = erfc_scale(reach_);
    const double z = std::clamp(x, -reach_, reach_) / std::numbers::sqrt2;
    return std::clamp(half_scale * std::erfc(z) - tail, 0.0, 1.0);
}

double Exceedance::operator()(double x) const noexcept
{
    return coefficients_.empty() ? with_erfc(x) : polynomial(x);
}

void Exceedance::accumulate(InstructionSet set, const Contexts& contexts, const double* ln_levels,
                            std::size_t n_levels, const Sums& sums) const
{
    const Arguments arguments{
        .contexts = contexts, .ln_levels = ln_levels, .n_levels = n_levels, .sums = sums};
    if (coefficients_.empty()) {
        const auto [half_scale, tail] = erfc_scale(reach_);
        const Erfc erfc{.half_scale = half_scale,
                        .tail = tail,
                        .z_reach = reach_ / std::numbers::sqrt2,
                        .bound = reach_ / reach_};
        return simd::Dispatch<Accumulation<Erfc>>::call(set, erfc, reach_, arguments);
    }
    accumulate_by_number[coefficients_.size() - 1](set, coefficients_, reach_, arguments);
}

} // namespace mtc::psha
