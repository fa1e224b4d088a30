#include "workloads/psha/ground_motion/batch_model.hpp"

namespace mtc::psha {

namespace {

struct Median {
    double c1, c1a, c1b, cn, cm, c5, c6, c7, c9, c9a, cg1, cg2;
};
struct Site {
    double phi1, phi2, phi3, phi4, phi5, phi6, phi7, phi8;
};
struct Sigma {
    double tau1, tau2, sigma1, sigma2, sigma3;
};

// The same at all periods.
constexpr double c2 = 1.06;
constexpr double c3 = 3.45;
constexpr double c4 = -2.1;
constexpr double c4a = -0.5;
constexpr double crb = 50.0; // [km]
constexpr double chm = 3.0;
constexpr double cg3 = 4.0;
constexpr double v_reference = 1130.0; // [m/s]

// clang-format off
constexpr Row<Median> median_table[] = {
    {pga,       {-1.2687,  0.1000, -0.2550, 2.996, 4.1840, 6.1600, 0.4893, 0.0512, 0.7900, 1.5005, -0.00804, -0.00785}},
    {pgv,       { 2.2884,  0.1094, -0.0626, 1.648, 4.2979, 5.1700, 0.4407, 0.0207, 0.3079, 2.6690, -0.00275, -0.00625}},
    {sa(0.01),  {-1.2687,  0.1000, -0.2550, 2.996, 4.1840, 6.1600, 0.4893, 0.0512, 0.7900, 1.5005, -0.00804, -0.00785}},
    {sa(0.02),  {-1.2515,  0.1000, -0.2550, 3.292, 4.1879, 6.1580, 0.4892, 0.0512, 0.8129, 1.5028, -0.00811, -0.00792}},
    {sa(0.03),  {-1.1744,  0.1000, -0.2550, 3.514, 4.1556, 6.1550, 0.4890, 0.0511, 0.8439, 1.5071, -0.00839, -0.00819}},
    {sa(0.04),  {-1.0671,  0.1000, -0.2550, 3.563, 4.1226, 6.1508, 0.4888, 0.0508, 0.8740, 1.5138, -0.00875, -0.00855}},
    {sa(0.05),  {-0.9464,  0.1000, -0.2550, 3.547, 4.1011, 6.1441, 0.4884, 0.0504, 0.8996, 1.5230, -0.00912, -0.00891}},
    {sa(0.075), {-0.7051,  0.1000, -0.2540, 3.448, 4.0860, 6.1200, 0.4872, 0.0495, 0.9442, 1.5597, -0.00973, -0.00950}},
    {sa(0.1),   {-0.5747,  0.1000, -0.2530, 3.312, 4.1030, 6.0850, 0.4854, 0.0489, 0.9677, 1.6104, -0.00975, -0.00952}},
    {sa(0.15),  {-0.5309,  0.1000, -0.2500, 3.044, 4.1717, 5.9871, 0.4808, 0.0479, 0.9660, 1.7549, -0.00883, -0.00862}},
    {sa(0.2),   {-0.6352,  0.1000, -0.2449, 2.831, 4.2476, 5.8699, 0.4755, 0.0471, 0.9334, 1.9157, -0.00778, -0.00759}},
    {sa(0.25),  {-0.7766,  0.1000, -0.2382, 2.658, 4.3184, 5.7547, 0.4706, 0.0464, 0.8946, 2.0709, -0.00688, -0.00671}},
    {sa(0.3),   {-0.9278,  0.0999, -0.2313, 2.505, 4.3844, 5.6527, 0.4665, 0.0458, 0.8590, 2.2005, -0.00612, -0.00598}},
    {sa(0.4),   {-1.2176,  0.0997, -0.2146, 2.261, 4.4979, 5.4997, 0.4607, 0.0445, 0.8019, 2.3886, -0.00498, -0.00486}},
    {sa(0.5),   {-1.4695,  0.0991, -0.1972, 2.087, 4.5881, 5.4029, 0.4571, 0.0429, 0.7578, 2.5000, -0.00420, -0.00410}},
    {sa(0.75),  {-1.9278,  0.0936, -0.1620, 1.812, 4.7571, 5.2900, 0.4531, 0.0387, 0.6788, 2.6224, -0.00308, -0.00301}},
    {sa(1.0),   {-2.2453,  0.0766, -0.1400, 1.648, 4.8820, 5.2480, 0.4517, 0.0350, 0.6196, 2.6690, -0.00246, -0.00241}},
    {sa(1.5),   {-2.7307,  0.0022, -0.1184, 1.511, 5.0697, 5.2194, 0.4507, 0.0280, 0.5101, 2.6985, -0.00180, -0.00176}},
    {sa(2.0),   {-3.1413, -0.0591, -0.1100, 1.470, 5.2173, 5.2099, 0.4504, 0.0213, 0.3917, 2.7085, -0.00147, -0.00143}},
    {sa(3.0),   {-3.7413, -0.0931, -0.1040, 1.456, 5.4385, 5.2040, 0.4501, 0.0106, 0.1244, 2.7145, -0.00117, -0.00115}},
    {sa(4.0),   {-4.1814, -0.0982, -0.1020, 1.465, 5.5977, 5.2020, 0.4501, 0.0041, 0.0086, 2.7164, -0.00107, -0.00104}},
    {sa(5.0),   {-4.5187, -0.0994, -0.1010, 1.478, 5.7276, 5.2010, 0.4500, 0.0010, 0.0000, 2.7172, -0.00102, -0.00099}},
    {sa(7.5),   {-5.1224, -0.0999, -0.1010, 1.498, 5.9891, 5.2000, 0.4500, 0.0000, 0.0000, 2.7177, -0.00096, -0.00094}},
    {sa(10.0),  {-5.5872, -0.1000, -0.1000, 1.502, 6.1930, 5.2000, 0.4500, 0.0000, 0.0000, 2.7180, -0.00094, -0.00091}},
};

constexpr Row<Site> site_table[] = {
    {pga,       {-0.4417, -0.1417, -0.007010, 0.102151, 0.2289, 0.014996, 580.0,  0.0700}},
    {pgv,       {-0.7861, -0.0699, -0.008444, 5.410000, 0.2899, 0.006718, 459.0,  0.1138}},
    {sa(0.01),  {-0.4417, -0.1417, -0.007010, 0.102151, 0.2289, 0.014996, 580.0,  0.0700}},
    {sa(0.02),  {-0.4340, -0.1364, -0.007279, 0.108360, 0.2289, 0.014996, 580.0,  0.0699}},
    {sa(0.03),  {-0.4177, -0.1403, -0.007354, 0.119888, 0.2289, 0.014996, 580.0,  0.0701}},
    {sa(0.04),  {-0.4000, -0.1591, -0.006977, 0.133641, 0.2289, 0.014996, 579.9,  0.0702}},
    {sa(0.05),  {-0.3903, -0.1862, -0.006467, 0.148927, 0.2290, 0.014996, 579.9,  0.0701}},
    {sa(0.075), {-0.4040, -0.2538, -0.005734, 0.190596, 0.2292, 0.014996, 579.6,  0.0686}},
    {sa(0.1),   {-0.4423, -0.2943, -0.005604, 0.230662, 0.2297, 0.014996, 579.2,  0.0646}},
    {sa(0.15),  {-0.5162, -0.3113, -0.005845, 0.266468, 0.2326, 0.014988, 577.2,  0.0494}},
    {sa(0.2),   {-0.5697, -0.2927, -0.006141, 0.255253, 0.2386, 0.014964, 573.9, -0.0019}},
    {sa(0.25),  {-0.6109, -0.2662, -0.006439, 0.231541, 0.2497, 0.014881, 568.5, -0.0479}},
    {sa(0.3),   {-0.6444, -0.2405, -0.006704, 0.207277, 0.2674, 0.014639, 560.5, -0.0756}},
    {sa(0.4),   {-0.6931, -0.1975, -0.007125, 0.165464, 0.3120, 0.013493, 540.0, -0.0960}},
    {sa(0.5),   {-0.7246, -0.1633, -0.007435, 0.133828, 0.3610, 0.011133, 512.9, -0.0998}},
    {sa(0.75),  {-0.7708, -0.1028, -0.008120, 0.085153, 0.4353, 0.006739, 441.9, -0.0765}},
    {sa(1.0),   {-0.7990, -0.0699, -0.008444, 0.058595, 0.4629, 0.005749, 391.8, -0.0412}},
    {sa(1.5),   {-0.8382, -0.0425, -0.007707, 0.031787, 0.4756, 0.005544, 348.1,  0.0140}},
    {sa(2.0),   {-0.8663, -0.0302, -0.004792, 0.019716, 0.4785, 0.005521, 332.5,  0.0544}},
    {sa(3.0),   {-0.9032, -0.0129, -0.001828, 0.009643, 0.4796, 0.005517, 324.1,  0.1232}},
    {sa(4.0),   {-0.9231, -0.0016, -0.001523, 0.005379, 0.4799, 0.005517, 321.7,  0.1859}},
    {sa(5.0),   {-0.9222,  0.0000, -0.001440, 0.003223, 0.4799, 0.005517, 320.9,  0.2295}},
    {sa(7.5),   {-0.8346,  0.0000, -0.001369, 0.001134, 0.4800, 0.005517, 320.3,  0.2660}},
    {sa(10.0),  {-0.7332,  0.0000, -0.001361, 0.000515, 0.4800, 0.005517, 320.1,  0.2682}},
};

constexpr Row<Sigma> sigma_table[] = {
    {pga,       {0.3437, 0.2637, 0.4458, 0.3459, 0.8000}},
    {pgv,       {0.2539, 0.2381, 0.4496, 0.3554, 0.7504}},
    {sa(0.01),  {0.3437, 0.2637, 0.4458, 0.3459, 0.8000}},
    {sa(0.02),  {0.3471, 0.2671, 0.4458, 0.3459, 0.8000}},
    {sa(0.03),  {0.3603, 0.2803, 0.4535, 0.3537, 0.8000}},
    {sa(0.04),  {0.3718, 0.2918, 0.4589, 0.3592, 0.8000}},
    {sa(0.05),  {0.3848, 0.3048, 0.4630, 0.3635, 0.8000}},
    {sa(0.075), {0.3878, 0.3129, 0.4702, 0.3713, 0.8000}},
    {sa(0.1),   {0.3835, 0.3152, 0.4747, 0.3769, 0.8000}},
    {sa(0.15),  {0.3719, 0.3128, 0.4798, 0.3847, 0.8000}},
    {sa(0.2),   {0.3601, 0.3076, 0.4816, 0.3902, 0.8000}},
    {sa(0.25),  {0.3522, 0.3047, 0.4815, 0.3946, 0.7999}},
    {sa(0.3),   {0.3438, 0.3005, 0.4801, 0.3981, 0.7997}},
    {sa(0.4),   {0.3351, 0.2984, 0.4758, 0.4036, 0.7988}},
    {sa(0.5),   {0.3353, 0.3036, 0.4710, 0.4079, 0.7966}},
    {sa(0.75),  {0.3429, 0.3205, 0.4621, 0.4157, 0.7792}},
    {sa(1.0),   {0.3577, 0.3419, 0.4581, 0.4213, 0.7504}},
    {sa(1.5),   {0.3769, 0.3703, 0.4493, 0.4213, 0.7136}},
    {sa(2.0),   {0.4023, 0.4023, 0.4459, 0.4213, 0.7035}},
    {sa(3.0),   {0.4406, 0.4406, 0.4433, 0.4213, 0.7006}},
    {sa(4.0),   {0.4784, 0.4784, 0.4424, 0.4213, 0.7001}},
    {sa(5.0),   {0.5074, 0.5074, 0.4420, 0.4213, 0.7000}},
    {sa(7.5),   {0.5328, 0.5328, 0.4416, 0.4213, 0.7000}},
    {sa(10.0),  {0.5542, 0.5542, 0.4414, 0.4213, 0.7000}},
};
// clang-format on

} // namespace

/// Active shallow crust, NGA-West1; main shocks (the aftershock term c10 is not used).
///
/// \par Needs   mag, rake, dip, ztor; vs30, vs30measured, z1pt0; rrup, rjb, rx
/// \par Types   PGA, PGV, SA(0.01) to SA(10.0)
/// \par Valid   4 <= Mw <= 8.5 (strike slip) or 8, rrup <= 200 km, 150 <= vs30 <= 1500 m/s; GMRotI50
/// \par Source  Chiou and Youngs (2008), Earthquake Spectra 24(1), 173-215, eqs. 13a, 13b, 17 to 21,
///              tables 1 to 4, doi:10.1193/1.2894832
struct ChiouYoungs2008 {
    static constexpr std::uint32_t site_parameters = needs_vs30 | needs_vs30measured | needs_z1pt0;
    static constexpr std::uint32_t distances = needs_rrup | needs_rjb | needs_rx;

    struct Coefficients {
        Median median;
        Site site;
        Sigma sigma;
        double exp_reference; // e^(phi3 (1130 - 360))
        double per_phi4;      // [1/g]
    };

    struct Shared {
        double far_distance; // ln sqrt(R^2 + crb^2)
        double hanging_wall; // what multiplies c9 tanh(), 0 on the foot wall
    };

    struct OfRupture {
        double source;      // all of eq. 13a that holds no distance
        double saturation;  // [km] c5 cosh(c6 (M - chm)+)
        double anelastic;   // [1/km]
        double taper_of_rx; // [1/km] cos^2 dip / c9a
        double tau;         // of linear sites
        double phi;         // likewise, over its square root
    };

    struct OfSite {
        double linear;   // amplification whatever the motion is
        double b;        // of the non-linear part
        double variance; // of vs30, relative
    };

    struct Reference {
        double ln_motion; // at vs30 = 1130 m/s: eq. 13a
    };

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        const Site site = psha::coefficients(site_table, request);
        return {.median = psha::coefficients(median_table, request),
                .site = site,
                .sigma = psha::coefficients(sigma_table, request),
                .exp_reference = std::exp(site.phi3 * (v_reference - 360.0)),
                .per_phi4 = 1.0 / site.phi4};
    }

    MTC_KERNEL_INLINE static Shared shared(const Context& c)
    {
        const double r = c.rrup();
        const double above_plane = 1.0 - std::sqrt(c.rjb() * c.rjb() + c.ztor() * c.ztor()) / (r + 0.001);
        return {.far_distance = 0.5 * simd::log(r * r + crb * crb),
                .hanging_wall = c.rx() >= 0.0 ? above_plane : 0.0};
    }

    MTC_KERNEL_INLINE static OfRupture of_rupture(const Coefficients& coefficients, const Context& c)
    {
        const Median& k = coefficients.median;
        const Sigma& d = coefficients.sigma;
        const double reverse = c.rake() >= 30.0 && c.rake() <= 150.0 ? k.c1a : 0.0;
        const double normal = c.rake() >= -120.0 && c.rake() <= -60.0 ? k.c1b : 0.0;
        const double cos_dip = simd::cos(c.dip() * degree);
        const double mag_weight = 0.5 * (clipped(c.mag(), 5.0, 7.0) - 5.0);
        return {.source = k.c1 + reverse + normal + k.c7 * (c.ztor() - 4.0) + c2 * (c.mag() - 6.0) +
                          (c2 - c3) / k.cn * simd::log(1.0 + simd::exp(k.cn * (k.cm - c.mag()))),
                .saturation = k.c5 * psha::cosh(k.c6 * positive_part(c.mag() - chm)),
                .anelastic = k.cg1 + k.cg2 / psha::cosh(positive_part(c.mag() - cg3)),
                .taper_of_rx = cos_dip * cos_dip / k.c9a,
                .tau = d.tau1 + (d.tau2 - d.tau1) * mag_weight,
                .phi = d.sigma1 + (d.sigma2 - d.sigma1) * mag_weight};
    }

    MTC_KERNEL_INLINE static OfSite of_site(const Coefficients& k, const Context& c)
    {
        const Site& s = k.site;
        const double ln_vs30 = smaller(simd::log(c.vs30() / v_reference), 0.0);
        const double basin = 1.0 / psha::cosh(0.15 * positive_part(c.z1pt0() - 15.0));
        return {.linear = s.phi1 * ln_vs30 +
                          s.phi5 * (1.0 - 1.0 / psha::cosh(s.phi6 * positive_part(c.z1pt0() - s.phi7))) +
                          s.phi8 * basin,
                .b =
                    s.phi2 * (simd::exp(s.phi3 * (smaller(c.vs30(), v_reference) - 360.0)) - k.exp_reference),
                .variance = c.is_vs30_measured() ? 0.7 : k.sigma.sigma3};
    }

    MTC_KERNEL_INLINE static Reference reference(const Coefficients& k, const Context& c,
                                                 const Shared& shared, const OfRupture& rupture)
    {
        return {.ln_motion = rupture.source + c4 * simd::log(c.rrup() + rupture.saturation) +
                             (c4a - c4) * shared.far_distance + rupture.anelastic * c.rrup() +
                             k.median.c9 * psha::tanh(c.rx() * rupture.taper_of_rx) * shared.hanging_wall};
    }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context&, const Shared&,
                                           const OfRupture& rupture, const OfSite& site,
                                           const Reference& reference)
    {
        const double relative = simd::exp(reference.ln_motion) * k.per_phi4;
        const double mean = reference.ln_motion + site.linear + site.b * simd::log(1.0 + relative);
        const double nonlinear = 1.0 + site.b * relative / (1.0 + relative);
        return Motion::with_parts(mean, std::abs(nonlinear * rupture.tau),
                                  rupture.phi * std::sqrt(site.variance + nonlinear * nonlinear));
    }
};

template ModelPointer make<ChiouYoungs2008>(const ModelRequest& request);

} // namespace mtc::psha
