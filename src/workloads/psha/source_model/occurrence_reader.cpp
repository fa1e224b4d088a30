#include "workloads/psha/source_model/occurrence_reader.hpp"

#include "config/nearest.hpp"
#include "mtc/error.hpp"

#include <array>
#include <cmath>
#include <string_view>

namespace mtc::psha {
namespace {

constexpr std::string_view poisson = "PoissonTOM";
constexpr std::string_view negative_binomial = "NegativeBinomialTOM";
constexpr auto accepted = std::to_array<std::string_view>({poisson, negative_binomial});

double positive_attribute(const XmlNode& node, std::string_view name)
{
    const double value = node.number_attribute(name);
    if (!(value > 0.0) || !std::isfinite(value))
        node.refuse(text(name, " = ", value, " (accepted with tom = '", negative_binomial, "': above 0)"));
    return value;
}

[[noreturn]] void refuse_tom(const XmlNode& node, std::string_view tom)
{
    node.refuse(text("tom = '", tom, "' (", poisson, " and ", negative_binomial, " are accepted).",
                     config::did_you_mean(tom, accepted)));
}

} // namespace

double read_dispersion(const XmlNode& source, SourceKind kind, Notes& notes)
{
    const std::string_view tom = source.attribute_view("tom").value_or(poisson);
    if (tom == poisson) {
        for (const std::string_view name : {"alpha", "mu"})
            if (source.has_attribute(name))
                notes.warnings.push_back(text(source.where(), ": ", name, " has no effect without tom = '",
                                              negative_binomial, "'"));
        return 0.0;
    }
    if (tom != negative_binomial)
        refuse_tom(source, tom);
    if (kind == SourceKind::non_parametric || kind == SourceKind::multi_fault)
        source.refuse(text("tom = '", tom, "' of a ", source.name(),
                           " (its ruptures list the probabilities of their occurrences: ", poisson,
                           " or no tom is accepted)"));
    (void)positive_attribute(source, "mu");
    return positive_attribute(source, "alpha");
}

void check_occurrence_of_group(const XmlNode& group)
{
    const std::string_view tom = group.attribute_view("tom").value_or(poisson);
    if (tom == poisson)
        return;
    if (tom != negative_binomial)
        refuse_tom(group, tom);
    group.refuse(text("tom = '", tom, "' of a group (", poisson,
                      " is accepted there). Give tom, alpha and mu to its sources?"));
}

} // namespace mtc::psha
