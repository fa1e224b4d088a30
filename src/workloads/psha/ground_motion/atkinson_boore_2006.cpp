#include "workloads/psha/ground_motion/batch_model.hpp"
#include "workloads/psha/ground_motion/boore_atkinson_2008_site.hpp"

namespace mtc::psha {

namespace {

struct Values {
    double c1, c2, c3;             // magnitude
    double c4, c5, c6, c7, c8, c9; // geometric attenuation: to 70 km, from 140 km, nearer than 10 km
    double c10;                    // anelastic attenuation
};

/// Effect of the stress parameter.
struct Stress {
    double delta;  // log10 of the change of motion where the stress doubles, less 0.05, at large magnitudes
    double m1, mh; // magnitudes between which it grows
};

// clang-format off
/// vs30 = 760 m/s, boundary of site classes B and C
constexpr Row<Values> boundary_table[] = {
    {pgv,       { -1.662,  1.050, -0.06035, -2.496, 0.1840,  -2.301,  0.2500,   0.1268, -0.08704, -4.266e-04}},
    {pga,       { 0.5233, 0.9686, -0.06196, -2.439, 0.1465,  -2.335,  0.1912, -0.08695, -0.08285, -6.304e-04}},
    {sa(0.025), {  1.052, 0.9030, -0.05768, -2.571, 0.1483,  -2.652,  0.2065,  -0.4084, -0.05769, -5.122e-04}},
    {sa(0.031), {  1.191, 0.8884, -0.05642, -2.577, 0.1451,  -2.840,  0.2121,  -0.4370, -0.05866, -4.329e-04}},
    {sa(0.04),  {  1.261, 0.8789, -0.05515, -2.536, 0.1388,  -2.994,  0.2158,  -0.3908, -0.06746, -3.881e-04}},
    {sa(0.05),  {  1.209, 0.8830, -0.05441, -2.440, 0.1295,  -3.035,  0.2133,  -0.2098, -0.08997, -4.145e-04}},
    {sa(0.063), {  1.109, 0.8875, -0.05386, -2.334, 0.1229,  -2.881,  0.2007, -0.03189,  -0.1069, -5.483e-04}},
    {sa(0.079), { 0.9667, 0.9033, -0.05476, -2.249, 0.1215,  -2.530,  0.1775,   0.1001,  -0.1147, -7.724e-04}},
    {sa(0.1),   { 0.7818, 0.9235, -0.05555, -2.165, 0.1191,  -2.097,  0.1483,   0.2847,  -0.1319, -9.897e-04}},
    {sa(0.125), { 0.5356, 0.9647, -0.05835, -2.110, 0.1205,  -1.672,  0.1156,   0.3433,  -0.1322, -1.130e-03}},
    {sa(0.158), { 0.1194,  1.057, -0.06473, -2.054, 0.1190,  -1.355, 0.09160,   0.5164,  -0.1503, -1.178e-03}},
    {sa(0.199), {-0.3056,  1.156, -0.07211, -2.038, 0.1220,  -1.147, 0.07375,   0.5082,  -0.1430, -1.140e-03}},
    {sa(0.251), {-0.8756,  1.293, -0.08193, -2.014, 0.1226,  -1.027, 0.06341,   0.5808,  -0.1491, -1.053e-03}},
    {sa(0.315), { -1.560,  1.455, -0.09312, -1.977, 0.1209, -0.9466, 0.05576,   0.6499,  -0.1558, -9.552e-04}},
    {sa(0.397), { -2.281,  1.629,  -0.1054, -1.967, 0.1227, -0.8880, 0.05033,   0.6839,  -0.1582, -8.587e-04}},
    {sa(0.5),   { -3.007,  1.803,  -0.1178, -1.982, 0.1274, -0.8466, 0.04698,   0.6670,  -0.1546, -7.676e-04}},
    {sa(0.629), { -3.748,  1.973,  -0.1294, -1.997, 0.1313, -0.8417, 0.04820,   0.6772,  -0.1557, -6.763e-04}},
    {sa(0.794), { -4.446,  2.119,  -0.1387, -2.009, 0.1356, -0.8576, 0.04976,   0.7084,  -0.1589, -5.751e-04}},
    {sa(1.0),   { -5.058,  2.233,  -0.1454, -2.030, 0.1408, -0.8744, 0.05412,   0.7922,  -0.1697, -4.886e-04}},
    {sa(1.25),  { -5.489,  2.289,  -0.1476, -2.081, 0.1501, -0.9000, 0.05794,   0.8208,  -0.1719, -4.070e-04}},
    {sa(1.587), { -5.754,  2.287,  -0.1450, -2.131, 0.1582, -0.9568, 0.06762,   0.8670,  -0.1789, -3.429e-04}},
    {sa(2.0),   { -5.853,  2.233,  -0.1385, -2.195, 0.1688,  -1.037, 0.08002,   0.8666,  -0.1790, -2.860e-04}},
    {sa(2.5),   { -5.800,  2.126,  -0.1278, -2.257, 0.1790,  -1.123, 0.09539,   0.8911,  -0.1797, -2.601e-04}},
    {sa(3.125), { -5.590,  1.972,  -0.1136, -2.331, 0.1908,  -1.204,  0.1099,   0.8449,  -0.1723, -2.452e-04}},
    {sa(4.0),   { -5.256,  1.787, -0.09785, -2.435, 0.2068,  -1.307,  0.1210,   0.7340,  -0.1560, -1.959e-04}},
    {sa(5.0),   { -4.852,  1.580, -0.08066, -2.530, 0.2216,  -1.426,  0.1361,   0.6340,  -0.1413, -1.608e-04}},};

/// vs30 >= 2000 m/s
constexpr Row<Values> hard_rock_table[] = {
    {pgv,       { -1.442, 0.9909, -0.05848, -2.701, 0.2155,  -2.436,  0.2659, 0.08479, -0.06927, -3.734e-04}},
    {pga,       { 0.9069, 0.9830, -0.06595, -2.698, 0.1594,  -2.795,  0.2120, -0.3011, -0.06532, -4.484e-04}},
    {sa(0.025), {  1.522, 0.9597, -0.06351, -2.813, 0.1458,  -3.654,  0.2362, -0.6544, -0.05500, -4.848e-05}},
    {sa(0.031), {  1.436, 0.9592, -0.06276, -2.714, 0.1400,  -3.728,  0.2343, -0.5430, -0.06448, -3.230e-05}},
    {sa(0.04),  {  1.264, 0.9680, -0.06232, -2.581, 0.1317,  -3.644,  0.2276, -0.3506, -0.08126, -1.225e-04}},
    {sa(0.05),  {  1.105, 0.9719, -0.06197, -2.466, 0.1276,  -3.390,  0.2144, -0.1391, -0.09839, -3.167e-04}},
    {sa(0.063), { 0.9109, 0.9802, -0.06208, -2.360, 0.1263,  -2.972,  0.1910,  0.1069,  -0.1173, -5.786e-04}},
    {sa(0.079), { 0.6906, 0.9974, -0.06276, -2.262, 0.1246,  -2.487,  0.1636,  0.2139,  -0.1207, -8.469e-04}},
    {sa(0.1),   { 0.4797,  1.017, -0.06404, -2.201, 0.1270,  -2.007,  0.1326,  0.3371,  -0.1266, -1.047e-03}},
    {sa(0.125), { 0.2144,  1.054, -0.06664, -2.154, 0.1295,  -1.608,  0.1046,  0.4273,  -0.1303, -1.153e-03}},
    {sa(0.158), {-0.1455,  1.123, -0.07143, -2.116, 0.1302,  -1.303, 0.08311,  0.5617,  -0.1438, -1.182e-03}},
    {sa(0.199), {-0.6153,  1.227, -0.07886, -2.087, 0.1312,  -1.120, 0.06788,  0.6055,  -0.1459, -1.125e-03}},
    {sa(0.251), { -1.121,  1.342, -0.08722, -2.082, 0.1349, -0.9714, 0.05628,  0.6140,  -0.1432, -1.055e-03}},
    {sa(0.315), { -1.721,  1.483, -0.09739, -2.080, 0.1382, -0.8893, 0.04869,  0.6101,  -0.1389, -9.538e-04}},
    {sa(0.397), { -2.437,  1.649,  -0.1084, -2.051, 0.1363, -0.8426, 0.04483,  0.7386,  -0.1557, -8.509e-04}},
    {sa(0.5),   { -3.216,  1.826,  -0.1201, -2.018, 0.1344, -0.8134, 0.04437,  0.8839,  -0.1751, -7.704e-04}},
    {sa(0.629), { -3.917,  1.987,  -0.1314, -2.045, 0.1419, -0.7818, 0.04297,  0.7878,  -0.1590, -6.948e-04}},
    {sa(0.794), { -4.604,  2.132,  -0.1406, -2.062, 0.1468, -0.7974, 0.04345,  0.7748,  -0.1558, -5.790e-04}},
    {sa(1.0),   { -5.272,  2.264,  -0.1483, -2.069, 0.1497, -0.8132, 0.04666,  0.8262,  -0.1622, -4.862e-04}},
    {sa(1.25),  { -5.724,  2.324,  -0.1505, -2.104, 0.1565, -0.8202, 0.05186,  0.8563,  -0.1661, -4.329e-04}},
    {sa(1.587), { -6.043,  2.342,  -0.1496, -2.157, 0.1662, -0.8704, 0.06047,  0.9207,  -0.1734, -3.748e-04}},
    {sa(2.0),   { -6.183,  2.302,  -0.1442, -2.223, 0.1770, -0.9370, 0.07067,  0.9518,  -0.1768, -3.220e-04}},
    {sa(2.5),   { -6.169,  2.211,  -0.1348, -2.299, 0.1898, -0.9860, 0.07860,  0.9683,  -0.1765, -2.823e-04}},
    {sa(3.125), { -6.038,  2.080,  -0.1221, -2.367, 0.2002,  -1.073, 0.08950,   1.002,  -0.1803, -2.306e-04}},
    {sa(4.0),   { -5.791,  1.916,  -0.1071, -2.441, 0.2113,  -1.162,  0.1018,   1.012,  -0.1824, -2.010e-04}},
    {sa(5.0),   { -5.408,  1.714, -0.09012, -2.537, 0.2267,  -1.268,  0.1162,  0.9792,  -0.1767, -1.757e-04}},};

constexpr Row<Stress> stress_table[] = {
    {pgv,       {0.11, 2.00, 5.50}},
    {pga,       {0.15, 0.50, 5.50}},
    {sa(0.025), {0.15, 0.00, 5.00}},
    {sa(0.031), {0.15, 0.00, 5.00}},
    {sa(0.04),  {0.15, 0.00, 5.00}},
    {sa(0.05),  {0.15, 0.00, 5.00}},
    {sa(0.063), {0.15, 0.17, 5.17}},
    {sa(0.079), {0.15, 0.34, 5.34}},
    {sa(0.1),   {0.15, 0.50, 5.50}},
    {sa(0.125), {0.15, 1.15, 5.67}},
    {sa(0.158), {0.15, 1.85, 5.84}},
    {sa(0.199), {0.15, 2.50, 6.00}},
    {sa(0.251), {0.15, 2.90, 6.12}},
    {sa(0.315), {0.15, 3.30, 6.25}},
    {sa(0.397), {0.15, 3.65, 6.37}},
    {sa(0.5),   {0.15, 4.00, 6.50}},
    {sa(0.629), {0.15, 4.17, 6.70}},
    {sa(0.794), {0.15, 4.34, 6.95}},
    {sa(1.0),   {0.15, 4.50, 7.20}},
    {sa(1.25),  {0.15, 4.67, 7.45}},
    {sa(1.587), {0.15, 4.84, 7.70}},
    {sa(2.0),   {0.15, 5.00, 8.00}},
    {sa(2.5),   {0.15, 5.25, 8.12}},
    {sa(3.125), {0.15, 5.50, 8.25}},
    {sa(4.0),   {0.15, 5.75, 8.37}},
    {sa(5.0),   {0.15, 6.00, 8.50}},};
// clang-format on

/// What all intensity measure types of a context have in common.
struct Common {
    double r;                          // [km], motions nearer than 1 km are those of 1 km
    double near_10, to_70, beyond_140; // parts of ln r
    double ln_vs30, b1_factor, b2_factor;
};

/// ln of the median in cm/s^2 or cm/s, without site term.
MTC_KERNEL_INLINE double ln_median(const Values& k, double mag, const Common& path)
{
    return ln_10 * (k.c1 + (k.c2 + k.c3 * mag) * mag + k.c10 * path.r) + (k.c4 + k.c5 * mag) * path.to_70 +
           (k.c6 + k.c7 * mag) * path.beyond_140 + (k.c8 + k.c9 * mag) * path.near_10;
}

/// ln of the change of motion where the stress parameter is not 140 bar but that of Atkinson and Boore
/// (2011), 10^(3.45 - 0.2 M) bar, up to 280 bar.
MTC_KERNEL_INLINE double stress_adjustment(const Stress& k, double mag)
{
    constexpr double log10_2 = 0.301029995663981195;
    constexpr double log10_140 = 2.14612803567823803;
    const double doublings = smaller((3.45 - 0.2 * mag - log10_140) / log10_2, 1.0);
    const double per_doubling = 0.05 + k.delta * clipped((mag - k.m1) / (k.mh - k.m1), 0.0, 1.0);
    return ln_10 * doublings * per_doubling;
}

template <bool is_modified_2011>
struct AtkinsonBoore2006Formula {
    static constexpr std::uint32_t site_parameters = needs_vs30;
    static constexpr std::uint32_t distances = needs_rrup;

    struct Coefficients {
        Values boundary;
        Values hard_rock;
        Stress stress;
        BooreAtkinsonSite site;
        double ln_unit; // of the motion, in g or cm/s
    };

    using Shared = Common;

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        return {.boundary = psha::coefficients(boundary_table, request),
                .hard_rock = psha::coefficients(hard_rock_table, request),
                .stress = psha::coefficients(stress_table, request),
                .site = psha::coefficients(boore_atkinson_site_table, request),
                .ln_unit = request.imt.name == pgv.name ? 0.0 : ln_cm_per_s2_in_g};
    }

    MTC_KERNEL_INLINE static Shared shared(const Context& c)
    {
        constexpr Values pga_values = row_of(boundary_table, pga);
        constexpr Stress pga_stress = row_of(stress_table, pga);
        constexpr double ln_70 = 4.24849524204935899;
        constexpr double ln_140 = 4.94164242260930430;
        const double r = larger(c.rrup(), 1.0);
        const double ln_r = simd::log(r);
        Shared common{.r = r,
                      .near_10 = positive_part(ln_10 - ln_r),
                      .to_70 = smaller(ln_r, ln_70),
                      .beyond_140 = positive_part(ln_r - ln_140),
                      .ln_vs30 = 0.0,
                      .b1_factor = 0.0,
                      .b2_factor = 0.0};
        const double stress = is_modified_2011 ? stress_adjustment(pga_stress, c.mag()) : 0.0;
        const double ln_pga = ln_median(pga_values, c.mag(), common) + stress + ln_cm_per_s2_in_g;
        const BooreAtkinsonSiteFactors site = boore_atkinson_site(ln_pga, c.vs30());
        common.ln_vs30 = site.ln_vs30;
        common.b1_factor = site.b1_factor;
        common.b2_factor = site.b2_factor;
        return common;
    }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared& shared)
    {
        const double soil = ln_median(k.boundary, c.mag(), shared) +
                            site_amplification(k.site, {.ln_vs30 = shared.ln_vs30,
                                                        .b1_factor = shared.b1_factor,
                                                        .b2_factor = shared.b2_factor});
        const double hard_rock = ln_median(k.hard_rock, c.mag(), shared);
        const double stress = is_modified_2011 ? stress_adjustment(k.stress, c.mag()) : 0.0;
        return Motion::with_total((c.vs30() >= 2000.0 ? hard_rock : soil) + stress + k.ln_unit, ln_10 * 0.30);
    }
};

} // namespace

/// Stable continental crust (eastern North America), stress parameter 140 bar: hard rock (vs30 >= 2000 m/s),
/// and softer sites by the site term of Boore and Atkinson (2008); only the total standard deviation.
///
/// \par Needs   mag; vs30; rrup
/// \par Types   PGA, PGV, SA(0.025) to SA(5.0)
/// \par Valid   3.5 <= Mw <= 8, 1 <= rrup <= 1000 km; horizontal component
/// \par Source  Atkinson and Boore (2006), Bulletin of the Seismological Society of America 96(6), 2181-2205,
///              tables 6, 7 and 9, doi:10.1785/0120050245
struct AtkinsonBoore2006 : AtkinsonBoore2006Formula<false> {};

/// AtkinsonBoore2006 with a stress parameter that falls with magnitude.
///
/// \par Source  Atkinson and Boore (2011), Bulletin of the Seismological Society of America 101(3),
/// 1121-1135,
///              doi:10.1785/0120100270; that the parameter ends at 280 bar is OpenQuake's verification
///              table's
struct AtkinsonBoore2006Modified2011 : AtkinsonBoore2006Formula<true> {};

template ModelPointer make<AtkinsonBoore2006>(const ModelRequest& request);
template ModelPointer make<AtkinsonBoore2006Modified2011>(const ModelRequest& request);

} // namespace mtc::psha
