#pragma once

namespace mtc::perf {

/// Seconds of the steady clock since set_origin(), or since the program began. [s]
[[nodiscard]] double now_s() noexcept;
/// Makes this moment the origin of now_s(): called once, right after the start-up barrier, on every rank.
void set_origin() noexcept;
/// Resident set of this process now, and its largest so far. [MB = 1e6 bytes]
[[nodiscard]] double resident_mb() noexcept;
[[nodiscard]] double peak_resident_mb() noexcept;

} // namespace mtc::perf
