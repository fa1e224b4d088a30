#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// \file
/// The polynomial that stands for the truncated normal distribution. With y = 2 x / t in [-2, 2],
/// u = y^2 - 2 in [-2, 2] and a polynomial R that is 1/4 at u = 2,
///
///     G(x) = (Phi(t) - Phi(x)) / (2 Phi(t) - 1) = 1/2 - y R(u).
///
/// The form is odd about 1/2 and exact at x = 0, t and -t. Powers of u rather than of y^2: on [-2, 2] the
/// monomial basis loses (1 + sqrt 2)^n at worst, on [0, 4] far more.
namespace mtc::psha {

/// Most coefficients that a polynomial may have.
inline constexpr std::size_t max_exceedance_coefficients = 25;

/// Fits R for truncation at t.
///
/// \param tolerance  largest absolute error of G
/// \returns coefficients of u^0, u^1, ...; empty where none within the tolerance was found
[[nodiscard]] std::vector<double> fit_exceedance(double t, double tolerance);

/// R(u), by its even and its odd powers: two chains of half the length.
[[nodiscard]] double odd_part_per_y(std::span<const double> coefficients, double u) noexcept;

} // namespace mtc::psha
