#include "workloads/psha/model/geometry_reader.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/model/source_parts.hpp"

namespace mtc::psha {
namespace {

/// Longitude, latitude and depth in turn.
std::vector<geo::Point> read_places(const XmlNode& list)
{
    const std::vector<double> numbers = list.numbers();
    if (numbers.size() < 6 || numbers.size() % 3 != 0)
        list.refuse(text("<", list.name(), "> holds ", numbers.size(),
                         " numbers (longitude, latitude and depth of 2 places or more are accepted)"));
    std::vector<geo::Point> places;
    for (std::size_t i = 0; i < numbers.size(); i += 3)
        places.push_back({.lon = numbers[i], .lat = numbers[i + 1], .depth = numbers[i + 2]});
    return places;
}

geo::Point read_corner(const XmlNode& plane, std::string_view name)
{
    const XmlNode corner = plane.child(name);
    return {.lon = corner.number_attribute("lon"),
            .lat = corner.number_attribute("lat"),
            .depth = corner.number_attribute("depth")};
}

} // namespace

AreaGeometry read_area_geometry(const XmlNode& geometry)
{
    const XmlNode polygon = geometry.child("Polygon");
    if (const std::optional<XmlNode> hole = polygon.find("interior"))
        hole->refuse("interior (an area source is read as its exterior alone; holes are not accepted)");
    const XmlNode list = polygon.at("exterior", "LinearRing", "posList");
    AreaGeometry area{.polygon = read_positions(list)};
    const auto same = [](geo::LonLat a, geo::LonLat b) { return a.lon == b.lon && a.lat == b.lat; };
    if (area.polygon.size() > 1 && same(area.polygon.front(), area.polygon.back()))
        area.polygon.pop_back(); // a closed ring repeats its first corner
    if (area.polygon.size() < 3)
        list.refuse(text("<posList> holds ", area.polygon.size(), " corners (at least 3 are accepted)"));
    if (geometry.find_attribute("discretization")) {
        area.discretization_km = geometry.number_attribute("discretization");
        if (!(*area.discretization_km > 0.0))
            geometry.refuse(text("discretization = ", *area.discretization_km, " (accepted: above 0 km)"));
    }
    return area;
}

SimpleFaultSurface read_simple_fault_surface(const XmlNode& geometry)
{
    const XmlNode list = geometry.at("LineString", "posList");
    const XmlNode dip = geometry.child("dip");
    SimpleFaultSurface surface{
        .trace = read_positions(list), .dip = dip.number(), .seismogenic = read_seismogenic_depths(geometry)};
    if (surface.trace.size() < 2)
        list.refuse("<posList> holds one place (a trace has at least 2)");
    if (!(surface.dip > 0.0 && surface.dip <= 90.0))
        dip.refuse(text("dip = ", surface.dip, " (accepted: above 0, at most 90)"));
    return surface;
}

ComplexFaultSurface read_complex_fault_surface(const XmlNode& geometry)
{
    ComplexFaultSurface surface;
    for (const XmlNode& edge : geometry.children())
        if (edge.name().ends_with("Edge"))
            surface.edges.push_back(read_places(edge.at("LineString", "posList")));
    if (surface.edges.size() < 2)
        geometry.refuse(text("<complexFaultGeometry> holds ", surface.edges.size(),
                             " edges (at least faultTopEdge and faultBottomEdge are accepted)"));
    return surface;
}

Surface read_surface(const XmlNode& surface)
{
    const std::vector<XmlNode> elements = surface.children();
    if (elements.empty())
        surface.refuse("<surface> is empty");
    const XmlNode& first = elements.front();
    if (first.name() == "simpleFaultGeometry")
        return read_simple_fault_surface(first);
    if (first.name() == "complexFaultGeometry")
        return read_complex_fault_surface(first);
    PlanarSurfaces planes;
    for (const XmlNode& plane : elements) {
        if (plane.name() != "planarSurface")
            plane.refuse(text("<", plane.name(),
                              "> in <surface> (simpleFaultGeometry, complexFaultGeometry "
                              "or planarSurface are accepted)"));
        planes.planes.push_back({.top_left = read_corner(plane, "topLeft"),
                                 .top_right = read_corner(plane, "topRight"),
                                 .bottom_left = read_corner(plane, "bottomLeft"),
                                 .bottom_right = read_corner(plane, "bottomRight")});
    }
    return planes;
}

} // namespace mtc::psha
