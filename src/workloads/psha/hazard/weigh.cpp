#include "workloads/psha/hazard/weigh.hpp"

#include "workloads/psha/hazard/reach.hpp"
#include "workloads/psha/hazard/weigh_surfaces.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

namespace mtc::psha {
namespace {

constexpr std::string_view first_units_section = "first_weigh_units";
constexpr std::uint64_t items_per_unit = 500;

std::uint64_t n_items(const SourceRecord& source)
{
    return source.fault == no_index ? std::uint64_t{source.points.count} + source.ruptures.count : 1;
}

} // namespace

void write_weigh_units(const ModelView& model, FlatWriter& writer)
{
    std::vector<std::uint64_t> first_unit{0};
    first_unit.reserve(model.sources.size() + 1);
    for (const SourceRecord& source : model.sources)
        first_unit.push_back(first_unit.back() + (n_items(source) + items_per_unit - 1) / items_per_unit);
    writer.add(first_units_section, first_unit);
}

WeighUnits::WeighUnits(const ModelView& model)
    : first_unit_{model.reader.get<std::uint64_t>(first_units_section)}
{}

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

IndexRange WeighUnits::items(UnitId unit, const ModelView& model) const
{
    const SourceId id = source(unit);
    const SourceRecord& of = model.sources[id.value()];
    const IndexRange all = of.points.count > 0 ? of.points : of.ruptures;
    const std::uint64_t skipped = (unit.value() - first_unit_[id.value()]) * items_per_unit;
    return {all.first + static_cast<std::uint32_t>(skipped),
            static_cast<std::uint32_t>(std::min<std::uint64_t>(items_per_unit, all.count - skipped))};
}

namespace {

/// Sizes of the ruptures of all magnitudes that some of these points have. \returns the magnitudes
IndexRange sized_magnitudes(const ModelView& model, const SourceRecord& source, IndexRange points,
                            std::vector<RuptureSize>& sizes)
{
    const IndexRange first = magnitudes_at(source, model.ends, points.first);
    const IndexRange last = magnitudes_at(source, model.ends, points.first + points.count - 1);
    const IndexRange all{first.first, last.first + last.count - first.first};
    rupture_sizes(model, source, all, sizes);
    return all;
}

void weigh_points(const HazardContext& hazard, SourceId id, IndexRange points, HazardSpace& space,
                  std::vector<WeighRecord>& records)
{
    const ModelView& model = hazard.model;
    const SourceRecord& source = model.sources[id.value()];
    const auto max_distances = hazard.max_distances(model.groups[source.group]);
    const std::size_t n_planes = source.planes.count;
    const auto per_near = static_cast<double>(n_planes * source.depths.count);
    const IndexRange sized = sized_magnitudes(model, source, points, space.sizes);
    const bool few_sites = model.sites.size() <= model.job->max_sites_disagg;
    records.clear();
    for (std::uint32_t b = 0; b < hazard.blocks.size(); ++b) {
        const SiteSpan& span = hazard.blocks.span(BlockId{b});
        const SiteArrays sites = hazard.blocks.arrays(BlockId{b});
        double* chords = space.distances.data();
        double n_contexts = 0.0;
        bool possible = false;
        for (std::uint32_t p = points.first; p < points.first + points.count; ++p) {
            const Nearness nearness{model, id, p};
            const double of_near = nearness.role() == PointRole::cell ? 0.0 : per_near;
            const double of_far = nearness.role() == PointRole::in_cell ? 0.0 : 1.0;
            const PointRecord& point = model.points[p];
            const Place place = place_at({point.lon, point.lat});
            const geo::Vector3 at = geo::cartesian({point.lon, point.lat, 0.0});
            const double to_centre =
                std::hypot(at[0] - span.centre[0], at[1] - span.centre[1], at[2] - span.centre[2]);
            bool measured = false;
            const IndexRange magnitudes = magnitudes_at(source, model.ends, p);
            for (std::uint32_t m = magnitudes.first; m < magnitudes.first + magnitudes.count; ++m) {
                const auto sizes =
                    std::span{space.sizes}.subspan((m - sized.first) * (n_planes + 1), n_planes + 1);
                double reach = 0.0;
                for (const RuptureSize& size : sizes)
                    reach = std::max(reach, surface_reach_km(size));
                const double within = max_distance_km(max_distances, model.magnitudes[m].magnitude);
                if (to_centre - span.radius_km > safe_chord_km(within, reach))
                    continue;
                if (!measured)
                    epicentral_chords(hazard.instruction_set, place, sites, chords);
                measured = true;
                const double near = nearness.limit_km(sizes[n_planes - 1], within);
                // A point of a cell counts at sites near the cell; but where there are few sites one that is
                // near makes all near.
                const bool only_near = nearness.role() == PointRole::in_cell && !few_sites;
                const double safe = only_near
                                        ? std::min(safe_chord_km(within, reach), near + nearness.offset_km())
                                        : safe_chord_km(within, reach);
                for (std::size_t s = 0; s < sites.n; ++s) {
                    possible = possible || chords[s] <= safe;
                    if (chords[s] <= within)
                        n_contexts += chords[s] <= near ? of_near : of_far;
                }
            }
        }
        if (possible)
            records.push_back({id.value(), b, std::max(n_contexts, 1.0)});
    }
}

bool has_surfaces(const SourceRecord& source)
{
    return source.points.count == 0;
}

} // namespace

void weigh(const HazardContext& hazard, SourceId id, IndexRange items, HazardSpace& space,
           std::vector<WeighRecord>& records)
{
    const SourceRecord& source = hazard.model.sources[id.value()];
    if (!has_surfaces(source))
        weigh_points(hazard, id, items, space, records);
    else if (source.fault == no_index)
        weigh_explicit(hazard, id, items, space, records);
    else
        weigh_fault(hazard, id, space, records);
}

std::vector<CostKind> cost_kinds(const ModelView& model)
{
    std::vector<CostKind> kinds;
    for (const SourceRecord& source : model.sources)
        kinds.push_back({source.group, has_surfaces(source)});
    std::ranges::sort(kinds);
    const auto repeated = std::ranges::unique(kinds);
    kinds.erase(repeated.begin(), repeated.end());
    return kinds;
}

std::vector<Parcel> weighed_parcels(const HazardContext& hazard, std::span<const CostKind> kinds,
                                    std::span<const WeighRecord> records)
{
    std::map<std::pair<std::uint32_t, std::uint32_t>, double>
        contexts; // by block, source: the order of units
    for (const WeighRecord& record : records)
        contexts[{record.block, record.source}] += record.n_contexts;
    std::vector<Parcel> parcels;
    parcels.reserve(contexts.size());
    for (const auto& [key, n_contexts] : contexts) {
        const SourceId source{key.second};
        const SourceRecord& record = hazard.model.sources[source.value()];
        const std::uint32_t group = record.group;
        const auto kind = std::ranges::lower_bound(kinds, CostKind{group, has_surfaces(record)});
        Parcel parcel;
        parcel.source = source;
        parcel.block = BlockId{key.first};
        parcel.cost_class = CostClass{static_cast<std::uint32_t>(kind - kinds.begin())};
        parcel.units = hazard.units.units(source, parcel.block);
        parcel.weight = n_contexts * hazard.model.groups[group].group_models.count *
                        static_cast<double>(hazard.levels.cells());
        if (parcel.units.count > 0)
            parcels.push_back(parcel);
    }
    return parcels;
}

} // namespace mtc::psha
