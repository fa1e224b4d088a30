#include "workloads/psha/ground_motion/batch_model.hpp"

#include <numbers>

namespace mtc::psha {

namespace {

struct Values {
    double a1, a2, a3, a4, a5;
    double b, c, d;                      // site classes of Eurocode 8
    double normal, reverse, strike_slip; // mechanism
    double sigma;                        // log10, total
};

/// log10 of displacement response [cm], of PGA [m/s^2]
// clang-format off
constexpr Row<Values> table[] = {
    {pga,      {-1.18, 0.559, -1.624, 0.018, 0.445, 0.25, 0.31, 0.33, -0.01,  0.09, -0.05, 0.36}},
    {sa(0.05), {-2.96, 0.604, -1.878, 0.052, 0.396, 0.20, 0.21, 0.18, -0.02,  0.08, -0.03, 0.38}},
    {sa(0.1),  {-2.02, 0.559, -1.837, 0.070, 0.373, 0.26, 0.24, 0.19,  0.01,  0.08, -0.05, 0.40}},
    {sa(0.2),  {-1.97, 0.527, -1.512, 0.031, 0.391, 0.30, 0.42, 0.40,  0.04,  0.05, -0.05, 0.40}},
    {sa(0.3),  {-2.11, 0.570, -1.421, 0.009, 0.459, 0.23, 0.42, 0.45,  0.02,  0.03, -0.03, 0.40}},
    {sa(0.4),  {-2.23, 0.596, -1.355, 0.005, 0.478, 0.19, 0.42, 0.53,  0.04,  0.01, -0.02, 0.41}},
    {sa(0.5),  {-2.35, 0.613, -1.295, 0.001, 0.556, 0.20, 0.42, 0.62,  0.05,  0.00, -0.02, 0.41}},
    {sa(0.6),  {-2.46, 0.641, -1.282, 0.001, 0.566, 0.19, 0.42, 0.68,  0.06, -0.01, -0.02, 0.41}},
    {sa(0.7),  {-2.50, 0.664, -1.293, 0.001, 0.580, 0.17, 0.42, 0.70,  0.07, -0.02, -0.02, 0.41}},
    {sa(0.8),  {-2.57, 0.693, -1.313, 0.002, 0.536, 0.17, 0.41, 0.72,  0.06, -0.03, -0.01, 0.40}},
    {sa(0.9),  {-2.63, 0.717, -1.334, 0.003, 0.526, 0.17, 0.42, 0.73,  0.07, -0.04, -0.01, 0.40}},
    {sa(1.0),  {-2.68, 0.731, -1.335, 0.002, 0.529, 0.17, 0.42, 0.72,  0.08, -0.04, -0.01, 0.40}},
    {sa(1.25), {-2.84, 0.767, -1.320, 0.001, 0.581, 0.16, 0.40, 0.67,  0.09, -0.05, -0.01, 0.40}},
    {sa(1.5),  {-2.95, 0.801, -1.342, 0.002, 0.529, 0.15, 0.39, 0.63,  0.09, -0.05, -0.01, 0.40}},
    {sa(2.0),  {-3.09, 0.870, -1.424, 0.018, 0.423, 0.12, 0.34, 0.55,  0.04, -0.04,  0.01, 0.40}},
    {sa(2.5),  {-3.14, 0.904, -1.454, 0.078, 0.342, 0.11, 0.31, 0.50,  0.02, -0.03,  0.01, 0.39}},
    {sa(3.0),  {-3.20, 0.933, -1.470, 0.262, 0.272, 0.11, 0.29, 0.49,  0.02, -0.02,  0.00, 0.38}},
    {sa(4.0),  {-3.49, 1.014, -1.496, 0.387, 0.268, 0.11, 0.27, 0.44,  0.01, -0.03,  0.01, 0.37}},
    {sa(5.0),  {-3.71, 1.069, -1.497, 0.527, 0.260, 0.10, 0.24, 0.39,  0.01, -0.05,  0.02, 0.36}},
    {sa(7.5),  {-4.15, 1.097, -1.320, 0.455, 0.266, 0.09, 0.22, 0.34,  0.04, -0.09,  0.04, 0.33}},
    {sa(10.0), {-4.28, 1.068, -1.187, 0.210, 0.298, 0.08, 0.20, 0.32,  0.05, -0.11,  0.04, 0.31}},
    {sa(15.0), {-4.17, 1.021, -1.143, 0.089, 0.334, 0.09, 0.19, 0.32,  0.07, -0.11,  0.04, 0.29}},
    {sa(20.0), {-4.02, 0.993, -1.167, 0.065, 0.343, 0.11, 0.21, 0.33,  0.08, -0.11,  0.03, 0.30}},};
// clang-format on

/// ln of what takes the motion to g.
double ln_unit(const Imt& imt)
{
    return imt.is_sa() ? 2.0 * std::log(2.0 * std::numbers::pi / imt.period) + ln_cm_per_s2_in_g
                       : ln_cm_per_s2_in_g + 2.0 * ln_10;
}

} // namespace

/// Active shallow crust, worldwide, with long periods; site term by classes of Eurocode 8 (vs30 of 180, 360
/// and 800 m/s); only the total standard deviation.
///
/// \par Needs   mag, rake; vs30; rrup
/// \par Types   PGA, SA(0.05) to SA(20.0)
/// \par Valid   5 <= Mw <= 7.6, rrup <= 150 km; geometric mean of the horizontal components
/// \par Source  Faccioli, Bianchini, Villani (2010), New ground motion prediction equations for T > 1 s and
///              their influence on seismic hazard assessment, Proceedings of the University of Tokyo
///              Symposium on Long-Period Ground Motion and Urban Disaster Mitigation; coefficients as in
///              OpenSHA (Apache-2.0)
struct FaccioliEtAl2010 {
    static constexpr std::uint32_t site_parameters = needs_vs30;
    static constexpr std::uint32_t distances = needs_rrup;

    struct Coefficients {
        Values values;
        double ln_unit;
    };
    struct Shared {};

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        return {.values = psha::coefficients(table, request), .ln_unit = ln_unit(request.imt)};
    }

    MTC_KERNEL_INLINE static Shared shared(const Context&) { return {}; }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared&)
    {
        const Values& v = k.values;
        const double c_or_d = c.vs30() >= 180.0 ? v.c : v.d;
        const double b_to_d = c.vs30() >= 360.0 ? v.b : c_or_d;
        const double site = c.vs30() >= 800.0 ? 0.0 : b_to_d;
        const double reverse = c.rake() > 30.0 && c.rake() <= 150.0 ? v.reverse : v.strike_slip;
        const double mechanism = c.rake() > -150.0 && c.rake() <= -30.0 ? v.normal : reverse;
        const double saturation = v.a4 * simd::exp(ln_10 * v.a5 * c.mag());
        const double mean = ln_10 * (v.a1 + v.a2 * c.mag() + site + mechanism) +
                            v.a3 * simd::log(c.rrup() + saturation) + k.ln_unit;
        return Motion::with_total(mean, ln_10 * v.sigma);
    }
};

template ModelPointer make<FaccioliEtAl2010>(const ModelRequest& request);

} // namespace mtc::psha
