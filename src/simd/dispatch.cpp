#include "simd/dispatch.hpp"

namespace mtc::simd {

InstructionSet detected() noexcept
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (with_avx512 && __builtin_cpu_supports("x86-64-v4"))
        return InstructionSet::avx512;
    if (__builtin_cpu_supports("x86-64-v3"))
        return InstructionSet::avx2;
#endif
    return InstructionSet::baseline;
}

std::string_view name(InstructionSet set) noexcept
{
    switch (set) {
    case InstructionSet::avx512:
        return "avx512";
    case InstructionSet::avx2:
        return "avx2";
    case InstructionSet::baseline:
        return "baseline";
    }
    return "?";
}

} // namespace mtc::simd
