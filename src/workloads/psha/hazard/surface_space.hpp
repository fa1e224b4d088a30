#pragma once

#include "mtc/types.hpp"
#include "workloads/psha/hazard/contexts.hpp"
#include "workloads/psha/hazard/unit_map.hpp"
#include "workloads/psha/model/model.hpp"
#include "workloads/psha/source/kite_sections.hpp"
#include "workloads/psha/source/mesh.hpp"
#include "workloads/psha/source/mesh_distance.hpp"
#include "workloads/psha/source/multi_surface.hpp"
#include "workloads/psha/source/planar.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mtc::psha {

/// The fault surface that a rank is at work on. The model holds definitions; the mesh is made when a unit
/// first needs it, and stays, with the distances of its nodes, while units of the same surface follow. What
/// is kept changes no result.
class SurfaceSpace {
public:
    /// Makes a surface the present one. \param row of ModelView::surfaces
    void open(const ModelView& model, std::uint32_t row);
    /// The same for a fault on which ruptures float; floating() then holds.
    void open_fault(const ModelView& model, SourceId source);

    /// Whether the surface is a mesh; else it is planes or kites.
    [[nodiscard]] bool is_mesh() const noexcept { return mesh_.has_value(); }
    /// Whether it is a single plane.
    [[nodiscard]] bool is_plane() const noexcept { return !mesh_ && planes_.size() == 1; }
    /// The kites that the surface is made of; null: it is not.
    [[nodiscard]] const KiteSections* sections() const noexcept { return sections_ ? &*sections_ : nullptr; }
    [[nodiscard]] MeshView mesh() const noexcept { return mesh_->view(); }
    [[nodiscard]] std::span<const PlanarRupture> planes() const noexcept { return planes_; }
    /// Ruptures of all magnitudes of the fault, by atom.
    [[nodiscard]] std::span<const SubMesh> floating() const noexcept { return floating_; }

    /// Of the whole surface.
    [[nodiscard]] SurfaceAttributes attributes() const noexcept;

    /// Distances of the whole surface from the sites of a unit.
    /// \param hypocentre  for repi and rhypo
    void whole_distances(InstructionSet set, const UnitPart& part, const SiteArrays& sites,
                         const geo::Point& hypocentre, const DistanceArrays& distances);
    /// Distances of a part of the mesh.
    /// \param attributes  of the part; its strike and hypocentre are used
    void part_distances(InstructionSet set, const UnitPart& part, const SiteArrays& sites,
                        const SubMesh& rupture, const SurfaceAttributes& attributes,
                        const DistanceArrays& distances);

private:
    std::uint32_t row_ = no_index;
    SourceId fault_;
    std::optional<Mesh> mesh_;
    std::vector<PlanarRupture> planes_;
    std::optional<MultiSurface> multi_;
    std::optional<KiteSections> sections_;
    SectionCache cache_; // of sections, which many ruptures share
    std::vector<SubMesh> floating_;

    MeshDistances distances_;
    std::uint32_t distances_row_ = no_index; // whose distances are kept, and at which sites
    BlockId distances_block_;
    std::uint32_t distances_site_ = 0;
    std::uint32_t distances_n_sites_ = 0;
    AlignedVector<double> scratch_;
};

} // namespace mtc::psha
