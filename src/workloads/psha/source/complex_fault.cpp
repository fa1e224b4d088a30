#include "workloads/psha/source/complex_fault.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/source/vectors.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

double distance_with_depth(const geo::Point& a, const geo::Point& b)
{
    return std::hypot(geo::distance_km({a.lon, a.lat}, {b.lon, b.lat}), b.depth - a.depth);
}

double line_length(std::span<const geo::Point> line)
{
    double length = 0.0;
    for (std::size_t i = 1; i < line.size(); ++i)
        length += distance_with_depth(line[i - 1], line[i]);
    return length;
}

/// The line as `n` points in equal steps.
std::vector<geo::Point> resampled(std::span<const geo::Point> line, std::size_t n)
{
    constexpr double at_vertex = 1e-5; // [km]
    const double step = line_length(line) / static_cast<double>(n - 1);
    std::vector<geo::Point> points{line.front()};
    std::size_t segment = 0;
    double before = 0.0; // length of the line up to the segment
    double length = distance_with_depth(line[0], line[1]);
    while (points.size() + 1 < n) {
        const double along = step * static_cast<double>(points.size());
        while (before + length < along && segment + 2 < line.size()) {
            before += length;
            ++segment;
            length = distance_with_depth(line[segment], line[segment + 1]);
        }
        const geo::Point& from = line[segment];
        const geo::Point& to = line[segment + 1];
        const double offset = along - before;
        if (offset < at_vertex) {
            points.push_back(from);
            continue;
        }
        const double part = offset / length;
        const geo::LonLat start{from.lon, from.lat};
        const geo::LonLat end{to.lon, to.lat};
        const geo::LonLat place =
            geo::destination(start, geo::azimuth_deg(start, end), part * geo::distance_km(start, end));
        points.push_back({place.lon, place.lat, from.depth + part * (to.depth - from.depth)});
    }
    points.push_back(line.back());
    return points;
}

/// How many points put lines of this mean length into steps of about the spacing.
std::size_t points_for(std::span<const std::vector<geo::Point>> lines, double spacing_km)
{
    double sum = 0.0;
    for (const std::vector<geo::Point>& line : lines)
        sum += line_length(line);
    const double n_steps = std::round(sum / static_cast<double>(lines.size()) / spacing_km);
    return std::max<std::size_t>(1, static_cast<std::size_t>(n_steps)) + 1;
}

Vector position(const geo::Point& point)
{
    const geo::Vector3 v = geo::cartesian(point);
    return {v[0], v[1], v[2]};
}

/// Angle between up and the side of the surface that lies above when it dips to the right of strike, to a
/// tenth of a degree.
double inclination(const geo::Point& corner, const Vector& down_dip, const Vector& along_strike)
{
    const double cosine = position(corner).normalized().dot(down_dip.cross(along_strike).normalized());
    const double angle = std::acos(std::clamp(cosine, -1.0, 1.0)) / geo::radians_per_degree;
    return std::round(angle * 10.0) / 10.0;
}

void check_edges(std::span<const std::vector<geo::Point>> edges, double spacing_km)
{
    if (!(spacing_km > 0.0))
        throw InputError(text("complex_fault_mesh_spacing = ", spacing_km, " km (must be above 0)"));
    if (edges.size() < 2)
        throw InputError(text("complex fault of ", edges.size(), " edges (at least 2 are needed)"));
    for (std::size_t i = 0; i < edges.size(); ++i) {
        if (edges[i].size() < 2)
            throw InputError(text("edge ", i + 1, " of a complex fault has ", edges[i].size(),
                                  " points (at least 2 are needed)"));
        if (!(line_length(edges[i]) > 0.0))
            throw InputError(
                text("edge ", i + 1, " of a complex fault has no length (its points must differ)"));
    }
    const std::vector<geo::Point>& top = edges.front();
    const Vector along_top = position(top.back()) - position(top.front());
    for (std::size_t i = 1; i < edges.size(); ++i) {
        if (!(along_top.dot(position(edges[i].back()) - position(edges[i].front())) > 0.0))
            throw InputError(text("Edges points are not in the right order (edge ", i + 1,
                                  " runs against the top edge). Give it from its other end?"));
    }
    const std::vector<geo::Point>& bottom = edges.back();
    const Vector left = position(bottom.front()) - position(top.front());
    const Vector right = position(bottom.back()) - position(top.back());
    if (inclination(top.front(), left, along_top) > 90.0 || inclination(top.back(), right, along_top) > 90.0)
        throw InputError("Surface does not conform with Aki & Richards convention (seen along its edges it "
                         "must dip to the right, and the top edge must come first). Give all edges from "
                         "their other ends?");
}

/// How many of the first values, none negative, sum up to closest to `target`, and their sum.
struct Closest {
    std::size_t n = 0;
    double sum = 0.0;
};

template <class ValueAt>
Closest closest_sum(std::size_t n_values, double target, const ValueAt& value_at)
{
    Closest best;
    double sum = 0.0;
    double least = 0.0;
    for (std::size_t i = 0; i < n_values; ++i) {
        sum += value_at(i);
        const double miss = std::abs(sum - target);
        if (i == 0 || miss < least) {
            best = {i + 1, sum};
            least = miss;
        }
        if (sum >= target)
            break; // from here on it gets worse
    }
    return best;
}

/// Floats ruptures of one size over the cells of a mesh.
class Floating {
public:
    Floating(const MeshView& mesh, double length, double area)
        : mesh_{mesh}
        , n_rows_{mesh.n_rows - 1}
        , n_columns_{mesh.n_columns - 1}
        , length_{length}
        , area_{area}
        , dead_(n_columns_, false)
    {}

    std::vector<SubMesh> all()
    {
        for (std::size_t row = 0; row < n_rows_; ++row) {
            for (std::size_t column = 0; column < n_columns_; ++column) {
                const Next next = dead_[column] ? Next::column : add(row, column);
                if (next == Next::none)
                    return std::move(ruptures_);
                if (next == Next::row)
                    break;
            }
        }
        return std::move(ruptures_);
    }

private:
    enum class Next { column, row, none };

    /// The rupture whose upper left cell this is, if there is room; and where to go on.
    Next add(std::size_t row, std::size_t column)
    {
        const std::size_t n_right = n_columns_ - column;
        Closest along =
            closest_sum(n_right, length_, [&](std::size_t i) { return mesh_.cell(row, column + i).length; });
        if (along.n == n_right && along.sum < length_ && column != 0)
            return Next::row;
        Closest down = closest_sum(n_rows_ - row, area_,
                                   [&](std::size_t i) { return area_of(row + i, 1, column, along.n); });
        if (down.n == n_rows_ - row && down.sum < area_) {
            if (row == 0) { // too narrow: of full width, and longer
                if (along.n == n_right)
                    return Next::none;
                along = closest_sum(n_right, area_,
                                    [&](std::size_t i) { return area_of(0, n_rows_, column + i, 1); });
                down.n = n_rows_;
                if (along.n == n_right && along.sum < area_)
                    return Next::none;
            } else {
                dead_[column] = true; // the rows below have even less room
            }
        }
        ruptures_.push_back({static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(column),
                             static_cast<std::uint32_t>(down.n + 1),
                             static_cast<std::uint32_t>(along.n + 1)});
        return Next::column;
    }

    double area_of(std::size_t row, std::size_t n_rows, std::size_t column, std::size_t n_columns) const
    {
        double area = 0.0;
        for (std::size_t i = row; i < row + n_rows; ++i) {
            for (std::size_t j = column; j < column + n_columns; ++j)
                area += mesh_.cell(i, j).area;
        }
        return area;
    }

    const MeshView& mesh_;
    std::size_t n_rows_; // of cells
    std::size_t n_columns_;
    double length_;
    double area_;
    std::vector<bool> dead_; // columns in which a rupture has reached the last row
    std::vector<SubMesh> ruptures_;
};

} // namespace

Mesh complex_fault_mesh(std::span<const std::vector<geo::Point>> edges, double spacing_km)
{
    check_edges(edges, spacing_km);
    const std::size_t n_columns = points_for(edges, spacing_km);
    std::vector<std::vector<geo::Point>> down(n_columns);
    for (const std::vector<geo::Point>& edge : edges) {
        const std::vector<geo::Point> points = resampled(edge, n_columns);
        for (std::size_t column = 0; column < n_columns; ++column)
            down[column].push_back(points[column]);
    }
    const std::size_t n_rows = points_for(down, spacing_km);
    std::vector<geo::Point> nodes(n_rows * n_columns);
    for (std::size_t column = 0; column < n_columns; ++column) {
        const std::vector<geo::Point> points = resampled(down[column], n_rows);
        for (std::size_t row = 0; row < n_rows; ++row)
            nodes[row * n_columns + column] = points[row];
    }
    return {n_rows, n_columns, CellsAveraged::all, std::move(nodes)};
}

std::vector<SubMesh> complex_fault_ruptures(const MeshView& mesh, MagnitudeArea relation, double aspect_ratio,
                                            double rake, double magnitude)
{
    const double area = median_area_km2(relation, magnitude, rake);
    if (area >= surface_area_km2(mesh, mesh.whole()))
        return {mesh.whole()};
    std::vector<SubMesh> ruptures = Floating{mesh, std::sqrt(area * aspect_ratio), area}.all();
    if (ruptures.empty()) // hardly smaller than the fault
        ruptures.push_back(mesh.whole());
    return ruptures;
}

} // namespace mtc::psha
