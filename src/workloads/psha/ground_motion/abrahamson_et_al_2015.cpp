#include "workloads/psha/ground_motion/batch_model.hpp"

namespace mtc::psha {

namespace {

struct Values {
    double vlin, b;
    double theta1, theta2, theta6, theta7, theta8, theta10, theta11, theta12, theta13, theta14, theta15,
        theta16;
    double phi, tau, sigma; // the paper's table rounds each by itself
};
struct InterfaceBreak {
    double delta_c1; // central value
};

// clang-format off
constexpr Row<Values> table[] = {
    {pga,       { 865.1, -1.186,  4.2203, -1.35, -0.0012,  1.0988, -1.42, 3.12,  0.0130,  0.980, -0.0135, -0.40, 0.9969, -1.00, 0.6, 0.43, 0.74}},
    {sa(0.02),  { 865.1, -1.186,  4.2203, -1.35, -0.0012,  1.0988, -1.42, 3.12,  0.0130,  0.980, -0.0135, -0.40, 0.9969, -1.00, 0.6, 0.43, 0.74}},
    {sa(0.05),  {1053.5, -1.346,  4.5371, -1.40, -0.0012,  1.2536, -1.65, 3.37,  0.0130,  1.288, -0.0138, -0.40, 1.1030, -1.18, 0.6, 0.43, 0.74}},
    {sa(0.075), {1085.7, -1.471,  5.0733, -1.45, -0.0012,  1.4175, -1.80, 3.37,  0.0130,  1.483, -0.0142, -0.40, 1.2732, -1.36, 0.6, 0.43, 0.74}},
    {sa(0.1),   {1032.5, -1.624,  5.2892, -1.45, -0.0012,  1.3997, -1.80, 3.33,  0.0130,  1.613, -0.0145, -0.40, 1.3042, -1.36, 0.6, 0.43, 0.74}},
    {sa(0.15),  { 877.6, -1.931,  5.4563, -1.45, -0.0014,  1.3582, -1.69, 3.25,  0.0130,  1.882, -0.0153, -0.40, 1.2600, -1.30, 0.6, 0.43, 0.74}},
    {sa(0.2),   { 748.2, -2.188,  5.2684, -1.40, -0.0018,  1.1648, -1.49, 3.03,  0.0129,  2.076, -0.0162, -0.35, 1.2230, -1.25, 0.6, 0.43, 0.74}},
    {sa(0.25),  { 654.3, -2.381,  5.0594, -1.35, -0.0023,  0.9940, -1.30, 2.80,  0.0129,  2.248, -0.0172, -0.31, 1.1600, -1.17, 0.6, 0.43, 0.74}},
    {sa(0.3),   { 587.1, -2.518,  4.7945, -1.28, -0.0027,  0.8821, -1.18, 2.59,  0.0128,  2.348, -0.0183, -0.28, 1.0500, -1.06, 0.6, 0.43, 0.74}},
    {sa(0.4),   { 503.0, -2.657,  4.4644, -1.18, -0.0035,  0.7046, -0.98, 2.20,  0.0127,  2.427, -0.0206, -0.23, 0.8000, -0.78, 0.6, 0.43, 0.74}},
    {sa(0.5),   { 456.6, -2.669,  4.0181, -1.08, -0.0044,  0.5799, -0.82, 1.92,  0.0125,  2.399, -0.0231, -0.19, 0.6620, -0.62, 0.6, 0.43, 0.74}},
    {sa(0.6),   { 430.3, -2.599,  3.6055, -0.99, -0.0050,  0.5021, -0.70, 1.70,  0.0124,  2.273, -0.0256, -0.16, 0.5800, -0.50, 0.6, 0.43, 0.74}},
    {sa(0.75),  { 410.5, -2.401,  3.2174, -0.91, -0.0058,  0.3687, -0.54, 1.42,  0.0120,  1.993, -0.0296, -0.12, 0.4800, -0.34, 0.6, 0.43, 0.74}},
    {sa(1.0),   { 400.0, -1.955,  2.7981, -0.85, -0.0062,  0.1746, -0.34, 1.10,  0.0114,  1.470, -0.0363, -0.07, 0.3300, -0.14, 0.6, 0.43, 0.74}},
    {sa(1.5),   { 400.0, -1.025,  2.0123, -0.77, -0.0064, -0.0820, -0.05, 0.70,  0.0100,  0.408, -0.0493,  0.00, 0.3100,  0.00, 0.6, 0.43, 0.74}},
    {sa(2.0),   { 400.0, -0.299,  1.4128, -0.71, -0.0064, -0.2821,  0.12, 0.70,  0.0085, -0.401, -0.0610,  0.00, 0.3000,  0.00, 0.6, 0.43, 0.74}},
    {sa(2.5),   { 400.0,  0.000,  0.9976, -0.67, -0.0064, -0.4108,  0.25, 0.70,  0.0069, -0.723, -0.0711,  0.00, 0.3000,  0.00, 0.6, 0.43, 0.74}},
    {sa(3.0),   { 400.0,  0.000,  0.6443, -0.64, -0.0064, -0.4466,  0.30, 0.70,  0.0054, -0.673, -0.0798,  0.00, 0.3000,  0.00, 0.6, 0.43, 0.74}},
    {sa(4.0),   { 400.0,  0.000,  0.0657, -0.58, -0.0064, -0.4344,  0.30, 0.70,  0.0027, -0.627, -0.0935,  0.00, 0.3000,  0.00, 0.6, 0.43, 0.74}},
    {sa(5.0),   { 400.0,  0.000, -0.4624, -0.54, -0.0064, -0.4368,  0.30, 0.70,  0.0005, -0.596, -0.0980,  0.00, 0.3000,  0.00, 0.6, 0.43, 0.74}},
    {sa(6.0),   { 400.0,  0.000, -0.9809, -0.50, -0.0064, -0.4586,  0.30, 0.70, -0.0013, -0.566, -0.0980,  0.00, 0.3000,  0.00, 0.6, 0.43, 0.74}},
    {sa(7.5),   { 400.0,  0.000, -1.6017, -0.46, -0.0064, -0.4433,  0.30, 0.70, -0.0033, -0.528, -0.0980,  0.00, 0.3000,  0.00, 0.6, 0.43, 0.74}},
    {sa(10.0),  { 400.0,  0.000, -2.2937, -0.40, -0.0064, -0.4828,  0.30, 0.70, -0.0060, -0.504, -0.0980,  0.00, 0.3000,  0.00, 0.6, 0.43, 0.74}},
};

constexpr Row<InterfaceBreak> interface_break_table[] = {
    {pga,      { 0.2}},
    {sa(0.02), { 0.2}},
    {sa(0.3),  { 0.2}},
    {sa(0.5),  { 0.1}},
    {sa(1.0),  { 0.0}},
    {sa(2.0),  {-0.1}},
    {sa(3.0),  {-0.2}},
    {sa(10.0), {-0.2}},
};
// clang-format on

// The same at all periods.
constexpr double theta3 = 0.1;
constexpr double theta4 = 0.9;
constexpr double theta9 = 0.4;
constexpr double c4 = 10.0; // [km]
constexpr double mag_c1 = 7.8;
constexpr double slab_delta_c1 = -0.3; // central value
constexpr double n = 1.18;
constexpr double c = 1.88;
constexpr double ln_v_reference = 3.0 * ln_10; // of 1000 m/s

/// A row, the equations of interface and slab brought to one form.
struct Median {
    double constant;
    double mag_break; // magnitude up to which theta4 applies
    double mag2;
    double near;  // of ln R with near-source saturation
    double far;   // [1/km]
    double depth; // [1/km]
    double backarc, backarc_ln_r;
};

Median median_of(SubductionEvent event, const Values& v, double delta_c1)
{
    const bool is_slab = event == SubductionEvent::intraslab;
    return {.constant = v.theta1 + theta4 * delta_c1 + (is_slab ? v.theta10 : 0.0),
            .mag_break = mag_c1 + delta_c1,
            .mag2 = v.theta13,
            .near = v.theta2 + (is_slab ? v.theta14 : 0.0),
            .far = v.theta6,
            .depth = is_slab ? v.theta11 : 0.0,
            .backarc = is_slab ? v.theta7 : v.theta15,
            .backarc_ln_r = is_slab ? v.theta8 : v.theta16};
}

template <SubductionEvent event>
struct AbrahamsonEtAl2015 {
    static constexpr bool is_slab = event == SubductionEvent::intraslab;
    static constexpr std::uint32_t site_parameters = needs_vs30 | needs_backarc;
    static constexpr std::uint32_t distances = is_slab ? needs_rhypo : needs_rrup;

    struct Coefficients {
        Median median;
        double site_linear, b, vlin, ln_vlin;
        double phi, tau, sigma;
    };

    struct Shared {
        double ln_near;    // ln(R + c4 e^(theta9 (M - 6)))
        double ln_backarc; // ln of R, not below 100 km (interface) or 85 km (slab), in units of 40 km
        double ln_vs30;    // of at most 1000 m/s
        double rock_pga;   // [g] at 1000 m/s
    };

    AbrahamsonEtAl2015()
        : AbrahamsonEtAl2015{0.0}
    {}
    /// \param above_central  of delta C1
    explicit AbrahamsonEtAl2015(double above_central)
        : above_central_{above_central}
    {
        constexpr Values pga_row = row_of(table, pga);
        constexpr double central = is_slab ? slab_delta_c1 : row_of(interface_break_table, pga).delta_c1;
        rock_pga_ = median_of(event, pga_row, central + above_central);
        rock_pga_.constant += (pga_row.theta12 + pga_row.b * n) * (ln_v_reference - std::log(pga_row.vlin));
    }

    [[nodiscard]] Coefficients coefficients(const CoefficientRequest& request) const
    {
        const Values v = psha::coefficients(table, request);
        const double central =
            is_slab ? slab_delta_c1 : psha::coefficients(interface_break_table, request).delta_c1;
        return {.median = median_of(event, v, central + above_central_),
                .site_linear = v.theta12,
                .b = v.b,
                .vlin = v.vlin,
                .ln_vlin = std::log(v.vlin),
                .phi = v.phi,
                .tau = v.tau,
                .sigma = v.sigma};
    }

    [[nodiscard]] MTC_KERNEL_INLINE Shared shared(const Context& context) const
    {
        const double r = distance(context);
        Shared shared{.ln_near = simd::log(r + c4 * simd::exp(theta9 * (context.mag() - 6.0))),
                      .ln_backarc = simd::log(larger(r, is_slab ? 85.0 : 100.0) / 40.0),
                      .ln_vs30 = smaller(simd::log(context.vs30()), ln_v_reference),
                      .rock_pga = 0.0};
        shared.rock_pga = simd::exp(ln_reference(rock_pga_, context, shared));
        return shared;
    }

    [[nodiscard]] MTC_KERNEL_INLINE Motion motion(const Coefficients& k, const Context& context,
                                                  const Shared& shared) const
    {
        const double ln_v = shared.ln_vs30 - k.ln_vlin;
        const double soft = simd::log((shared.rock_pga + c * simd::exp(n * ln_v)) / (shared.rock_pga + c));
        // As OpenQuake: the uncapped vs30 chooses, which matters where vlin is above 1000 m/s.
        const double nonlinear = k.b * (context.vs30() >= k.vlin ? n * ln_v : soft);
        return {.mean = ln_reference(k.median, context, shared) + k.site_linear * ln_v + nonlinear,
                .sigma = k.sigma,
                .tau = k.tau,
                .phi = k.phi};
    }

private:
    MTC_KERNEL_INLINE static double distance(const Context& context)
    {
        if constexpr (is_slab)
            return context.rhypo();
        else
            return context.rrup();
    }

    /// ln of the median without the site term; the interface has no term of the depth.
    MTC_KERNEL_INLINE static double ln_reference(const Median& k, const Context& context,
                                                 const Shared& shared)
    {
        const double mag = context.mag();
        const double below = 10.0 - mag;
        double depth = 0.0;
        if constexpr (is_slab)
            depth = smaller(context.hypo_depth(), 120.0) - 60.0;
        const double backarc = context.is_backarc() ? k.backarc + k.backarc_ln_r * shared.ln_backarc : 0.0;
        return k.constant + theta4 * smaller(mag - k.mag_break, 0.0) + k.mag2 * below * below +
               (k.near + theta3 * (mag - mag_c1)) * shared.ln_near + k.far * distance(context) +
               k.depth * depth + backarc;
    }

    double above_central_;
    Median rock_pga_{}; ///< at 1000 m/s, the site term included
};

} // namespace

/// Subduction interface, worldwide (BC Hydro model), forearc and backarc sites.
///
/// \par Needs   mag; vs30, backarc; rrup
/// \par Types   PGA, SA(0.02) to SA(10.0)
/// \par Valid   6 <= Mw <= 8.4 (in the slab 5 <= Mw <= 7.9), R <= 300 km; geometric mean of the horizontal
///              components
/// \par Source  Abrahamson, Gregor, Addo (2016), Earthquake Spectra 32(1), 23-44,
///              doi:10.1193/051712EQS188MR.
struct AbrahamsonEtAl2015SInter : AbrahamsonEtAl2015<SubductionEvent::interface> {};

/// The upper branch of the epistemic uncertainty of large magnitudes: delta C1 is 0.2 above its central
/// value.
struct AbrahamsonEtAl2015SInterHigh : AbrahamsonEtAl2015<SubductionEvent::interface> {
    AbrahamsonEtAl2015SInterHigh()
        : AbrahamsonEtAl2015{0.2}
    {}
};

/// Subducting slab, worldwide; otherwise as AbrahamsonEtAl2015SInter.
///
/// \par Needs   mag, hypo_depth; vs30, backarc; rhypo
struct AbrahamsonEtAl2015SSlab : AbrahamsonEtAl2015<SubductionEvent::intraslab> {};

template ModelPointer make<AbrahamsonEtAl2015SInter>(const ModelRequest& request);
template ModelPointer make<AbrahamsonEtAl2015SInterHigh>(const ModelRequest& request);
template ModelPointer make<AbrahamsonEtAl2015SSlab>(const ModelRequest& request);

} // namespace mtc::psha
