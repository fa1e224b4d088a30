#include "workloads/psha/ground_motion/batch_model.hpp"

namespace mtc::psha {

namespace {

struct Values {
    double c1, c2, c3, c4, c5, c6, c7;
    double m50, m55, m80; // aleatory standard deviation at magnitudes 5, 5.5 and 8
    double r5, r20;       // at distances 5 and 20 km
};

// clang-format off
constexpr Row<Values> table[] = {
    {pga,      { 2.20, 0.81,  0.00, 1.27, 1.16, 0.0021,  9.3, 0.55, 0.59, 0.50, 0.54, 0.20}},
    {sa(0.03), { 4.00, 0.79,  0.00, 1.57, 1.83, 0.0008, 11.1, 0.62, 0.63, 0.50, 0.62, 0.35}},
    {sa(0.04), { 3.68, 0.80,  0.00, 1.46, 1.77, 0.0013, 10.5, 0.62, 0.63, 0.50, 0.57, 0.29}},
    {sa(0.1),  { 2.37, 0.81,  0.00, 1.10, 1.02, 0.0040,  8.3, 0.59, 0.61, 0.50, 0.50, 0.17}},
    {sa(0.2),  { 1.73, 0.84,  0.00, 0.98, 0.66, 0.0042,  7.5, 0.60, 0.64, 0.56, 0.45, 0.12}},
    {sa(0.4),  { 1.07, 1.05, -0.10, 0.93, 0.56, 0.0033,  7.1, 0.63, 0.68, 0.64, 0.45, 0.12}},
    {sa(1.0),  { 0.09, 1.42, -0.20, 0.90, 0.49, 0.0023,  6.8, 0.63, 0.64, 0.67, 0.45, 0.12}},
    {sa(2.0),  {-0.74, 1.86, -0.31, 0.92, 0.46, 0.0017,  6.9, 0.61, 0.62, 0.66, 0.45, 0.12}},
    {sa(3.0),  {-0.74, 1.86, -0.31, 0.92, 0.46, 0.0017,  6.9, 0.61, 0.62, 0.66, 0.45, 0.12}},
    {sa(4.0),  {-0.74, 1.86, -0.31, 0.92, 0.46, 0.0017,  6.9, 0.61, 0.62, 0.66, 0.45, 0.12}},
};
// clang-format on

/// As OpenQuake, which divides the logarithm of the motion at 2 s where it means to divide the motion.
double long_period_factor(double period)
{
    if (period == 3.0)
        return 1.0 / 0.612;
    return period == 4.0 ? 1.0 / 0.559 : 1.0;
}

} // namespace

/// Stable continental crust (eastern and central North America, mid-continent), hard rock (vs30 about
/// 2000 m/s), no site term; only the total standard deviation, the epistemic part included.
///
/// \par Needs   mag; rjb
/// \par Types   PGA, SA(0.03) to SA(4.0); the paper ends at 2 s
/// \par Valid   5 <= Mw <= 8, rjb <= 500 km; geometric mean of the horizontal components
/// \par Source  Toro, Abrahamson, Schneider (1997), Seismological Research Letters 68(1), 41-57, table 2,
///              doi:10.1785/gssrl.68.1.41; distance saturation of Toro (2002), Modification of the Toro et
///              al. (1997) attenuation equations for large magnitudes and short distances, Risk Engineering
struct ToroEtAl2002 {
    static constexpr std::uint32_t site_parameters = 0;
    static constexpr std::uint32_t distances = needs_rjb;

    struct Coefficients {
        Values values;
        double epistemic_sigma, epistemic_mag; // at magnitude 6, per magnitude
        double factor;                         // of the mean
    };

    struct Shared {
        double saturation; // factor of c7 squared
    };

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        const bool is_short = request.imt.period < 1.0;
        return {.values = psha::coefficients(table, request),
                .epistemic_sigma = is_short ? 0.36 : 0.34,
                .epistemic_mag = is_short ? 0.07 : 0.06,
                .factor = long_period_factor(request.imt.period)};
    }

    MTC_KERNEL_INLINE static Shared shared(const Context& c)
    {
        return {.saturation = simd::exp(2.0 * (-1.25 + 0.227 * c.mag()))};
    }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared& shared)
    {
        constexpr double ln_100 = 2.0 * ln_10;
        const Values& v = k.values;
        const double dm = c.mag() - 6.0;
        const double r = std::sqrt(c.rjb() * c.rjb() + v.c7 * v.c7 * shared.saturation);
        const double ln_r = simd::log(r);
        const double mean = v.c1 + (v.c2 + v.c3 * dm) * dm - v.c4 * ln_r -
                            (v.c5 - v.c4) * positive_part(ln_r - ln_100) - v.c6 * r;

        const double by_mag = v.m50 + (v.m55 - v.m50) * clipped((c.mag() - 5.0) / 0.5, 0.0, 1.0) +
                              (v.m80 - v.m55) * clipped((c.mag() - 5.5) / 2.5, 0.0, 1.0);
        const double by_distance = v.r5 + (v.r20 - v.r5) * clipped((c.rjb() - 5.0) / 15.0, 0.0, 1.0);
        const double epistemic = k.epistemic_sigma + k.epistemic_mag * dm;
        return Motion::with_total(
            k.factor * mean, std::sqrt(by_mag * by_mag + by_distance * by_distance + epistemic * epistemic));
    }
};

template ModelPointer make<ToroEtAl2002>(const ModelRequest& request);

} // namespace mtc::psha
