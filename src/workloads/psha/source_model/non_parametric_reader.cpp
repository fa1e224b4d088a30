#include "workloads/psha/source_model/source_kinds.hpp"
#include "workloads/psha/source_model/surface_reader.hpp"

#include "config/nearest.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <sstream>

/// \file
/// Sources that list their ruptures with the probabilities of 0, 1, 2, ... occurrences.
namespace mtc::psha {
namespace {

/// A kind of rupture and the surface that it lies on.
struct RuptureKind {
    std::string_view name;
    std::string_view surface; ///< empty: planes, a kite or points
};

constexpr auto rupture_kinds = std::to_array<RuptureKind>({
    {"singlePlaneRupture", "planarSurface"},
    {"multiPlanesRupture", ""},
    {"simpleFaultRupture", "simpleFaultGeometry"},
    {"complexFaultRupture", "complexFaultGeometry"},
    {"griddedRupture", "griddedSurface"},
});

/// The exact sum is OpenQuake's rule: another one is told, not made good.
std::vector<double> read_probabilities(const XmlNode& node)
{
    std::vector<double> probabilities = node.numbers_attribute("probs_occur");
    for (const double probability : probabilities)
        check_range(node, "probs_occur", probability, 0.0, 1.0);
    const double sum = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
    if (sum != 1.0) {
        std::ostringstream shown;
        shown.precision(17);
        shown << sum;
        node.refuse(text("The probabilities probs_occur = '", node.attribute("probs_occur"),
                         "' do not sum up to 1! (added from left to right they are ", shown.str(),
                         ", exactly 1 is accepted)"));
    }
    return probabilities;
}

ExplicitRupture read_rupture(const XmlNode& node, const RuptureKind& kind, Notes& notes)
{
    if (!kind.surface.empty())
        (void)node.child(kind.surface); // the one surface of its kind
    const XmlNode magnitude = node.child("magnitude");
    ExplicitRupture rupture{.magnitude = magnitude.number(),
                            .rake = read_rake(node),
                            .hypocentre = read_point_attributes(node.child("hypocenter")),
                            .surface = read_surface(node, notes),
                            .probabilities = read_probabilities(node)};
    check_range(magnitude, "magnitude", rupture.magnitude, 0.0, 11.0);
    return rupture;
}

void read_weights(const XmlNode& source, std::vector<ExplicitRupture>& ruptures)
{
    if (!source.find_attribute("rup_weights"))
        return;
    const std::vector<double> weights = source.numbers_attribute("rup_weights");
    if (weights.size() != ruptures.size())
        source.refuse(text("rup_weights holds ", weights.size(), " weights (accepted: ", ruptures.size(),
                           ", one for each rupture)"));
    for (std::size_t i = 0; i < weights.size(); ++i) {
        check_range(source, "rup_weights", weights[i], 0.0, 1.0);
        ruptures[i].weight = weights[i];
    }
}

} // namespace

Source read_non_parametric_source(const XmlNode& node, const SourceReadingKeys& /*keys*/, Notes& notes)
{
    NonParametricGeometry geometry;
    for (const XmlNode& child : node.children()) {
        const auto* kind = std::ranges::find(rupture_kinds, child.name(), &RuptureKind::name);
        if (kind == rupture_kinds.end()) {
            std::array<std::string_view, rupture_kinds.size()> names;
            std::ranges::transform(rupture_kinds, names.begin(), &RuptureKind::name);
            child.refuse(text("<", child.name(), "> in <", node.name(),
                              "> (singlePlaneRupture, multiPlanesRupture, simpleFaultRupture "
                              "and complexFaultRupture are accepted).",
                              config::did_you_mean(child.name(), names)));
        }
        geometry.ruptures.push_back(read_rupture(child, *kind, notes));
        const std::size_t n_first = geometry.ruptures.front().probabilities.size();
        const std::size_t n_here = geometry.ruptures.back().probabilities.size();
        if (n_here != n_first)
            child.refuse(text("probs_occur holds ", n_here, " probabilities (accepted: ", n_first,
                              ", as the first rupture of the source)"));
    }
    if (geometry.ruptures.empty())
        node.refuse(text("<", node.name(), "> holds no rupture (at least one is accepted)"));
    read_weights(node, geometry.ruptures);
    Source source;
    source.geometry = std::move(geometry);
    return source;
}

} // namespace mtc::psha
