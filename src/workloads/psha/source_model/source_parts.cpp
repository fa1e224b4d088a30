#include "workloads/psha/source_model/source_parts.hpp"

#include "config/nearest.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <toml++/toml.h>

namespace mtc::psha {
namespace {

double probability_of(const XmlNode& node)
{
    const double probability = node.number_attribute("probability");
    check_range(node, "probability", probability, 0.0, 1.0);
    return probability;
}

/// Adds a record to a distribution, or its probability to an equal one that is there already.
template <class Record, class Same>
void merge(std::vector<Record>& records, const Record& record, const Same& same, const XmlNode& node,
           Notes& notes)
{
    const auto equal = std::find_if(records.begin(), records.end(),
                                    [&](const Record& other) { return same(record, other); });
    if (equal == records.end()) {
        records.push_back(record);
        return;
    }
    equal->probability += record.probability;
    notes.warnings.push_back(
        text(node.where(), ": the same ", node.name(), " twice (their probabilities are added)"));
}

template <class Record>
void check_distribution(const XmlNode& distribution, const std::vector<Record>& records)
{
    double sum = 0.0;
    for (const Record& record : records)
        sum += record.probability;
    if (std::abs(sum - 1.0) > probability_tolerance) // the text costs more than the sum
        check_sum(distribution, text("probabilities of <", distribution.name(), ">"), sum,
                  probability_tolerance);
}

/// A relation with its parameter may be written as TOML, "CScalingMSR.C = 3.9": "CScalingMSR(C=3.9)".
std::string with_parameter_in_brackets(const std::string& relation)
{
    if (relation.find('=') == std::string::npos || relation.ends_with(')'))
        return relation;
    try {
        const toml::table tables = toml::parse(relation);
        const toml::table* parameters = tables.size() == 1 ? tables.begin()->second.as_table() : nullptr;
        if (parameters == nullptr || parameters->size() != 1)
            return relation;
        const auto parameter = parameters->begin();
        const std::optional<double> number = parameter->second.value<double>();
        return number ? text(tables.begin()->first.str(), "(", parameter->first.str(), "=", *number, ")")
                      : relation;
    } catch (const toml::parse_error&) {
        return relation;
    }
}

} // namespace

void check_range(const XmlNode& node, std::string_view name, double value, double low, double high)
{
    if (!(value >= low && value <= high))
        node.refuse(text(name, " = ", value, " (accepted: ", low, " to ", high, ")"));
}

void check_dip(const XmlNode& node, double dip)
{
    if (!(dip > 0.0 && dip <= 90.0))
        node.refuse(text("dip = ", dip, " (accepted: above 0, at most 90)"));
}

void check_position(const XmlNode& node, geo::LonLat position)
{
    check_range(node, "longitude", position.lon, -180.0, 180.0);
    check_range(node, "latitude", position.lat, -90.0, 90.0);
}

std::vector<PlaneRecord> read_planes(const XmlNode& source, Notes& notes)
{
    const XmlNode distribution = source.child("nodalPlaneDist");
    std::vector<PlaneRecord> planes;
    for (const XmlNode& node : distribution.children("nodalPlane")) {
        const PlaneRecord plane{.probability = probability_of(node),
                                .strike = node.number_attribute("strike"),
                                .dip = node.number_attribute("dip"),
                                .rake = node.number_attribute("rake")};
        check_range(node, "strike", plane.strike, 0.0, 360.0);
        check_range(node, "rake", plane.rake, -180.0, 180.0);
        check_dip(node, plane.dip);
        const auto same = [](const PlaneRecord& a, const PlaneRecord& b) {
            return a.strike == b.strike && a.dip == b.dip && a.rake == b.rake;
        };
        merge(planes, plane, same, node, notes);
    }
    check_distribution(distribution, planes);
    return planes;
}

std::vector<DepthRecord> read_depths(const XmlNode& source, SeismogenicDepths within, Notes& notes)
{
    const XmlNode distribution = source.child("hypoDepthDist");
    std::vector<DepthRecord> depths;
    for (const XmlNode& node : distribution.children("hypoDepth")) {
        const DepthRecord depth{.probability = probability_of(node), .depth = node.number_attribute("depth")};
        if (depth.depth < within.upper || depth.depth > within.lower)
            node.refuse(text("depth = ", depth.depth, " (accepted: from upperSeismoDepth ", within.upper,
                             " to lowerSeismoDepth ", within.lower, ")"));
        const auto same = [](const DepthRecord& a, const DepthRecord& b) { return a.depth == b.depth; };
        merge(depths, depth, same, node, notes);
    }
    check_distribution(distribution, depths);
    return depths;
}

SeismogenicDepths read_seismogenic_depths(const XmlNode& geometry)
{
    const XmlNode lower = geometry.child("lowerSeismoDepth");
    const SeismogenicDepths depths{.upper = geometry.child("upperSeismoDepth").number(),
                                   .lower = lower.number()};
    if (!(depths.lower > depths.upper))
        lower.refuse(text("lowerSeismoDepth = ", depths.lower,
                          " (accepted: above upperSeismoDepth, which is ", depths.upper, ")"));
    return depths;
}

std::vector<geo::LonLat> read_positions(const XmlNode& list)
{
    const std::vector<double> numbers = list.numbers();
    if (numbers.empty() || numbers.size() % 2 != 0)
        list.refuse(text("<", list.name(), "> holds ", numbers.size(),
                         " numbers (pairs of longitude and latitude are accepted)"));
    std::vector<geo::LonLat> positions;
    positions.reserve(numbers.size() / 2);
    for (std::size_t i = 0; i < numbers.size(); i += 2) {
        positions.push_back({.lon = numbers[i], .lat = numbers[i + 1]});
        check_position(list, positions.back());
    }
    return positions;
}

std::vector<geo::Point> read_points(const XmlNode& list)
{
    const std::vector<double> numbers = list.numbers();
    if (numbers.empty() || numbers.size() % 3 != 0)
        list.refuse(text("<", list.name(), "> holds ", numbers.size(),
                         " numbers (triplets of longitude, latitude and depth are accepted)"));
    std::vector<geo::Point> points;
    points.reserve(numbers.size() / 3);
    for (std::size_t i = 0; i < numbers.size(); i += 3) {
        points.push_back({.lon = numbers[i], .lat = numbers[i + 1], .depth = numbers[i + 2]});
        check_position(list, {.lon = numbers[i], .lat = numbers[i + 1]});
    }
    return points;
}

geo::Point read_point_attributes(const XmlNode& node)
{
    const geo::Point point{.lon = node.number_attribute("lon"),
                           .lat = node.number_attribute("lat"),
                           .depth = node.number_attribute("depth")};
    check_position(node, {.lon = point.lon, .lat = point.lat});
    return point;
}

double read_rake(const XmlNode& source)
{
    const XmlNode node = source.child("rake");
    const double rake = node.number();
    check_range(node, "rake", rake, -180.0, 180.0);
    return rake;
}

MagnitudeArea read_magnitude_area(const XmlNode& source)
{
    const XmlNode node = source.child("magScaleRel");
    try {
        return magnitude_area_by_name(with_parameter_in_brackets(node.content()));
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

void check_sum(const XmlNode& node, std::string_view what, double sum, double tolerance)
{
    if (std::abs(sum - 1.0) <= tolerance)
        return;
    std::ostringstream shown;
    shown.precision(10);
    shown << sum;
    node.refuse(text(what, " add up to ", shown.str(), " (1 within ", tolerance, " is accepted)"));
}

void warn_of_unknown_children(const XmlNode& parent, std::span<const std::string_view> known, Notes& notes)
{
    for (const XmlNode& child : parent.children())
        if (std::ranges::find(known, child.name()) == known.end() && !child.name().ends_with("MFD"))
            notes.warnings.push_back(text(child.where(), ": <", child.name(), "> is not known in <",
                                          parent.name(), ">, ignoring it.",
                                          config::did_you_mean(child.name(), known)));
}

} // namespace mtc::psha
