#include "workloads/psha/source_model/group_reader.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/source_model/occurrence_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace mtc::psha {
namespace {

constexpr double weight_tolerance = 5e-6; // of sums of weights, that of OpenQuake

/// src_interdep and rup_interdep.
bool is_exclusive(const XmlNode& node, std::string_view attribute)
{
    constexpr auto accepted = std::to_array<std::string_view>({"indep", "mutex"});
    const std::string value = node.find_attribute(attribute).value_or("indep");
    if (std::ranges::find(accepted, value) == accepted.end())
        node.refuse(text(attribute, " = '", value, "' ('indep' and 'mutex' are accepted).",
                         config::did_you_mean(value, accepted)));
    return value == "mutex";
}

Dependence read_dependence(const XmlNode& node)
{
    const bool sources = is_exclusive(node, "src_interdep");
    const bool ruptures = is_exclusive(node, "rup_interdep");
    if (sources && ruptures)
        node.refuse("src_interdep = 'mutex' with rup_interdep = 'mutex' (one of them is accepted)");
    return sources    ? Dependence::exclusive_sources
           : ruptures ? Dependence::exclusive_ruptures
                      : Dependence::independent;
}

bool read_cluster(const XmlNode& node)
{
    const std::optional<std::string> value = node.find_attribute("cluster");
    if (!value)
        return false;
    const std::optional<bool> flag = config::parse_flag(*value);
    if (!flag)
        node.refuse(text("cluster = '", *value, "' ('true' and 'false' are accepted)"));
    return *flag;
}

void remark_without_effect(const XmlNode& node, std::string_view attribute, std::string_view why,
                           Notes& notes)
{
    if (node.has_attribute(attribute))
        notes.remarks.push_back(text(node.where(), ": ", attribute, " has no effect ", why));
}

void read_source_weights(const XmlNode& node, SourceGroup& group)
{
    group.weights = node.numbers_attribute("srcs_weights");
    for (const double weight : group.weights)
        check_range(node, "srcs_weights", weight, 0.0, 1.0);
    check_sum(node, "srcs_weights", std::accumulate(group.weights.begin(), group.weights.end(), 0.0),
              weight_tolerance);
}

void read_cluster_rate(const XmlNode& node, SourceGroup& group)
{
    if (group.dependence == Dependence::exclusive_ruptures)
        node.refuse("cluster = 'true' with rup_interdep = 'mutex' (one of them is accepted)");
    group.cluster_rate = node.number_attribute("occurrence_rate");
    if (!(group.cluster_rate > 0.0))
        node.refuse(text("occurrence_rate = ", group.cluster_rate, " (accepted: above 0 events per year)"));
}

void check_exclusive_sources(const SourceGroup& group, Notes& notes)
{
    if (group.weights.size() != group.sources.size())
        throw InputError(text(group.where, ": srcs_weights holds ", group.weights.size(),
                              " weights (accepted: ", group.sources.size(), ", one for each source)"));
    const auto plain = std::ranges::find_if(
        group.sources, [](const Source& source) { return source.id.find(':') == std::string::npos; });
    if (plain != group.sources.end())
        notes.warnings.push_back(text(plain->where, ": id '", plain->id,
                                      "' of a mutually exclusive source "
                                      "(OpenQuake wants a colon in it, as in base:fragment)"));
}

void check_exclusive_ruptures(const SourceGroup& group)
{
    for (const Source& source : group.sources) {
        const auto* geometry = std::get_if<NonParametricGeometry>(&source.geometry);
        if (geometry == nullptr)
            throw InputError(text(source.where, ": '", source.id,
                                  "' in a group with rup_interdep = 'mutex' "
                                  "(nonParametricSeismicSource alone is accepted there)"));
        double sum = 0.0;
        for (const ExplicitRupture& rupture : geometry->ruptures)
            sum += rupture.weight;
        if (std::abs(sum - 1.0) > weight_tolerance)
            throw InputError(text(source.where, ": rup_weights of '", source.id, "' add up to ", sum,
                                  " (one weight for each rupture and a sum of 1 within ", weight_tolerance,
                                  " are accepted)"));
    }
}

void check_cluster(const SourceGroup& group)
{
    const auto other =
        std::ranges::find_if(group.sources, [](const Source& source) { return source.dispersion > 0.0; });
    if (other != group.sources.end())
        throw InputError(text(other->where, ": tom = 'NegativeBinomialTOM' of '", other->id,
                              "' in a cluster (each event breaks all of its ruptures once: PoissonTOM is "
                              "accepted there)"));
}

} // namespace

SourceGroup read_group(const XmlNode& node, Notes& notes)
{
    SourceGroup group;
    group.trt = node.attribute("tectonicRegion");
    group.where = node.where();
    check_occurrence_of_group(node);
    group.dependence = read_dependence(node);
    group.is_cluster = read_cluster(node);
    if (group.is_cluster)
        read_cluster_rate(node, group);
    else
        remark_without_effect(node, "occurrence_rate", "in a group that is no cluster", notes);
    if (group.dependence == Dependence::exclusive_sources)
        read_source_weights(node, group);
    else
        remark_without_effect(node, "srcs_weights", "without src_interdep = 'mutex'", notes);
    if (group.dependence == Dependence::independent) {
        remark_without_effect(node, "grp_probability", "in a group of independent sources and ruptures",
                              notes);
    } else if (node.has_attribute("grp_probability")) {
        group.probability = node.number_attribute("grp_probability");
        check_range(node, "grp_probability", group.probability, 0.0, 1.0);
    }
    return group;
}

bool is_independent(const SourceGroup& group) noexcept
{
    return group.dependence == Dependence::independent && !group.is_cluster;
}

void check_members(const SourceGroup& group, Notes& notes)
{
    if (group.dependence == Dependence::exclusive_sources)
        check_exclusive_sources(group, notes);
    if (group.dependence == Dependence::exclusive_ruptures)
        check_exclusive_ruptures(group);
    if (group.is_cluster)
        check_cluster(group);
}

} // namespace mtc::psha
