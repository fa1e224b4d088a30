#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mtc::psha {

/// Realizations of a site whose curves are nearest to the mean curve, the nearest first.
///
/// OpenQuake's measure: the root of the sum over all pairs i, j of (ln c_i - ln m_j)^2, i and j running over
/// the levels of all intensity measures, values below 1e-12 taken as that. Equally near ones stand in their
/// order.
///
/// \param curves  [realization][imt x level] probabilities of exceedance
/// \param mean    [imt x level]
[[nodiscard]] std::vector<std::uint32_t>
nearest_realizations(std::span<const double> curves, std::span<const double> mean, std::size_t n_chosen);

} // namespace mtc::psha
