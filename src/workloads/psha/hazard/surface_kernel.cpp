#include "workloads/psha/hazard/surface_kernel.hpp"

#include "workloads/psha/hazard/reach.hpp"
#include "workloads/psha/source/closest_point.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

RuptureTerms terms_of(const SurfaceAttributes& surface, double magnitude, double rake)
{
    return {.magnitude = magnitude,
            .rake = rake,
            .dip = surface.dip,
            .ztor = surface.ztor,
            .width = surface.width,
            .hypocentre_depth = surface.hypocentre.depth};
}

/// Takes the rupture whose distances are made at the sites in range: OpenQuake leaves out those exactly at
/// the maximum distance of a single plane, and only there.
void add_in_range(const HazardContext& hazard, UnitContexts& unit, const RuptureTerms& terms, bool is_plane,
                  double expected, std::uint32_t occurrence, const auto& closest)
{
    const double most = max_distance_km(hazard.max_distances(unit.group()), terms.magnitude);
    const double* rrup = unit.distances().rrup;
    unit.add_where([&](std::uint32_t s) { return is_plane ? rrup[s] < most : rrup[s] <= most; }, terms,
                   expected, occurrence, closest);
}

/// The closest place of a surface that breaks as a whole.
auto closest_of(const SurfaceSpace& surface)
{
    return [&surface](const geo::Vector3& site) {
        if (surface.sections() != nullptr)
            return surface.sections()->closest_to(site);
        return surface.is_mesh() ? closest_on(surface.mesh(), surface.mesh().whole(), site)
                                 : closest_on(surface.planes(), site);
    };
}

geo::Point node_at(const MeshView& mesh, const SubMesh& part, const HypocentreRecord& share)
{
    const auto nearest = [](double of_length, std::uint32_t n) {
        return static_cast<std::size_t>(std::round(of_length * (n - 1)));
    };
    return mesh.point(part.first_row + nearest(share.down, part.n_rows),
                      part.first_column + nearest(share.along, part.n_columns));
}

} // namespace

void add_floating_ruptures(const HazardContext& hazard, const UnitPart& part, HazardSpace& space,
                           UnitContexts& unit)
{
    const ModelView& model = hazard.model;
    const SourceRecord& source = unit.source();
    const FaultRecord& fault = model.faults[source.fault];
    const auto hypocentres = model.hypocentres.subspan(fault.hypocentres.first, fault.hypocentres.count);
    const auto ends = model.ends.subspan(source.ends, source.magnitudes.count);
    space.surface.open_fault(model, part.source);
    const MeshView mesh = space.surface.mesh();
    DistanceArrays of_hypocentre;
    of_hypocentre.repi = unit.distances().repi;
    of_hypocentre.rhypo = unit.distances().rhypo;
    auto m = static_cast<std::size_t>(std::ranges::upper_bound(ends, part.first_atom) - ends.begin());
    for (std::uint64_t atom = part.first_atom; atom < part.first_atom + part.n_atoms; ++atom) {
        while (atom >= ends[m])
            ++m;
        const MagnitudeRecord& bin = model.magnitudes[source.magnitudes.first + m];
        const std::uint64_t n_ruptures = ends[m] - (m == 0 ? 0 : ends[m - 1]);
        const double expected = bin.annual_rate / static_cast<double>(n_ruptures) * source.rate_factor *
                                model.job->investigation_time;
        const SubMesh& rupture = space.surface.floating()[atom];
        SurfaceAttributes surface = surface_attributes(mesh, rupture);
        const auto distances = [&](const DistanceArrays& arrays) {
            space.surface.part_distances(hazard.instruction_set, part, unit.sites(), rupture, surface,
                                         arrays);
        };
        distances(unit.distances());
        const auto closest = [&](const geo::Vector3& site) { return closest_on(mesh, rupture, site); };
        if (hypocentres.empty())
            add_in_range(hazard, unit, terms_of(surface, bin.magnitude, fault.rake), false, expected,
                         no_index, closest);
        for (const HypocentreRecord& share : hypocentres) {
            surface.hypocentre = node_at(mesh, rupture, share);
            distances(of_hypocentre);
            add_in_range(hazard, unit, terms_of(surface, bin.magnitude, fault.rake), false,
                         expected * share.weight, no_index, closest);
        }
    }
}

void add_characteristic(const HazardContext& hazard, const UnitPart& part, HazardSpace& space,
                        UnitContexts& unit)
{
    const ModelView& model = hazard.model;
    const SourceRecord& source = unit.source();
    const FaultRecord& fault = model.faults[source.fault];
    space.surface.open(model, fault.surface);
    const SurfaceAttributes surface = space.surface.attributes();
    space.surface.whole_distances(hazard.instruction_set, part, unit.sites(), surface.hypocentre,
                                  unit.distances());
    for (const MagnitudeRecord& bin :
         model.magnitudes.subspan(source.magnitudes.first + part.first_atom, part.n_atoms))
        add_in_range(hazard, unit, terms_of(surface, bin.magnitude, fault.rake), space.surface.is_plane(),
                     bin.annual_rate * source.rate_factor * model.job->investigation_time, no_index,
                     closest_of(space.surface));
}

void add_explicit_ruptures(const HazardContext& hazard, const UnitPart& part, HazardSpace& space,
                           UnitContexts& unit)
{
    const ModelView& model = hazard.model;
    const std::uint32_t first = unit.source().ruptures.first + static_cast<std::uint32_t>(part.first_atom);
    for (std::uint32_t r = first; r < first + part.n_atoms; ++r) {
        const RuptureRecord& rupture = model.ruptures[r];
        space.surface.open(model, rupture.surface);
        SurfaceAttributes surface = space.surface.attributes();
        if (!std::isnan(rupture.hypocentre_lon))
            surface.hypocentre = {rupture.hypocentre_lon, rupture.hypocentre_lat, rupture.hypocentre_depth};
        space.surface.whole_distances(hazard.instruction_set, part, unit.sites(), surface.hypocentre,
                                      unit.distances());
        add_in_range(hazard, unit, terms_of(surface, rupture.magnitude, rupture.rake),
                     space.surface.is_plane(), rupture.annual_rate * model.job->investigation_time,
                     unit.source().has_rates != 0 ? no_index : r, closest_of(space.surface));
    }
}

} // namespace mtc::psha
