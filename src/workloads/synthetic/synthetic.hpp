#pragma once

#include "mtc/workload.hpp"

namespace mtc::synthetic {

/// Tasks that sleep, or burn processor time, for given times and return given bytes: measures the engine
/// itself.
[[nodiscard]] WorkloadKind kind();

/// One output of splitmix64 (Steele, Lea, Flood 2014, doi:10.1145/2714064.2660195).
[[nodiscard]] std::uint64_t mix(std::uint64_t x) noexcept;

} // namespace mtc::synthetic
