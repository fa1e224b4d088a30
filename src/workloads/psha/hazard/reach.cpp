#include "workloads/psha/hazard/reach.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {

double max_distance_km(std::span<const MaxDistanceRecord> records, double magnitude) noexcept
{
    if (records.empty() || magnitude < records.front().magnitude || magnitude > records.back().magnitude)
        return 0.0;
    const auto above = std::ranges::lower_bound(records, magnitude, {}, &MaxDistanceRecord::magnitude);
    if (above->magnitude == magnitude || above == records.begin())
        return above->distance_km;
    const auto below = above - 1;
    const double share = (magnitude - below->magnitude) / (above->magnitude - below->magnitude);
    return below->distance_km + share * (above->distance_km - below->distance_km);
}

MeanRupture mean_rupture(const ModelView& model, const SourceRecord& source) noexcept
{
    MeanRupture mean;
    for (const PlaneRecord& plane : model.planes.subspan(source.planes.first, source.planes.count)) {
        mean.plane.strike += plane.probability * plane.strike;
        mean.plane.dip += plane.probability * plane.dip;
        mean.plane.rake += plane.probability * plane.rake;
    }
    for (const DepthRecord& depth : model.depths.subspan(source.depths.first, source.depths.count))
        mean.depth += depth.probability * depth.depth;
    return mean;
}

void rupture_sizes(const ModelView& model, const SourceRecord& source, IndexRange magnitudes,
                   std::vector<RuptureSize>& sizes)
{
    const SeismogenicDepths seismogenic{source.upper_seismogenic_depth, source.lower_seismogenic_depth};
    const NodalPlane mean = mean_rupture(model, source).plane;
    sizes.clear();
    for (const MagnitudeRecord& record : model.magnitudes.subspan(magnitudes.first, magnitudes.count)) {
        for (const PlaneRecord& plane : model.planes.subspan(source.planes.first, source.planes.count))
            sizes.push_back(rupture_size(source.magnitude_area, record.magnitude,
                                         {plane.strike, plane.dip, plane.rake}, source.aspect_ratio,
                                         seismogenic));
        sizes.push_back(
            rupture_size(source.magnitude_area, record.magnitude, mean, source.aspect_ratio, seismogenic));
    }
}

double surface_reach_km(const RuptureSize& size) noexcept
{
    // Half the diagonal of the plane, and at most one seismogenic thickness of sliding within the plane.
    const double sliding = (size.seismogenic.lower - size.seismogenic.upper) * size.shift_per_depth;
    return 0.5 * std::hypot(size.length_km, size.width_km) + std::abs(sliding);
}

double safe_chord_km(double distance, double reach) noexcept
{
    return (distance + reach) * 1.02 + 1.0;
}

bool is_approximated(const ModelView& model, const SourceRecord& source) noexcept
{
    return std::isfinite(model.groups[source.group].pointsource_distance) &&
           std::uint64_t{source.planes.count} * source.depths.count > 1;
}

double near_limit_km(const GroupRecord& group, const RuptureSize& last_plane, double max_distance) noexcept
{
    return std::min(last_plane.radius_km, 0.5 * max_distance) + group.pointsource_distance;
}

} // namespace mtc::psha
