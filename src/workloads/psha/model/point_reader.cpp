#include "workloads/psha/model/mfd_reader.hpp"
#include "workloads/psha/model/source_kinds.hpp"

#include "mtc/error.hpp"

#include <array>

/// \file
/// Sources whose ruptures are planes about points: point, multi-point and area sources.
namespace mtc::psha {
namespace {

PointGeometry read_point(const XmlNode& geometry)
{
    const XmlNode pos = geometry.at("Point", "pos");
    const std::vector<geo::LonLat> positions = read_positions(pos);
    if (positions.size() != 1)
        pos.refuse(text("<pos> holds ", positions.size(), " places (one is accepted)"));
    return {positions.front()};
}

MultiPointGeometry read_points_of(const XmlNode& geometry)
{
    MultiPointGeometry points{.locations = read_positions(geometry.child("posList"))};
    for (geo::LonLat& place : points.locations)
        place = {.lon = static_cast<double>(static_cast<float>(place.lon)),
                 .lat = static_cast<double>(static_cast<float>(place.lat))};
    return points;
}

AreaGeometry read_area(const XmlNode& geometry)
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

/// What the three kinds have in common: all but the geometry and the distributions of magnitude.
Source read_common(const XmlNode& node, const XmlNode& geometry, Notes& notes)
{
    const auto known = std::to_array<std::string_view>(
        {"magScaleRel", "ruptAspectRatio", "nodalPlaneDist", "hypoDepthDist", geometry.name()});
    warn_of_unknown_children(node, known, notes);
    Source source;
    source.seismogenic = read_seismogenic_depths(geometry);
    source.magnitude_area = read_magnitude_area(node);
    source.aspect_ratio = read_aspect_ratio(node);
    source.planes = read_planes(node, notes);
    source.depths = read_depths(node, source.seismogenic, notes);
    return source;
}

} // namespace

Source read_point_source(const XmlNode& node, const SourceReadingKeys& keys, Notes& notes)
{
    const XmlNode geometry = node.child("pointGeometry");
    Source source = read_common(node, geometry, notes);
    source.geometry = read_point(geometry);
    source.distributions.push_back(read_distribution(node, keys));
    return source;
}

Source read_multi_point_source(const XmlNode& node, const SourceReadingKeys& keys, Notes& notes)
{
    const XmlNode geometry = node.child("multiPointGeometry");
    Source source = read_common(node, geometry, notes);
    MultiPointGeometry points = read_points_of(geometry);
    source.distributions = read_distributions(node, points.locations.size(), keys);
    source.geometry = std::move(points);
    return source;
}

Source read_area_source(const XmlNode& node, const SourceReadingKeys& keys, Notes& notes)
{
    const XmlNode geometry = node.child("areaGeometry");
    Source source = read_common(node, geometry, notes);
    source.geometry = read_area(geometry);
    source.distributions.push_back(read_distribution(node, keys));
    return source;
}

} // namespace mtc::psha
