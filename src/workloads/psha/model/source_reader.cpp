#include "workloads/psha/model/source_reader.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace mtc::psha {
namespace {

constexpr auto supported_sources = std::to_array<std::string_view>({"pointSource", "areaSource"});

bool is_poisson(const std::string& tom)
{
    return tom == "PoissonTOM";
}

/// Occurrence models other than Poisson would change the numbers.
void check_occurrence_model(const XmlNode& node)
{
    const std::optional<std::string> tom = node.find_attribute("tom");
    if (tom && !is_poisson(*tom))
        node.refuse(text("tom = '", *tom, "' (this version computes PoissonTOM)"));
}

/// Refuses groups whose sources or ruptures depend on each other; tells of what has no effect in the others.
void check_group(const XmlNode& group, Notes& notes)
{
    for (const std::string_view attribute : {"src_interdep", "rup_interdep"}) {
        const std::optional<std::string> value = group.find_attribute(attribute);
        if (value && *value != "indep")
            group.refuse(text(attribute, " = '", *value, "' (this version computes 'indep')"));
    }
    const std::optional<std::string> cluster = group.find_attribute("cluster");
    if (cluster && config::parse_flag(*cluster) != std::optional{false})
        group.refuse(text("cluster = '", *cluster, "' (this version computes groups that are not clusters)"));
    check_occurrence_model(group);
    for (const std::string_view attribute : {"grp_probability", "srcs_weights"})
        if (group.find_attribute(attribute))
            notes.remarks.push_back(
                text(group.where(), ": ", attribute, " has no effect in a group of independent sources"));
}

PointGeometry read_point(const XmlNode& geometry)
{
    const XmlNode pos = geometry.at("Point", "pos");
    const std::vector<geo::LonLat> positions = read_positions(pos);
    if (positions.size() != 1)
        pos.refuse(text("<pos> holds ", positions.size(), " places (one is accepted)"));
    return {positions.front()};
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

/// An element that is not known changes nothing here, which its author may not expect.
void warn_of_unknown_children(const XmlNode& source, std::string_view geometry, Notes& notes)
{
    constexpr auto common = std::to_array<std::string_view>(
        {"magScaleRel", "ruptAspectRatio", "nodalPlaneDist", "hypoDepthDist"});
    for (const XmlNode& child : source.children())
        if (child.name() != geometry && !child.name().ends_with("MFD") &&
            std::find(common.begin(), common.end(), child.name()) == common.end())
            notes.warnings.push_back(text(child.where(), ": <", child.name(), "> is not known in <",
                                          source.name(), ">, ignoring it.",
                                          config::did_you_mean(child.name(), common)));
}

MagnitudeArea read_magnitude_area(const XmlNode& source)
{
    const XmlNode node = source.child("magScaleRel");
    try {
        return magnitude_area_by_name(node.content());
    } catch (const InputError& error) {
        node.refuse(error.what());
    }
}

double read_aspect_ratio(const XmlNode& source)
{
    const XmlNode node = source.child("ruptAspectRatio");
    const double ratio = node.number();
    if (!(ratio > 0.0))
        node.refuse(text("ruptAspectRatio = ", ratio, " (accepted: above 0)"));
    return ratio;
}

Source read_source(const XmlNode& node, const std::string& trt, const SourceReadingKeys& keys, Notes& notes)
{
    const std::string id = node.find_attribute("id").value_or("");
    if (std::find(supported_sources.begin(), supported_sources.end(), node.name()) == supported_sources.end())
        node.refuse(text(
            node.name(), " '", id, "' (this version reads pointSource and areaSource)",
            node.name().ends_with("Source") ? "" : config::did_you_mean(node.name(), supported_sources)));
    check_occurrence_model(node);
    const bool is_point = node.name() == "pointSource";
    const std::string_view geometry_name = is_point ? "pointGeometry" : "areaGeometry";
    const XmlNode geometry = node.child(geometry_name);
    warn_of_unknown_children(node, geometry_name, notes);

    Source source;
    source.id = node.attribute("id");
    source.trt = trt;
    source.where = node.where();
    source.kind = is_point ? SourceKind::point : SourceKind::area;
    if (is_point)
        source.geometry = read_point(geometry);
    else
        source.geometry = read_area(geometry);
    source.seismogenic = read_seismogenic_depths(geometry);
    source.magnitude_area = read_magnitude_area(node);
    source.aspect_ratio = read_aspect_ratio(node);
    source.distributions = {read_distribution(node, keys)};
    source.planes = read_planes(node, notes);
    source.depths = read_depths(node, source.seismogenic, notes);
    return source;
}

/// NRML 0.5: sources stand in groups, which hold their tectonic region type.
std::vector<Source> read_grouped(const XmlNode& model, const SourceReadingKeys& keys, Notes& notes)
{
    std::vector<Source> sources;
    for (const XmlNode& group : model.children()) {
        if (group.name() != "sourceGroup")
            group.refuse(
                text("<", group.name(), "> in a <sourceModel> of NRML 0.5 (<sourceGroup> is accepted)"));
        check_group(group, notes);
        const std::string trt = group.attribute("tectonicRegion");
        for (const XmlNode& node : group.children()) {
            const std::optional<std::string> own = node.find_attribute("tectonicRegion");
            if (own && *own != trt)
                node.refuse(
                    text("tectonicRegion = '", *own, "' in a sourceGroup of '", trt, "' (both must agree)"));
            sources.push_back(read_source(node, trt, keys, notes));
        }
    }
    return sources;
}

/// NRML 0.4: sources stand in the model itself, each with its tectonic region type.
std::vector<Source> read_ungrouped(const XmlNode& model, const SourceReadingKeys& keys, Notes& notes)
{
    std::vector<Source> sources;
    for (const XmlNode& node : model.children()) {
        if (node.name() == "sourceGroup")
            node.refuse("<sourceGroup> in NRML 0.4 (it needs NRML 0.5)");
        sources.push_back(read_source(node, node.attribute("tectonicRegion"), keys, notes));
    }
    return sources;
}

void check_investigation_time(const XmlNode& model, const SourceReadingKeys& keys)
{
    if (!model.find_attribute("investigation_time"))
        return;
    const double years = model.number_attribute("investigation_time");
    if (keys.investigation_time && years != *keys.investigation_time)
        model.refuse(text("investigation_time = ", years, ", while the input has ", *keys.investigation_time,
                          " (both must agree)"));
}

/// Sources of one id in a file are all computed; tables by source then cannot tell them apart.
void warn_of_equal_ids(const std::vector<Source>& sources, Notes& notes)
{
    std::map<std::string_view, const Source*> seen;
    for (const Source& source : sources) {
        const auto [first, is_new] = seen.emplace(source.id, &source);
        if (!is_new)
            notes.warnings.push_back(text(source.where, ": a second source with id '", source.id,
                                          "', the first is at ", first->second->where,
                                          " (both are computed)"));
    }
}

} // namespace

SourceModel read_source_model(const std::filesystem::path& file, const SourceReadingKeys& keys, Notes& notes)
{
    const XmlFile xml{file};
    const NrmlVersion version = xml.nrml_version();
    const XmlNode model = xml.root().child("sourceModel");
    check_investigation_time(model, keys);
    std::vector<Source> sources =
        version == NrmlVersion::v0_5 ? read_grouped(model, keys, notes) : read_ungrouped(model, keys, notes);
    if (sources.empty())
        model.refuse("<sourceModel> holds no source (at least one is accepted)");
    warn_of_equal_ids(sources, notes);

    std::map<std::string, std::vector<Source>> by_trt;
    for (Source& source : sources)
        by_trt[source.trt].push_back(std::move(source));
    SourceModel read{.file = file, .groups = {}};
    for (auto& [trt, members] : by_trt) {
        SourceGroup& group = read.groups.emplace_back();
        group.trt = trt;
        group.where = members.front().where;
        group.sources = std::move(members);
    }
    return read;
}

} // namespace mtc::psha
