#pragma once

#include "mtc/types.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

/// \file
/// One build for every node: a kernel is written once, forced inline into one function per instruction set,
/// and called through Dispatch with the set that all ranks agreed on. Nothing outside those functions uses
/// more than the baseline, so no inline function of a library can carry wider instructions to an older
/// machine.
///
/// Rules for kernel bodies, on which the equality of bits rests: arrays begin on a cache line and are padded
/// to a multiple of simd::lanes, loops run over the padded length (no scalar tail, no peeling).

#define MTC_KERNEL_INLINE [[gnu::always_inline]] inline

#if defined(__x86_64__)
#define MTC_TARGET_AVX2 [[gnu::target("arch=x86-64-v3")]]
#define MTC_TARGET_AVX512 [[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]]
#else
#define MTC_TARGET_AVX2
#define MTC_TARGET_AVX512
#endif

namespace mtc::simd {

/// False in builds with sanitizers: kernels take most of their compiler's time, and those of the widest set
/// are the same code over longer registers.
#if defined(MTC_WITHOUT_AVX512)
inline constexpr bool with_avx512 = false;
#else
inline constexpr bool with_avx512 = true;
#endif

/// Doubles in the widest register: the length of every kernel array is a multiple of it.
inline constexpr std::size_t lanes = 8;

[[nodiscard]] constexpr std::size_t padded(std::size_t n) noexcept
{
    return (n + lanes - 1) / lanes * lanes;
}

/// The widest set that this processor has.
[[nodiscard]] InstructionSet detected() noexcept;
[[nodiscard]] std::string_view name(InstructionSet set) noexcept;

/// Doubles in one register of a set, side by side: arithmetic, comparisons and `mask ? a : b` work lane by
/// lane, with a number for any operand; an array of doubles may be read and written as packs. For loops that
/// the compiler would not vectorise well by itself. Pass by reference: by value it would have no agreed form
/// across instruction sets.
template <std::size_t n_lanes>
struct PackOf {
    using Type [[gnu::vector_size(n_lanes * sizeof(double)), gnu::may_alias]] = double;
};
template <std::size_t n_lanes>
using Pack = typename PackOf<n_lanes>::Type;

/// `Body::run(arguments...)` or `Body::run<n_lanes>(arguments...)`, a static MTC_KERNEL_INLINE function,
/// compiled once per instruction set; n_lanes is the number of doubles in its registers.
template <class Body>
struct Dispatch {
    template <class... Arguments>
    static void call(InstructionSet set, const Arguments&... arguments)
    {
        switch (set) {
        case InstructionSet::avx512:
            if constexpr (with_avx512)
                return avx512(arguments...);
            [[fallthrough]]; // nobody has it there
        case InstructionSet::avx2:
            return avx2(arguments...);
        case InstructionSet::baseline:
            return baseline(arguments...);
        }
    }

private:
    template <std::size_t n_lanes, class... Arguments>
    MTC_KERNEL_INLINE static void run(const Arguments&... arguments)
    {
        if constexpr (requires { Body::template run<n_lanes>(arguments...); })
            Body::template run<n_lanes>(arguments...);
        else
            Body::run(arguments...);
    }
    template <class... Arguments>
    MTC_TARGET_AVX512 [[gnu::noinline]] static void avx512(const Arguments&... arguments)
    {
        run<8>(arguments...);
    }
    template <class... Arguments>
    MTC_TARGET_AVX2 [[gnu::noinline]] static void avx2(const Arguments&... arguments)
    {
        run<4>(arguments...);
    }
    template <class... Arguments>
    [[gnu::noinline]] static void baseline(const Arguments&... arguments)
    {
        run<2>(arguments...);
    }
};

} // namespace mtc::simd
