#include "workloads/psha/source_model/geometry_reader.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/source_model/source_parts.hpp"

namespace mtc::psha {

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
    if (geometry.has_attribute("discretization")) {
        area.discretization_km = geometry.number_attribute("discretization");
        if (!(*area.discretization_km > 0.0))
            geometry.refuse(text("discretization = ", *area.discretization_km, " (accepted: above 0 km)"));
    }
    return area;
}

} // namespace mtc::psha
