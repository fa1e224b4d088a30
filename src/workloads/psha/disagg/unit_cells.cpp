#include "workloads/psha/disagg/unit_cells.hpp"

#include "workloads/psha/disagg/bins.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mtc::psha {

CellLayout::CellLayout(const HazardContext& hazard, const DisaggView& disagg)
    : n_places{std::size_t{disagg.bins(Axis::mag)} * disagg.bins(Axis::dist) * disagg.bins(Axis::lon) *
               disagg.bins(Axis::lat)}
    , n_models{hazard.model.group_models.size()}
    , n_imt{hazard.levels.n_imt}
    , n_poe{disagg.poes.size()}
    , n_eps{disagg.bins(Axis::eps)}
{}

CellSpace::CellSpace(const HazardContext& hazard, const CellLayout& layout)
    : places(Contexts::capacity)
    , slots(Contexts::capacity)
    , slot_of(hazard.blocks.largest() * layout.n_places, no_index)
    , shares(layout.n_eps)
    , ln_levels(hazard.blocks.largest() * layout.n_imt * layout.n_poe)
{}

UnitCells::UnitCells(const HazardContext& hazard, const DisaggView& disagg, const CellLayout& layout,
                     const EpsilonBands& bands, const ChosenView& chosen, const UnitPart& part,
                     HazardSpace& space, CellSpace& cells)
    : UnitContexts{hazard, part, space, &cells.places}
    , disagg_{disagg}
    , layout_{layout}
    , bands_{bands}
    , cells_{cells}
{
    for (const CellSpace::Touched& old : cells.touched) // a unit that failed may have left some
        cells.slot_of[old.site * layout.n_places + old.place] = no_index;
    cells.touched.clear();
    cells.values.clear();
    const std::size_t per_site = layout.n_imt * layout.n_poe;
    for (std::uint32_t s = 0; s < part.n_sites; ++s)
        std::ranges::transform(chosen.levels(first_site_ + s),
                               cells.ln_levels.begin() + static_cast<std::ptrdiff_t>(s * per_site),
                               [](double level) { return std::log(level); });
}

std::uint32_t UnitCells::slot_at(std::uint32_t site, std::uint32_t place)
{
    std::uint32_t& slot = cells_.slot_of[site * layout_.n_places + place];
    if (slot == no_index) {
        slot = static_cast<std::uint32_t>(cells_.touched.size());
        cells_.touched.push_back({site, place});
        cells_.values.resize(cells_.values.size() + group_.group_models.count * layout_.per_model(), 0.0);
    }
    return slot;
}

void UnitCells::find_slots(const ContextBatch& batch)
{
    for (std::size_t i = 0; i < batch.n; ++i) {
        const std::uint32_t row = space_.contexts.rows()[i];
        const std::size_t site = first_site_ + row;
        const auto mag = magnitude_bin(disagg_.mag_edges, binned_magnitude(batch.mag[i]));
        cells_.slots[i] = no_index;
        if (!mag)
            continue;
        const auto lon_edges = disagg_.lon_edges_of(site);
        const geo::LonLat& place = cells_.places[i];
        std::uint32_t bin = *mag * disagg_.bins(Axis::dist) + bin_of(disagg_.dist_edges, batch.rrup[i]);
        bin = bin * disagg_.bins(Axis::lon) + bin_of(lon_edges, unwrapped_lon(lon_edges, place.lon));
        bin = bin * disagg_.bins(Axis::lat) + bin_of(disagg_.lat_edges_of(site), place.lat);
        cells_.slots[i] = slot_at(row, bin);
    }
}

/// Adds what the shares of a context make of its occurrences. \param[in,out] values [eps]
void UnitCells::add_shares(std::uint32_t context, double* values) const
{
    // In OpenQuake the probability of a group of exclusive sources multiplies G here, not P as for curves.
    const double scale = adds_up(group_) ? 1.0 : group_.probability;
    if (occurrence_ == Occurrence::poisson) {
        for (std::size_t e = 0; e < layout_.n_eps; ++e)
            values[e] += space_.contexts.rates()[context] * scale * cells_.shares[e];
        return;
    }
    if (occurrence_ == Occurrence::negative_binomial) {
        for (std::size_t e = 0; e < layout_.n_eps; ++e)
            values[e] += negative_binomial_exponent(space_.contexts.rates()[context], source_.dispersion,
                                                    scale * cells_.shares[e]);
        return;
    }
    const RuptureRecord& rupture = hazard_.model.ruptures[space_.contexts.occurrences()[context]];
    const auto probabilities =
        hazard_.model.probabilities.subspan(rupture.probabilities.first, rupture.probabilities.count);
    for (std::size_t e = 0; e < layout_.n_eps; ++e)
        if (cells_.shares[e] > 0.0)
            values[e] += exponent_of(exceedance_of(probabilities, std::min(scale * cells_.shares[e], 1.0)));
}

std::size_t UnitCells::accumulate(std::size_t model_of_group, std::size_t imt, const ContextBatch& batch,
                                  const double* mean, const double* sigma)
{
    if (model_of_group == 0 && imt == 0)
        find_slots(batch);
    const std::size_t per_slot = group_.group_models.count * layout_.per_model();
    for (std::uint32_t i = 0; i < batch.n; ++i) {
        if (cells_.slots[i] == no_index)
            continue;
        const double* ln_levels =
            cells_.ln_levels.data() + (space_.contexts.rows()[i] * layout_.n_imt + imt) * layout_.n_poe;
        double* values = cells_.values.data() + cells_.slots[i] * per_slot +
                         (model_of_group * layout_.n_imt + imt) * layout_.n_poe * layout_.n_eps;
        for (std::size_t p = 0; p < layout_.n_poe; ++p) {
            if (!std::isfinite(ln_levels[p])) // the curve is below the PoE: nothing to take apart
                continue;
            const double least_sigma = std::numeric_limits<double>::min();
            bands_.share((ln_levels[p] - mean[i]) / std::max(sigma[i], least_sigma), cells_.shares);
            add_shares(i, values + p * layout_.n_eps);
        }
    }
    return layout_.n_poe;
}

void UnitCells::give(UnitResults& results)
{
    const std::size_t per_slot = group_.group_models.count * layout_.per_model();
    if (!adds_up(group_)) // the unit holds all ruptures of its source
        for (double& value : cells_.values)
            value = unit_value(group_, source_, value);
    for (std::uint32_t site = 0; site < part_.n_sites; ++site) {
        cells_.runs.clear();
        for (std::size_t slot = 0; slot < cells_.touched.size(); ++slot)
            if (cells_.touched[slot].site == site)
                cells_.runs.push_back({cells_.touched[slot].place * layout_.per_place() +
                                           group_.group_models.first * layout_.per_model(),
                                       {cells_.values.data() + slot * per_slot, per_slot}});
        if (!cells_.runs.empty())
            results.add(BlockId{first_site_ + site}, cells_.runs);
    }
}

} // namespace mtc::psha
