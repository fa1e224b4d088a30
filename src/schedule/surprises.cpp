#include "schedule/surprises.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

namespace mtc::schedule {

Surprises::Surprises(const Ledger& ledger, const Strands& strands, const CostModel& cost, int n_computing)
    : n_tries_{fewest_tries + 2 * n_computing}
    , is_longer_(strands.size(), false)
{
    double total_s = 0.0;
    std::vector<std::pair<double, ParcelId>> candidates; // seconds of a strand, its heaviest parcel
    for (std::uint32_t s = 0; s < strands.size(); ++s) {
        double weight = 0.0;
        std::uint64_t n_units = 0;
        ParcelId heaviest;
        for (const ParcelId id : strands.parcels(StrandId{s})) {
            const Parcel& parcel = ledger.parcel(id);
            weight += parcel.weight;
            n_units += parcel.units.count;
            const bool same_tile = heaviest.is_none() || ledger.tile(id) == ledger.tile(heaviest);
            if (heaviest.is_none() || (same_tile ? parcel.weight > ledger.parcel(heaviest).weight
                                                 : ledger.tile(id) < ledger.tile(heaviest)))
                heaviest = id;
        }
        const double seconds = cost.rate(strands.class_of()[s]) * weight;
        total_s += seconds;
        if (n_units > 1) // a single one teaches nothing about others
            candidates.emplace_back(seconds, heaviest);
    }
    const double heavy_s = heavy_share * total_s / n_computing;
    std::erase_if(candidates, [&](const auto& candidate) { return candidate.first <= heavy_s; });
    std::ranges::stable_sort(candidates, std::greater<>{},
                             [](const auto& candidate) { return candidate.first; });
    for (const auto& [seconds, parcel] : candidates)
        heavy_.push_back(parcel);
}

void Surprises::add(StrandId strand)
{
    if (!is_longer_[strand.value()])
        longer_.push_back({strand, 0, n_tries_});
    is_longer_[strand.value()] = true;
}

std::optional<Surprises::Next> Surprises::next(const Ledger& ledger, const Strands& strands)
{
    const auto waits = [&](ParcelId id) { return ledger.first_waiting(ledger.parcel(id).units).has_value(); };
    while (!longer_.empty()) {
        Longer& longer = longer_.front();
        const auto parcels = strands.parcels(longer.strand);
        while (longer.parcel < parcels.size() && !waits(parcels[longer.parcel]))
            ++longer.parcel;
        if (longer.parcel < parcels.size())
            return Next{parcels[longer.parcel], longer.n_tries > 0};
        is_longer_[longer.strand.value()] = false;
        longer_.pop_front();
    }
    for (; next_heavy_ < heavy_.size(); ++next_heavy_) {
        const UnitRange units = ledger.parcel(heavy_[next_heavy_]).units;
        if (ledger.first_waiting({units.first, 1})) // not begun yet
            return Next{heavy_[next_heavy_]};
    }
    return std::nullopt;
}

void Surprises::take()
{
    if (longer_.empty())
        ++next_heavy_;
    else
        longer_.front().n_tries -= 1;
}

} // namespace mtc::schedule
