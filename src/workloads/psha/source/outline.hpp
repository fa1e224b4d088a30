#pragma once

#include "workloads/psha/geo/projection.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

/// \file
/// Outlines of ruptures on meshes, seen from above.
namespace mtc::psha {

/// The outline from which OpenQuake measures the Joyner-Boore distance: every stripe between neighbouring
/// rows of nodes is widened by 5 m, with two straight pieces for each quarter of a circle at corners, the
/// stripes are united, and the union's ring is simplified with a tolerance of 5 m.
///
/// What the simplification keeps depends on the vertex it starts from (up to 4 m in the distance), so this
/// follows the geometry library's order: a stripe's ring starts at the right end of its upper row, stripes
/// are united in pairs of neighbours in a packed tree, and each union makes the ring start one vertex later.
/// The stripes themselves are not united: their common outline is put together from the known neighbourhood
/// of rows. Memory is kept from use to use.
///
/// \par Source  Douglas & Peucker (1973), Cartographica 10(2), doi:10.3138/FM57-6770-U75U-7727; Leutenegger,
/// Lopez & Edgington (1997), STR packing, doi:10.1109/ICDE.1997.582015
class WidenedOutline {
public:
    /// Room for ruptures of so many nodes.
    void reserve(std::size_t n_rows, std::size_t n_columns);

    /// \param nodes  [n_rows][n_columns] of the rupture in the plane, rows go to the right of the strike
    /// \returns the simplified ring, clockwise, its first vertex not repeated; until the next build(). Empty
    /// where the mesh is vertical or folded, or has only one row or column
    [[nodiscard]] std::span<const geo::PlanePoint> build(std::span<const geo::PlanePoint> nodes,
                                                         std::size_t n_columns);

private:
    /// Vertices of the ring from first to last, past the end.
    struct Range {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    /// Extent of a stripe, doubled centre.
    struct Stripe {
        double x = 0.0;
        double y = 0.0;
        std::size_t number = 0;
    };

    [[nodiscard]] const geo::PlanePoint& node(std::size_t row, std::size_t column) const
    {
        return nodes_[row * n_columns_ + column];
    }
    [[nodiscard]] bool is_plain() const;
    void add_ring();
    Range add_turn(const geo::PlanePoint& from, const geo::PlanePoint& at, const geo::PlanePoint& to);
    Range add_joint(const geo::PlanePoint& from, const geo::PlanePoint& at, const geo::PlanePoint& inwards,
                    const geo::PlanePoint& to);
    void add_row(std::size_t row, bool rightwards);
    void drop_shallow_concavities(std::size_t first);
    void sort_stripes();
    [[nodiscard]] std::size_t start_of_ring();
    void simplify(std::size_t start);

    std::span<const geo::PlanePoint> nodes_;
    std::size_t n_rows_ = 0;
    std::size_t n_columns_ = 0;
    std::vector<geo::PlanePoint> row_;  // of nodes
    std::vector<geo::PlanePoint> ring_; // counterclockwise, from the right end of the first row
    std::vector<Range> right_;          // [row] vertices of ring_ at the right end of the row
    std::vector<Range> left_;           // [row] at its left end
    std::vector<Stripe> stripes_;
    std::vector<std::pair<std::size_t, std::size_t>> sections_; // still to be simplified
    std::vector<geo::PlanePoint> simplified_;
};

} // namespace mtc::psha
