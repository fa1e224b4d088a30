#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// \file
/// The letters that part records and fields, 64 at a time: a bit for each.
namespace mtc::import_csv {

constexpr std::size_t marks_bytes = 64;

/// Bit i: the i-th of 64 bytes is one of these letters. `bytes` has 64 of them.
#if defined(__SSE2__)
template <class... Letters>
[[nodiscard]] inline std::uint64_t marks(const char* bytes, Letters... letters) noexcept
{
    std::uint64_t mask = 0;
    for (unsigned i = 0; i < marks_bytes; i += 16) {
        const __m128i sixteen = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
        __m128i found = _mm_setzero_si128();
        ((found = _mm_or_si128(found, _mm_cmpeq_epi8(sixteen, _mm_set1_epi8(letters)))), ...);
        mask |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(found))) << i;
    }
    return mask;
}
#else
template <class... Letters>
[[nodiscard]] inline std::uint64_t marks(const char* bytes, Letters... letters) noexcept
{
    std::uint64_t mask = 0;
    for (unsigned i = 0; i < marks_bytes; ++i)
        mask |= static_cast<std::uint64_t>((... || (bytes[i] == letters))) << i;
    return mask;
}
#endif

/// How often a letter occurs.
[[nodiscard]] inline std::uint64_t count(std::span<const char> bytes, char letter) noexcept
{
    std::uint64_t n = 0;
    std::size_t i = 0;
    for (; i + marks_bytes <= bytes.size(); i += marks_bytes)
        n += static_cast<std::uint64_t>(std::popcount(marks(bytes.data() + i, letter)));
    for (; i < bytes.size(); ++i)
        n += bytes[i] == letter ? 1U : 0U;
    return n;
}

} // namespace mtc::import_csv
