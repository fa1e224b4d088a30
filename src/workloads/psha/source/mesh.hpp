#pragma once

#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/geo/projection.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// \file
/// Meshes of points on fault surfaces. A rupture that floats on a fault is four numbers, a SubMesh of the
/// fault's mesh: it has no memory of its own.
namespace mtc::psha {

/// A rectangle of nodes of a mesh.
struct SubMesh {
    std::uint32_t first_row = 0;
    std::uint32_t first_column = 0;
    std::uint32_t n_rows = 0;
    std::uint32_t n_columns = 0;

    bool operator==(const SubMesh&) const = default;
};

/// The quadrangle below and to the right of a node, as its upper left triangle and its lower right one.
struct MeshCell {
    double area = 0.0;            ///< [km^2] of both triangles
    double length = 0.0;          ///< [km] along strike, mean of top and bottom weighted by triangle
    double width = 0.0;           ///< [km] down dip, mean of left and right weighted by triangle
    double cos_dip_area = 0.0;    ///< [km^2] sum over both triangles of cosine of dip times area
    double sin_dip_area = 0.0;    ///< [km^2]
    double cos_strike_area = 0.0; ///< [km^2]
    double sin_strike_area = 0.0; ///< [km^2]
};

/// From a node of a kite surface to the next ones; not a number where either is missing.
struct MeshStep {
    double strike = 0.0; ///< [deg] azimuth of the next node along strike
    double length = 0.0; ///< [km] to the next node down dip
    double dip = 0.0;    ///< [deg] of the way there
};

/// Which cells the mean strike, dip and width of a rupture come from, as OpenQuake.
enum class CellsAveraged : std::uint32_t {
    first_row_and_column, ///< simple faults: strike and dip of the first row, width of the first column
    all,                  ///< complex faults
    kite,                 ///< no cells: strike of the first row, dip and width of the columns
};

/// A mesh that lies elsewhere, for instance in a flat model. Rows go down dip, columns along strike; node and
/// cell arrays are row by row. Of kite surfaces some nodes may be missing: their coordinates are not numbers.
struct MeshView {
    std::size_t n_rows = 0;    ///< at least 2
    std::size_t n_columns = 0; ///< at least 2
    CellsAveraged averaged = CellsAveraged::all;
    std::span<const geo::Point> points; ///< [n_rows][n_columns]
    std::span<const geo::Vector3>
        surface;                       ///< [n_rows][n_columns] [km] Cartesian, of the places above the nodes
    std::span<const MeshCell> cells;   ///< [n_rows - 1][n_columns - 1]
    std::span<const MeshStep> steps{}; ///< [n_rows][n_columns] of kite surfaces, else empty

    [[nodiscard]] const geo::Point& point(std::size_t row, std::size_t column) const
    {
        return points[row * n_columns + column];
    }
    /// Cartesian, on the surface above the node. [km]
    [[nodiscard]] const geo::Vector3& above(std::size_t row, std::size_t column) const
    {
        return surface[row * n_columns + column];
    }
    /// Cartesian, with depth. [km]
    [[nodiscard]] geo::Vector3 position(std::size_t row, std::size_t column) const
    {
        const geo::Vector3& up = above(row, column);
        const double scale = 1.0 - point(row, column).depth / geo::earth_radius_km;
        return {scale * up[0], scale * up[1], scale * up[2]};
    }
    [[nodiscard]] const MeshCell& cell(std::size_t row, std::size_t column) const
    {
        return cells[row * (n_columns - 1) + column];
    }
    [[nodiscard]] const MeshStep& step(std::size_t row, std::size_t column) const
    {
        return steps[row * n_columns + column];
    }
    [[nodiscard]] SubMesh whole() const noexcept
    {
        return {0, 0, static_cast<std::uint32_t>(n_rows), static_cast<std::uint32_t>(n_columns)};
    }
};

/// A mesh that owns its nodes. The arrays of its view are plain records: a model may keep them and make
/// a MeshView of them again.
class Mesh {
public:
    /// \param points  [n_rows][n_columns], at least 2 each
    Mesh(std::size_t n_rows, std::size_t n_columns, CellsAveraged averaged, std::vector<geo::Point> points);

    [[nodiscard]] MeshView view() const noexcept;

private:
    std::size_t n_rows_;
    std::size_t n_columns_;
    CellsAveraged averaged_;
    std::vector<geo::Point> points_;
    std::vector<geo::Vector3> surface_;
    std::vector<MeshCell> cells_;
    std::vector<MeshStep> steps_;
};

/// What ground-motion models may ask of a rupture's surface.
struct SurfaceAttributes {
    double strike = 0.0;   ///< [deg] in [0, 360)
    double dip = 0.0;      ///< [deg] in [0, 90]
    double width = 0.0;    ///< [km] down dip
    double ztor = 0.0;     ///< [km] least depth of the top edge
    geo::Point hypocentre; ///< the middle of the surface
};

/// Means over the cells of a part of a mesh; local, allocates nothing. A part that is one node wide takes
/// strike and dip from the cells beside it.
/// \par Source  definitions of OpenQuake: circular means weighted by the areas of triangles
[[nodiscard]] SurfaceAttributes surface_attributes(const MeshView& mesh, const SubMesh& part) noexcept;

/// The middle node; of an even number of rows or columns, half way between the two middle ones. Where these
/// are missing, the node nearest to them.
[[nodiscard]] geo::Point middle_point(const MeshView& mesh, const SubMesh& part) noexcept;

/// Bounding box of a part's nodes; its east is above 180 when it crosses the 180 degree meridian.
[[nodiscard]] geo::BoundingBox bounding_box(const MeshView& mesh, const SubMesh& part) noexcept;

/// Area of a part of a mesh, all its triangles. [km^2]
[[nodiscard]] double surface_area_km2(const MeshView& mesh, const SubMesh& part) noexcept;

} // namespace mtc::psha
