#pragma once

/// \file
/// Elementary functions that loops in kernels may call. exp and log are written out here: they become part of
/// the loop, which a call would cost its registers. The others GCC replaces on x86-64 by the C library's
/// vector versions (libmvec, at most 4 ulp), which it does by itself only under -ffast-math. Call them as
/// simd::exp(x) inside a loop over a padded array.

#include "simd/dispatch.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
// The declarations of <math.h> again, with the promise that vector versions exist (glibc 2.35 and later have
// all of these).
extern "C" {
__attribute__((simd("notinbranch"))) double pow(double, double) noexcept(true);
__attribute__((simd("notinbranch"))) double sin(double) noexcept(true);
__attribute__((simd("notinbranch"))) double cos(double) noexcept(true);
__attribute__((simd("notinbranch"))) double asin(double) noexcept(true);
__attribute__((simd("notinbranch"))) double acos(double) noexcept(true);
__attribute__((simd("notinbranch"))) double atan(double) noexcept(true);
__attribute__((simd("notinbranch"))) double atan2(double, double) noexcept(true);
__attribute__((simd("notinbranch"))) double cosh(double) noexcept(true);
__attribute__((simd("notinbranch"))) double tanh(double) noexcept(true);
__attribute__((simd("notinbranch"))) double erfc(double) noexcept(true);
}
#endif

namespace mtc::simd {
using ::acos;
using ::asin;
using ::atan;
using ::atan2;
using ::cos;
using ::cosh;
using ::erfc;
using ::pow;
using ::sin;
using ::tanh;

namespace detail {
inline constexpr double ln_2_high = 0x1.62e4p-1; ///< times any exponent exact
inline constexpr double ln_2_low = 1.4286068203094172e-06;
inline constexpr std::uint64_t exponent_bias = 1023;
inline constexpr int mantissa_bits = 52;
} // namespace detail

/// e^x to 2^-52 of it; 0 below -708 and infinity above 709. What is not a number stays so.
/// \par Source  e^x = 2^n e^r, |r| <= ln 2 / 2; e^r = 1 + r + r^2 Q(r), Q interpolated at Chebyshev nodes to
/// 2e-17
[[nodiscard]] MTC_KERNEL_INLINE double exp(double x) noexcept
{
    constexpr double per_ln_2 = 1.4426950408889634;
    // Adding it rounds to integers; the last bits of the sum then are n + 1023, the exponent of 2^n.
    constexpr double rounder = 0x1.8p52 + detail::exponent_bias;
    const double shifted = x * per_ln_2 + rounder;
    const double n = shifted - rounder;
    const double r = x - n * detail::ln_2_high - n * detail::ln_2_low;
    const double r2 = r * r;
    const double even =
        (((2.7620088445409746e-07 * r2 + 2.4801521295954376e-05) * r2 + 0.0013888888917213717) * r2 +
         0.04166666666662413) *
            r2 +
        0.5000000000000001;
    const double odd =
        (((2.510038549551032e-08 * r2 + 2.7557268459997064e-06) * r2 + 0.00019841269863053618) * r2 +
         0.008333333333330062) *
            r2 +
        0.16666666666666669;
    const double e_r = 1.0 + (r + r2 * (even + r * odd));
    const double power =
        std::bit_cast<double>(std::bit_cast<std::uint64_t>(shifted) << detail::mantissa_bits);
    const double not_small = x < -708.0 ? 0.0 : e_r * power;
    return x > 709.0 ? std::numeric_limits<double>::infinity() : not_small;
}

/// ln x to 2^-52 of it for normal x; -infinity of 0, no number below it.
/// \par Source  x = 2^k (1 + f), sqrt(1/2) <= 1 + f < sqrt(2); ln(1 + f) = 2 atanh(s), s = f / (2 + f), by a
/// polynomial in s^2 interpolated at Chebyshev nodes to 5e-18
[[nodiscard]] MTC_KERNEL_INLINE double log(double x) noexcept
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr std::uint64_t bits_of_root_half = 0x3fe6a09e667f3bcd;
    constexpr std::uint64_t fraction = (std::uint64_t{1} << detail::mantissa_bits) - 1;
    constexpr std::uint64_t bits_of_2_52 = 0x4330000000000000; // in its last bits an integer may be put
    // A multiple of 2^52 that makes the exponent field of sqrt(1/2) 1023, k = 0.
    constexpr std::uint64_t offset = (detail::exponent_bias << detail::mantissa_bits) - bits_of_root_half;
    const std::uint64_t from_root_half = std::bit_cast<std::uint64_t>(x) + offset;
    const double k = std::bit_cast<double>((from_root_half >> detail::mantissa_bits) | bits_of_2_52) -
                     (0x1p52 + static_cast<double>(detail::exponent_bias));
    const double f = std::bit_cast<double>((from_root_half & fraction) + bits_of_root_half) - 1.0;
    const double s = f / (2.0 + f);
    const double z = s * s;
    const double z2 = z * z;
    const double even =
        ((0.14616585424888623 * z2 + 0.18182889455674947) * z2 + 0.2857142862600327) * z2 + 0.666666666666667;
    const double odd = (0.15331710618210773 * z2 + 0.22222211130259878) * z2 + 0.39999999999899444;
    const double rest = z * (even + z * odd);
    const double value = k * detail::ln_2_high + (f - (s * (f - rest) - k * detail::ln_2_low));
    const double not_positive = x == 0.0 ? -infinity : std::numeric_limits<double>::quiet_NaN();
    const double finite = x > 0.0 ? value : not_positive;
    return x < infinity ? finite : x;
}

} // namespace mtc::simd
