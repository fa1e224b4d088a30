#pragma once

/// \file
/// Elementary functions that loops in kernels may call: on x86-64 GCC replaces them by the C library's vector
/// versions (libmvec, at most 4 ulp), which it does by itself only under -ffast-math. Call them as
/// simd::exp(x) inside a loop over a padded array.

#include <cmath>

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
// The declarations of <math.h> again, with the promise that vector versions exist (glibc 2.35 and later have
// all of these).
extern "C" {
__attribute__((simd("notinbranch"))) double exp(double) noexcept(true);
__attribute__((simd("notinbranch"))) double log(double) noexcept(true);
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
using ::exp;
using ::log;
using ::pow;
using ::sin;
using ::tanh;
} // namespace mtc::simd
