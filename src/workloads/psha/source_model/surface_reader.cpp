#include "workloads/psha/source_model/surface_reader.hpp"

#include "config/nearest.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/geo/polygon.hpp"

#include <algorithm>
#include <array>

namespace mtc::psha {
namespace {

constexpr auto surface_names = std::to_array<std::string_view>(
    {"simpleFaultGeometry", "complexFaultGeometry", "planarSurface", "griddedSurface", "kiteSurface"});

/// A line of at least two points in space.
std::vector<geo::Point> read_line(const XmlNode& edge)
{
    const XmlNode list = edge.at("LineString", "posList");
    std::vector<geo::Point> line = read_points(list);
    if (line.size() < 2)
        list.refuse(text("<", edge.name(), "> holds ", line.size(), " point (at least 2 are accepted)"));
    return line;
}

PlaneCorners read_plane(const XmlNode& surface, Notes& notes)
{
    const PlaneCorners corners{.top_left = read_point_attributes(surface.child("topLeft")),
                               .top_right = read_point_attributes(surface.child("topRight")),
                               .bottom_left = read_point_attributes(surface.child("bottomLeft")),
                               .bottom_right = read_point_attributes(surface.child("bottomRight"))};
    try {
        if (const std::string warning = check_corners(corners); !warning.empty())
            notes.warnings.push_back(text(surface.where(), ": planarSurface: ", warning));
    } catch (const InputError& error) {
        surface.refuse(text("planarSurface: ", error.what()));
    }
    return corners;
}

Surface read_planes_of(const XmlNode& parent, Notes& notes)
{
    PlanarSurfaces planes;
    for (const XmlNode& surface : parent.children("planarSurface"))
        planes.planes.push_back(read_plane(surface, notes));
    return planes;
}

Surface read_kites_of(const XmlNode& parent)
{
    KiteSurfaces kites;
    for (const XmlNode& kite : parent.children("kiteSurface"))
        kites.kites.push_back(read_kite(kite));
    if (kites.kites.size() == 1)
        return std::move(kites.kites.front());
    return kites;
}

} // namespace

SimpleFaultSurface read_simple_fault(const XmlNode& geometry)
{
    const XmlNode list = geometry.at("LineString", "posList");
    const XmlNode dip = geometry.child("dip");
    SimpleFaultSurface surface{
        .trace = read_positions(list), .dip = dip.number(), .seismogenic = read_seismogenic_depths(geometry)};
    std::vector<geo::LonLat> different = surface.trace;
    const auto same = [](geo::LonLat a, geo::LonLat b) { return a.lon == b.lon && a.lat == b.lat; };
    different.erase(std::unique(different.begin(), different.end(), same), different.end());
    if (different.size() < 2)
        list.refuse(
            text("the trace holds ", different.size(), " point (at least 2 that differ are accepted)"));
    if (geo::crosses_itself(different))
        list.refuse("the trace intersects itself (a simple fault's must not). Are its points in order?");
    check_dip(dip, surface.dip);
    if (!(surface.seismogenic.upper >= 0.0))
        geometry.child("upperSeismoDepth")
            .refuse(text("upperSeismoDepth = ", surface.seismogenic.upper,
                         " (accepted: at least 0, the depth of the trace)"));
    return surface;
}

ComplexFaultSurface read_complex_fault(const XmlNode& geometry)
{
    ComplexFaultSurface surface;
    surface.edges.push_back(read_line(geometry.child("faultTopEdge")));
    for (const XmlNode& edge : geometry.children("intermediateEdge"))
        surface.edges.push_back(read_line(edge));
    surface.edges.push_back(read_line(geometry.child("faultBottomEdge")));
    return surface;
}

KiteSurface read_kite(const XmlNode& surface)
{
    KiteSurface kite;
    for (const XmlNode& profile : surface.children("profile"))
        kite.profiles.push_back(read_line(profile));
    if (kite.profiles.size() < 2)
        surface.refuse(
            text("<kiteSurface> holds ", kite.profiles.size(), " profiles (at least 2 are accepted)"));
    return kite;
}

Surface read_surface(const XmlNode& parent, Notes& notes)
{
    std::optional<XmlNode> first;
    std::vector<std::string_view> names;
    for (const XmlNode& child : parent.children()) {
        names.push_back(child.name());
        if (std::ranges::find(surface_names, child.name()) == surface_names.end())
            continue;
        if (first && child.name() != first->name())
            child.refuse(text("<", child.name(), "> beside <", first->name(), "> in <", parent.name(),
                              "> (surfaces of one kind are accepted)"));
        if (!first)
            first = child;
    }
    if (!first)
        parent.refuse(text("<", parent.name(),
                           "> has no surface (simpleFaultGeometry, complexFaultGeometry, planarSurface "
                           "and kiteSurface are accepted).",
                           names.empty() ? "" : config::did_you_mean(names.back(), surface_names)));
    if (first->name() == "simpleFaultGeometry")
        return read_simple_fault(parent.child("simpleFaultGeometry"));
    if (first->name() == "complexFaultGeometry")
        return read_complex_fault(parent.child("complexFaultGeometry"));
    if (first->name() == "planarSurface")
        return read_planes_of(parent, notes);
    if (first->name() == "kiteSurface")
        return read_kites_of(parent);
    return GriddedSurface{.points = read_points(parent.at("griddedSurface", "posList"))};
}

} // namespace mtc::psha
