#include "workloads/psha/ground_motion/batch_model.hpp"

namespace mtc::psha {

namespace {

struct Values {
    double c1, c2, c3;    // magnitude
    double c4, c5, c6;    // geometric and anelastic attenuation
    double c7, c8;        // near-source saturation
    double c9, c10;       // change of slope beyond 70 and 130 km
    double s11, s12, s13; // standard deviation: c11 + c12 M below magnitude 7.16, c13 above
};

// clang-format off
constexpr Row<Values> table[] = {
    {pga,       { 0.0305, 0.633, -0.0427, -1.591, -0.00428, 0.000483, 0.683, 0.416, 1.140, -0.873, 1.030, -0.0860, 0.414}},
    {sa(0.02),  { 1.3535, 0.630, -0.0404, -1.787, -0.00388, 0.000497, 1.020, 0.363, 0.851, -0.715, 1.030, -0.0860, 0.414}},
    {sa(0.03),  { 1.1860, 0.622, -0.0362, -1.691, -0.00367, 0.000501, 0.922, 0.376, 0.759, -0.922, 1.030, -0.0860, 0.414}},
    {sa(0.05),  { 0.3736, 0.616, -0.0353, -1.469, -0.00378, 0.000500, 0.630, 0.423, 0.771, -1.239, 1.042, -0.0838, 0.443}},
    {sa(0.075), {-0.0395, 0.615, -0.0353, -1.383, -0.00421, 0.000486, 0.491, 0.463, 0.955, -1.349, 1.052, -0.0838, 0.453}},
    {sa(0.1),   {-0.1475, 0.613, -0.0353, -1.369, -0.00454, 0.000460, 0.484, 0.467, 1.096, -1.284, 1.059, -0.0838, 0.460}},
    {sa(0.15),  {-0.1901, 0.616, -0.0478, -1.368, -0.00473, 0.000393, 0.461, 0.478, 1.239, -1.079, 1.068, -0.0838, 0.469}},
    {sa(0.2),   {-0.4328, 0.617, -0.0586, -1.320, -0.00460, 0.000337, 0.399, 0.493, 1.250, -0.928, 1.077, -0.0838, 0.478}},
    {sa(0.3),   {-0.6906, 0.609, -0.0786, -1.280, -0.00414, 0.000263, 0.349, 0.502, 1.241, -0.753, 1.081, -0.0838, 0.482}},
    {sa(0.5),   {-0.5907, 0.534, -0.1379, -1.216, -0.00341, 0.000194, 0.318, 0.503, 1.166, -0.606, 1.098, -0.0824, 0.508}},
    {sa(0.75),  {-0.5429, 0.480, -0.1806, -1.184, -0.00288, 0.000160, 0.304, 0.504, 1.110, -0.526, 1.105, -0.0806, 0.528}},
    {sa(1.0),   {-0.6104, 0.451, -0.2090, -1.158, -0.00255, 0.000141, 0.299, 0.503, 1.067, -0.482, 1.110, -0.0793, 0.543}},
    {sa(1.5),   {-0.9666, 0.441, -0.2405, -1.135, -0.00213, 0.000119, 0.304, 0.500, 1.029, -0.438, 1.099, -0.0771, 0.547}},
    {sa(2.0),   {-1.4306, 0.459, -0.2552, -1.124, -0.00187, 0.000103, 0.310, 0.499, 1.015, -0.417, 1.093, -0.0758, 0.551}},
    {sa(3.0),   {-2.2331, 0.492, -0.2646, -1.121, -0.00154, 0.000084, 0.310, 0.499, 1.014, -0.393, 1.090, -0.0737, 0.562}},
    {sa(4.0),   {-2.7975, 0.507, -0.2738, -1.119, -0.00135, 0.000074, 0.294, 0.506, 1.018, -0.386, 1.092, -0.0722, 0.575}},};
// clang-format on

} // namespace

/// Stable continental crust (eastern North America), hard rock (vs30 about 2800 m/s), no site term; only the
/// total standard deviation.
///
/// \par Needs   mag; rrup
/// \par Types   PGA, SA(0.02) to SA(4.0)
/// \par Valid   5 <= Mw <= 8.2, rrup <= 1000 km; geometric mean of the horizontal components
/// \par Source  Campbell (2003), Bulletin of the Seismological Society of America 93(3), 1012-1033,
///              doi:10.1785/0120020002, with the erratum of 2004
struct Campbell2003 {
    static constexpr std::uint32_t site_parameters = 0;
    static constexpr std::uint32_t distances = needs_rrup;

    struct Coefficients {
        Values values;
    };

    struct Shared {
        double beyond_70;  // ln(rrup / 70 km), 0 nearer
        double beyond_130; // ln(rrup / 130 km), 0 nearer
    };

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        return {.values = psha::coefficients(table, request)};
    }

    MTC_KERNEL_INLINE static Shared shared(const Context& c)
    {
        return {.beyond_70 = simd::log(larger(c.rrup(), 70.0) / 70.0),
                .beyond_130 = simd::log(larger(c.rrup(), 130.0) / 130.0)};
    }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared& shared)
    {
        const Values& v = k.values;
        const double mag = c.mag();
        const double saturation = v.c7 * simd::exp(v.c8 * mag);
        const double ln_r = 0.5 * simd::log(c.rrup() * c.rrup() + saturation * saturation);
        const double mean = v.c1 + v.c2 * mag + v.c3 * (8.5 - mag) * (8.5 - mag) + v.c4 * ln_r +
                            (v.c5 + v.c6 * mag) * c.rrup() + v.c9 * shared.beyond_70 +
                            v.c10 * shared.beyond_130;
        return Motion::with_total(mean, mag < 7.16 ? v.s11 + v.s12 * mag : v.s13);
    }
};

template ModelPointer make<Campbell2003>(const ModelRequest& request);

} // namespace mtc::psha
