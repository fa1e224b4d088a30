#include "workloads/psha/ground_motion/batch_model.hpp"

#include <limits>

namespace mtc::psha {

namespace {

struct Source {
    double c1, c1a, c1b, c1c, c1d, c3, cn, cm, c7, c7b, c11b;
};
struct Path {
    double c5, chm, c6, c9, c9a, c9b, cg1, cg2, cg3; // c9b [km]
};
struct Site {
    double phi1, phi2, phi3, phi4, phi5;
};
struct Sigma {
    double tau1, tau2, sigma1, sigma2, sigma3;
};

// The same at all periods.
constexpr double c2 = 1.06;
constexpr double c4 = -2.1;
constexpr double c4a = -0.5;
constexpr double crb = 50.0;           // [km]
constexpr double phi6 = 300.0;         // [m]
constexpr double v_reference = 1130.0; // [m/s]

// clang-format off
constexpr Row<Source> source_table[] = {
    {pga,       {-1.5065, 0.1650, -0.2550, -0.1650, 0.2550, 1.9636, 16.0875, 4.9993, 0.0352,  0.0462, -0.4536}},
    {pgv,       { 2.3549, 0.1650, -0.0626, -0.1650, 0.0626, 2.3152,  3.3024, 5.4230, 0.0324,  0.0097, -0.3834}},
    {sa(0.01),  {-1.5065, 0.1650, -0.2550, -0.1650, 0.2550, 1.9636, 16.0875, 4.9993, 0.0352,  0.0462, -0.4536}},
    {sa(0.02),  {-1.4798, 0.1650, -0.2550, -0.1650, 0.2550, 1.9636, 15.7118, 4.9993, 0.0352,  0.0472, -0.4536}},
    {sa(0.03),  {-1.2972, 0.1650, -0.2550, -0.1650, 0.2550, 1.9636, 15.8819, 4.9993, 0.0352,  0.0533, -0.4536}},
    {sa(0.04),  {-1.1007, 0.1650, -0.2550, -0.1650, 0.2550, 1.9636, 16.4556, 4.9993, 0.0352,  0.0596, -0.4536}},
    {sa(0.05),  {-0.9292, 0.1650, -0.2550, -0.1650, 0.2550, 1.9636, 17.6453, 4.9993, 0.0352,  0.0639, -0.4536}},
    {sa(0.075), {-0.6580, 0.1650, -0.2540, -0.1650, 0.2540, 1.9636, 20.1772, 5.0031, 0.0352,  0.0630, -0.4536}},
    {sa(0.1),   {-0.5613, 0.1650, -0.2530, -0.1650, 0.2530, 1.9636, 19.9992, 5.0172, 0.0352,  0.0532, -0.4536}},
    {sa(0.12),  {-0.5342, 0.1650, -0.2520, -0.1650, 0.2520, 1.9795, 18.7106, 5.0315, 0.0352,  0.0452, -0.4536}},
    {sa(0.15),  {-0.5462, 0.1650, -0.2500, -0.1650, 0.2500, 2.0362, 16.6246, 5.0547, 0.0352,  0.0345, -0.4536}},
    {sa(0.17),  {-0.5858, 0.1650, -0.2480, -0.1650, 0.2480, 2.0823, 15.3709, 5.0704, 0.0352,  0.0283, -0.4536}},
    {sa(0.2),   {-0.6798, 0.1650, -0.2449, -0.1650, 0.2449, 2.1521, 13.7012, 5.0939, 0.0352,  0.0202, -0.4440}},
    {sa(0.25),  {-0.8663, 0.1650, -0.2382, -0.1650, 0.2382, 2.2574, 11.2667, 5.1315, 0.0352,  0.0090, -0.3539}},
    {sa(0.3),   {-1.0514, 0.1650, -0.2313, -0.1650, 0.2313, 2.3440,  9.1908, 5.1670, 0.0352, -0.0004, -0.2688}},
    {sa(0.4),   {-1.3794, 0.1650, -0.2146, -0.1650, 0.2146, 2.4709,  6.5459, 5.2317, 0.0352, -0.0155, -0.1793}},
    {sa(0.5),   {-1.6508, 0.1650, -0.1972, -0.1650, 0.1972, 2.5567,  5.2305, 5.2893, 0.0352, -0.0278, -0.1428}},
    {sa(0.75),  {-2.1511, 0.1650, -0.1620, -0.1650, 0.1620, 2.6812,  3.7896, 5.4109, 0.0352, -0.0477, -0.1138}},
    {sa(1.0),   {-2.5365, 0.1650, -0.1400, -0.1650, 0.1400, 2.7474,  3.3024, 5.5106, 0.0352, -0.0559, -0.1062}},
    {sa(1.5),   {-3.0686, 0.1650, -0.1184, -0.1650, 0.1184, 2.8161,  2.8498, 5.6705, 0.0352, -0.0630, -0.1020}},
    {sa(2.0),   {-3.4148, 0.1645, -0.1100, -0.1645, 0.1100, 2.8514,  2.5417, 5.7981, 0.0352, -0.0665, -0.1009}},
    {sa(3.0),   {-3.9013, 0.1168, -0.1040, -0.1168, 0.1040, 2.8875,  2.1488, 5.9983, 0.0160, -0.0516, -0.1003}},
    {sa(4.0),   {-4.2466, 0.0732, -0.1020, -0.0732, 0.1020, 2.9058,  1.8957, 6.1552, 0.0062, -0.0448, -0.1001}},
    {sa(5.0),   {-4.5143, 0.0484, -0.1010, -0.0484, 0.1010, 2.9169,  1.7228, 6.2856, 0.0029, -0.0424, -0.1001}},
    {sa(7.5),   {-5.0009, 0.0220, -0.1010, -0.0220, 0.1010, 2.9320,  1.5737, 6.5428, 0.0007, -0.0348, -0.1000}},
    {sa(10.0),  {-5.3461, 0.0124, -0.1000, -0.0124, 0.1000, 2.9396,  1.5265, 6.7415, 0.0003, -0.0253, -0.1000}},
};

constexpr Row<Path> path_table[] = {
    {pga,       {6.4551, 3.0956, 0.4908, 0.9228, 0.1202, 6.8607, -0.007146, -0.006758, 4.2542}},
    {pgv,       {5.8096, 3.0514, 0.4407, 0.3079, 0.1000, 6.5000, -0.001852, -0.007403, 4.3439}},
    {sa(0.01),  {6.4551, 3.0956, 0.4908, 0.9228, 0.1202, 6.8607, -0.007146, -0.006758, 4.2542}},
    {sa(0.02),  {6.4551, 3.0963, 0.4925, 0.9296, 0.1217, 6.8697, -0.007249, -0.006758, 4.2386}},
    {sa(0.03),  {6.4551, 3.0974, 0.4992, 0.9396, 0.1194, 6.9113, -0.007869, -0.006758, 4.2519}},
    {sa(0.04),  {6.4551, 3.0988, 0.5037, 0.9661, 0.1166, 7.0271, -0.008316, -0.006758, 4.2960}},
    {sa(0.05),  {6.4551, 3.1011, 0.5048, 0.9794, 0.1176, 7.0959, -0.008743, -0.006758, 4.3578}},
    {sa(0.075), {6.4551, 3.1094, 0.5048, 1.0260, 0.1171, 7.3298, -0.009537, -0.006190, 4.5455}},
    {sa(0.1),   {6.8305, 3.2381, 0.5048, 1.0177, 0.1146, 7.2588, -0.009830, -0.005332, 4.7603}},
    {sa(0.12),  {7.1333, 3.3407, 0.5048, 1.0008, 0.1128, 7.2372, -0.009913, -0.004732, 4.8963}},
    {sa(0.15),  {7.3621, 3.4300, 0.5045, 0.9801, 0.1106, 7.2109, -0.009896, -0.003806, 5.0644}},
    {sa(0.17),  {7.4365, 3.4688, 0.5036, 0.9652, 0.1150, 7.2491, -0.009787, -0.003280, 5.1371}},
    {sa(0.2),   {7.4972, 3.5146, 0.5016, 0.9459, 0.1208, 7.2988, -0.009505, -0.002690, 5.1880}},
    {sa(0.25),  {7.5416, 3.5746, 0.4971, 0.9196, 0.1208, 7.3691, -0.008918, -0.002128, 5.2164}},
    {sa(0.3),   {7.5600, 3.6232, 0.4919, 0.8829, 0.1175, 6.8789, -0.008251, -0.001812, 5.1954}},
    {sa(0.4),   {7.5735, 3.6945, 0.4807, 0.8302, 0.1060, 6.5334, -0.007267, -0.001274, 5.0899}},
    {sa(0.5),   {7.5778, 3.7401, 0.4707, 0.7884, 0.1061, 6.5260, -0.006492, -0.001074, 4.7854}},
    {sa(0.75),  {7.5808, 3.7941, 0.4575, 0.6754, 0.1000, 6.5000, -0.005147, -0.001115, 4.3304}},
    {sa(1.0),   {7.5814, 3.8144, 0.4522, 0.6196, 0.1000, 6.5000, -0.004277, -0.001197, 4.1667}},
    {sa(1.5),   {7.5817, 3.8284, 0.4501, 0.5101, 0.1000, 6.5000, -0.002979, -0.001675, 4.0029}},
    {sa(2.0),   {7.5818, 3.8330, 0.4500, 0.3917, 0.1000, 6.5000, -0.002301, -0.002349, 3.8949}},
    {sa(3.0),   {7.5818, 3.8361, 0.4500, 0.1244, 0.1000, 6.5000, -0.001344, -0.003306, 3.7928}},
    {sa(4.0),   {7.5818, 3.8369, 0.4500, 0.0086, 0.1000, 6.5000, -0.001084, -0.003566, 3.7443}},
    {sa(5.0),   {7.5818, 3.8376, 0.4500, 0.0000, 0.1000, 6.5000, -0.001010, -0.003640, 3.7090}},
    {sa(7.5),   {7.5818, 3.8380, 0.4500, 0.0000, 0.1000, 6.5000, -0.000964, -0.003686, 3.6632}},
    {sa(10.0),  {7.5818, 3.8380, 0.4500, 0.0000, 0.1000, 6.5000, -0.000950, -0.003700, 3.6230}},
};

constexpr Row<Site> site_table[] = {
    {pga,       {-0.5210, -0.1417, -0.007010, 0.102151, 0.0000}},
    {pgv,       {-0.7936, -0.0699, -0.008444, 5.410000, 0.0202}},
    {sa(0.01),  {-0.5210, -0.1417, -0.007010, 0.102151, 0.0000}},
    {sa(0.02),  {-0.5055, -0.1364, -0.007279, 0.108360, 0.0000}},
    {sa(0.03),  {-0.4368, -0.1403, -0.007354, 0.119888, 0.0000}},
    {sa(0.04),  {-0.3752, -0.1591, -0.006977, 0.133641, 0.0000}},
    {sa(0.05),  {-0.3469, -0.1862, -0.006467, 0.148927, 0.0000}},
    {sa(0.075), {-0.3747, -0.2538, -0.005734, 0.190596, 0.0000}},
    {sa(0.1),   {-0.4440, -0.2943, -0.005604, 0.230662, 0.0000}},
    {sa(0.12),  {-0.4895, -0.3077, -0.005696, 0.253169, 0.0000}},
    {sa(0.15),  {-0.5477, -0.3113, -0.005845, 0.266468, 0.0000}},
    {sa(0.17),  {-0.5922, -0.3062, -0.005959, 0.265060, 0.0000}},
    {sa(0.2),   {-0.6693, -0.2927, -0.006141, 0.255253, 0.0000}},
    {sa(0.25),  {-0.7766, -0.2662, -0.006439, 0.231541, 0.0000}},
    {sa(0.3),   {-0.8501, -0.2405, -0.006704, 0.207277, 0.0010}},
    {sa(0.4),   {-0.9431, -0.1975, -0.007125, 0.165464, 0.0040}},
    {sa(0.5),   {-1.0044, -0.1633, -0.007435, 0.133828, 0.0100}},
    {sa(0.75),  {-1.0602, -0.1028, -0.008120, 0.085153, 0.0340}},
    {sa(1.0),   {-1.0941, -0.0699, -0.008444, 0.058595, 0.0670}},
    {sa(1.5),   {-1.1142, -0.0425, -0.007707, 0.031787, 0.1430}},
    {sa(2.0),   {-1.1154, -0.0302, -0.004792, 0.019716, 0.2030}},
    {sa(3.0),   {-1.1081, -0.0129, -0.001828, 0.009643, 0.2770}},
    {sa(4.0),   {-1.0603, -0.0016, -0.001523, 0.005379, 0.3090}},
    {sa(5.0),   {-0.9872,  0.0000, -0.001440, 0.003223, 0.3210}},
    {sa(7.5),   {-0.8274,  0.0000, -0.001369, 0.001134, 0.3290}},
    {sa(10.0),  {-0.7053,  0.0000, -0.001361, 0.000515, 0.3300}},
};

constexpr Row<Sigma> sigma_table[] = {
    {pga,       {0.4000, 0.2600, 0.4912, 0.3762, 0.8000}},
    {pgv,       {0.3894, 0.2578, 0.4785, 0.3629, 0.7504}},
    {sa(0.01),  {0.4000, 0.2600, 0.4912, 0.3762, 0.8000}},
    {sa(0.02),  {0.4026, 0.2637, 0.4904, 0.3762, 0.8000}},
    {sa(0.03),  {0.4063, 0.2689, 0.4988, 0.3849, 0.8000}},
    {sa(0.04),  {0.4095, 0.2736, 0.5049, 0.3910, 0.8000}},
    {sa(0.05),  {0.4124, 0.2777, 0.5096, 0.3957, 0.8000}},
    {sa(0.075), {0.4179, 0.2855, 0.5179, 0.4043, 0.8000}},
    {sa(0.1),   {0.4219, 0.2913, 0.5236, 0.4104, 0.8000}},
    {sa(0.12),  {0.4244, 0.2949, 0.5270, 0.4143, 0.8000}},
    {sa(0.15),  {0.4275, 0.2993, 0.5308, 0.4191, 0.8000}},
    {sa(0.17),  {0.4292, 0.3017, 0.5328, 0.4217, 0.8000}},
    {sa(0.2),   {0.4313, 0.3047, 0.5351, 0.4252, 0.8000}},
    {sa(0.25),  {0.4341, 0.3087, 0.5377, 0.4299, 0.7999}},
    {sa(0.3),   {0.4363, 0.3119, 0.5395, 0.4338, 0.7997}},
    {sa(0.4),   {0.4396, 0.3165, 0.5422, 0.4399, 0.7988}},
    {sa(0.5),   {0.4419, 0.3199, 0.5433, 0.4446, 0.7966}},
    {sa(0.75),  {0.4459, 0.3255, 0.5294, 0.4533, 0.7792}},
    {sa(1.0),   {0.4484, 0.3291, 0.5105, 0.4594, 0.7504}},
    {sa(1.5),   {0.4515, 0.3335, 0.4783, 0.4680, 0.7136}},
    {sa(2.0),   {0.4534, 0.3363, 0.4681, 0.4681, 0.7035}},
    {sa(3.0),   {0.4558, 0.3398, 0.4617, 0.4617, 0.7006}},
    {sa(4.0),   {0.4574, 0.3419, 0.4571, 0.4571, 0.7001}},
    {sa(5.0),   {0.4584, 0.3435, 0.4535, 0.4535, 0.7000}},
    {sa(7.5),   {0.4601, 0.3459, 0.4471, 0.4471, 0.7000}},
    {sa(10.0),  {0.4612, 0.3474, 0.4426, 0.4426, 0.7000}},
};
// clang-format on

} // namespace

/// Active shallow crust, NGA-West2; California's basins and attenuation, no directivity.
///
/// \par Needs   mag, rake, dip, ztor; vs30, vs30measured, z1pt0 (not above 0: that expected from vs30);
///              rrup, rjb, rx
/// \par Types   PGA, PGV, SA(0.01) to SA(10.0); SA up to 0.3 s is not below PGA
/// \par Valid   3.5 <= Mw <= 8.5 (strike slip) or 8, ztor <= 20 km, rrup <= 300 km,
///              180 <= vs30 <= 1500 m/s; RotD50
/// \par Source  Chiou and Youngs (2014), Earthquake Spectra 30(3), 1117-1153, eqs. 1, 4, 5, 11 to 13,
///              tables 1 to 5, doi:10.1193/072813EQS219M
struct ChiouYoungs2014 {
    static constexpr std::uint32_t site_parameters = needs_vs30 | needs_vs30measured | needs_z1pt0;
    static constexpr std::uint32_t distances = needs_rrup | needs_rjb | needs_rx;

    struct Coefficients {
        Source source;
        Path path;
        Site site;
        Sigma sigma;
        double exp_reference; // e^(phi3 (1130 - 360))
        double floor;         // SA is not below PGA: 0, else -inf, added to ln(PGA)
    };

    struct Shared {
        double far_distance; // (c4a - c4) ln sqrt(R^2 + crb^2)
        double hanging_wall; // what multiplies c9 (c9a + ...), 0 on the foot wall
        double ln_pga;
    };

    struct OfRupture {
        double source;     // all of eq. 11 that holds no distance
        double saturation; // [km] c5 cosh(c6 (M - chm)+)
        double anelastic;  // [1/km]
        double tau;        // of linear sites
        double phi;        // likewise, over its square root
    };

    struct OfSite {
        double linear;   // amplification whatever the motion is
        double b;        // of the non-linear part
        double variance; // of vs30, relative
    };

    Coefficients pga_coefficients = coefficients({.imt = {.name = "PGA"}, .model = "ChiouYoungs2014"});

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        const Site site = psha::coefficients(site_table, request);
        return {.source = psha::coefficients(source_table, request),
                .path = psha::coefficients(path_table, request),
                .site = site,
                .sigma = psha::coefficients(sigma_table, request),
                .exp_reference = std::exp(site.phi3 * (v_reference - 360.0)),
                .floor = request.imt.is_sa() && request.imt.period <= 0.3
                             ? 0.0
                             : -std::numeric_limits<double>::infinity()};
    }

    MTC_KERNEL_INLINE Shared shared(const Context& c) const
    {
        const double cos_dip = simd::cos(c.dip() * degree);
        const double above_plane =
            1.0 - std::sqrt(c.rjb() * c.rjb() + c.ztor() * c.ztor()) / (c.rrup() + 1.0);
        Shared s{.far_distance = 0.5 * (c4a - c4) * simd::log(c.rrup() * c.rrup() + crb * crb),
                 .hanging_wall = c.rx() >= 0.0 ? cos_dip * above_plane : 0.0,
                 .ln_pga = 0.0}; // from what is above:
        const Coefficients& k = pga_coefficients;
        s.ln_pga = response(k, c, s, of_rupture(k, c), of_site(k, c)).mean;
        return s;
    }

    MTC_KERNEL_INLINE static OfRupture of_rupture(const Coefficients& k, const Context& c)
    {
        const Source& s = k.source;
        const Path& p = k.path;
        const Sigma& d = k.sigma;
        const double mag_decay = 1.0 / psha::cosh(2.0 * positive_part(c.mag() - 4.5));
        const double root_reverse = positive_part(2.704 - 1.226 * positive_part(c.mag() - 5.849));
        const double root_other = positive_part(2.673 - 1.136 * positive_part(c.mag() - 4.970));
        const bool is_reverse = c.rake() >= 30.0 && c.rake() <= 150.0;
        const bool is_normal = c.rake() >= -120.0 && c.rake() <= -60.0;
        const double root_ztor = is_reverse ? root_reverse : root_other; // eqs. 4 and 5
        const double delta_ztor = c.ztor() - root_ztor * root_ztor;      // less its expectation [km]
        const double cos_dip = simd::cos(c.dip() * degree);
        const double reverse = is_reverse ? s.c1a + s.c1c * mag_decay : 0.0;
        const double normal = is_normal ? s.c1b + s.c1d * mag_decay : 0.0;
        const double mag_weight = clipped(c.mag() - 5.0, 0.0, 1.5) / 1.5;
        return {.source = s.c1 + reverse + normal + (s.c7 + s.c7b * mag_decay) * delta_ztor +
                          s.c11b * (cos_dip * cos_dip * mag_decay) + c2 * (c.mag() - 6.0) +
                          (c2 - s.c3) / s.cn * simd::log(1.0 + simd::exp(s.cn * (s.cm - c.mag()))),
                .saturation = p.c5 * psha::cosh(p.c6 * positive_part(c.mag() - p.chm)),
                .anelastic = p.cg1 + p.cg2 / psha::cosh(positive_part(c.mag() - p.cg3)),
                .tau = d.tau1 + (d.tau2 - d.tau1) * mag_weight,
                .phi = d.sigma1 + (d.sigma2 - d.sigma1) * mag_weight};
    }

    MTC_KERNEL_INLINE static OfSite of_site(const Coefficients& k, const Context& c)
    {
        const Site& s = k.site;
        const double ln_vs30 = smaller(simd::log(c.vs30() / v_reference), 0.0);
        return {.linear = s.phi1 * ln_vs30 + s.phi5 * basin(c),
                .b =
                    s.phi2 * (simd::exp(s.phi3 * (smaller(c.vs30(), v_reference) - 360.0)) - k.exp_reference),
                .variance = c.is_vs30_measured() ? 0.7 : k.sigma.sigma3};
    }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared& shared,
                                           const OfRupture& rupture, const OfSite& site)
    {
        const Response r = response(k, c, shared, rupture, site);
        return Motion::with_parts(larger(r.mean, shared.ln_pga + k.floor),
                                  std::abs(r.nonlinear * rupture.tau),
                                  rupture.phi * std::sqrt(site.variance + r.nonlinear * r.nonlinear));
    }

private:
    struct Response {
        double mean;      // ln of the median, before the floor
        double nonlinear; // d mean / d ln of the motion at 1130 m/s
    };

    /// 1 - exp(-dz / phi6), dz being the depth z1 less that expected in California.
    MTC_KERNEL_INLINE static double basin(const Context& c)
    {
        constexpr double low = 570.94 * 570.94 * 570.94 * 570.94;
        constexpr double high = 1360.0 * 1360.0 * 1360.0 * 1360.0;
        const double v2 = c.vs30() * c.vs30();
        const double expected = simd::exp(-7.15 / 4.0 * simd::log((v2 * v2 + low) / (high + low))); // [m]
        const double dz = c.z1pt0() > 0.0 ? c.z1pt0() - expected : 0.0;
        return 1.0 - simd::exp(-dz / phi6);
    }

    /// Eqs. 11 and 12.
    MTC_KERNEL_INLINE static Response response(const Coefficients& k, const Context& c, const Shared& shared,
                                               const OfRupture& rupture, const OfSite& site)
    {
        const Path& p = k.path;
        const double hanging_wall = p.c9 * (p.c9a + (1.0 - p.c9a) * psha::tanh(c.rx() / p.c9b));
        const double ln_reference = rupture.source + c4 * simd::log(c.rrup() + rupture.saturation) +
                                    shared.far_distance + rupture.anelastic * c.rrup() +
                                    hanging_wall * shared.hanging_wall; // at vs30 = 1130 m/s
        const double reference = simd::exp(ln_reference);
        const double phi4 = k.site.phi4;
        return {.mean = ln_reference + site.linear + site.b * simd::log((reference + phi4) / phi4),
                .nonlinear = 1.0 + site.b * reference / (reference + phi4)};
    }
};

template ModelPointer make<ChiouYoungs2014>(const ModelRequest& request);

} // namespace mtc::psha
