#include "workloads/psha/source_model/mfd_reader.hpp"
#include "workloads/psha/source_model/source_kinds.hpp"
#include "workloads/psha/source_model/surface_reader.hpp"

#include "mtc/error.hpp"

#include <array>

/// \file
/// Sources whose ruptures lie on the surface of a fault.
namespace mtc::psha {
namespace {

/// hypoList: where ruptures begin, in shares of their length and width.
std::vector<HypocentreShare> read_hypocentres(const XmlNode& list)
{
    std::vector<HypocentreShare> shares;
    double sum = 0.0;
    for (const XmlNode& node : list.children("hypo")) {
        const HypocentreShare share{.along = node.number_attribute("alongStrike"),
                                    .down = node.number_attribute("downDip"),
                                    .weight = node.number_attribute("weight")};
        check_range(node, "alongStrike", share.along, 0.0, 1.0);
        check_range(node, "downDip", share.down, 0.0, 1.0);
        check_range(node, "weight", share.weight, 0.0, 1.0);
        sum += share.weight;
        shares.push_back(share);
    }
    check_sum(list, "weights of <hypoList>", sum, probability_tolerance);
    return shares;
}

std::vector<SlipShare> read_slips(const XmlNode& list)
{
    std::vector<SlipShare> shares;
    double sum = 0.0;
    for (const XmlNode& node : list.children("slip")) {
        const SlipShare share{.direction = node.number(), .weight = node.number_attribute("weight")};
        check_range(node, "slip", share.direction, -360.0, 360.0);
        check_range(node, "weight", share.weight, 0.0, 1.0);
        sum += share.weight;
        shares.push_back(share);
    }
    check_sum(list, "weights of <slipList>", sum, probability_tolerance);
    return shares;
}

/// What all floating ruptures have in common: all but the surface.
Source read_floating(const XmlNode& node, const XmlNode& surface_node, Surface surface,
                     const SourceReadingKeys& keys, Notes& notes)
{
    const auto known = std::to_array<std::string_view>(
        {"magScaleRel", "ruptAspectRatio", "rake", "hypoList", "slipList", surface_node.name()});
    warn_of_unknown_children(node, known, notes);
    Source source;
    source.magnitude_area = read_magnitude_area(node);
    source.aspect_ratio = read_aspect_ratio(node);
    source.distributions.push_back(read_distribution(node, keys, FaultArea::known));
    source.geometry = FaultGeometry{.surface = std::move(surface), .rake = read_rake(node)};
    return source;
}

void refuse_hypocentres(const XmlNode& node)
{
    for (const std::string_view name : {"hypoList", "slipList"})
        if (const std::optional<XmlNode> list = node.find(name))
            list->refuse(text("<", name, "> in <", node.name(), "> (accepted in simpleFaultSource alone)"));
}

} // namespace

Source read_simple_fault_source(const XmlNode& node, const SourceReadingKeys& keys, Notes& notes)
{
    const XmlNode surface = node.child("simpleFaultGeometry");
    Source source = read_floating(node, surface, read_simple_fault(surface), keys, notes);
    const std::optional<XmlNode> hypocentres = node.find("hypoList");
    const std::optional<XmlNode> slips = node.find("slipList");
    if (hypocentres.has_value() != slips.has_value())
        (hypocentres ? hypocentres : slips)
            ->refuse(text("<", hypocentres ? "hypoList" : "slipList", "> without <",
                          hypocentres ? "slipList" : "hypoList", "> (both or none are accepted)"));
    if (hypocentres) {
        auto& fault = std::get<FaultGeometry>(source.geometry);
        fault.hypocentres = read_hypocentres(*hypocentres);
        fault.slips = read_slips(*slips);
    }
    return source;
}

Source read_complex_fault_source(const XmlNode& node, const SourceReadingKeys& keys, Notes& notes)
{
    const XmlNode surface = node.child("complexFaultGeometry");
    refuse_hypocentres(node);
    return read_floating(node, surface, read_complex_fault(surface), keys, notes);
}

Source read_kite_fault_source(const XmlNode& node, const SourceReadingKeys& keys, Notes& notes)
{
    refuse_hypocentres(node);
    if (const std::optional<XmlNode> simple = node.find("simpleFaultGeometry"))
        return read_floating(node, *simple, KiteSurface{.simple = read_simple_fault(*simple)}, keys, notes);
    const XmlNode surface = node.child("kiteSurface");
    return read_floating(node, surface, read_kite(surface), keys, notes);
}

Source read_characteristic_fault_source(const XmlNode& node, const SourceReadingKeys& keys, Notes& notes)
{
    constexpr auto known = std::to_array<std::string_view>({"rake", "surface"});
    warn_of_unknown_children(node, known, notes);
    Source source;
    source.distributions.push_back(read_distribution(node, keys, FaultArea::known));
    source.geometry = CharacteristicGeometry{.surface = read_surface(node.child("surface"), notes),
                                             .rake = read_rake(node)};
    return source;
}

} // namespace mtc::psha
