#include "workloads/psha/source/kite_surface.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace mtc::psha {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

bool is_there(const geo::Point& node)
{
    return !std::isnan(node.lon);
}

geo::LonLat above(const geo::Point& node)
{
    return {node.lon, node.lat};
}

double distance_with_depth(const geo::Point& a, const geo::Point& b)
{
    return std::hypot(geo::distance_km(above(a), above(b)), b.depth - a.depth);
}

double dip_between(const geo::Point& upper, const geo::Point& lower)
{
    constexpr double no_way_km = 1e-20;
    const double across = geo::distance_km(above(upper), above(lower));
    return across > no_way_km ? std::atan((lower.depth - upper.depth) / across) / geo::radians_per_degree
                              : 90.0;
}

/// Half rounded to even, as numpy.
std::size_t half_of(std::uint32_t n)
{
    const std::size_t half = n / 2;
    return n % 2 == 0 ? half : half + half % 2;
}

/// First and last row of a column where a node is there.
struct Extent {
    std::size_t first = 0;
    std::size_t last = 0;
};

std::optional<Extent> extent_of_column(const MeshView& mesh, const SubMesh& part, std::size_t column)
{
    std::optional<Extent> extent;
    for (std::size_t row = part.first_row; row < part.first_row + part.n_rows; ++row)
        if (is_there(mesh.point(row, column)))
            extent = Extent{extent ? extent->first : row, row};
    return extent;
}

std::optional<Extent> extent_of_row(const MeshView& mesh, const SubMesh& part, std::size_t row)
{
    std::optional<Extent> extent;
    for (std::size_t column = part.first_column; column < part.first_column + part.n_columns; ++column)
        if (is_there(mesh.point(row, column)))
            extent = Extent{extent ? extent->first : column, column};
    return extent;
}

/// Mean azimuth of the top row, across gaps. A thousandth of a degree keeps azimuths of almost 360 near 0.
double mean_strike(const MeshView& mesh, const SubMesh& part)
{
    constexpr double lift = 0.001;
    double sum = 0.0;
    double n = 0.0;
    const geo::Point* before = nullptr;
    for (std::size_t column = part.first_column; column < part.first_column + part.n_columns; ++column) {
        const geo::Point& node = mesh.point(part.first_row, column);
        if (!is_there(node))
            continue;
        if (before != nullptr) {
            const double known = mesh.step(part.first_row, column - 1).strike;
            const double azimuth = std::isnan(known) ? geo::azimuth_deg(above(*before), above(node)) : known;
            sum += std::fmod(azimuth + lift, 360.0);
            n += 1.0;
        }
        before = &node;
    }
    return n > 0.0 ? sum / n : 0.0;
}

/// Area of a triangle by its sides; not a number where they make none.
double triangle(double a, double b, double c)
{
    const double half = (a + b + c) / 2.0;
    return std::sqrt(half * (half - a) * (half - b) * (half - c));
}

} // namespace

std::vector<MeshStep> kite_steps(const MeshView& mesh)
{
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    std::vector<MeshStep> steps;
    steps.reserve(mesh.points.size());
    for (std::size_t row = 0; row < mesh.n_rows; ++row)
        for (std::size_t column = 0; column < mesh.n_columns; ++column) {
            const geo::Point& node = mesh.point(row, column);
            MeshStep step{none, none, none};
            if (column + 1 < mesh.n_columns)
                if (const geo::Point& next = mesh.point(row, column + 1); is_there(node) && is_there(next))
                    step.strike = geo::azimuth_deg(above(node), above(next));
            if (row + 1 < mesh.n_rows)
                if (const geo::Point& next = mesh.point(row + 1, column); is_there(node) && is_there(next)) {
                    step.length = distance_with_depth(node, next);
                    step.dip = dip_between(node, next);
                }
            steps.push_back(step);
        }
    return steps;
}

SurfaceAttributes kite_attributes(const MeshView& mesh, const SubMesh& part) noexcept
{
    double length = 0.0;
    double dip_length = 0.0;
    double n_columns = 0.0;
    for (std::size_t column = part.first_column; column < part.first_column + part.n_columns; ++column) {
        double of_column = 0.0;
        double dips = 0.0;
        double n_steps = 0.0;
        for (std::size_t row = part.first_row; row + 1 < part.first_row + part.n_rows; ++row) {
            const MeshStep& step = mesh.step(row, column);
            if (std::isnan(step.length))
                continue;
            of_column += step.length;
            dips += step.dip;
            n_steps += 1.0;
        }
        if (n_steps == 0.0)
            continue;
        length += of_column;
        dip_length += dips / n_steps * of_column;
        n_columns += 1.0;
    }
    SurfaceAttributes surface;
    surface.strike = mean_strike(mesh, part);
    surface.dip = dip_length / length;
    surface.width = length / n_columns;
    surface.ztor = infinity;
    for (std::size_t column = part.first_column; column < part.first_column + part.n_columns; ++column)
        if (const geo::Point& node = mesh.point(part.first_row, column); is_there(node))
            surface.ztor = std::min(surface.ztor, node.depth);
    surface.hypocentre = node_near(mesh, part, half_of(part.n_rows), half_of(part.n_columns));
    return surface;
}

double kite_area_km2(const MeshView& mesh) noexcept
{
    double area = 0.0;
    for (std::size_t row = 0; row + 1 < mesh.n_rows; ++row)
        for (std::size_t column = 0; column + 1 < mesh.n_columns; ++column) {
            const geo::Point& upper_left = mesh.point(row, column);
            const geo::Point& upper_right = mesh.point(row, column + 1);
            const geo::Point& lower_left = mesh.point(row + 1, column);
            const geo::Point& lower_right = mesh.point(row + 1, column + 1);
            const double diagonal = distance_with_depth(upper_left, lower_right);
            const double cell = triangle(distance_with_depth(upper_left, upper_right),
                                         mesh.step(row, column).length, diagonal) +
                                triangle(distance_with_depth(lower_left, lower_right),
                                         mesh.step(row, column + 1).length, diagonal);
            if (cell > 0.0) // is a number
                area += cell;
        }
    return area;
}

double kite_bottom_km(const MeshView& mesh) noexcept
{
    double bottom = 0.0;
    for (const geo::Point& node : mesh.points)
        if (is_there(node))
            bottom = std::max(bottom, node.depth);
    return bottom;
}

std::vector<geo::LonLat> kite_trace(const MeshView& mesh)
{
    constexpr double straight_deg = 1.0;
    std::vector<geo::LonLat> top;
    for (std::size_t column = 0; column < mesh.n_columns; ++column)
        for (std::size_t row = 0; row < 2; ++row)
            if (is_there(mesh.point(row, column))) {
                top.push_back(above(mesh.point(row, column)));
                break;
            }
    std::vector<geo::LonLat> trace;
    for (std::size_t i = 0; i < top.size(); ++i) {
        if (i == 0 || i + 1 == top.size()) {
            trace.push_back(top[i]);
            continue;
        }
        const double turn = std::remainder(
            geo::azimuth_deg(top[i], top[i + 1]) - geo::azimuth_deg(top[i - 1], top[i]), 360.0);
        if (std::abs(turn) > straight_deg)
            trace.push_back(top[i]);
    }
    return trace;
}

bool is_vertical_kite(const MeshView& mesh, const SubMesh& part) noexcept
{
    constexpr double almost_right_angle = 89.9;
    for (std::size_t column = part.first_column; column < part.first_column + part.n_columns; ++column) {
        const std::optional<Extent> rows = extent_of_column(mesh, part, column);
        if (rows && rows->last > rows->first && !(mesh.step(rows->last - 1, column).dip > almost_right_angle))
            return false;
    }
    return true;
}

std::array<geo::LonLat, 4> vertical_kite_outline(const MeshView& mesh, const SubMesh& part) noexcept
{
    constexpr double half_width_km = 0.1;
    const auto top_of = [&](std::size_t column) {
        const Extent rows =
            extent_of_column(mesh, part, column).value_or(Extent{part.first_row, part.first_row});
        return above(mesh.point(rows.first, column));
    };
    const geo::LonLat start = top_of(part.first_column);
    const geo::LonLat end = top_of(part.first_column + part.n_columns - 1);
    const double strike = geo::azimuth_deg(start, end);
    return {geo::destination(start, strike - 90.0, half_width_km),
            geo::destination(start, strike + 90.0, half_width_km),
            geo::destination(end, strike + 90.0, half_width_km),
            geo::destination(end, strike - 90.0, half_width_km)};
}

void kite_outline(const MeshView& mesh, const SubMesh& part, std::vector<std::size_t>& nodes)
{
    nodes.clear();
    const auto add = [&](std::size_t row, std::size_t column) {
        nodes.push_back(row * mesh.n_columns + column);
    };
    const std::size_t first = part.first_column;
    const std::size_t last = part.first_column + part.n_columns - 1;
    for (std::size_t column = first; column <= last; ++column)
        if (const std::optional<Extent> rows = extent_of_column(mesh, part, column))
            add(rows->first, column);
    if (const std::optional<Extent> rows = extent_of_column(mesh, part, last))
        for (std::size_t row = rows->first + 1; row < rows->last; ++row)
            if (const std::optional<Extent> columns = extent_of_row(mesh, part, row))
                add(row, columns->last);
    for (std::size_t column = last + 1; column-- > first;)
        if (const std::optional<Extent> rows = extent_of_column(mesh, part, column))
            add(rows->last, column);
    if (const std::optional<Extent> rows = extent_of_column(mesh, part, first))
        for (std::size_t row = rows->last; row-- > rows->first + 1;)
            if (const std::optional<Extent> columns = extent_of_row(mesh, part, row))
                add(row, columns->first);
}

geo::Point node_near(const MeshView& mesh, const SubMesh& part, std::size_t row, std::size_t column) noexcept
{
    if (const geo::Point& node = mesh.point(part.first_row + row, part.first_column + column); is_there(node))
        return node;
    const auto steps = [](std::size_t a, std::size_t b) { return a > b ? a - b : b - a; };
    std::size_t least = std::numeric_limits<std::size_t>::max();
    geo::Point nearest;
    for (std::size_t r = 0; r < part.n_rows; ++r)
        for (std::size_t c = 0; c < part.n_columns; ++c) {
            const geo::Point& node = mesh.point(part.first_row + r, part.first_column + c);
            if (const std::size_t away = steps(r, row) + steps(c, column); is_there(node) && away < least) {
                least = away;
                nearest = node;
            }
        }
    return nearest;
}

} // namespace mtc::psha
