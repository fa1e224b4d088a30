#pragma once

#include "mtc/types.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mtc::psha {

/// Probability that a standard normal variable truncated to [-t, t] exceeds x,
///
///     G(x) = (Phi(t) - Phi(x)) / (2 Phi(t) - 1), 1 below -t and 0 above t.
///
/// For the usual t it is an odd polynomial about G(0) = 1/2, fitted to the given t, and 1 and 0 at x = -t and
/// t to the last bit; where no polynomial reaches the tolerance (t above about 6) it is the C library's erfc.
/// Beyond |x| = 8.3, where an untruncated G is within 6e-17 of 0 or 1, it is 0 or 1.
class Exceedance {
public:
    /// \param truncation_level  t >= 0, number of standard deviations; 0 is a step with 1/2 at the median
    /// \param tolerance         largest absolute error of G, at least 1e-14
    explicit Exceedance(double truncation_level, double tolerance = 1e-12);

    /// Contexts that one call adds up, as parallel arrays. [n]
    struct Contexts {
        const double* mean = nullptr;       ///< ln of the median
        const double* sigma = nullptr;      ///< > 0
        const double* rate = nullptr;       ///< weight of the context, e.g. expected occurrences
        const std::uint32_t* row = nullptr; ///< the site's row of the sums
        std::size_t n = 0;
    };

    /// Sums to add to: sums[row * row_stride + level]. Rows begin on a cache line.
    struct Sums {
        double* data = nullptr;
        std::size_t row_stride = 0; ///< [doubles], a multiple of simd::lanes
    };

    /// Adds rate G((ln_level - mean) / sigma) to the sums of the context's row, for all levels of one
    /// intensity measure type; contexts in their order, so that the bits depend on nothing else.
    ///
    /// \param ln_levels  [n_levels] ascending, on a cache line, padded to a multiple of simd::lanes by a
    ///                   large finite value (ln_level_padding)
    /// A mean or sigma that is not a number makes the sums of its row no number.
    void accumulate(InstructionSet set, const Contexts& contexts, const double* ln_levels,
                    std::size_t n_levels, const Sums& sums) const;

    /// G(x), to the same tolerance.
    [[nodiscard]] double operator()(double x) const noexcept;

    /// Number of coefficients of the polynomial; 0 where erfc is used.
    [[nodiscard]] std::size_t n_coefficients() const noexcept { return coefficients_.size(); }

private:
    [[nodiscard]] double polynomial(double x) const noexcept;
    [[nodiscard]] double with_erfc(double x) const noexcept;

    double reach_; ///< t, at most 8.3 and at least 1e-9
    std::vector<double> coefficients_;
};

/// Fills up ln_levels: nothing exceeds it.
inline constexpr double ln_level_padding = 1e300;

} // namespace mtc::psha
