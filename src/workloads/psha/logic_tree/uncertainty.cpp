#include "workloads/psha/logic_tree/uncertainty.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/source_model/geometry_reader.hpp"
#include "workloads/psha/source_model/source_parts.hpp"
#include "workloads/psha/source_model/surface_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mtc::psha {
namespace {

using enum UncertaintyType;

constexpr auto kinds = std::to_array<UncertaintyKind>({
    {.name = "sourceModel", .type = source_model},
    {.name = "extendModel", .type = extend_model},
    {.name = "abGRAbsolute", .type = ab_absolute, .rule = SourceFilterRule::exactly_one},
    {.name = "abMaxMagAbsolute", .type = ab_max_magnitude_absolute},
    {.name = "bGRAbsolute", .type = b_absolute, .rule = SourceFilterRule::exactly_one},
    {.name = "bGRRelative", .type = b_relative},
    {.name = "maxMagGRAbsolute", .type = max_magnitude_absolute, .rule = SourceFilterRule::exactly_one},
    {.name = "maxMagGRRelative", .type = max_magnitude_relative},
    {.name = "recomputeMmax", .type = max_magnitude_of_area},
    {.name = "incrementalMFDAbsolute", .type = incremental_absolute},
    {.name = "truncatedGRFromSlipAbsolute",
     .type = gutenberg_richter_from_slip,
     .rule = SourceFilterRule::exactly_one},
    {.name = "setMSRAbsolute", .type = magnitude_area_absolute, .rule = SourceFilterRule::exactly_one},
    {.name = "setLowerSeismDepthAbsolute", .type = lower_depth_absolute},
    {.name = "areaSourceGeometryAbsolute", .type = area_geometry_absolute},
    {.name = "simpleFaultDipAbsolute",
     .type = simple_fault_dip_absolute,
     .rule = SourceFilterRule::at_least_one},
    {.name = "simpleFaultDipRelative",
     .type = simple_fault_dip_relative,
     .rule = SourceFilterRule::at_least_one},
    {.name = "simpleFaultGeometryAbsolute",
     .type = simple_fault_geometry_absolute,
     .rule = SourceFilterRule::exactly_one},
    {.name = "complexFaultGeometryAbsolute",
     .type = complex_fault_geometry_absolute,
     .rule = SourceFilterRule::exactly_one},
    {.name = "characteristicFaultGeometryAbsolute", .type = characteristic_fault_geometry_absolute},
    {.name = "dummy", .type = dummy},
});

/// The numbers of a branch, as many as `names`. \param names  "a b", for the message
std::vector<double> read_numbers(const XmlNode& model, std::string_view type, std::string_view names)
{
    std::vector<double> numbers = model.numbers();
    const std::size_t wanted = config::split(names, " ").size();
    if (numbers.size() != wanted)
        model.refuse(text(type, " '", config::shortened(model.content()), "' holds ", numbers.size(),
                          " numbers (accepted: ", wanted, ", ", names, ")"));
    return numbers;
}

/// \throws InputError  unless numbers[at] > 0
std::vector<double> positive(std::vector<double> numbers, std::size_t at, const XmlNode& model,
                             std::string_view name)
{
    if (!(numbers[at] > 0.0))
        model.refuse(text(name, " = ", numbers[at], " (accepted: above 0)"));
    return numbers;
}

SourceFiles read_files(const XmlNode& model, const std::filesystem::path& folder)
{
    SourceFiles files;
    const std::string content = model.content();
    for (const std::string_view name : config::split(content, " \t\r\n")) {
        const std::filesystem::path named{name};
        std::filesystem::path file = (named.is_absolute() ? named : folder / named).lexically_normal();
        if (!std::filesystem::is_regular_file(file))
            model.refuse(text("source model '", name, "' (no such file: ", file.string(), ")"));
        if (std::ranges::find(files, file) != files.end())
            model.refuse(text("source model '", name, "' twice in one branch (once is accepted)"));
        files.push_back(std::move(file));
    }
    return files;
}

/// The only element of a branch, which has to have a certain name.
XmlNode only_element(const XmlNode& model, std::string_view name)
{
    const std::vector<XmlNode> elements = model.children();
    if (elements.size() != 1 || elements.front().name() != name)
        model.refuse(
            text("<uncertaintyModel> holds ",
                 elements.empty() ? std::string{"no element"} : text("<", elements.front().name(), "> first"),
                 " (one <", name, "> is accepted)"));
    return elements.front();
}

Incremental read_incremental(const XmlNode& model)
{
    const XmlNode mfd = only_element(model, "incrementalMFD");
    Incremental made{.min_magnitude = mfd.number_attribute("minMag"),
                     .bin_width = mfd.number_attribute("binWidth"),
                     .annual_rates = mfd.child("occurRates").numbers()};
    if (made.annual_rates.empty() || std::ranges::any_of(made.annual_rates, [](double r) { return r < 0.0; }))
        mfd.child("occurRates").refuse("occurRates (accepted: one rate or more, each at least 0)");
    if (!(made.bin_width > 0.0))
        mfd.refuse(text("binWidth = ", made.bin_width, " (accepted: above 0)"));
    return made;
}

FaultSlip read_slip(const XmlNode& model)
{
    const std::vector<XmlNode> elements = model.children();
    if (elements.size() > 1)
        elements[1].refuse(text("a second element in <uncertaintyModel> (one with slipRate and rigidity is "
                                "accepted)"));
    const XmlNode& node = elements.empty() ? model : elements.front();
    FaultSlip slip{.rate_mm = node.number_attribute("slipRate"),
                   .rigidity_gpa = node.number_attribute("rigidity")};
    if (node.find_attribute("constant_term"))
        slip.constant_term = node.number_attribute("constant_term");
    if (!(slip.rate_mm > 0.0) || !(slip.rigidity_gpa > 0.0))
        node.refuse(text("slipRate = ", slip.rate_mm, ", rigidity = ", slip.rigidity_gpa,
                         " (both are accepted above 0)"));
    return slip;
}

MagnitudeArea read_relation(const XmlNode& model)
{
    try {
        return magnitude_area_by_name(model.content());
    } catch (const InputError& error) {
        model.refuse(error.what());
    }
}

std::vector<double> read_dip(const XmlNode& model, std::string_view type)
{
    std::vector<double> dip = read_numbers(model, type, "dip");
    if (!(dip[0] > 0.0 && dip[0] <= 90.0))
        model.refuse(text("dip = ", dip[0], " (accepted: above 0, at most 90)"));
    return dip;
}

} // namespace

const UncertaintyKind& uncertainty_kind(const XmlNode& set)
{
    const std::string name = set.attribute("uncertaintyType");
    const auto kind = std::ranges::find(kinds, name, &UncertaintyKind::name);
    if (kind != kinds.end())
        return *kind;
    std::vector<std::string_view> names;
    for (const UncertaintyKind& known : kinds)
        names.push_back(known.name);
    set.refuse(text("uncertaintyType = '", name, "' is not known.", config::did_you_mean(name, names)));
}

UncertaintyValue read_uncertainty(const UncertaintyKind& kind, const XmlNode& model,
                                  const std::filesystem::path& folder, Notes& notes)
{
    switch (kind.type) {
    case source_model:
    case extend_model:
        return read_files(model, folder);
    case ab_absolute:
        return positive(read_numbers(model, kind.name, "a b"), 1, model, "b");
    case ab_max_magnitude_absolute:
        return positive(read_numbers(model, kind.name, "a b Mmax"), 1, model, "b");
    case b_absolute:
        return positive(read_numbers(model, kind.name, "b"), 0, model, "b");
    case max_magnitude_absolute:
        return read_numbers(model, kind.name, "Mmax");
    case b_relative:
    case max_magnitude_relative:
    case simple_fault_dip_relative:
        return read_numbers(model, kind.name, "increment");
    case max_magnitude_of_area:
        return read_numbers(model, kind.name, "epsilon");
    case lower_depth_absolute:
        return positive(read_numbers(model, kind.name, "depth"), 0, model, "depth");
    case simple_fault_dip_absolute:
        return read_dip(model, kind.name);
    case incremental_absolute:
        return read_incremental(model);
    case gutenberg_richter_from_slip:
        return read_slip(model);
    case magnitude_area_absolute:
        return read_relation(model);
    case area_geometry_absolute: {
        const XmlNode geometry = only_element(model, "areaGeometry");
        (void)read_seismogenic_depths(geometry); // must stand there and be sound, but change nothing
        return read_area_geometry(geometry);
    }
    case simple_fault_geometry_absolute:
        return Surface{read_simple_fault(only_element(model, "simpleFaultGeometry"))};
    case complex_fault_geometry_absolute:
        return Surface{read_complex_fault(only_element(model, "complexFaultGeometry"))};
    case characteristic_fault_geometry_absolute:
        return read_surface(only_element(model, "surface"), notes);
    case dummy:
        break;
    }
    return std::monostate{};
}

} // namespace mtc::psha
