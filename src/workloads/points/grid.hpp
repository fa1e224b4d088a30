#pragma once

#include <algorithm>
#include <complex>
#include <cstdint>

namespace mtc::points {

/// A square grid of points in the plane, rows from the top, without its right and lower ends. Points are
/// numbered along rows; a unit is a run of consecutive points, a band one of the sources that units are
/// listed by: a row of the grid, or a unit where those are longer.
struct Grid {
    std::uint64_t width = 0;           ///< points a side
    std::uint64_t points_per_unit = 0; ///< of all units but the last
    std::uint64_t n_units = 0;
    std::uint64_t n_bands = 0;
    double left = 0.0; ///< of the first column
    double top = 0.0;  ///< of the first row
    double step = 0.0;

    Grid() = default;
    Grid(std::uint64_t points_a_side, std::uint64_t points_of_unit, std::complex<double> center,
         double extent) noexcept
        : width{points_a_side}
        , points_per_unit{points_of_unit}
        , n_units{(n_points() + points_per_unit - 1) / points_per_unit}
        , n_bands{std::min(width, n_units)}
        , left{center.real() - extent / 2.0}
        , top{center.imag() + extent / 2.0}
        , step{extent / static_cast<double>(width)}
    {}

    [[nodiscard]] std::uint64_t n_points() const noexcept { return width * width; }
    [[nodiscard]] std::uint64_t first_point(std::uint64_t unit) const noexcept
    {
        return std::min(unit * points_per_unit, n_points());
    }
    [[nodiscard]] std::uint64_t first_unit(std::uint64_t band) const noexcept
    {
        return band * n_units / n_bands;
    }
    [[nodiscard]] std::uint64_t band_of(std::uint64_t unit) const noexcept
    {
        return ((unit + 1) * n_bands - 1) / n_units;
    }
    [[nodiscard]] std::complex<double> at(std::uint64_t column, std::uint64_t row) const noexcept
    {
        return {left + static_cast<double>(column) * step, top - static_cast<double>(row) * step};
    }
};

/// Steps of z -> z^2 + c, at most `most`, while |z| < 2.
[[nodiscard]] inline std::int32_t steps_inside(std::complex<double> z, std::complex<double> c,
                                               std::int32_t most) noexcept
{
    double re = z.real();
    double im = z.imag();
    std::int32_t n = 0;
    for (; n < most; ++n) {
        const double re_squared = re * re;
        const double im_squared = im * im;
        if (!(re_squared + im_squared < 4.0))
            break;
        im = 2.0 * re * im + c.imag();
        re = re_squared - im_squared + c.real();
    }
    return n;
}

} // namespace mtc::points
