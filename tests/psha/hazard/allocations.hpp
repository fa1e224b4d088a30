#pragma once

#include <cstdint>

namespace mtc::test {

/// How often this program has asked for memory by operator new.
[[nodiscard]] std::uint64_t n_allocations() noexcept;

} // namespace mtc::test
