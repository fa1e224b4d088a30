#include "workloads/psha/source_model/geometry_reader.hpp"
#include "workloads/psha/source_model/mfd_reader.hpp"
#include "workloads/psha/source_model/source_kinds.hpp"

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
    const PointGeometry point = read_point(geometry);
    Source source = read_common(node, geometry, notes);
    source.geometry = point;
    source.distributions.push_back(read_distribution(node, keys));
    return source;
}

Source read_multi_point_source(const XmlNode& node, const SourceReadingKeys& keys, Notes& notes)
{
    const XmlNode geometry = node.child("multiPointGeometry");
    MultiPointGeometry points = read_points_of(geometry);
    Source source = read_common(node, geometry, notes);
    source.distributions = read_distributions(node, points.locations.size(), keys);
    source.geometry = std::move(points);
    return source;
}

Source read_area_source(const XmlNode& node, const SourceReadingKeys& keys, Notes& notes)
{
    const XmlNode geometry = node.child("areaGeometry");
    AreaGeometry area = read_area_geometry(geometry);
    Source source = read_common(node, geometry, notes);
    source.geometry = std::move(area);
    source.distributions.push_back(read_distribution(node, keys));
    return source;
}

} // namespace mtc::psha
