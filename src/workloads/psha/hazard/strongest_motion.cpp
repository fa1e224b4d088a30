#include "workloads/psha/hazard/strongest_motion.hpp"

#include "simd/dispatch.hpp"
#include "workloads/psha/ground_motion/model.hpp"
#include "workloads/psha/hazard/contexts.hpp"
#include "workloads/psha/model/motion_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <string>

namespace mtc::psha {
namespace {

double largest_magnitude_of(const ModelView& model)
{
    double largest = -std::numeric_limits<double>::infinity();
    for (const MagnitudeRecord& bin : model.magnitudes)
        largest = std::max(largest, bin.magnitude);
    for (const RuptureRecord& rupture : model.ruptures)
        largest = std::max(largest, rupture.magnitude);
    return largest;
}

/// Ruptures of all styles at the shallowest and at the usual depths of slabs, as near as the job lets them
/// be, at the sites of the softest and the hardest ground.
void append_strong_cases(const ModelView& model, double magnitude, Contexts& contexts)
{
    constexpr std::array<std::uint32_t, 1> only{0};
    const auto [soft, hard] = std::ranges::minmax_element(model.sites, {}, &Site::vs30);
    for (const Site& site : {*soft, *hard})
        for (const double rake : {-90.0, 0.0, 90.0})
            for (const double depth_km : {1.0, 10.0, 50.0}) {
                std::array<double, 6> near{depth_km, 0.0, 0.0, 0.0, 0.0, depth_km};
                const DistanceArrays distances{.rrup = &near[0],
                                               .rjb = &near[1],
                                               .rx = &near[2],
                                               .ry0 = &near[3],
                                               .repi = &near[4],
                                               .rhypo = &near[5]};
                contexts.append({.magnitude = magnitude,
                                 .rake = rake,
                                 .dip = 60.0,
                                 .ztor = depth_km,
                                 .width = 10.0,
                                 .hypocentre_depth = depth_km},
                                std::span{&site, 1}, only, distances, 1.0, no_index);
            }
}

} // namespace

std::vector<double> strongest_ln_motion(const ModelView& model)
{
    std::vector<double> strongest(model.imts.size(), -std::numeric_limits<double>::infinity());
    const double magnitude = largest_magnitude_of(model);
    if (!std::isfinite(magnitude))
        return strongest;
    std::vector<Imt> imts;
    for (const ImtRecord& imt : model.imts)
        imts.push_back(imt_from_text(imt.name));
    const ModelMotionTables tables{model.reader};
    for (const std::string& spec : model.reader.texts("models")) {
        const std::unique_ptr<GroundMotionModel> of = make_model(spec, imts, tables);
        Contexts contexts{of->site_parameters(), of->distances() | needs_rrup, model.job->minimum_distance,
                          false};
        append_strong_cases(model, magnitude, contexts);
        const ContextBatch batch = contexts.batch();
        AlignedVector<double> mean(imts.size() * batch.n_padded);
        AlignedVector<double> sigma(imts.size() * batch.n_padded);
        ModelScratch scratch;
        of->evaluate(simd::detected(), batch, scratch, mean.data(), sigma.data());
        for (std::size_t i = 0; i < imts.size(); ++i)
            for (std::size_t c = i * batch.n_padded; c < i * batch.n_padded + batch.n; ++c)
                strongest[i] = std::max(strongest[i], mean[c] + model.job->truncation_level * sigma[c]);
    }
    return strongest;
}

} // namespace mtc::psha
