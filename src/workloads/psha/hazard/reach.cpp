#include "workloads/psha/hazard/reach.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

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

namespace {

std::uint32_t cell_of(const ModelView& model, std::uint32_t point) noexcept
{
    return model.point_cells.empty() ? no_index : model.point_cells[point];
}

} // namespace

Nearness::Nearness(const ModelView& model, SourceId source, std::uint32_t point) noexcept
    : model_{model}
    , group_{model.groups[model.sources[source.value()].group]}
    , own_{model.sources[source.value()]}
    , judged_{cell_of(model, point) == no_index ? own_ : model.sources[cell_of(model, point)]}
    , point_{point}
    , role_{cell_of(model, point) == no_index         ? PointRole::alone
            : cell_of(model, point) == source.value() ? PointRole::cell
                                                      : PointRole::in_cell}
{}

bool Nearness::is_approximated() const noexcept
{
    return role_ != PointRole::alone || (group_.pointsource_distance.count > 0 &&
                                         std::uint64_t{own_.planes.count} * own_.depths.count > 1);
}

geo::LonLat Nearness::centre() const noexcept
{
    const PointRecord& point = model_.points[role_ == PointRole::in_cell ? judged_.points.first : point_];
    return {point.lon, point.lat};
}

double Nearness::offset_km() const noexcept
{
    return geo::distance_km({model_.points[point_].lon, model_.points[point_].lat}, centre());
}

double Nearness::near_rate(const MagnitudeRecord& own) const noexcept
{
    if (role_ != PointRole::in_cell)
        return own.annual_rate * own_.rate_factor;
    const auto key = [](const MagnitudeRecord& bin) { return std::llround(1e3 * bin.magnitude); };
    const auto means = model_.magnitudes.subspan(judged_.magnitudes.first + judged_.magnitudes.count,
                                                 judged_.magnitudes.count);
    return std::ranges::lower_bound(means, key(own), {}, key)->annual_rate;
}

double Nearness::limit_km(const RuptureSize& last_plane, double max_distance) const noexcept
{
    if (!is_approximated())
        return std::numeric_limits<double>::infinity();
    constexpr double half_diagonal = 0.707; // of a square, to the digits that OpenQuake has
    const auto distances =
        model_.max_distances.subspan(group_.pointsource_distance.first, group_.pointsource_distance.count);
    const auto limit = [&](double radius) {
        return std::min(radius, 0.5 * max_distance) + half_diagonal * model_.job->ps_grid_spacing +
               max_distance_km(distances, last_plane.magnitude);
    };
    if (role_ == PointRole::alone)
        return limit(last_plane.radius_km);

    // Measured from the mean's hypocentre: d^2 = z^2 + (1 - z / R) chord^2 at the depth z.
    const PlaneRecord& plane = model_.planes[judged_.planes.first];
    const double depth = model_.depths[judged_.depths.first].depth;
    const double straight = limit(rupture_radius_km(
        judged_.magnitude_area, last_plane.magnitude, {plane.strike, plane.dip, plane.rake},
        judged_.aspect_ratio, {judged_.upper_seismogenic_depth, judged_.lower_seismogenic_depth}));
    if (straight < depth)
        return -1.0;
    return std::sqrt((straight * straight - depth * depth) / (1.0 - depth / geo::earth_radius_km));
}

} // namespace mtc::psha
