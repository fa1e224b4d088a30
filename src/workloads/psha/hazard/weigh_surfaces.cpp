#include "workloads/psha/hazard/weigh_surfaces.hpp"

#include "workloads/psha/hazard/reach.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mtc::psha {
namespace {

constexpr std::size_t rupture_stride = 10;
constexpr std::size_t most_sites = 256; // of a block that are looked at

double chord(const geo::Vector3& a, const geo::Vector3& b)
{
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// What stands for a surface: a few points on it, and a ball that holds it.
struct Outline {
    std::array<geo::Vector3, 5> points{}; ///< [km] Cartesian: the middle, then corners
    double radius_km = 0.0;               ///< about the middle
};

Outline outline_of(const MeshView& mesh, const SubMesh& part)
{
    const std::size_t bottom = part.first_row + part.n_rows - 1;
    const std::size_t right = part.first_column + part.n_columns - 1;
    return {.points = {geo::cartesian(middle_point(mesh, part)),
                       mesh.position(part.first_row, part.first_column), mesh.position(part.first_row, right),
                       mesh.position(bottom, part.first_column), mesh.position(bottom, right)}};
}

Outline outline_of_whole(const MeshView& mesh)
{
    Outline outline = outline_of(mesh, mesh.whole());
    for (std::size_t row = 0; row < mesh.n_rows; ++row)
        for (std::size_t column = 0; column < mesh.n_columns; ++column)
            outline.radius_km =
                std::max(outline.radius_km, chord(outline.points[0], mesh.position(row, column)));
    return outline;
}

/// Several planes are seen as their common ball: points are the middles of the outermost ones.
Outline outline_of(std::span<const PlanarRupture> planes)
{
    Outline outline;
    outline.points.fill(geo::cartesian(planes[planes.size() / 2].hypocentre));
    outline.points[1] = geo::cartesian(planes.front().hypocentre);
    outline.points[2] = geo::cartesian(planes.back().hypocentre);
    for (const PlanarRupture& plane : planes)
        for (const Corner which : {top_left, top_right, bottom_left, bottom_right})
            outline.radius_km =
                std::max(outline.radius_km, chord(outline.points[0], geo::cartesian(corner(plane, which))));
    return outline;
}

/// Several kites are seen as planes are: by their middles, and the ball about all of them.
Outline outline_of(const KiteSections& sections)
{
    const auto middle = [&](std::size_t i) { return geo::cartesian(sections.part(i).attributes.hypocentre); };
    Outline outline;
    outline.points.fill(middle(sections.size() / 2));
    outline.points[1] = middle(0);
    outline.points[2] = middle(sections.size() - 1);
    for (std::size_t i = 0; i < sections.size(); ++i)
        outline.radius_km =
            std::max(outline.radius_km, chord(outline.points[0], middle(i)) + sections.part(i).radius_km);
    return outline;
}

Outline outline_of(const SurfaceSpace& surface)
{
    if (surface.sections() != nullptr)
        return outline_of(*surface.sections());
    return surface.is_mesh() ? outline_of_whole(surface.mesh()) : outline_of(surface.planes());
}

bool may_reach(const SiteSpan& span, const Outline& outline, double distance)
{
    return chord(span.centre, outline.points[0]) - span.radius_km <=
           safe_chord_km(distance, outline.radius_km);
}

/// About how many sites of a block are within `distance` of one of the points.
double sites_within(const SiteArrays& sites, const Outline& outline, double distance)
{
    const std::size_t stride = (sites.n + most_sites - 1) / most_sites;
    double n = 0.0;
    for (std::size_t s = 0; s < sites.n; s += stride) {
        const geo::Vector3 site{sites.x[s], sites.y[s], sites.z[s]};
        const bool is_near = std::ranges::any_of(
            outline.points, [&](const geo::Vector3& point) { return chord(point, site) <= distance; });
        n += is_near ? 1.0 : 0.0;
    }
    return n * static_cast<double>(stride);
}

/// Contexts of the floating ruptures of a fault at the sites of a block.
double floating_contexts(const HazardContext& hazard, const SourceRecord& source, const SurfaceSpace& surface,
                         const SiteArrays& sites)
{
    const ModelView& model = hazard.model;
    const auto max_distances = hazard.max_distances(model.groups[source.group]);
    double n_contexts = 0.0;
    std::uint64_t first = 0;
    for (std::uint32_t m = 0; m < source.magnitudes.count; ++m) {
        const std::uint64_t end = model.ends[source.ends + m];
        const double within =
            max_distance_km(max_distances, model.magnitudes[source.magnitudes.first + m].magnitude);
        double of_sampled = 0.0;
        std::size_t n_sampled = 0;
        for (std::uint64_t r = first; r < end; r += rupture_stride, ++n_sampled)
            of_sampled += sites_within(sites, outline_of(surface.mesh(), surface.floating()[r]), within);
        if (n_sampled > 0)
            n_contexts += of_sampled * static_cast<double>(end - first) / static_cast<double>(n_sampled);
        first = end;
    }
    const std::uint32_t n_hypocentres = model.faults[source.fault].hypocentres.count;
    return n_contexts * std::max(1U, n_hypocentres);
}

double whole_contexts(const HazardContext& hazard, const SourceRecord& source, const Outline& outline,
                      const SiteArrays& sites)
{
    const auto max_distances = hazard.max_distances(hazard.model.groups[source.group]);
    double n_contexts = 0.0;
    for (const MagnitudeRecord& bin :
         hazard.model.magnitudes.subspan(source.magnitudes.first, source.magnitudes.count))
        n_contexts += sites_within(sites, outline, max_distance_km(max_distances, bin.magnitude));
    return n_contexts;
}

} // namespace

void weigh_fault(const HazardContext& hazard, SourceId id, HazardSpace& space,
                 std::vector<WeighRecord>& records)
{
    const ModelView& model = hazard.model;
    const SourceRecord& source = model.sources[id.value()];
    const bool is_floating = source.ends != no_index;
    if (is_floating)
        space.surface.open_fault(model, id);
    else
        space.surface.open(model, model.faults[source.fault].surface);
    const Outline whole = outline_of(space.surface);
    double farthest = 0.0;
    for (const MagnitudeRecord& bin :
         model.magnitudes.subspan(source.magnitudes.first, source.magnitudes.count))
        farthest = std::max(farthest,
                            max_distance_km(hazard.max_distances(model.groups[source.group]), bin.magnitude));
    records.clear();
    for (std::uint32_t b = 0; b < hazard.blocks.size(); ++b) {
        if (!may_reach(hazard.blocks.span(BlockId{b}), whole, farthest))
            continue;
        const SiteArrays sites = hazard.blocks.arrays(BlockId{b});
        const double n_contexts = is_floating ? floating_contexts(hazard, source, space.surface, sites)
                                              : whole_contexts(hazard, source, whole, sites);
        records.push_back({id.value(), b, std::max(n_contexts, 1.0)});
    }
}

void weigh_explicit(const HazardContext& hazard, SourceId id, IndexRange ruptures, HazardSpace& space,
                    std::vector<WeighRecord>& records)
{
    const ModelView& model = hazard.model;
    const auto max_distances = hazard.max_distances(model.groups[model.sources[id.value()].group]);
    std::vector<double> n_contexts(hazard.blocks.size(), 0.0);
    std::vector<bool> possible(hazard.blocks.size(), false);
    for (const RuptureRecord& rupture : model.ruptures.subspan(ruptures.first, ruptures.count)) {
        space.surface.open(model, rupture.surface);
        const Outline outline = outline_of(space.surface);
        const double within = max_distance_km(max_distances, rupture.magnitude);
        for (std::uint32_t b = 0; b < hazard.blocks.size(); ++b) {
            if (!may_reach(hazard.blocks.span(BlockId{b}), outline, within))
                continue;
            possible[b] = true;
            n_contexts[b] += sites_within(hazard.blocks.arrays(BlockId{b}), outline, within);
        }
    }
    records.clear();
    for (std::uint32_t b = 0; b < hazard.blocks.size(); ++b)
        if (possible[b])
            records.push_back({id.value(), b, std::max(n_contexts[b], 1.0)});
}

} // namespace mtc::psha
