#include "workloads/psha/source_model/source_kinds.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/source_model/occurrence_reader.hpp"

#include <algorithm>
#include <array>

namespace mtc::psha {
namespace {

struct Kind {
    std::string_view name;
    SourceKind kind;
    Source (*read)(const XmlNode&, const SourceReadingKeys&, Notes&);
};

constexpr auto kinds = std::to_array<Kind>({
    {"pointSource", SourceKind::point, read_point_source},
    {"multiPointSource", SourceKind::multi_point, read_multi_point_source},
    {"areaSource", SourceKind::area, read_area_source},
    {"simpleFaultSource", SourceKind::simple_fault, read_simple_fault_source},
    {"complexFaultSource", SourceKind::complex_fault, read_complex_fault_source},
    {"characteristicFaultSource", SourceKind::characteristic_fault, read_characteristic_fault_source},
    {"kiteFaultSource", SourceKind::kite_fault, read_kite_fault_source},
    {"nonParametricSeismicSource", SourceKind::non_parametric, read_non_parametric_source},
    {"multiFaultSource", SourceKind::multi_fault, read_multi_fault_source},
});

std::string accepted_kinds()
{
    std::string names;
    for (const Kind& kind : kinds)
        names.append(names.empty() ? "" : ", ").append(kind.name);
    return names;
}

[[noreturn]] void refuse_kind(const XmlNode& node)
{
    const std::string id = node.find_attribute("id").value_or("");
    const std::string shown = text(node.name(), " '", id, "'");
    if (config::lower_case(node.name()).starts_with("ucerf"))
        node.refuse(
            text(shown, " (UCERF3 sources are not part of mtc; ", accepted_kinds(), " are accepted)"));
    std::array<std::string_view, kinds.size()> names;
    std::ranges::transform(kinds, names.begin(), &Kind::name);
    node.refuse(text(shown, " is no kind of source (", accepted_kinds(), " are accepted).",
                     config::did_you_mean(node.name(), names)));
}

} // namespace

Source read_source(const XmlNode& node, const std::string& trt, const SourceReadingKeys& keys, Notes& notes)
{
    const auto* kind = std::ranges::find(kinds, node.name(), &Kind::name);
    if (kind == kinds.end())
        refuse_kind(node);
    const double dispersion = read_dispersion(node, kind->kind, notes);
    Source source = kind->read(node, keys, notes);
    source.dispersion = dispersion;
    source.id = node.attribute("id");
    source.trt = trt;
    source.where = node.place();
    source.kind = kind->kind;
    return source;
}

} // namespace mtc::psha
