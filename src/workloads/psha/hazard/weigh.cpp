#include "workloads/psha/hazard/weigh.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace mtc::psha {
namespace {

constexpr std::uint64_t points_per_unit = 500;

} // namespace

WeighUnits::WeighUnits(const ModelView& model)
    : first_unit_{0}
{
    for (const SourceRecord& source : model.sources)
        first_unit_.push_back(first_unit_.back() +
                              (source.points.count + points_per_unit - 1) / points_per_unit);
}

UnitRange WeighUnits::units(SourceId source) const
{
    const std::uint64_t first = first_unit_[source.value()];
    return {UnitId{first}, first_unit_[source.value() + 1] - first};
}

SourceId WeighUnits::source(UnitId unit) const
{
    const auto after = std::ranges::upper_bound(first_unit_, unit.value());
    return SourceId{static_cast<std::uint32_t>(after - first_unit_.begin() - 1)};
}

IndexRange WeighUnits::points(UnitId unit, const ModelView& model) const
{
    const SourceId id = source(unit);
    const IndexRange all = model.sources[id.value()].points;
    const std::uint64_t skipped = (unit.value() - first_unit_[id.value()]) * points_per_unit;
    return {all.first + static_cast<std::uint32_t>(skipped),
            static_cast<std::uint32_t>(std::min<std::uint64_t>(points_per_unit, all.count - skipped))};
}

void weigh(const HazardContext& hazard, SourceId id, IndexRange points, HazardSpace& space,
           std::vector<WeighRecord>& records)
{
    const ModelView& model = hazard.model;
    const SourceRecord& source = model.sources[id.value()];
    const GroupRecord& group = model.groups[source.group];
    const auto max_distances =
        model.max_distances.subspan(group.max_distance.first, group.max_distance.count);
    const auto magnitudes = model.magnitudes.subspan(source.magnitudes.first, source.magnitudes.count);
    const std::size_t n_planes = source.planes.count;
    const auto per_near = static_cast<double>(n_planes * source.depths.count);
    const bool approximated = is_approximated(model, source);
    rupture_sizes(model, source, space.sizes);
    records.clear();
    for (std::uint32_t b = 0; b < hazard.blocks.size(); ++b) {
        const SiteSpan& span = hazard.blocks.span(BlockId{b});
        const SiteArrays sites = hazard.blocks.arrays(BlockId{b});
        double* chords = space.distances.data();
        double n_contexts = 0.0;
        bool possible = false;
        for (const PointRecord& point : model.points.subspan(points.first, points.count)) {
            const Place place = place_at({point.lon, point.lat});
            const geo::Vector3 at = geo::cartesian({point.lon, point.lat, 0.0});
            const double to_centre =
                std::hypot(at[0] - span.centre[0], at[1] - span.centre[1], at[2] - span.centre[2]);
            bool measured = false;
            for (std::size_t m = 0; m < magnitudes.size(); ++m) {
                const auto sizes = std::span{space.sizes}.subspan(m * (n_planes + 1), n_planes + 1);
                double reach = 0.0;
                for (const RuptureSize& size : sizes)
                    reach = std::max(reach, surface_reach_km(size));
                const double within = max_distance_km(max_distances, magnitudes[m].magnitude);
                if (to_centre - span.radius_km > safe_chord_km(within, reach))
                    continue;
                if (!measured)
                    epicentral_chords(hazard.instruction_set, place, sites, chords);
                measured = true;
                const double near = approximated ? near_limit_km(group, sizes[n_planes - 1], within) : within;
                for (std::size_t s = 0; s < sites.n; ++s) {
                    possible = possible || chords[s] <= safe_chord_km(within, reach);
                    if (chords[s] <= within)
                        n_contexts += chords[s] <= near ? per_near : 1.0;
                }
            }
        }
        if (possible)
            records.push_back({id.value(), b, std::max(n_contexts, 1.0)});
    }
}

std::vector<Parcel> weighed_parcels(const HazardContext& hazard, std::span<const WeighRecord> records)
{
    std::map<std::pair<std::uint32_t, std::uint32_t>, double>
        contexts; // by block, source: the order of units
    for (const WeighRecord& record : records)
        contexts[{record.block, record.source}] += record.n_contexts;
    std::vector<Parcel> parcels;
    parcels.reserve(contexts.size());
    for (const auto& [key, n_contexts] : contexts) {
        const SourceId source{key.second};
        const std::uint32_t group = hazard.model.sources[source.value()].group;
        Parcel parcel;
        parcel.source = source;
        parcel.block = BlockId{key.first};
        parcel.cost_class = CostClass{group};
        parcel.units = hazard.units.units(source, parcel.block);
        parcel.weight = n_contexts * hazard.model.groups[group].group_models.count *
                        static_cast<double>(hazard.levels.cells());
        if (parcel.units.count > 0)
            parcels.push_back(parcel);
    }
    return parcels;
}

} // namespace mtc::psha
