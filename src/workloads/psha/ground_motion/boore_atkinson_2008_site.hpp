#pragma once

#include "workloads/psha/ground_motion/coefficients.hpp"
#include "workloads/psha/ground_motion/formula.hpp"

/// \file
/// Site term of Boore and Atkinson (2008), eqs. 6 to 13, relative to vs30 = 760 m/s; other models borrow it.
/// Earthquake Spectra 24(1), 99-138, doi:10.1193/1.2830434
namespace mtc::psha {

struct BooreAtkinsonSite {
    double blin, b1, b2;
};

// clang-format off
inline constexpr Row<BooreAtkinsonSite> boore_atkinson_site_table[] = {
    {pgv,       { -0.60,  -0.50, -0.06}},
    {pga,       { -0.36,  -0.64, -0.14}},
    {sa(0.01),  { -0.36,  -0.64, -0.14}},
    {sa(0.02),  { -0.34,  -0.63, -0.12}},
    {sa(0.03),  { -0.33,  -0.62, -0.11}},
    {sa(0.04),  { -0.31,  -0.61, -0.11}},
    {sa(0.05),  { -0.29,  -0.64, -0.11}},
    {sa(0.06),  { -0.25,  -0.64, -0.11}},
    {sa(0.075), { -0.23,  -0.64, -0.11}},
    {sa(0.09),  { -0.23,  -0.64, -0.12}},
    {sa(0.1),   { -0.25,  -0.60, -0.13}},
    {sa(0.12),  { -0.26,  -0.56, -0.14}},
    {sa(0.15),  { -0.28,  -0.53, -0.18}},
    {sa(0.17),  { -0.29,  -0.53, -0.19}},
    {sa(0.2),   { -0.31,  -0.52, -0.19}},
    {sa(0.24),  { -0.38,  -0.52, -0.16}},
    {sa(0.25),  { -0.39,  -0.52, -0.16}},
    {sa(0.3),   { -0.44,  -0.52, -0.14}},
    {sa(0.36),  { -0.48,  -0.51, -0.11}},
    {sa(0.4),   { -0.50,  -0.51, -0.10}},
    {sa(0.46),  { -0.55,  -0.50, -0.08}},
    {sa(0.5),   { -0.60,  -0.50, -0.06}},
    {sa(0.6),   { -0.66,  -0.49, -0.03}},
    {sa(0.75),  { -0.69,  -0.47, -0.00}},
    {sa(0.85),  { -0.69,  -0.46, -0.00}},
    {sa(1.0),   { -0.70,  -0.44, -0.00}},
    {sa(1.5),   { -0.72,  -0.40, -0.00}},
    {sa(2.0),   { -0.73,  -0.38, -0.00}},
    {sa(3.0),   { -0.74,  -0.34, -0.00}},
    {sa(4.0),   { -0.75,  -0.31, -0.00}},
    {sa(5.0),   { -0.75, -0.291, -0.00}},
    {sa(7.5),   {-0.692, -0.247, -0.00}},
    {sa(10.0),  {-0.650, -0.215, -0.00}},
};
// clang-format on

/// What all intensity measure types have in common: the non-linear term is b_nl(vs30) times a function of PGA
/// on rock, and b_nl is linear in b1 and b2.
struct BooreAtkinsonSiteFactors {
    double ln_vs30;   // ln(vs30 / 760)
    double b1_factor; // nonlinear = b1 b1_factor + b2 b2_factor
    double b2_factor;
};

/// \param ln_pga  ln of PGA [g] at vs30 = 760 m/s
/// \param vs30    [m/s]
[[nodiscard]] MTC_KERNEL_INLINE BooreAtkinsonSiteFactors boore_atkinson_site(double ln_pga,
                                                                             double vs30) noexcept
{
    constexpr double ln_3 = 1.09861228866810969;                    // ln(0.09 / 0.03): span of the transition
    constexpr double ln_06 = -0.510825623765990683;                 // ln(0.06 / 0.1)
    constexpr double ln_15 = 0.405465108108164382;                  // ln(0.09 / 0.06)
    constexpr double ln_003 = -3.50655789731998234;                 // ln(0.03 g)
    constexpr double ln_01 = -2.30258509299404568;                  // ln(0.1 g)
    constexpr double square = (3.0 * ln_15 - ln_3) / (ln_3 * ln_3); // c and d of eqs. 9 and 10, for b_nl = 1
    constexpr double cube = -(2.0 * ln_15 - ln_3) / (ln_3 * ln_3 * ln_3);
    const double x = clipped(ln_pga - ln_003, 0.0, ln_3);
    const double transition = ln_06 + x * x * (square + cube * x);
    const double amplitude = x < ln_3 ? transition : ln_pga - ln_01;

    constexpr double ln_v1 = 5.19295685089021037;   // ln 180
    constexpr double ln_v2 = 5.70378247465620096;   // ln 300
    constexpr double ln_vref = 6.63331843328037828; // ln 760
    const double ln_v = simd::log(vs30);
    const double steep = clipped((ln_v - ln_v2) / (ln_v1 - ln_v2), 0.0, 1.0); // 1 below 180 m/s, 0 from 300
    const double flat =
        clipped((ln_v - ln_vref) / (ln_v2 - ln_vref), 0.0, 1.0); // 1 up to 300 m/s, 0 from 760
    return {
        .ln_vs30 = ln_v - ln_vref, .b1_factor = amplitude * steep, .b2_factor = amplitude * (flat - steep)};
}

/// ln of the amplification.
[[nodiscard]] MTC_KERNEL_INLINE double site_amplification(const BooreAtkinsonSite& k,
                                                          const BooreAtkinsonSiteFactors& factors) noexcept
{
    return k.blin * factors.ln_vs30 + k.b1 * factors.b1_factor + k.b2 * factors.b2_factor;
}

} // namespace mtc::psha
