#include "workloads/psha/hazard/exceedance_fit.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace mtc::psha {
namespace {

constexpr std::size_t n_nodes = 64; // of the fit: its Chebyshev series has converged long before

/// Q(v), v = u / 2, in 2 R = 1/2 + (1 - v) Q, which makes R exact at v = 1. -1 < v < 1
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
std::vector<long double> monomials(const std::array<long double, n_nodes>& series, std::size_t n)
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
    return sum;
}

/// Terms of the series after which what is left out of G stays below the tolerance.
std::size_t terms_wanted(const std::array<long double, n_nodes>& series, double tolerance)
{
    const long double largest_factor = 0.77L; // of |y (1 - v)| / 2
    long double left_out = 0.0L;
    std::size_t n = n_nodes;
    while (n > 1 && largest_factor * (left_out + std::abs(series[n - 1])) <= tolerance)
        left_out += std::abs(series[--n]);
    return n;
}

/// Powers of u of R from powers of v of Q.
std::vector<double> coefficients_of_r(const std::vector<long double>& q)
{
    std::vector<double> r;
    long double per_power = 0.5L; // 2 R = ..., and then v^k = u^k / 2^k
    for (std::size_t k = 0; k <= q.size(); ++k) {
        const long double of_v =
            (k == 0 ? 0.5L : 0.0L) + (k < q.size() ? q[k] : 0.0L) - (k > 0 ? q[k - 1] : 0.0L);
        r.push_back(static_cast<double>(of_v * per_power));
        per_power /= 2.0L;
    }
    // Products with powers of two are exact, so the least of changes makes R(2) exact, however its sum is
    // rounded: to the second coefficient, the smaller one, which has the finer digits.
    for (int i = 0; i < 4; ++i)
        r[1] += 0.5 * (0.25 - odd_part_per_y(r, 2.0));
    return r;
}

bool is_within(const std::vector<double>& coefficients, double t, double tolerance)
{
    constexpr int n_probes = 4096;
    const double whole = std::erf(t / std::numbers::sqrt2);
    for (int probe = 1; probe < n_probes; ++probe) {
        const double y = 2.0 * probe / n_probes;
        const double expected = 0.5 - 0.5 * std::erf(0.5 * t * y / std::numbers::sqrt2) / whole;
        const double g = 0.5 - y * odd_part_per_y(coefficients, y * y - 2.0);
        if (!(std::abs(g - expected) <= tolerance))
            return false;
    }
    return odd_part_per_y(coefficients, 2.0) == 0.25;
}

} // namespace

double odd_part_per_y(std::span<const double> coefficients, double u) noexcept
{
    const double u_squared = u * u;
    double even = 0.0;
    double odd = 0.0;
    for (std::size_t k = coefficients.size(); k-- > 0;)
        (k % 2 == 0 ? even : odd) = (k % 2 == 0 ? even : odd) * u_squared + coefficients[k];
    return even + u * odd;
}

std::vector<double> fit_exceedance(double t, double tolerance)
{
    const auto series = chebyshev_series(t);
    constexpr double rounding = 4e-16; // of values up to 1
    const std::size_t n = terms_wanted(series, tolerance - rounding);
    if (n + 1 > max_exceedance_coefficients)
        return {};
    std::vector<double> coefficients = coefficients_of_r(monomials(series, n));
    if (!is_within(coefficients, t, tolerance)) // measured, not assumed
        coefficients.clear();
    return coefficients;
}

} // namespace mtc::psha
