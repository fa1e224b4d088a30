#include "workloads/psha/ground_motion/batch_model.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {

namespace {

struct Median {
    double m1, a1, a2, a6, a8, a12, a13, a15, a17; // (a7 and a11 are 0)
};
struct Site {
    double v_lin, b, c, a10, a43, a44, a45, a46; // v_lin [m/s]; a43 to a46: basin
};
struct Sigma {
    double s1_estimated, s2_estimated, s1_measured, s2_measured, s3, s4;
};

// The same at all periods.
constexpr double a3 = 0.275;
constexpr double a4 = -0.1;
constexpr double a5 = -0.41;
constexpr double soil_n = 1.5;
constexpr double phi_amp = 0.4;
constexpr double v_rock = 1180.0; // [m/s]

// clang-format off
constexpr Row<Median> median_table[] = {
    {pga,       {6.75,  0.587, -0.790, 2.154, -0.015, -0.1, 0.60,  1.10, -0.0072}},
    {pgv,       {6.75,  5.975, -0.919, 2.366, -0.094, -0.1, 0.25,  0.30, -0.0005}},
    {sa(0.01),  {6.75,  0.587, -0.790, 2.154, -0.015, -0.1, 0.60,  1.10, -0.0072}},
    {sa(0.02),  {6.75,  0.598, -0.790, 2.146, -0.015, -0.1, 0.60,  1.10, -0.0073}},
    {sa(0.03),  {6.75,  0.602, -0.790, 2.157, -0.015, -0.1, 0.60,  1.10, -0.0075}},
    {sa(0.05),  {6.75,  0.707, -0.790, 2.085, -0.015, -0.1, 0.60,  1.10, -0.0080}},
    {sa(0.075), {6.75,  0.973, -0.790, 2.029, -0.015, -0.1, 0.60,  1.10, -0.0089}},
    {sa(0.1),   {6.75,  1.169, -0.790, 2.041, -0.015, -0.1, 0.60,  1.10, -0.0095}},
    {sa(0.15),  {6.75,  1.442, -0.790, 2.121, -0.022, -0.1, 0.60,  1.10, -0.0095}},
    {sa(0.2),   {6.75,  1.637, -0.790, 2.224, -0.030, -0.1, 0.60,  1.10, -0.0086}},
    {sa(0.25),  {6.75,  1.701, -0.790, 2.312, -0.038, -0.1, 0.60,  1.10, -0.0074}},
    {sa(0.3),   {6.75,  1.712, -0.790, 2.338, -0.045, -0.1, 0.60,  1.03, -0.0064}},
    {sa(0.4),   {6.75,  1.662, -0.790, 2.469, -0.055, -0.1, 0.58,  0.92, -0.0043}},
    {sa(0.5),   {6.75,  1.571, -0.790, 2.559, -0.065, -0.1, 0.56,  0.84, -0.0032}},
    {sa(0.75),  {6.75,  1.299, -0.790, 2.682, -0.095, -0.1, 0.53,  0.68, -0.0025}},
    {sa(1.0),   {6.75,  1.043, -0.790, 2.763, -0.110, -0.1, 0.50,  0.57, -0.0025}},
    {sa(1.5),   {6.75,  0.665, -0.790, 2.836, -0.124, -0.1, 0.42,  0.42, -0.0022}},
    {sa(2.0),   {6.75,  0.329, -0.790, 2.897, -0.138, -0.1, 0.35,  0.31, -0.0019}},
    {sa(3.0),   {6.82, -0.060, -0.790, 2.906, -0.172, -0.1, 0.20,  0.16, -0.0015}},
    {sa(4.0),   {6.92, -0.299, -0.790, 2.889, -0.197, -0.1, 0.00,  0.05, -0.0010}},
    {sa(5.0),   {7.00, -0.562, -0.765, 2.898, -0.218, -0.1, 0.00, -0.04, -0.0010}},
    {sa(6.0),   {7.06, -0.875, -0.711, 2.896, -0.235, -0.2, 0.00, -0.11, -0.0010}},
    {sa(7.5),   {7.15, -1.303, -0.634, 2.870, -0.255, -0.2, 0.00, -0.19, -0.0010}},
    {sa(10.0),  {7.25, -1.928, -0.529, 2.843, -0.285, -0.2, 0.00, -0.30, -0.0010}},
};

constexpr Row<Site> site_table[] = {
    {pga,       {660.0, -1.47,    2.4,  1.735, 0.10, 0.05, 0.00, -0.05}},
    {pgv,       {330.0, -2.02, 2400.0,  2.360, 0.28, 0.15, 0.09,  0.07}},
    {sa(0.01),  {660.0, -1.47,    2.4,  1.735, 0.10, 0.05, 0.00, -0.05}},
    {sa(0.02),  {680.0, -1.46,    2.4,  1.718, 0.10, 0.05, 0.00, -0.05}},
    {sa(0.03),  {770.0, -1.39,    2.4,  1.615, 0.10, 0.05, 0.00, -0.05}},
    {sa(0.05),  {915.0, -1.22,    2.4,  1.358, 0.10, 0.05, 0.00, -0.05}},
    {sa(0.075), {960.0, -1.15,    2.4,  1.258, 0.10, 0.05, 0.00, -0.05}},
    {sa(0.1),   {910.0, -1.23,    2.4,  1.310, 0.10, 0.05, 0.00, -0.05}},
    {sa(0.15),  {740.0, -1.59,    2.4,  1.660, 0.10, 0.05, 0.00, -0.05}},
    {sa(0.2),   {590.0, -2.01,    2.4,  2.220, 0.10, 0.05, 0.00, -0.03}},
    {sa(0.25),  {495.0, -2.41,    2.4,  2.770, 0.10, 0.05, 0.00,  0.00}},
    {sa(0.3),   {430.0, -2.76,    2.4,  3.250, 0.10, 0.05, 0.03,  0.03}},
    {sa(0.4),   {360.0, -3.28,    2.4,  3.990, 0.10, 0.07, 0.06,  0.06}},
    {sa(0.5),   {340.0, -3.60,    2.4,  4.450, 0.10, 0.10, 0.10,  0.09}},
    {sa(0.75),  {330.0, -3.80,    2.4,  4.750, 0.14, 0.14, 0.14,  0.13}},
    {sa(1.0),   {330.0, -3.50,    2.4,  4.300, 0.17, 0.17, 0.17,  0.14}},
    {sa(1.5),   {330.0, -2.40,    2.4,  2.600, 0.22, 0.21, 0.20,  0.16}},
    {sa(2.0),   {330.0, -1.00,    2.4,  0.550, 0.26, 0.25, 0.22,  0.16}},
    {sa(3.0),   {330.0,  0.00,    2.4, -0.950, 0.34, 0.30, 0.23,  0.16}},
    {sa(4.0),   {330.0,  0.00,    2.4, -0.950, 0.41, 0.32, 0.23,  0.14}},
    {sa(5.0),   {330.0,  0.00,    2.4, -0.930, 0.51, 0.32, 0.22,  0.13}},
    {sa(6.0),   {330.0,  0.00,    2.4, -0.910, 0.55, 0.32, 0.20,  0.10}},
    {sa(7.5),   {330.0,  0.00,    2.4, -0.870, 0.49, 0.28, 0.17,  0.09}},
    {sa(10.0),  {330.0,  0.00,    2.4, -0.800, 0.42, 0.22, 0.14,  0.08}},
};

constexpr Row<Sigma> sigma_table[] = {
    {pga,       {0.754, 0.520, 0.741, 0.501, 0.47, 0.36}},
    {pgv,       {0.662, 0.510, 0.660, 0.510, 0.38, 0.38}},
    {sa(0.01),  {0.754, 0.520, 0.741, 0.501, 0.47, 0.36}},
    {sa(0.02),  {0.760, 0.520, 0.747, 0.501, 0.47, 0.36}},
    {sa(0.03),  {0.781, 0.520, 0.769, 0.501, 0.47, 0.36}},
    {sa(0.05),  {0.810, 0.530, 0.798, 0.512, 0.47, 0.36}},
    {sa(0.075), {0.810, 0.540, 0.798, 0.522, 0.47, 0.36}},
    {sa(0.1),   {0.810, 0.550, 0.795, 0.527, 0.47, 0.36}},
    {sa(0.15),  {0.801, 0.560, 0.773, 0.519, 0.47, 0.36}},
    {sa(0.2),   {0.789, 0.565, 0.753, 0.514, 0.47, 0.36}},
    {sa(0.25),  {0.770, 0.570, 0.729, 0.513, 0.47, 0.36}},
    {sa(0.3),   {0.740, 0.580, 0.693, 0.519, 0.47, 0.36}},
    {sa(0.4),   {0.699, 0.590, 0.644, 0.524, 0.47, 0.36}},
    {sa(0.5),   {0.676, 0.600, 0.616, 0.532, 0.47, 0.36}},
    {sa(0.75),  {0.631, 0.615, 0.566, 0.548, 0.47, 0.36}},
    {sa(1.0),   {0.609, 0.630, 0.541, 0.565, 0.47, 0.36}},
    {sa(1.5),   {0.578, 0.640, 0.506, 0.576, 0.47, 0.36}},
    {sa(2.0),   {0.555, 0.650, 0.480, 0.587, 0.47, 0.36}},
    {sa(3.0),   {0.548, 0.640, 0.472, 0.576, 0.47, 0.36}},
    {sa(4.0),   {0.527, 0.630, 0.447, 0.565, 0.47, 0.36}},
    {sa(5.0),   {0.505, 0.630, 0.425, 0.568, 0.47, 0.36}},
    {sa(6.0),   {0.477, 0.630, 0.395, 0.571, 0.47, 0.36}},
    {sa(7.5),   {0.457, 0.630, 0.378, 0.575, 0.47, 0.36}},
    {sa(10.0),  {0.429, 0.630, 0.359, 0.585, 0.47, 0.36}},
};
// clang-format on

/// The vs30 above which the amplification no longer changes. [m/s] Eq. 9.
double v1(const Imt& imt)
{
    if (imt.period <= 0.5) // PGA and PGV too
        return 1500.0;
    return imt.period < 3.0 ? 1500.0 * std::exp(-0.35 * std::log(imt.period / 0.5)) : 800.0;
}

} // namespace

/// Active shallow crust, NGA-West2; California's basins and attenuation, main shocks.
///
/// \par Needs   mag, rake, dip, ztor, width; vs30, vs30measured, z1pt0 (negative: that expected from vs30);
///              rrup, rx, ry0
/// \par Types   PGA, PGV, SA(0.01) to SA(10.0)
/// \par Valid   3 <= Mw <= 8.5, rrup <= 300 km, 180 <= vs30 <= 1500 m/s; RotD50
/// \par Source  Abrahamson, Silva, Kamai (2014), Earthquake Spectra 30(3), 1025-1055, eqs. 1 to 30, tables 4
///              and 5, doi:10.1193/070913EQS198M
struct AbrahamsonEtAl2014 {
    static constexpr std::uint32_t site_parameters = needs_vs30 | needs_vs30measured | needs_z1pt0;
    static constexpr std::uint32_t distances = needs_rrup | needs_rx | needs_ry0;

    struct Coefficients {
        Median median;
        Site site;
        Sigma sigma;
        double ln_v_lin;
        double ln_v1;
        double v_lin_power; // v_lin^-n
        double stiff_site;  // a10 + b n
        double rock_site;   // f5 at vs30 = 1180 m/s
    };

    struct Shared {
        double ln_r;
        double normal;       // what multiplies a12
        double hanging_wall; // a13
        double depth;        // a15
        double ln_vs30;
        double vs30_power; // vs30^n
        double basin;      // ln of z1 over that expected: what multiplies a43
        double basin_250;  // a44 - a43
        double basin_400;  // a45 - a44
        double basin_700;  // a46 - a45
    };

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        const Site s = psha::coefficients(site_table, request);
        const double v1 = psha::v1(request.imt);
        const double stiff_site = s.a10 + s.b * soil_n;
        return {.median = psha::coefficients(median_table, request),
                .site = s,
                .sigma = psha::coefficients(sigma_table, request),
                .ln_v_lin = std::log(s.v_lin),
                .ln_v1 = std::log(v1),
                .v_lin_power = std::pow(s.v_lin, -soil_n),
                .stiff_site = stiff_site,
                .rock_site = stiff_site * std::log(std::min(v_rock, v1) / s.v_lin)}; // v_lin is lower
    }

    MTC_KERNEL_INLINE static Shared shared(const Context& c)
    {
        const double saturation = 1.0 + 3.5 * clipped(c.mag() - 4.0, 0.0, 1.0); // c4 M [km]
        const bool is_normal = c.rake() > -150.0 && c.rake() < -30.0;
        const double basin = ln_basin_ratio(c);
        return {.ln_r = 0.5 * simd::log(c.rrup() * c.rrup() + saturation * saturation),
                .normal = is_normal ? clipped(c.mag() - 4.0, 0.0, 1.0) : 0.0,
                .hanging_wall = hanging_wall(c),
                .depth = smaller(c.ztor() / 20.0, 1.0),
                .ln_vs30 = simd::log(c.vs30()),
                .vs30_power = c.vs30() * std::sqrt(c.vs30()),
                .basin = basin,
                .basin_250 = basin * clipped((c.vs30() - 150.0) / 100.0, 0.0, 1.0),
                .basin_400 = basin * clipped((c.vs30() - 250.0) / 150.0, 0.0, 1.0),
                .basin_700 = basin * clipped((c.vs30() - 400.0) / 300.0, 0.0, 1.0)};
    }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared& shared)
    {
        const Site& s = k.site;
        const double ln_base = ln_without_site(k.median, c, shared);
        const double rock = simd::exp(ln_base + k.rock_site); // the same type at vs30 = 1180 m/s
        // f5, one expression on either side of v_lin, which is below v1: eq. 7.
        const double stiff = rock + s.c;
        const double softened = rock + s.c * smaller(shared.vs30_power * k.v_lin_power, 1.0);
        const double site_slope = shared.ln_vs30 < k.ln_v_lin ? s.a10 : k.stiff_site;
        const double site =
            site_slope * (smaller(shared.ln_vs30, k.ln_v1) - k.ln_v_lin) + s.b * simd::log(softened / stiff);
        const double basin = s.a43 * shared.basin + (s.a44 - s.a43) * shared.basin_250 +
                             (s.a45 - s.a44) * shared.basin_400 + (s.a46 - s.a45) * shared.basin_700;
        const double mean = ln_base + site + basin;

        // 1 + d ln(amplification) / d ln(rock): eq. 30.
        const double slope = 1.0 + s.b * rock * (1.0 / softened - 1.0 / stiff);
        const Sigma& d = k.sigma;
        const double s1 = c.is_vs30_measured() ? d.s1_measured : d.s1_estimated;
        const double s2 = c.is_vs30_measured() ? d.s2_measured : d.s2_estimated;
        const double phi_all = s1 + (s2 - s1) * clipped(0.5 * (c.mag() - 4.0), 0.0, 1.0);
        const double amp = phi_all < phi_amp ? 0.99 * phi_all : phi_amp;
        const double phi_base = std::sqrt(phi_all * phi_all - amp * amp) * slope;
        const double tau = (d.s3 + (d.s4 - d.s3) * clipped(0.5 * (c.mag() - 5.0), 0.0, 1.0)) * slope;
        return Motion::with_parts(mean, tau, std::sqrt(phi_base * phi_base + amp * amp));
    }

private:
    /// Eqs. 10 to 15, without a13.
    MTC_KERNEL_INLINE static double hanging_wall(const Context& c)
    {
        constexpr double tan_20 = 0.36397023426620234;
        const double dip = smaller((90.0 - c.dip()) / 45.0, 60.0 / 45.0);
        const double dm = larger(c.mag() - 6.5, -1.0);
        const double small_dm = smaller(dm, 0.0);
        const double magnitude = 1.0 + 0.2 * dm - 0.8 * small_dm * small_dm;
        const double x = c.rx() / (c.width() * simd::cos(c.dip() * degree)); // 1 at the far edge
        const double over = 0.25 + 1.5 * x - 0.75 * x * x;
        const double beyond = positive_part(1.0 - 0.5 * (x - 1.0));
        const double depth = positive_part(1.0 - c.ztor() * c.ztor() / 100.0);
        const double along = clipped(1.0 - (c.ry0() - c.rx() * tan_20) / 5.0, 0.0, 1.0);
        return c.rx() > 0.0 ? dip * magnitude * (x < 1.0 ? over : beyond) * depth * along : 0.0;
    }

    /// ln of the ratio of the depth z1 to that expected in California (eq. 18), both with 10 m added.
    MTC_KERNEL_INLINE static double ln_basin_ratio(const Context& c)
    {
        constexpr double low = 610.0 * 610.0 * 610.0 * 610.0;
        constexpr double high = 1360.0 * 1360.0 * 1360.0 * 1360.0;
        const double v2 = c.vs30() * c.vs30();
        const double expected = 0.001 * simd::exp(-7.67 / 4.0 * simd::log((v2 * v2 + low) / (high + low)));
        const double z1 = c.z1pt0() < 0.0 ? expected : 0.001 * c.z1pt0();
        return simd::log((z1 + 0.01) / (expected + 0.01));
    }

    /// All of eq. 1 but f5 and f10.
    MTC_KERNEL_INLINE static double ln_without_site(const Median& k, const Context& c, const Shared& shared)
    {
        const double mag = larger(c.mag(), 5.0);
        const double dm = mag - k.m1;
        const double magnitude = (dm >= 0.0 ? a5 : a4) * dm + k.a8 * (8.5 - mag) * (8.5 - mag) +
                                 k.a6 * smaller(c.mag() - 5.0, 0.0);
        return k.a1 + magnitude + (k.a2 + a3 * dm) * shared.ln_r + k.a17 * c.rrup() + k.a12 * shared.normal +
               k.a13 * shared.hanging_wall + k.a15 * shared.depth;
    }
};

template ModelPointer make<AbrahamsonEtAl2014>(const ModelRequest& request);

} // namespace mtc::psha
