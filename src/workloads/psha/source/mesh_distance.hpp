#pragma once

#include "mtc/flat.hpp"
#include "mtc/types.hpp"
#include "workloads/psha/source/distance.hpp"
#include "workloads/psha/source/mesh.hpp"
#include "workloads/psha/source/outline.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

/// \file
/// Distances of ruptures that are parts of meshes.
namespace mtc::psha {

namespace kernel {
struct PlaneSites;
}

/// Distances of the ruptures of one fault from one block of sites. Overlapping ruptures share what they can:
/// the distances of a node are computed when a rupture first needs it, and minima over the rows of a column
/// stay for the ruptures that follow with the same rows, as do distances from the segments of top edges. So
/// ruptures come cheapest in their own order, with which no result changes.
///
///     MeshDistances distances;                  // once per thread: memory is kept from use to use
///     distances.begin(set, mesh, sites);        // once per fault and block of sites
///     for (... every rupture of the unit ...)
///         distances.compute(part, surface_attributes(mesh, part), {rrup, rjb, rx, ry0, repi, rhypo});
class MeshDistances {
public:
    /// Forgets what was before. Memory: 16 bytes for every node and site, and as much for every column and
    /// site. \param mesh, sites  must outlive the last compute()
    void begin(InstructionSet set, const MeshView& mesh, const SiteArrays& sites);

    /// All measures that have an array; rrup and rjb from nodes, straight through the earth, but rjb below
    /// 40 km from the outline.
    ///
    /// \param part     at least one row and one column
    /// \param surface  of the same part: its strike and hypocentre are used
    /// \par Source  definitions of OpenQuake for meshes, its outline, too (WidenedOutline). Of vertical and
    /// folded meshes the outline is taken as it is, less 5 m, which agrees to 5 m. Of kite surfaces it is the
    /// ring of outermost nodes; a vertical one is seen as a rectangle of 200 m about its top edge, and from
    /// beyond 40 km as that one's corners (as OpenQuake)
    void compute(const SubMesh& part, const SurfaceAttributes& surface, const DistanceArrays& distances);

private:
    /// Squared chords for one measure.
    struct Chords {
        AlignedVector<double> nodes;          // [node][n_padded]
        std::vector<std::uint8_t> node_known; // [node]
        AlignedVector<double> columns;        // [column][n_padded] least over rows
        std::vector<std::pair<std::uint32_t, std::uint32_t>> column_rows; // [column] first row and number
    };

    void reset(Chords& chords) const;
    void least_chords(Chords& chords, bool at_surface, const SubMesh& part, double* least);
    void vertical_kite_chords(const SubMesh& part, double* least);
    void outline_distances(const SubMesh& part, double* rjb);
    [[nodiscard]] std::span<const geo::PlanePoint> kite_ring(const SubMesh& part, Place& centre);
    void pass_ring(std::span<const geo::PlanePoint> ring, const kernel::PlaneSites& sites) const;
    void pass_stripes(const SubMesh& part, kernel::PlaneSites sites) const;
    void find_top_columns(const SubMesh& part);
    void top_edge_distances(const SubMesh& part, double strike, double* rx);

    InstructionSet set_ = InstructionSet::baseline;
    MeshView mesh_;
    SiteArrays sites_;
    Chords straight_;                // through the earth, sites at their depths
    Chords surface_;                 // between places on the surface
    AlignedVector<double> segments_; // [column][n_padded] of the top edge from this column to the next
    std::vector<std::uint32_t> segment_row_; // [column] row of what is in segments_
    AlignedVector<double> scratch_;          // [6][n_padded]
    std::vector<std::size_t> near_;          // sites whose rjb needs the outline
    std::vector<geo::PlanePoint> plane_;     // [row][column] nodes of the rupture in its plane; or a ring
    std::vector<std::size_t> ring_nodes_;    // of a kite's outline
    std::vector<std::uint32_t> top_columns_; // of the nodes of the rupture's top edge
    WidenedOutline outline_;
};

} // namespace mtc::psha
