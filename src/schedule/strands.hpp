#pragma once

#include "schedule/piece.hpp"

#include "mtc/types.hpp"
#include "mtc/workload.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mtc::schedule {

/// Which strand (source and cost class) each parcel belongs to. Strands are numbered class by class.
class Strands {
public:
    explicit Strands(std::span<const Parcel> parcels);

    [[nodiscard]] std::size_t size() const noexcept { return class_of_.size(); }
    [[nodiscard]] StrandId of(ParcelId parcel) const { return strand_of_[parcel.value()]; }
    [[nodiscard]] SourceId source(StrandId strand) const { return source_of_[strand.value()]; }
    [[nodiscard]] std::span<const ParcelId> parcels(StrandId strand) const
    {
        return std::span{parcels_}.subspan(begin_[strand.value()],
                                           begin_[strand.value() + 1] - begin_[strand.value()]);
    }
    [[nodiscard]] std::span<const CostClass> class_of() const noexcept { return class_of_; } ///< [n_strand]

private:
    std::vector<StrandId> strand_of_;  // [n_parcel]
    std::vector<SourceId> source_of_;  // [n_strand]
    std::vector<CostClass> class_of_;  // [n_strand]
    std::vector<ParcelId> parcels_;    // [n_parcel] strand by strand
    std::vector<std::uint32_t> begin_; // [n_strand + 1] of each strand in parcels_
};

} // namespace mtc::schedule
