#include "workloads/psha/job/flat_sources.hpp"
#include "workloads/psha/model/index.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

/// \file
/// Cells of points that are one mean point where they are far, as OpenQuake's ps_grid_spacing.
namespace mtc::psha {
namespace {

/// Sums of what is averaged over the points of a cell, each times its rate.
struct WeighedSums {
    double rate = 0.0;
    double lon = 0.0; // from the first point
    double lat = 0.0;
    PlaneRecord plane{};
    double depth = 0.0;
    double upper = 0.0;
    double lower = 0.0;
    double aspect_ratio = 0.0;
};

/// A magnitude of a cell.
struct CellBin {
    double magnitude = 0.0;
    double annual_rate = 0.0; // of all points
    double n_points = 0.0;    // that have it
};

} // namespace

void FlatSources::average_over_cells(std::uint32_t group, double spacing_km)
{
    if (!(spacing_km > 0.0))
        return;
    // Neither relations between magnitude and area nor distributions of occurrences have a mean: points that
    // share both are gathered by themselves.
    std::map<std::pair<MagnitudeArea, double>, std::vector<CellMember>> alike; // groups' sources follow each
                                                                               // other
    const auto first = std::ranges::find(sources_, group, &SourceRecord::group);
    for (auto source = first; source != sources_.end(); ++source)
        for (std::uint32_t p = source->points.first; p < source->points.first + source->points.count; ++p)
            alike[{source->magnitude_area, source->dispersion}].push_back(
                {.source = to_index(static_cast<std::size_t>(source - sources_.begin())), .point = p});
    for (const auto& [shared, members] : alike) {
        std::vector<geo::LonLat> places;
        for (const CellMember& member : members)
            places.push_back({points_[member.point].lon, points_[member.point].lat});
        for (const std::vector<std::uint32_t>& cell : square_cells(places, spacing_km)) {
            if (cell.size() == 1)
                continue;
            std::vector<CellMember> of_cell;
            for (const std::uint32_t i : cell)
                of_cell.push_back(members[i]);
            add_cell(group, of_cell);
        }
    }
}

void FlatSources::add_cell(std::uint32_t group, const std::vector<CellMember>& members)
{
    const PointRecord origin = points_[members.front().point];
    std::map<std::int64_t, CellBin> bins; // by magnitude to 3 decimals, as models see it
    WeighedSums sums;
    for (const CellMember& member : members) {
        const SourceRecord& source = sources_[member.source];
        double rate = 0.0;
        const IndexRange magnitudes = magnitudes_at(source, ends_, member.point);
        for (std::uint32_t m = magnitudes.first; m < magnitudes.first + magnitudes.count; ++m) {
            const double of_bin = magnitudes_[m].annual_rate * source.rate_factor;
            const double magnitude = magnitudes_[m].magnitude;
            CellBin& bin = bins.try_emplace(std::llround(1e3 * magnitude), CellBin{.magnitude = magnitude})
                               .first->second;
            bin.annual_rate += of_bin;
            bin.n_points += 1.0;
            rate += of_bin;
        }
        const PointRecord& point = points_[member.point];
        sums.rate += rate;
        sums.lon += rate * std::remainder(point.lon - origin.lon, 360.0);
        sums.lat += rate * point.lat;
        sums.upper += rate * source.upper_seismogenic_depth;
        sums.lower += rate * source.lower_seismogenic_depth;
        sums.aspect_ratio += rate * source.aspect_ratio;
        for (std::uint32_t p = source.planes.first; p < source.planes.first + source.planes.count; ++p) {
            const PlaneRecord& plane = planes_[p];
            sums.plane.strike += rate * plane.probability * plane.strike;
            sums.plane.dip += rate * plane.probability * plane.dip;
            sums.plane.rake += rate * plane.probability * plane.rake;
        }
        for (std::uint32_t d = source.depths.first; d < source.depths.first + source.depths.count; ++d)
            sums.depth += rate * depths_[d].probability * depths_[d].depth;
    }
    if (!(sums.rate > 0.0)) // no magnitude counts
        return;

    const std::uint32_t row = to_index(sources_.size());
    SourceRecord record{.kind = SourceKind::point_cell,
                        .group = group,
                        .id = to_index(ids_.size()),
                        .magnitude_area = sources_[members.front().source].magnitude_area,
                        .upper_seismogenic_depth = sums.upper / sums.rate,
                        .lower_seismogenic_depth = sums.lower / sums.rate,
                        .aspect_ratio = sums.aspect_ratio / sums.rate,
                        .dispersion = sources_[members.front().source].dispersion};
    point_cells_.resize(points_.size() + 1, no_index);
    for (const CellMember& member : members)
        point_cells_[member.point] = row;
    point_cells_.back() = row;
    record.points = append(points_, std::vector{PointRecord{.lon = origin.lon + sums.lon / sums.rate,
                                                            .lat = sums.lat / sums.rate}});
    record.planes = append(planes_, std::vector{PlaneRecord{.probability = 1.0,
                                                            .strike = sums.plane.strike / sums.rate,
                                                            .dip = sums.plane.dip / sums.rate,
                                                            .rake = sums.plane.rake / sums.rate}});
    record.depths =
        append(depths_, std::vector{DepthRecord{.probability = 1.0, .depth = sums.depth / sums.rate}});
    std::vector<MagnitudeRecord> magnitudes;
    for (const auto& [key, bin] : bins)
        magnitudes.push_back({.magnitude = bin.magnitude, .annual_rate = bin.annual_rate});
    record.magnitudes = append(magnitudes_, magnitudes);
    for (auto bin = bins.begin(); bin != bins.end(); ++bin)
        magnitudes[static_cast<std::size_t>(std::distance(bins.begin(), bin))].annual_rate /=
            bin->second.n_points;
    append(magnitudes_, magnitudes); // directly behind: near_rate()
    ids_.push_back(text("cell ", row, " of ", members.size(), " points"));
    sources_.push_back(record);
}

} // namespace mtc::psha
