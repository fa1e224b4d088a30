#include "workloads/psha/hazard/surface_space.hpp"

#include "workloads/psha/model/surfaces.hpp"

namespace mtc::psha {

void SurfaceSpace::open(const ModelView& model, std::uint32_t row)
{
    if (row == row_)
        return;
    row_ = no_index; // of what is half made if making throws
    distances_row_ = no_index;
    fault_ = SourceId::none();
    floating_.clear();
    mesh_.reset();
    multi_.reset();
    sections_.reset();
    planes_.clear();
    const SurfaceRecord& surface = model.surfaces[row];
    if (surface.shape == SurfaceShape::planes) {
        for (std::uint32_t i = 0; i < surface.n_columns; ++i)
            planes_.push_back(surface_plane(surface, surface_arrays(model), i));
        if (planes_.size() > 1)
            multi_.emplace(planes_);
    } else if (surface.shape == SurfaceShape::parts) {
        std::vector<std::shared_ptr<const KiteSection>> parts;
        for (const std::uint32_t part : model.surface_parts.subspan(surface.lines.first, surface.lines.count))
            parts.push_back(cache_.section(
                part, [&] { return surface_mesh(model.surfaces[part], surface_arrays(model)); }));
        sections_.emplace(std::move(parts),
                          surface.of_multi_fault != 0 ? TraceEnds::straight : TraceEnds::along_trace);
    } else {
        mesh_ = surface_mesh(surface, surface_arrays(model));
    }
    row_ = row;
}

void SurfaceSpace::open_fault(const ModelView& model, SourceId id)
{
    const SourceRecord& source = model.sources[id.value()];
    const FaultRecord& fault = model.faults[source.fault];
    open(model, fault.surface);
    if (fault_ == id)
        return;
    fault_ = SourceId::none();
    floating_.clear();
    for (const MagnitudeRecord& bin :
         model.magnitudes.subspan(source.magnitudes.first, source.magnitudes.count))
        append_floating_ruptures(model.surfaces[fault.surface], mesh(),
                                 {source.magnitude_area, source.aspect_ratio, fault.rake}, bin.magnitude,
                                 floating_);
    fault_ = id;
}

SurfaceAttributes SurfaceSpace::attributes() const noexcept
{
    if (mesh_) {
        SurfaceAttributes whole = surface_attributes(mesh(), mesh().whole());
        whole.hypocentre = middle_point(mesh(), mesh().whole());
        return whole;
    }
    if (sections_)
        return sections_->attributes();
    if (multi_)
        return multi_->attributes();
    const PlanarRupture& plane = planes_.front();
    return {.strike = plane.strike,
            .dip = plane.dip,
            .width = plane.width,
            .ztor = plane.ztor,
            .hypocentre = plane.hypocentre};
}

void SurfaceSpace::whole_distances(InstructionSet set, const UnitPart& part, const SiteArrays& sites,
                                   const geo::Point& hypocentre, const DistanceArrays& distances)
{
    if (mesh_) {
        SurfaceAttributes whole = attributes();
        whole.hypocentre = hypocentre;
        part_distances(set, part, sites, mesh().whole(), whole, distances);
        return;
    }
    if (sections_) {
        sections_->distances(set, {part.block.value(), part.first_site, part.n_sites}, sites, hypocentre,
                             cache_, distances);
        return;
    }
    // A plane that carries the rupture's own hypocentre.
    PlanarRupture plane = planes_.front();
    plane.hypocentre = hypocentre;
    plane.epicentre = geo::cartesian({hypocentre.lon, hypocentre.lat, 0.0});
    if (!multi_) {
        planar_distances(set, plane, sites, distances);
        return;
    }
    DistanceArrays of_surface = distances;
    of_surface.repi = nullptr;
    of_surface.rhypo = nullptr;
    multi_->distances(set, sites, of_surface, scratch_);
    DistanceArrays of_hypocentre;
    of_hypocentre.repi = distances.repi;
    of_hypocentre.rhypo = distances.rhypo;
    planar_distances(set, plane, sites, of_hypocentre);
}

void SurfaceSpace::part_distances(InstructionSet set, const UnitPart& part, const SiteArrays& sites,
                                  const SubMesh& rupture, const SurfaceAttributes& attributes,
                                  const DistanceArrays& distances)
{
    // Sites of a whole block are the block's own arrays, others are copies at a fixed place with the same
    // values, so what is kept of them stays true.
    if (distances_row_ != row_ || distances_block_ != part.block || distances_site_ != part.first_site ||
        distances_n_sites_ != part.n_sites) {
        distances_.begin(set, mesh(), sites);
        distances_row_ = row_;
        distances_block_ = part.block;
        distances_site_ = part.first_site;
        distances_n_sites_ = part.n_sites;
    }
    distances_.compute(rupture, attributes, distances);
}

} // namespace mtc::psha
