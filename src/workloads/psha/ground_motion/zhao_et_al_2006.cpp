#include "workloads/psha/ground_motion/batch_model.hpp"

namespace mtc::psha {

namespace {

/// Common to the three settings, for ln of cm/s^2.
struct Base {
    double a, b, c, d, e;
    double reverse; // crustal events only
    double hard_rock, rock, hard_soil, medium_soil, soft_soil;
    double phi;
};
// Each setting's own terms, with the magnitude-squared correction of table 6.
struct Crustal {
    double q, w, tau;
};
struct Interface {
    double s, q, w, tau;
};
struct Slab {
    double s, sl, p, q, w, tau;
};

// clang-format off
constexpr Row<Base> base_table[] = {
    {pga,      {1.101, -0.00564, 0.0055, 1.080, 0.01412, 0.251,  0.293,  1.111,  1.344,  1.355,  1.420, 0.604}},
    {sa(0.05), {1.076, -0.00671, 0.0075, 1.060, 0.01463, 0.251,  0.939,  1.684,  1.793,  1.747,  1.814, 0.640}},
    {sa(0.1),  {1.118, -0.00787, 0.0090, 1.083, 0.01423, 0.240,  1.499,  2.061,  2.135,  2.031,  2.082, 0.694}},
    {sa(0.15), {1.134, -0.00722, 0.0100, 1.053, 0.01509, 0.251,  1.462,  1.916,  2.168,  2.052,  2.113, 0.702}},
    {sa(0.2),  {1.147, -0.00659, 0.0120, 1.014, 0.01462, 0.260,  1.280,  1.669,  2.085,  2.001,  2.030, 0.692}},
    {sa(0.25), {1.149, -0.00590, 0.0140, 0.966, 0.01459, 0.269,  1.121,  1.468,  1.942,  1.941,  1.937, 0.682}},
    {sa(0.3),  {1.163, -0.00520, 0.0150, 0.934, 0.01458, 0.259,  0.852,  1.172,  1.683,  1.808,  1.770, 0.670}},
    {sa(0.4),  {1.200, -0.00422, 0.0100, 0.959, 0.01257, 0.248,  0.365,  0.655,  1.127,  1.482,  1.397, 0.659}},
    {sa(0.5),  {1.250, -0.00338, 0.0060, 1.008, 0.01114, 0.247, -0.207,  0.071,  0.515,  0.934,  0.955, 0.653}},
    {sa(0.6),  {1.293, -0.00282, 0.0030, 1.088, 0.01019, 0.233, -0.705, -0.429, -0.003,  0.394,  0.559, 0.653}},
    {sa(0.7),  {1.336, -0.00258, 0.0025, 1.084, 0.00979, 0.220, -1.144, -0.866, -0.449, -0.111,  0.188, 0.652}},
    {sa(0.8),  {1.386, -0.00242, 0.0022, 1.088, 0.00944, 0.232, -1.609, -1.325, -0.928, -0.620, -0.246, 0.647}},
    {sa(0.9),  {1.433, -0.00232, 0.0020, 1.109, 0.00972, 0.220, -2.023, -1.732, -1.349, -1.066, -0.643, 0.653}},
    {sa(1.0),  {1.479, -0.00220, 0.0020, 1.115, 0.01005, 0.211, -2.451, -2.152, -1.776, -1.523, -1.084, 0.657}},
    {sa(1.25), {1.551, -0.00207, 0.0020, 1.083, 0.01003, 0.251, -3.243, -2.923, -2.542, -2.327, -1.936, 0.660}},
    {sa(1.5),  {1.621, -0.00224, 0.0020, 1.091, 0.00928, 0.248, -3.888, -3.548, -3.169, -2.979, -2.661, 0.664}},
    {sa(2.0),  {1.694, -0.00201, 0.0025, 1.055, 0.00833, 0.263, -4.783, -4.410, -4.039, -3.871, -3.640, 0.669}},
    {sa(2.5),  {1.748, -0.00187, 0.0028, 1.052, 0.00776, 0.262, -5.444, -5.049, -4.698, -4.496, -4.341, 0.671}},
    {sa(3.0),  {1.759, -0.00147, 0.0032, 1.025, 0.00644, 0.307, -5.839, -5.431, -5.089, -4.893, -4.758, 0.667}},
    {sa(4.0),  {1.826, -0.00195, 0.0040, 1.044, 0.00590, 0.353, -6.598, -6.181, -5.882, -5.698, -5.588, 0.647}},
    {sa(5.0),  {1.825, -0.00237, 0.0050, 1.065, 0.00510, 0.248, -6.752, -6.347, -6.051, -5.873, -5.798, 0.643}},
};

constexpr Row<Crustal> crustal_table[] = {
    {pga,      { 0.0000, 0.0000, 0.303}},
    {sa(0.05), { 0.0000, 0.0000, 0.326}},
    {sa(0.1),  { 0.0000, 0.0000, 0.342}},
    {sa(0.15), { 0.0000, 0.0000, 0.331}},
    {sa(0.2),  { 0.0000, 0.0000, 0.312}},
    {sa(0.25), { 0.0000, 0.0000, 0.298}},
    {sa(0.3),  { 0.0000, 0.0000, 0.300}},
    {sa(0.4),  { 0.0000, 0.0000, 0.346}},
    {sa(0.5),  {-0.0126, 0.0116, 0.338}},
    {sa(0.6),  {-0.0329, 0.0202, 0.349}},
    {sa(0.7),  {-0.0501, 0.0274, 0.351}},
    {sa(0.8),  {-0.0650, 0.0336, 0.356}},
    {sa(0.9),  {-0.0781, 0.0391, 0.348}},
    {sa(1.0),  {-0.0899, 0.0440, 0.338}},
    {sa(1.25), {-0.1148, 0.0545, 0.313}},
    {sa(1.5),  {-0.1351, 0.0630, 0.306}},
    {sa(2.0),  {-0.1672, 0.0764, 0.283}},
    {sa(2.5),  {-0.1921, 0.0869, 0.287}},
    {sa(3.0),  {-0.2124, 0.0954, 0.278}},
    {sa(4.0),  {-0.2445, 0.1088, 0.273}},
    {sa(5.0),  {-0.2694, 0.1193, 0.275}},
};

constexpr Row<Interface> interface_table[] = {
    {pga,      { 0.000,  0.0000, 0.0000, 0.308}},
    {sa(0.05), { 0.000,  0.0000, 0.0000, 0.343}},
    {sa(0.1),  { 0.000,  0.0000, 0.0000, 0.403}},
    {sa(0.15), { 0.000, -0.0138, 0.0286, 0.367}},
    {sa(0.2),  { 0.000, -0.0256, 0.0352, 0.328}},
    {sa(0.25), { 0.000, -0.0348, 0.0403, 0.289}},
    {sa(0.3),  { 0.000, -0.0423, 0.0445, 0.280}},
    {sa(0.4),  {-0.041, -0.0541, 0.0511, 0.271}},
    {sa(0.5),  {-0.053, -0.0632, 0.0562, 0.277}},
    {sa(0.6),  {-0.103, -0.0707, 0.0604, 0.296}},
    {sa(0.7),  {-0.146, -0.0771, 0.0639, 0.313}},
    {sa(0.8),  {-0.164, -0.0825, 0.0670, 0.329}},
    {sa(0.9),  {-0.206, -0.0874, 0.0697, 0.324}},
    {sa(1.0),  {-0.239, -0.0917, 0.0721, 0.328}},
    {sa(1.25), {-0.256, -0.1009, 0.0772, 0.339}},
    {sa(1.5),  {-0.306, -0.1083, 0.0814, 0.352}},
    {sa(2.0),  {-0.321, -0.1202, 0.0880, 0.360}},
    {sa(2.5),  {-0.337, -0.1293, 0.0931, 0.356}},
    {sa(3.0),  {-0.331, -0.1368, 0.0972, 0.338}},
    {sa(4.0),  {-0.390, -0.1486, 0.1038, 0.307}},
    {sa(5.0),  {-0.498, -0.1578, 0.1090, 0.272}},
};

constexpr Row<Slab> slab_table[] = {
    {pga,      {2.607, -0.528,  0.1392,  0.1584, -0.0529, 0.321}},
    {sa(0.05), {2.764, -0.551,  0.1636,  0.1932, -0.0841, 0.378}},
    {sa(0.1),  {2.156, -0.420,  0.1690,  0.2057, -0.0877, 0.420}},
    {sa(0.15), {2.161, -0.431,  0.1669,  0.1984, -0.0773, 0.372}},
    {sa(0.2),  {1.901, -0.372,  0.1631,  0.1856, -0.0644, 0.324}},
    {sa(0.25), {1.814, -0.360,  0.1588,  0.1714, -0.0515, 0.294}},
    {sa(0.3),  {2.181, -0.450,  0.1544,  0.1573, -0.0395, 0.284}},
    {sa(0.4),  {2.432, -0.506,  0.1460,  0.1309, -0.0183, 0.278}},
    {sa(0.5),  {2.629, -0.554,  0.1381,  0.1078, -0.0008, 0.272}},
    {sa(0.6),  {2.702, -0.575,  0.1307,  0.0878,  0.0136, 0.285}},
    {sa(0.7),  {2.654, -0.572,  0.1239,  0.0705,  0.0254, 0.290}},
    {sa(0.8),  {2.480, -0.540,  0.1176,  0.0556,  0.0352, 0.299}},
    {sa(0.9),  {2.332, -0.522,  0.1116,  0.0426,  0.0432, 0.289}},
    {sa(1.0),  {2.233, -0.509,  0.1060,  0.0314,  0.0498, 0.286}},
    {sa(1.25), {2.029, -0.469,  0.0933,  0.0093,  0.0612, 0.277}},
    {sa(1.5),  {1.589, -0.379,  0.0821, -0.0062,  0.0674, 0.282}},
    {sa(2.0),  {0.966, -0.248,  0.0628, -0.0235,  0.0692, 0.300}},
    {sa(2.5),  {0.789, -0.221,  0.0465, -0.0287,  0.0622, 0.292}},
    {sa(3.0),  {1.037, -0.263,  0.0322, -0.0261,  0.0496, 0.274}},
    {sa(4.0),  {0.561, -0.169,  0.0083, -0.0065,  0.0150, 0.281}},
    {sa(5.0),  {0.225, -0.120, -0.0117,  0.0246, -0.0268, 0.296}},
};
// clang-format on

constexpr double mag_interface = 6.3; // also of crustal events
constexpr double mag_slab = 6.5;

/// ln of the median in g without the terms of the setting: eqs. 1 and 2.
MTC_KERNEL_INLINE double ln_base(const Base& k, const Context& c, double r)
{
    const double v = c.vs30();
    const double medium_or_soft = v > 200.0 ? k.medium_soil : k.soft_soil;
    const double soil = v > 300.0 ? k.hard_soil : medium_or_soft;
    const double rock_or_soil = v > 600.0 ? k.rock : soil;
    const double site = v > 1100.0 ? k.hard_rock : rock_or_soil;
    const double depth = positive_part(smaller(c.hypo_depth(), 125.0) - 15.0);
    return k.a * c.mag() + k.b * r - simd::log(r + k.c * simd::exp(k.d * c.mag())) + k.e * depth + site +
           ln_cm_per_s2_in_g;
}

} // namespace

/// Active shallow crust of Japan.
///
/// \par Needs   mag, rake, hypo_depth; vs30; rrup
/// \par Types   PGA, SA(0.05) to SA(5.0)
/// \par Valid   5 <= Mw <= 8.3, rrup <= 300 km, depth <= 25 km; site classes by vs30; geometric mean of the
///              horizontal components
/// \par Source  Zhao, Zhang, Asano, Ohno, Oouchi, Takahashi, Ogawa, Irikura, Thio, Somerville, Fukushima,
///              Fukushima (2006), Bulletin of the Seismological Society of America 96(3), 898-913, tables 4
///              to 6, doi:10.1785/0120050122
struct ZhaoEtAl2006Asc {
    static constexpr std::uint32_t site_parameters = needs_vs30;
    static constexpr std::uint32_t distances = needs_rrup;

    struct Coefficients {
        Base base;
        Crustal crustal;
    };
    struct Shared {};

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        return {.base = psha::coefficients(base_table, request),
                .crustal = psha::coefficients(crustal_table, request)};
    }

    MTC_KERNEL_INLINE static Shared shared(const Context&) { return {}; }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared&)
    {
        const double dm = c.mag() - mag_interface;
        const double reverse = c.rake() > 45.0 && c.rake() < 135.0 ? k.base.reverse : 0.0;
        const double mean = ln_base(k.base, c, c.rrup()) + reverse + k.crustal.q * dm * dm + k.crustal.w;
        return Motion::with_parts(mean, k.crustal.tau, k.base.phi);
    }
};

/// Subduction interface, Japan.
///
/// \par Needs   mag, hypo_depth; vs30; rrup
/// \par Types, Valid, Source  as ZhaoEtAl2006Asc, depth from 15 to 50 km
struct ZhaoEtAl2006SInter {
    static constexpr std::uint32_t site_parameters = needs_vs30;
    static constexpr std::uint32_t distances = needs_rrup;

    struct Coefficients {
        Base base;
        Interface interface;
    };
    struct Shared {};

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        return {.base = psha::coefficients(base_table, request),
                .interface = psha::coefficients(interface_table, request)};
    }

    MTC_KERNEL_INLINE static Shared shared(const Context&) { return {}; }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared&)
    {
        const double dm = c.mag() - mag_interface;
        const double mean =
            ln_base(k.base, c, c.rrup()) + k.interface.s + k.interface.q * dm * dm + k.interface.w;
        return Motion::with_parts(mean, k.interface.tau, k.base.phi);
    }
};

/// Subducting slab, Japan.
///
/// \par Needs   mag, hypo_depth; vs30; rrup
/// \par Types, Valid, Source  as ZhaoEtAl2006Asc, depth from 15 to 162 km (taken as 125 km below that)
struct ZhaoEtAl2006SSlab {
    static constexpr std::uint32_t site_parameters = needs_vs30;
    static constexpr std::uint32_t distances = needs_rrup;

    struct Coefficients {
        Base base;
        Slab slab;
    };
    struct Shared {
        double ln_r;
    };

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        return {.base = psha::coefficients(base_table, request),
                .slab = psha::coefficients(slab_table, request)};
    }

    MTC_KERNEL_INLINE static Shared shared(const Context& c) { return {.ln_r = simd::log(distance(c))}; }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared& shared)
    {
        const double dm = c.mag() - mag_slab;
        const double mean = ln_base(k.base, c, distance(c)) + k.slab.s + k.slab.sl * shared.ln_r +
                            (k.slab.p + k.slab.q * dm) * dm + k.slab.w;
        return Motion::with_parts(mean, k.slab.tau, k.base.phi);
    }

private:
    /// As OpenQuake: 0.1 km for a site on the rupture, where ln R has no value.
    MTC_KERNEL_INLINE static double distance(const Context& c) { return c.rrup() == 0.0 ? 0.1 : c.rrup(); }
};

template ModelPointer make<ZhaoEtAl2006Asc>(const ModelRequest& request);
template ModelPointer make<ZhaoEtAl2006SInter>(const ModelRequest& request);
template ModelPointer make<ZhaoEtAl2006SSlab>(const ModelRequest& request);

} // namespace mtc::psha
