#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

namespace mtc::durable {

/// FNV-1a of 64 bits: tells inputs apart and finds damage, guards against no one. \par Source  Fowler, Noll,
/// Vo, Eastlake: draft-eastlake-fnv, offset basis and prime of 64 bits
class Fnv1a {
public:
    void add(std::span<const std::byte> bytes) noexcept
    {
        for (const std::byte byte : bytes)
            state_ = (state_ ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3ULL;
    }
    void add(std::string_view characters) noexcept { add(std::as_bytes(std::span{characters})); }
    [[nodiscard]] std::uint64_t value() const noexcept { return state_; }
    /// "fnv1a64:0123456789abcdef"
    [[nodiscard]] static std::string text(std::uint64_t value)
    {
        char digits[17];
        std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(value));
        return std::string{"fnv1a64:"} + digits;
    }

private:
    std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

} // namespace mtc::durable
