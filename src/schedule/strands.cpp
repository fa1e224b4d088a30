#include "schedule/strands.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>

namespace mtc::schedule {

Strands::Strands(std::span<const Parcel> parcels)
{
    using Key = std::pair<CostClass, SourceId>;
    std::vector<Key> keys;
    keys.reserve(parcels.size());
    for (const Parcel& parcel : parcels)
        keys.emplace_back(parcel.cost_class, parcel.source);
    if (!std::ranges::is_sorted(keys)) // mostly it is, where sources follow each other
        std::ranges::sort(keys);
    keys.erase(std::ranges::unique(keys).begin(), keys.end());
    class_of_.reserve(keys.size());
    source_of_.reserve(keys.size());
    for (const auto& [cost_class, source] : keys) {
        class_of_.push_back(cost_class);
        source_of_.push_back(source);
    }
    strand_of_.reserve(parcels.size());
    auto at = keys.begin();
    for (const Parcel& parcel : parcels) {
        const Key key{parcel.cost_class, parcel.source};
        if (*at != key && (++at == keys.end() || *at != key)) // neither that of the last parcel nor the next
            at = std::ranges::lower_bound(keys, key);
        strand_of_.push_back(StrandId{static_cast<std::uint32_t>(at - keys.begin())});
    }
    begin_.assign(keys.size() + 1, 0);
    for (const StrandId strand : strand_of_)
        ++begin_[strand.value() + 1];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    std::vector<std::uint32_t> next = begin_;
    parcels_.resize(parcels.size());
    for (std::size_t i = 0; i < parcels.size(); ++i)
        parcels_[next[strand_of_[i].value()]++] = ParcelId{static_cast<std::uint32_t>(i)};
}

} // namespace mtc::schedule
