#pragma once

#include "mtc/error.hpp"
#include "mtc/workload.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mtc::engine {

/// Why a unit could not be computed, and what is to become of the run.
enum class UnitFailure : std::uint32_t {
    error,       ///< an exception; nothing of the unit is left, so that the rank can go on
    memory,      ///< there was no memory for it: the run is to save and leave
    fatal,       ///< parts of the unit are in the results
    interrupted, ///< it was left for a later run, as the run is to end
};

struct FailedUnit {
    UnitKey unit;
    TaskId task;
    UnitFailure kind = UnitFailure::error;
    std::string why;              ///< names unit, rank, host and causes
    std::vector<UnitRows> rows{}; ///< what tells of the failure in the file
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
