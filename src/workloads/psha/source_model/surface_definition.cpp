#include "workloads/psha/source_model/surface_definition.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/model/index.hpp"
#include "workloads/psha/model/surfaces.hpp"
#include "workloads/psha/source/kite_mesh.hpp"
#include "workloads/psha/source/kite_surface.hpp"

namespace mtc::psha {
namespace {

double rupture_spacing_km(const Config& config)
{
    return config.number("rupture_mesh_spacing");
}

double complex_spacing_km(const Config& config)
{
    return config.has("complex_fault_mesh_spacing") ? config.number("complex_fault_mesh_spacing")
                                                    : rupture_spacing_km(config);
}

SurfaceDefinition definition(const SimpleFaultSurface& surface, const Config& config, double)
{
    SurfaceDefinition made{.record = {.shape = SurfaceShape::simple,
                                      .dip = surface.dip,
                                      .upper_seismogenic_depth = surface.seismogenic.upper,
                                      .lower_seismogenic_depth = surface.seismogenic.lower,
                                      .spacing_km = rupture_spacing_km(config)},
                           .lines = {{}}};
    for (const geo::LonLat place : surface.trace)
        made.lines[0].push_back({place.lon, place.lat, 0.0});
    return made;
}

SurfaceDefinition definition(const ComplexFaultSurface& surface, const Config& config, double)
{
    return {.record = {.shape = SurfaceShape::complex, .spacing_km = complex_spacing_km(config)},
            .lines = surface.edges};
}

SurfaceDefinition definition(const PlanarSurfaces& surface, const Config&, double)
{
    SurfaceDefinition made{
        .record = {.shape = SurfaceShape::planes, .n_columns = to_index(surface.planes.size())},
        .lines = {{}}};
    for (const PlaneCorners& plane : surface.planes)
        made.lines[0].insert(made.lines[0].end(),
                             {plane.top_left, plane.top_right, plane.bottom_left, plane.bottom_right});
    return made;
}

SurfaceDefinition definition(const GriddedSurface&, const Config&, double)
{
    throw InputError(
        "griddedSurface (not part of mtc; simpleFaultGeometry, complexFaultGeometry, planarSurface "
        "and kiteSurface are accepted). Describe it by one of these, or name the sources to keep "
        "by source_id or source_nodes?");
}

SurfaceDefinition definition(const KiteSurface& surface, const Config& config, double aspect_ratio)
{
    const double spacing_km = rupture_spacing_km(config);
    SurfaceDefinition made{.record = {.shape = SurfaceShape::kite,
                                      .spacing_km = spacing_km,
                                      .profile_spacing_km = spacing_km / aspect_ratio},
                           .lines = surface.profiles};
    if (surface.simple)
        made.lines = profiles_of_simple_fault(surface.simple->trace, surface.simple->dip,
                                              surface.simple->seismogenic, spacing_km);
    return made;
}

SurfaceDefinition definition(const KiteSurfaces&, const Config&, double)
{
    throw InputError("several kite surfaces, where one surface is accepted");
}

/// A surface with arrays of its own.
struct StandAlone {
    explicit StandAlone(const SurfaceDefinition& definition)
        : record{definition.record}
    {
        for (const std::vector<geo::Point>& line : definition.lines)
            lines.push_back(append(points, line));
        record.lines = {.first = 0, .count = to_index(lines.size())};
    }
    [[nodiscard]] Mesh mesh() const { return surface_mesh(record, {lines, points}); }

    SurfaceRecord record;
    std::vector<IndexRange> lines;
    std::vector<geo::Point> points;
};

} // namespace

SurfaceDefinition surface_definition(const Surface& surface, const Config& config, double aspect_ratio)
{
    return std::visit([&](const auto& shape) { return definition(shape, config, aspect_ratio); }, surface);
}

double fault_area_km2(const Surface& surface, const Config& config)
{
    if (const auto* planes = std::get_if<PlanarSurfaces>(&surface)) {
        double area = 0.0;
        for (const PlaneCorners& corners : planes->planes) {
            const PlanarRupture plane = planar_surface(corners);
            area += plane.length * plane.width;
        }
        return area;
    }
    if (const auto* several = std::get_if<KiteSurfaces>(&surface)) {
        double area = 0.0;
        for (const KiteSurface& kite : several->kites)
            area += fault_area_km2(kite, config);
        return area;
    }
    const Mesh mesh = StandAlone{surface_definition(surface, config)}.mesh();
    return std::holds_alternative<KiteSurface>(surface) ? kite_area_km2(mesh.view())
                                                        : surface_area_km2(mesh.view(), mesh.view().whole());
}

} // namespace mtc::psha
