#pragma once

#include "workloads/psha/model/model.hpp"

#include <span>

/// \file
/// How probabilities of ruptures become the probability of a group, whatever depends on whatever.
///
/// G_r is the probability that one occurrence of rupture r exceeds a level, and
///
///     f_r = exp(-lambda_r T G_r)        of a Poisson process,
///     f_r = sum_k p_k (1 - G_r)^k       of a rupture with probabilities p_k of k occurrences,
///         = (1 + a lambda_r T G_r)^(-1/a)   where p_k is a negative binomial distribution of dispersion a,
///     f_r = 1 - G_r                     in a cluster: each event breaks every rupture once
///
/// that none of its occurrences does. All that a unit gives is a non-negative number X for each site, model
/// and level. X adds up over units, in fixed point, so the order of units and their places on ranks change
/// no bit. What is not linear happens before, within a unit that holds all ruptures of its source i (then
/// that unit alone gives what the source gives at its sites), and after, where the sums of the group are
/// whole (T: investigation time, w_i: weight of a source, w_r: of a rupture, P: probability of the group,
/// L: rate of a cluster's events). -ln(probability of non-exceedance) of groups then adds up.
///
///     group                         X of a unit                       -ln(non-exceedance) of the group
///     independent                   sum_r -ln f_r                     X
///     exclusive sources             w_i (1 - prod_r f_r)              -ln(1 - P X)
///     exclusive ruptures            -ln(1 - sum_r w_r (1 - f_r))      -ln(1 - P (1 - exp(-X)))
///     cluster                       sum_r -ln f_r                     L T (1 - exp(-X))
///     cluster, exclusive sources    w_i (1 - prod_r f_r)              L T P X
namespace mtc::psha {

/// Logarithms are cut off here: exp(-37) is nothing beside 1. The sums saturate at the same number.
inline constexpr double largest_exponent = 37.0;

/// Which f_r a unit's ruptures have.
enum class Occurrence { poisson, listed, once, negative_binomial };
[[nodiscard]] Occurrence occurrence_of(const GroupRecord& group, const SourceRecord& source) noexcept;

/// Whether X of a unit is a sum over ruptures, so that any run of ruptures may be a unit.
[[nodiscard]] bool adds_up(const GroupRecord& group) noexcept;

/// Probability that some occurrence of a rupture exceeds, 1 - f_r, exact for small G.
/// \param probabilities  [k] of k occurrences, k = 0, 1, ...
[[nodiscard]] double exceedance_of(std::span<const double> probabilities, double g) noexcept;

/// -ln f_r of a rupture whose number of occurrences has the negative binomial distribution of mean `expected`
/// and variance expected (1 + dispersion expected); of dispersion 0 it would be Poisson's, expected g.
/// In closed form: OpenQuake sums the series over k up to its quantile of 1 - 1e-14.
/// Kagan (2010), Statistical distributions of earthquake numbers: consequence of branching process, Geophys.
/// J. Int. 180.
/// \param expected    lambda T > 0
/// \param dispersion  > 0
[[nodiscard]] double negative_binomial_exponent(double expected, double dispersion, double g) noexcept;

/// -ln(1 - probability), cut off.
[[nodiscard]] double exponent_of(double probability) noexcept;

/// X of a unit from the sum over its ruptures: of w_r (1 - f_r) where ruptures exclude each other, of
/// -ln f_r otherwise.
[[nodiscard]] double unit_value(const GroupRecord& group, const SourceRecord& source, double sum) noexcept;

/// Turns sums of X into -ln(probability of non-exceedance) of each group.
/// \param[in,out] sums  [group model][cells] of one site
void finish_groups(const ModelView& model, std::size_t cells, std::span<double> sums) noexcept;

} // namespace mtc::psha
