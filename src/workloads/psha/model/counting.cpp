#include "workloads/psha/model/counting.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/model/job_values.hpp"

#include <algorithm>

namespace mtc::psha {
namespace {

/// What was left out, for one remark.
struct LeftOut {
    std::size_t n = 0;
    std::string first;
};

bool is_empty(const Source& source)
{
    return std::ranges::all_of(source.bins, [](const auto& bins) { return bins.empty(); });
}

void filter_group(SourceGroup& group, double minimum_magnitude, double bin_width, LeftOut& left_out)
{
    const double least = std::max(minimum_magnitude, smallest_magnitude);
    for (Source& source : group.sources) {
        source.bins.clear();
        for (const MagnitudeDistribution& distribution : source.distributions)
            std::erase_if(source.bins.emplace_back(discretised(distribution, bin_width, 1.0)),
                          [&](const MagnitudeRate& bin) {
                              return !(bin.annual_rate > 0.0 && bin.magnitude >= least &&
                                       bin.magnitude < largest_magnitude);
                          });
        if (is_empty(source) && left_out.n++ == 0)
            left_out.first = text(source.where, " '", source.id, "'");
    }
    std::erase_if(group.sources, is_empty);
}

} // namespace

void keep_what_counts(std::vector<SourceModel>& files, const Config& config, Notes& notes)
{
    LeftOut left_out;
    std::size_t n_groups = 0;
    const double bin_width = config.has("width_of_mfd_bin") ? config.number("width_of_mfd_bin") : 0.0;
    for (SourceModel& file : files) {
        for (SourceGroup& group : file.groups)
            filter_group(group, minimum_magnitude(config, group.trt), bin_width, left_out);
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
