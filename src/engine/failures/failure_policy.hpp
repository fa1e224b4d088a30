#pragma once

#include "mtc/config.hpp"

#include <cstdint>

namespace mtc::engine {

/// What becomes of a calculation when a unit cannot be computed.
struct FailurePolicy {
    enum class OnError : std::uint32_t {
        stop, ///< it fails
        skip, ///< it goes on without the unit, and is complete but for it
        retry ///< the unit is computed again n_retries times, elsewhere when possible; then as skip
    };
    OnError on_error = OnError::stop;
    std::uint32_t n_retries = 0; ///< also of a unit that took too long
    std::uint32_t most_lost = 3; ///< a unit that has cost so many workers is not tried again
};

/// From the keys on_error and most_lost_workers. \throws InputError
[[nodiscard]] FailurePolicy failure_policy(const Config& config);

} // namespace mtc::engine
