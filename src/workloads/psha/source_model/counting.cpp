#include "workloads/psha/source_model/counting.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/keys/job_values.hpp"
#include "workloads/psha/model/threads.hpp"
#include "workloads/psha/source_model/surface_definition.hpp"

#include <algorithm>
#include <span>

namespace mtc::psha {
namespace {

/// What was left out, for one remark.
struct LeftOut {
    std::size_t n = 0;
    std::string first;
};

bool is_empty(const Source& source)
{
    if (const auto* geometry = std::get_if<NonParametricGeometry>(&source.geometry))
        return geometry->ruptures.empty();
    if (const auto* geometry = std::get_if<MultiFaultGeometry>(&source.geometry))
        return geometry->ruptures.empty();
    return std::ranges::all_of(source.bins, [](const auto& bins) { return bins.empty(); });
}

/// Area of the fault that slips, where the distribution depends on it; else anything.
double slipping_area_km2(const Source& source, const MagnitudeDistribution& distribution,
                         const Config& config)
{
    if (!std::holds_alternative<SlippingGutenbergRichter>(distribution))
        return 1.0;
    const auto* fault = std::get_if<FaultGeometry>(&source.geometry);
    const auto* whole = std::get_if<CharacteristicGeometry>(&source.geometry);
    if (fault == nullptr && whole == nullptr)
        throw InputError(text(source.where, ": ", kind_name(source.kind), " source '", source.id,
                              "': slipRate (faults alone slip: the source has no area)"));
    try {
        return fault_area_km2(fault != nullptr ? fault->surface : whole->surface, config);
    } catch (const InputError& error) {
        throw InputError(
            text(source.where, ": ", kind_name(source.kind), " source '", source.id, "': ", error.what()));
    }
}

void filter_source(Source& source, double least, double bin_width, const Config& config)
{
    const auto counts = [&](double magnitude) { return magnitude >= least && magnitude < largest_magnitude; };
    if (auto* geometry = std::get_if<NonParametricGeometry>(&source.geometry))
        std::erase_if(geometry->ruptures,
                      [&](const ExplicitRupture& rupture) { return !counts(rupture.magnitude); });
    if (auto* geometry = std::get_if<MultiFaultGeometry>(&source.geometry))
        std::erase_if(geometry->ruptures,
                      [&](const MultiFaultRupture& rupture) { return !counts(rupture.magnitude); });
    source.bins.clear();
    source.bins.reserve(source.distributions.size());
    for (const MagnitudeDistribution& distribution : source.distributions)
        std::erase_if(
            source.bins.emplace_back(
                discretised(distribution, bin_width, slipping_area_km2(source, distribution, config))),
            [&](const MagnitudeRate& bin) { return !(bin.annual_rate > 0.0 && counts(bin.magnitude)); });
    std::vector<MagnitudeDistribution>{}.swap(source.distributions); // the bins stand for them
}

/// On all cores, as powers of ten take their time.
void filter_sources(std::vector<Source>& sources, double least, double bin_width, const Config& config)
{
    const std::size_t n_threads = usable_cores();
    on_threads(n_threads, [&](std::size_t i) {
        const std::size_t first = sources.size() * i / n_threads;
        const std::size_t end = sources.size() * (i + 1) / n_threads;
        for (Source& source : std::span{sources}.subspan(first, end - first))
            filter_source(source, least, bin_width, config);
    });
}

void filter_group(SourceGroup& group, const Config& config, double bin_width, LeftOut& left_out)
{
    const double least = std::max(minimum_magnitude(config, group.trt), smallest_magnitude);
    filter_sources(group.sources, least, bin_width, config);
    std::vector<double> weights; // of the sources that stay
    for (std::size_t i = 0; i < group.sources.size(); ++i) {
        const Source& source = group.sources[i];
        if (!is_empty(source)) {
            if (!group.weights.empty())
                weights.push_back(group.weights[i]);
        } else if (left_out.n++ == 0) {
            left_out.first = text(source.where, " '", source.id, "'");
        }
    }
    std::erase_if(group.sources, is_empty);
    group.weights = std::move(weights);
}

} // namespace

void keep_what_counts(std::vector<SourceModel>& files, const Config& config, Notes& notes)
{
    LeftOut left_out;
    std::size_t n_groups = 0;
    const double bin_width = config.has("width_of_mfd_bin") ? config.number("width_of_mfd_bin") : 0.0;
    for (SourceModel& file : files) {
        for (SourceGroup& group : file.groups)
            filter_group(group, config, bin_width, left_out);
        std::erase_if(file.groups, [](const SourceGroup& group) { return group.sources.empty(); });
        n_groups += file.groups.size();
    }
    if (n_groups == 0)
        throw InputError(text("no source has a magnitude that counts (", config.where("minimum_magnitude"),
                              "; rate above 0, magnitude from ", smallest_magnitude, " to ",
                              largest_magnitude, ")"));
    if (left_out.n != 0)
        notes.remarks.push_back(
            text(left_out.n,
                 " sources without a magnitude that counts are left out, the first: ", left_out.first));
}

} // namespace mtc::psha
