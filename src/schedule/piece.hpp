#pragma once

#include "mtc/types.hpp"

#include <cstdint>

/// \file
/// The small records that the parts of the scheduler share.
namespace mtc::schedule {

using ParcelId = Id<struct ParcelTag, std::uint32_t>; ///< position in the ledger's parcels, by first unit
using StrandId = Id<struct StrandTag, std::uint32_t>; ///< units of one source in one cost class

/// Consecutive units of one parcel.
struct Piece {
    ParcelId parcel;
    UnitRange units;
};

} // namespace mtc::schedule
