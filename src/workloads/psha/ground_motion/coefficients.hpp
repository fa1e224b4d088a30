#pragma once

#include "workloads/psha/ground_motion/imt.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

/// \file
/// Tables of coefficients, one row per intensity measure type, written down in the model's own file:
///
///     struct Path { double c1, c2, h; };
///     constexpr Row<Path> path_table[] = {
///         {pga,     {-0.66050, 0.11970, 1.35}},
///         {sa(0.2), {-0.58300, 0.04273, 1.98}},
///     };
namespace mtc::psha {

/// Intensity measure type of a row; a literal type, which Imt is not.
struct RowImt {
    std::string_view name; ///< "SA" for spectral acceleration
    double period = 0.0;   ///< [s] of SA, 0 otherwise
    bool operator==(const RowImt&) const = default;
};

inline constexpr RowImt pga{"PGA"};
inline constexpr RowImt pgv{"PGV"};
inline constexpr RowImt pgd{"PGD"};
inline constexpr RowImt cav{"CAV"};
inline constexpr RowImt ia{"IA"};
consteval RowImt sa(double period)
{
    return {"SA", period};
}

template <class Values>
struct Row {
    RowImt imt;
    Values values; ///< a struct of doubles alone
};

/// The intensity measure type that a model is asked for, and the model's name for messages.
struct CoefficientRequest {
    const Imt& imt;
    std::string_view model;
};

/// Where a request falls in a table: one row, or two with the weight of the second.
struct RowPosition {
    std::size_t lower = 0;
    std::size_t upper = 0;
    double weight = 0.0; ///< of `upper`, linear in ln T
};

/// \throws InputError  no row and no SA rows on both sides of the period: names model, type and range.
///                     PGA is no neighbour of the shortest period.
[[nodiscard]] RowPosition find_row(std::span<const RowImt> rows, const CoefficientRequest& request);

/// Coefficients for a request: its row, or all of them interpolated linearly in ln T between the
/// neighbouring SA rows.
/// \throws InputError  see find_row
template <class Values, std::size_t N>
[[nodiscard]] Values coefficients(const Row<Values> (&table)[N], const CoefficientRequest& request)
{
    static_assert(std::is_trivially_copyable_v<Values> && sizeof(Values) % sizeof(double) == 0);
    using Numbers = std::array<double, sizeof(Values) / sizeof(double)>;
    std::array<RowImt, N> imts{};
    for (std::size_t i = 0; i < N; ++i)
        imts[i] = table[i].imt;
    const RowPosition at = find_row(imts, request);
    if (at.lower == at.upper)
        return table[at.lower].values;
    const auto lower = std::bit_cast<Numbers>(table[at.lower].values);
    const auto upper = std::bit_cast<Numbers>(table[at.upper].values);
    Numbers between{};
    for (std::size_t k = 0; k < between.size(); ++k)
        between[k] = lower[k] + at.weight * (upper[k] - lower[k]);
    return std::bit_cast<Values>(between);
}

/// The row of one intensity measure type, known when the model is written: row_of(table, pga).
template <class Values, std::size_t N>
[[nodiscard]] consteval Values row_of(const Row<Values> (&table)[N], RowImt imt)
{
    for (const Row<Values>& row : table)
        if (row.imt == imt)
            return row.values;
    throw "the table has no such row";
}

} // namespace mtc::psha
