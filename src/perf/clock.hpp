#pragma once

#include <cstdint>

namespace mtc::perf {

/// Seconds of the steady clock since set_origin(), or since the program began. [s]
[[nodiscard]] double now_s() noexcept;
/// Bare reading of the steady clock; only differences mean something. [s]
[[nodiscard]] double steady_s() noexcept;
/// The same clock as the kernel has it at hand, some milliseconds behind: a fifth of the cost. [ns]
[[nodiscard]] std::int64_t coarse_ns() noexcept;
/// From now on now_s() counts from this reading of steady_s().
void set_origin(double reading_s) noexcept;
/// Resident set of this process now, and its largest so far. [MB = 1e6 bytes]
[[nodiscard]] double resident_mb() noexcept;
[[nodiscard]] double peak_resident_mb() noexcept;
/// The resident set as it was at most 10 ms before: asking the kernel costs more than a short task.
/// \param now_s  now_s(), which the caller has at hand. Not for several threads.
[[nodiscard]] double recent_resident_mb(double now_s) noexcept;

} // namespace mtc::perf
