#include "workloads/psha/hazard/unit_map.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {
namespace {

// Compiled-in costs, measured on the kernels with AVX2; they decide only how large a unit is.
constexpr double unit_s = 10e-3;
constexpr double level_s = 0.8e-9; // one exceedance
constexpr double context_s =
    60e-9; // distances, gathering, one model's mean and sigma for one intensity measure
constexpr std::uint64_t fewest_ruptures = 100;

} // namespace

UnitMap::UnitMap(const ModelView& model, const SiteBlocks& blocks, const LevelLayout& levels)
    : first_unit_{0}
    , n_blocks_{blocks.size()}
{
    for (const SourceRecord& source : model.sources) {
        const GroupRecord& group = model.groups[source.group];
        const std::uint64_t per_atom = std::uint64_t{source.planes.count} * source.depths.count;
        const double rupture_s =
            blocks.largest() *
            (context_s + group.group_models.count * static_cast<double>(levels.n_imt) *
                             (context_s / 4 + static_cast<double>(levels.n_levels) * level_s));
        const auto wanted =
            std::max(fewest_ruptures, static_cast<std::uint64_t>(std::ceil(unit_s / rupture_s)));
        std::uint64_t atoms = (wanted + per_atom - 1) / per_atom;
        const std::uint64_t n_magnitudes = source.magnitudes.count;
        if (n_magnitudes > 0 && atoms > n_magnitudes) // whole points share their distances
            atoms = (atoms + n_magnitudes - 1) / n_magnitudes * n_magnitudes;
        const std::uint64_t n_atoms = std::uint64_t{source.points.count} * n_magnitudes;
        n_atoms_.push_back(n_atoms);
        atoms_per_unit_.push_back(atoms);
        first_unit_.push_back(first_unit_.back() + (n_atoms + atoms - 1) / atoms);
    }
}

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

AtomRun UnitMap::atoms(UnitId unit) const
{
    AtomRun run;
    run.block = BlockId{static_cast<std::uint32_t>(unit.value() / first_unit_.back())};
    run.source = source(unit);
    const std::uint64_t per_unit = atoms_per_unit_[run.source.value()];
    run.first = (unit.value() % first_unit_.back() - first_unit_[run.source.value()]) * per_unit;
    run.count = std::min(per_unit, n_atoms_[run.source.value()] - run.first);
    return run;
}

} // namespace mtc::psha
