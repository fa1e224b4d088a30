#include "workloads/psha/hazard/unit_map.hpp"

#include "simd/dispatch.hpp"
#include "workloads/psha/hazard/dependence.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace mtc::psha {
namespace {

constexpr std::string_view cuts_section = "unit_cuts";
constexpr std::string_view first_units_section = "first_units";

// Compiled-in costs with AVX2, measured for points, estimated for meshes; they decide only how large a unit
// is.
constexpr double unit_s = 10e-3;
constexpr double level_s = 0.8e-9; // one exceedance
constexpr double context_s =
    60e-9; // distances, gathering, one model's mean and sigma for one intensity measure
constexpr double column_s = 2e-9; // rrup, rjb and rx of one column of a rupture's mesh at one site
constexpr std::uint64_t fewest_ruptures = 100;
/// Of the distances of a mesh's nodes: they are kept while units of a source follow each other.
constexpr std::uint64_t distance_bytes = 16U << 20U;
constexpr std::uint64_t node_bytes = 16; // of one node and site

std::uint64_t most_nodes(const ModelView& model, const SourceRecord& source)
{
    const auto nodes = [&](std::uint32_t row) {
        const SurfaceRecord& surface = model.surfaces[row];
        if (surface.shape != SurfaceShape::parts)
            return std::uint64_t{surface.n_rows} * surface.n_columns;
        std::uint64_t of_part = 0; // one after another
        for (const std::uint32_t part : model.surface_parts.subspan(surface.lines.first, surface.lines.count))
            of_part = std::max(of_part,
                               std::uint64_t{model.surfaces[part].n_rows} * model.surfaces[part].n_columns);
        return of_part;
    };
    std::uint64_t most = source.fault == no_index ? 0 : nodes(model.faults[source.fault].surface);
    for (const RuptureRecord& rupture : model.ruptures.subspan(source.ruptures.first, source.ruptures.count))
        most = std::max(most, nodes(rupture.surface));
    return most;
}

std::uint64_t ruptures_per_atom(const ModelView& model, const SourceRecord& source)
{
    if (source.points.count > 0)
        return std::uint64_t{source.planes.count} * source.depths.count;
    if (source.fault != no_index)
        return std::max(1U, model.faults[source.fault].hypocentres.count);
    return 1;
}

/// Columns of half the mesh stand for those of a rupture.
double columns_of_rupture(const ModelView& model, const SourceRecord& source)
{
    return source.fault == no_index ? 0.0
                                    : 0.5 * model.surfaces[model.faults[source.fault].surface].n_columns;
}

} // namespace

std::uint64_t n_atoms(const ModelView& model, const SourceRecord& source) noexcept
{
    if (source.ends != no_index) {
        const std::uint32_t n_ends = source.points.count > 0 ? source.points.count : source.magnitudes.count;
        return n_ends == 0 ? 0 : model.ends[source.ends + n_ends - 1];
    }
    if (source.points.count > 0)
        return std::uint64_t{source.points.count} * source.magnitudes.count;
    return source.fault == no_index ? source.ruptures.count : source.magnitudes.count;
}

namespace {

/// \param n_sites  of a block
UnitCut cut(const ModelView& model, const SourceRecord& source, std::uint32_t n_sites,
            const LevelLayout& levels)
{
    const GroupRecord& group = model.groups[source.group];
    const std::uint64_t per_atom = ruptures_per_atom(model, source);
    const double rupture_s = context_s + columns_of_rupture(model, source) * column_s +
                             group.group_models.count * static_cast<double>(levels.n_imt) *
                                 (context_s / 4 + static_cast<double>(levels.n_levels) * level_s);
    UnitCut cut;
    cut.n_atoms = psha::n_atoms(model, source);

    std::uint64_t sites_per_unit = n_sites;
    if (const std::uint64_t nodes = most_nodes(model, source); nodes > 0)
        sites_per_unit = std::min<std::uint64_t>(
            n_sites, std::max<std::uint64_t>(simd::lanes, distance_bytes / (node_bytes * nodes)));
    if (!adds_up(group)) {
        const double site_s = rupture_s * static_cast<double>(cut.n_atoms * per_atom);
        const double wanted = std::clamp(unit_s / site_s, 1.0, static_cast<double>(n_sites));
        sites_per_unit = std::min(sites_per_unit, static_cast<std::uint64_t>(wanted));
        cut.atoms_per_unit = std::max<std::uint64_t>(1, cut.n_atoms);
    } else {
        const auto wanted =
            std::max(fewest_ruptures, static_cast<std::uint64_t>(std::ceil(
                                          unit_s / (rupture_s * static_cast<double>(sites_per_unit)))));
        cut.atoms_per_unit = (wanted + per_atom - 1) / per_atom;
        const std::uint64_t n_magnitudes = source.magnitudes.count;
        const bool shares_distances = source.points.count > 0 && source.ends == no_index && n_magnitudes > 0;
        if (shares_distances && cut.atoms_per_unit > n_magnitudes) // whole points
            cut.atoms_per_unit = (cut.atoms_per_unit + n_magnitudes - 1) / n_magnitudes * n_magnitudes;
    }
    cut.n_site_runs = static_cast<std::uint32_t>((n_sites + sites_per_unit - 1) / sites_per_unit);
    return cut;
}

} // namespace

void write_units(const ModelView& model, std::span<const SiteSpan> blocks, const LevelLayout& levels,
                 FlatWriter& writer)
{
    // Of the smallest block, so that no run of sites is empty.
    const std::uint32_t n_sites = std::ranges::min_element(blocks, {}, &SiteSpan::count)->count;
    std::vector<UnitCut> cuts;
    std::vector<std::uint64_t> first_unit{0};
    cuts.reserve(model.sources.size());
    first_unit.reserve(model.sources.size() + 1);
    for (const SourceRecord& source : model.sources) {
        const UnitCut& made = cuts.emplace_back(cut(model, source, n_sites, levels));
        first_unit.push_back(first_unit.back() + made.n_atom_runs() * made.n_site_runs);
    }
    writer.add(cuts_section, cuts);
    writer.add(first_units_section, first_unit);
}

UnitMap::UnitMap(const ModelView& model, const SiteBlocks& blocks)
    : cuts_{model.reader.get<UnitCut>(cuts_section)}
    , first_unit_{model.reader.get<std::uint64_t>(first_units_section)}
    , blocks_{blocks.spans()}
{}

UnitRange UnitMap::units(SourceId source, BlockId block) const
{
    const std::uint64_t first = first_unit_[source.value()];
    return {UnitId{block.value() * first_unit_.back() + first}, first_unit_[source.value() + 1] - first};
}

SourceId UnitMap::source(UnitId unit) const
{
    const std::uint64_t in_block = unit.value() % first_unit_.back();
    const auto after = std::ranges::upper_bound(first_unit_, in_block);
    return SourceId{static_cast<std::uint32_t>(after - first_unit_.begin() - 1)};
}

UnitPart UnitMap::part(UnitId unit) const
{
    UnitPart part;
    part.block = BlockId{static_cast<std::uint32_t>(unit.value() / first_unit_.back())};
    part.source = source(unit);
    const UnitCut& cut = cuts_[part.source.value()];
    const std::uint64_t in_source = unit.value() % first_unit_.back() - first_unit_[part.source.value()];
    const std::uint64_t run = in_source / cut.n_atom_runs();
    part.first_atom = in_source % cut.n_atom_runs() * cut.atoms_per_unit;
    part.n_atoms = std::min(cut.atoms_per_unit, cut.n_atoms - part.first_atom);
    const std::uint64_t n_sites = blocks_[part.block.value()].count;
    part.first_site = static_cast<std::uint32_t>(n_sites * run / cut.n_site_runs);
    part.n_sites = static_cast<std::uint32_t>(n_sites * (run + 1) / cut.n_site_runs) - part.first_site;
    return part;
}

} // namespace mtc::psha
