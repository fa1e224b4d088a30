#include "workloads/psha/source/mesh.hpp"

#include "workloads/psha/source/kite_surface.hpp"
#include "workloads/psha/source/vectors.hpp"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

/// Adds one triangle's strike and dip to its cell.
/// \param corner  where its edges along strike and up dip meet
void add_triangle(MeshCell& cell, const Vector& corner, const Vector& along, const Vector& up_dip,
                  double area)
{
    if (!(area > 0.0))
        return; // no orientation
    const Vector up = corner.normalized();
    const Vector normal = along.cross(up_dip).normalized();
    const double cos_dip = std::clamp(up.dot(normal), -1.0, 1.0);
    cell.cos_dip_area += area * cos_dip;
    cell.sin_dip_area += area * std::sqrt(1.0 - cos_dip * cos_dip);

    const double from_axis = std::max(std::hypot(up.x(), up.y()), 1e-300);
    const Vector east{-up.y() / from_axis, up.x() / from_axis, 0.0};
    const Vector strike = along.normalized();
    const double cos_strike = std::clamp(strike.dot(up.cross(east)), -1.0, 1.0);
    // As OpenQuake: what is not north counts as east or west, the vertical part of a plunging edge as well.
    const double sin_strike = std::sqrt(1.0 - cos_strike * cos_strike);
    cell.cos_strike_area += area * cos_strike;
    cell.sin_strike_area += area * (strike.dot(east) < 0.0 ? -sin_strike : sin_strike);
}

MeshCell cell_between(const Vector& top_left, const Vector& top_right, const Vector& bottom_left,
                      const Vector& bottom_right)
{
    const Vector top = top_right - top_left;
    const Vector bottom = bottom_right - bottom_left;
    const Vector left = top_left - bottom_left; // up dip
    const Vector right = top_right - bottom_right;
    const double upper_left = top.cross(left).norm() / 2.0;
    const double lower_right = bottom.cross(right).norm() / 2.0;

    MeshCell cell;
    cell.area = upper_left + lower_right;
    const double share = cell.area > 0.0 ? upper_left / cell.area : 0.5;
    cell.length = top.norm() * share + bottom.norm() * (1.0 - share);
    cell.width = left.norm() * share + right.norm() * (1.0 - share);
    add_triangle(cell, top_left, top, left, upper_left);
    add_triangle(cell, bottom_right, bottom, right, lower_right);
    return cell;
}

/// Cells between the rows (or columns) of a part; where it has only one, those beside it.
struct CellRange {
    std::size_t first;
    std::size_t end;
};

CellRange cells_of(std::size_t first_node, std::size_t n_nodes, std::size_t n_nodes_of_mesh)
{
    const std::size_t first = std::min(first_node, n_nodes_of_mesh - 2);
    return {first, first + std::max<std::size_t>(n_nodes, 2) - 1};
}

/// Mean over columns, weighted by their lengths; a column's length is the mean over its cells, weighted by
/// their areas.
double mean_width(const MeshView& mesh, const SubMesh& part)
{
    if (part.n_rows < 2)
        return 0.0;
    const CellRange columns = cells_of(part.first_column, part.n_columns, mesh.n_columns);
    const std::size_t end = mesh.averaged == CellsAveraged::all ? columns.end : columns.first + 1;
    const std::size_t last_row = part.first_row + part.n_rows - 1;
    double weighted_width = 0.0;
    double weight = 0.0;
    double plain_width = 0.0;
    for (std::size_t column = columns.first; column < end; ++column) {
        double width = 0.0;
        double area = 0.0;
        double length_area = 0.0;
        for (std::size_t row = part.first_row; row < last_row; ++row) {
            const MeshCell& cell = mesh.cell(row, column);
            width += cell.width;
            area += cell.area;
            length_area += cell.length * cell.area;
        }
        const double length = area > 0.0 ? length_area / area : 0.0;
        weighted_width += width * length;
        weight += length;
        plain_width += width;
    }
    return weight > 0.0 ? weighted_width / weight : plain_width / static_cast<double>(end - columns.first);
}

} // namespace

Mesh::Mesh(std::size_t n_rows, std::size_t n_columns, CellsAveraged averaged, std::vector<geo::Point> points)
    : n_rows_{n_rows}
    , n_columns_{n_columns}
    , averaged_{averaged}
    , points_{std::move(points)}
{
    surface_.reserve(points_.size());
    for (const geo::Point& point : points_)
        surface_.push_back(geo::cartesian({point.lon, point.lat, 0.0}));
    cells_.reserve((n_rows - 1) * (n_columns - 1));
    const MeshView nodes = view();
    const auto at = [&](std::size_t row, std::size_t column) { return vector(nodes.position(row, column)); };
    for (std::size_t row = 0; row + 1 < n_rows; ++row) {
        for (std::size_t column = 0; column + 1 < n_columns; ++column)
            cells_.push_back(cell_between(at(row, column), at(row, column + 1), at(row + 1, column),
                                          at(row + 1, column + 1)));
    }
    if (averaged == CellsAveraged::kite)
        steps_ = kite_steps(nodes);
}

MeshView Mesh::view() const noexcept
{
    return {n_rows_, n_columns_, averaged_, points_, surface_, cells_, steps_};
}

SurfaceAttributes surface_attributes(const MeshView& mesh, const SubMesh& part) noexcept
{
    if (mesh.averaged == CellsAveraged::kite)
        return kite_attributes(mesh, part);
    CellRange rows = cells_of(part.first_row, part.n_rows, mesh.n_rows);
    if (mesh.averaged == CellsAveraged::first_row_and_column)
        rows.end = rows.first + 1;
    const CellRange columns = cells_of(part.first_column, part.n_columns, mesh.n_columns);
    MeshCell sum;
    for (std::size_t row = rows.first; row < rows.end; ++row) {
        for (std::size_t column = columns.first; column < columns.end; ++column) {
            const MeshCell& cell = mesh.cell(row, column);
            sum.cos_dip_area += cell.cos_dip_area;
            sum.sin_dip_area += cell.sin_dip_area;
            sum.cos_strike_area += cell.cos_strike_area;
            sum.sin_strike_area += cell.sin_strike_area;
        }
    }
    SurfaceAttributes result;
    result.dip = std::atan2(sum.sin_dip_area, sum.cos_dip_area) / geo::radians_per_degree;
    result.strike = std::atan2(sum.sin_strike_area, sum.cos_strike_area) / geo::radians_per_degree;
    if (result.dip > 90.0) { // the same surface from the other side
        result.dip = 180.0 - result.dip;
        result.strike += 180.0;
    }
    result.strike = std::fmod(result.strike + 360.0, 360.0);
    result.width = mean_width(mesh, part);
    result.ztor = mesh.point(part.first_row, part.first_column).depth;
    for (std::size_t column = 1; column < part.n_columns; ++column)
        result.ztor = std::min(result.ztor, mesh.point(part.first_row, part.first_column + column).depth);
    result.hypocentre = middle_point(mesh, part);
    return result;
}

geo::Point middle_point(const MeshView& mesh, const SubMesh& part) noexcept
{
    const auto middle_of_row = [&](std::size_t row) {
        const std::size_t column = part.first_column + part.n_columns / 2;
        return part.n_columns % 2 == 1 ? mesh.point(row, column)
                                       : geo::midpoint(mesh.point(row, column - 1), mesh.point(row, column));
    };
    const std::size_t row = part.first_row + part.n_rows / 2;
    const geo::Point middle =
        part.n_rows % 2 == 1 ? middle_of_row(row) : geo::midpoint(middle_of_row(row - 1), middle_of_row(row));
    return std::isnan(middle.lon) ? node_near(mesh, part, part.n_rows / 2, part.n_columns / 2) : middle;
}

geo::BoundingBox bounding_box(const MeshView& mesh, const SubMesh& part) noexcept
{
    const auto box_above = [&](double least_lon) {
        geo::BoundingBox box{1e3, 1e3, -1e3, -1e3};
        for (std::size_t row = part.first_row; row < part.first_row + part.n_rows; ++row) {
            for (std::size_t column = part.first_column; column < part.first_column + part.n_columns;
                 ++column) {
                const geo::Point& point = mesh.point(row, column);
                const double lon = point.lon < least_lon ? point.lon + 360.0 : point.lon;
                box.west = std::min(box.west, lon);
                box.east = std::max(box.east, lon);
                box.south = std::min(box.south, point.lat);
                box.north = std::max(box.north, point.lat);
            }
        }
        return box;
    };
    const geo::BoundingBox box = box_above(-360.0);
    return box.east - box.west > 180.0 ? box_above(0.0) : box;
}

double surface_area_km2(const MeshView& mesh, const SubMesh& part) noexcept
{
    double area = 0.0;
    for (std::size_t row = 0; row + 1 < part.n_rows; ++row) {
        for (std::size_t column = 0; column + 1 < part.n_columns; ++column)
            area += mesh.cell(part.first_row + row, part.first_column + column).area;
    }
    return area;
}

} // namespace mtc::psha
