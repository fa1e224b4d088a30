#pragma once

#include "simd/dispatch.hpp"
#include "simd/math.hpp"
#include "workloads/psha/ground_motion/model.hpp"

#include <cmath>
#include <cstddef>

/// \file
/// What the formula of a ground-motion model is written with. A formula is written for one context as if
/// there were no other; BatchModel turns it into vectorised loops. For that every function is
/// MTC_KERNEL_INLINE, elementary functions are simd::exp, simd::log, ..., and a branch is a choice between
/// two values already computed (`a > b ? x : y`), never an `if` around a computation.
namespace mtc::psha {

/// One context of a batch: names and units as in ContextBatch.
class Context {
public:
    MTC_KERNEL_INLINE Context(const ContextBatch& batch, std::size_t index) noexcept
        : batch_{batch}
        , index_{index}
    {}
    [[nodiscard]] MTC_KERNEL_INLINE double mag() const noexcept { return batch_.mag[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE double rake() const noexcept { return batch_.rake[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE double dip() const noexcept { return batch_.dip[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE double ztor() const noexcept { return batch_.ztor[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE double width() const noexcept { return batch_.width[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE double hypo_depth() const noexcept { return batch_.hypo_depth[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE double rrup() const noexcept { return batch_.rrup[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE double rjb() const noexcept { return batch_.rjb[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE double rx() const noexcept { return batch_.rx[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE double ry0() const noexcept { return batch_.ry0[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE double repi() const noexcept { return batch_.repi[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE double rhypo() const noexcept { return batch_.rhypo[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE double vs30() const noexcept { return batch_.vs30[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE double z1pt0() const noexcept { return batch_.z1pt0[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE double z2pt5() const noexcept { return batch_.z2pt5[index_]; }
    [[nodiscard]] MTC_KERNEL_INLINE bool is_vs30_measured() const noexcept
    {
        return batch_.vs30measured[index_] > 0.5;
    }
    [[nodiscard]] MTC_KERNEL_INLINE bool is_backarc() const noexcept { return batch_.backarc[index_] > 0.5; }

private:
    const ContextBatch& batch_;
    std::size_t index_;
};

/// What a formula gives for one context and intensity measure type. Parts that the caller does not want cost
/// nothing: the compiler drops their computation.
struct Motion {
    double mean;  ///< ln of g (PGA, SA) or cm/s (PGV)
    double sigma; ///< total standard deviation of ln
    double tau;   ///< between events, 0 where the model has only the total
    double phi;   ///< within an event, likewise

    MTC_KERNEL_INLINE static Motion with_total(double mean, double sigma) noexcept
    {
        return {mean, sigma, 0.0, 0.0};
    }
    MTC_KERNEL_INLINE static Motion with_parts(double mean, double tau, double phi) noexcept
    {
        return {mean, std::sqrt(tau * tau + phi * phi), tau, phi};
    }
};

inline constexpr double standard_gravity = 9.80665; ///< [m/s^2], OpenQuake's g
inline constexpr double ln_10 = 2.30258509299404568402;
inline constexpr double ln_cm_per_s2_in_g = -6.88823091296769570; ///< ln(0.01 / standard_gravity)
inline constexpr double degree = 3.14159265358979323846 / 180.0;

/// Where an earthquake of a subduction zone happens.
enum class SubductionEvent { interface, intraslab };

/// x where positive, 0 elsewhere.
[[nodiscard]] MTC_KERNEL_INLINE double positive_part(double x) noexcept
{
    return x < 0.0 ? 0.0 : x;
}
[[nodiscard]] MTC_KERNEL_INLINE double smaller(double x, double y) noexcept
{
    return x > y ? y : x;
}
[[nodiscard]] MTC_KERNEL_INLINE double larger(double x, double y) noexcept
{
    return x < y ? y : x;
}
[[nodiscard]] MTC_KERNEL_INLINE double clipped(double x, double low, double high) noexcept
{
    return smaller(larger(x, low), high);
}

/// By one exponential each, faster than the C library's vector versions; tanh to 1e-16 absolute, not
/// relative.
[[nodiscard]] MTC_KERNEL_INLINE double cosh(double x) noexcept
{
    const double e = simd::exp(x);
    return 0.5 * (e + 1.0 / e);
}
[[nodiscard]] MTC_KERNEL_INLINE double tanh(double x) noexcept
{
    return 1.0 - 2.0 / (simd::exp(2.0 * x) + 1.0);
}

} // namespace mtc::psha
