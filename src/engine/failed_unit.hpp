#pragma once

#include "mtc/error.hpp"
#include "mtc/types.hpp"

#include <cstdint>
#include <string>

namespace mtc::engine {

/// Why a unit could not be computed, and what is to become of the run.
enum class UnitFailure : std::uint32_t {
    error,  ///< an exception; nothing of the unit is left, so that the rank can go on
    memory, ///< there was no memory for it: the run is to save and leave
    fatal,  ///< parts of the unit are in the results
};

struct FailedUnit {
    UnitKey unit;
    TaskId task;
    UnitFailure kind = UnitFailure::error;
    std::string why; ///< names unit, rank, host and causes
};

/// A unit without which the calculation cannot go on could not be computed.
struct UnitError : ComputeError {
    UnitError(UnitKey failed_unit, const std::string& why)
        : ComputeError{why}
        , unit{failed_unit}
    {}
    UnitKey unit;
};

} // namespace mtc::engine
