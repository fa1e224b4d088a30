#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace mtc::output {

/// FNV-1a of 64 bits: tells inputs apart, guards against nothing. Feed it everything that determines the
/// results. \par Source  Fowler, Noll, Vo, Eastlake: draft-eastlake-fnv, offset basis and prime of 64 bits
class Fnv1a {
public:
    void add(std::string_view bytes) noexcept
    {
        for (const char c : bytes) {
            state_ ^= static_cast<unsigned char>(c);
            state_ *= 0x100000001b3ULL;
        }
    }
    [[nodiscard]] std::uint64_t value() const noexcept { return state_; }
    /// "fnv1a64:0123456789abcdef"
    [[nodiscard]] std::string text() const
    {
        char digits[17];
        std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(state_));
        return std::string{"fnv1a64:"} + digits;
    }

private:
    std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

} // namespace mtc::output
