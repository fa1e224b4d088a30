#include "workloads/psha/model/surfaces.hpp"

#include "workloads/psha/source/complex_fault.hpp"
#include "workloads/psha/source/kite_mesh.hpp"
#include "workloads/psha/source/kite_ruptures.hpp"
#include "workloads/psha/source/simple_fault.hpp"

namespace mtc::psha {
namespace {

std::span<const geo::Point> line(const SurfaceRecord& surface, const SurfaceArrays& arrays, std::uint32_t i)
{
    const IndexRange range = arrays.lines[surface.lines.first + i];
    return arrays.points.subspan(range.first, range.count);
}

} // namespace

Mesh surface_mesh(const SurfaceRecord& surface, const SurfaceArrays& arrays)
{
    if (surface.shape == SurfaceShape::simple) {
        std::vector<geo::LonLat> trace;
        for (const geo::Point& point : line(surface, arrays, 0))
            trace.push_back({point.lon, point.lat});
        return simple_fault_mesh(trace, surface.dip,
                                 {surface.upper_seismogenic_depth, surface.lower_seismogenic_depth},
                                 surface.spacing_km);
    }
    std::vector<std::vector<geo::Point>> edges;
    for (std::uint32_t i = 0; i < surface.lines.count; ++i) {
        const std::span<const geo::Point> edge = line(surface, arrays, i);
        edges.emplace_back(edge.begin(), edge.end());
    }
    if (surface.shape != SurfaceShape::kite)
        return complex_fault_mesh(edges, surface.spacing_km);
    Mesh mesh = kite_mesh(edges, surface.profile_spacing_km, surface.spacing_km);
    return surface.of_multi_fault != 0 ? in_single_precision(mesh.view()) : std::move(mesh);
}

PlanarRupture surface_plane(const SurfaceRecord& surface, const SurfaceArrays& arrays,
                            std::uint32_t i) noexcept
{
    const std::span<const geo::Point> corners = line(surface, arrays, 0).subspan(std::size_t{4} * i, 4);
    return planar_surface({.top_left = corners[top_left],
                           .top_right = corners[top_right],
                           .bottom_left = corners[bottom_left],
                           .bottom_right = corners[bottom_right]});
}

void append_floating_ruptures(const SurfaceRecord& surface, const MeshView& mesh, const Floating& floating,
                              double magnitude, std::vector<SubMesh>& ruptures)
{
    if (surface.shape == SurfaceShape::simple) {
        const SlidingRupture sliding = simple_fault_ruptures(mesh, surface.spacing_km, floating.relation,
                                                             floating.aspect_ratio, floating.rake, magnitude);
        for (std::uint64_t k = 0; k < sliding.count(); ++k)
            ruptures.push_back(sliding.at(k));
        return;
    }
    if (surface.shape == SurfaceShape::kite) {
        append_kite_ruptures(mesh,
                             {.relation = floating.relation,
                              .aspect_ratio = floating.aspect_ratio,
                              .rake = floating.rake,
                              .along_km = surface.spacing_km,
                              .down_km = surface.profile_spacing_km},
                             magnitude, ruptures);
        return;
    }
    const std::vector<SubMesh> all =
        complex_fault_ruptures(mesh, floating.relation, floating.aspect_ratio, floating.rake, magnitude);
    ruptures.insert(ruptures.end(), all.begin(), all.end());
}

} // namespace mtc::psha
