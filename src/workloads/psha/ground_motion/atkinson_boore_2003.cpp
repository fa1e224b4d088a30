#include "workloads/psha/ground_motion/batch_model.hpp"

namespace mtc::psha {

namespace {

/// For log10 of cm/s^2.
struct Values {
    double c1, c2, c3, c4;
    double c5, c6, c7; // site classes C, D, E
    double sigma, phi, tau;
};

// clang-format off
constexpr Row<Values> interface_table[] = {
    {pga,      {2.9910, 0.03525, 0.00759, -0.00206, 0.19, 0.24, 0.29, 0.23, 0.20, 0.11}},
    {sa(0.04), {2.8753, 0.07052, 0.01004, -0.00278, 0.15, 0.20, 0.20, 0.26, 0.22, 0.14}},
    {sa(0.1),  {2.7789, 0.09841, 0.00974, -0.00287, 0.15, 0.23, 0.20, 0.27, 0.25, 0.10}},
    {sa(0.2),  {2.6638, 0.12386, 0.00884, -0.00280, 0.15, 0.27, 0.25, 0.28, 0.25, 0.13}},
    {sa(0.4),  {2.5249, 0.14770, 0.00728, -0.00235, 0.13, 0.37, 0.38, 0.29, 0.25, 0.15}},
    {sa(1.0),  {2.1442, 0.13450, 0.00521, -0.00110, 0.10, 0.30, 0.55, 0.34, 0.28, 0.19}},
    {sa(2.0),  {2.1907, 0.07148, 0.00224,  0.00000, 0.10, 0.25, 0.40, 0.34, 0.29, 0.18}},
    {sa(3.0),  {2.3010, 0.02237, 0.00012,  0.00000, 0.10, 0.25, 0.36, 0.36, 0.31, 0.18}},
    {sa(4.0),  {2.3010, 0.02237, 0.00012,  0.00000, 0.10, 0.25, 0.36, 0.36, 0.31, 0.18}},
};

constexpr Row<Values> slab_table[] = {
    {pga,      {-0.04713, 0.69090, 0.01130, -0.00202, 0.19, 0.24, 0.29, 0.27, 0.23, 0.14}},
    {sa(0.04), { 0.50697, 0.63273, 0.01275, -0.00234, 0.15, 0.20, 0.20, 0.25, 0.24, 0.07}},
    {sa(0.1),  { 0.43928, 0.66675, 0.01080, -0.00219, 0.15, 0.23, 0.20, 0.28, 0.27, 0.07}},
    {sa(0.2),  { 0.51589, 0.69186, 0.00572, -0.00192, 0.15, 0.27, 0.25, 0.28, 0.26, 0.10}},
    {sa(0.4),  { 0.00545, 0.77270, 0.00173, -0.00178, 0.13, 0.37, 0.38, 0.28, 0.26, 0.10}},
    {sa(1.0),  {-1.02133, 0.87890, 0.00130, -0.00173, 0.10, 0.30, 0.55, 0.29, 0.27, 0.11}},
    {sa(2.0),  {-2.39234, 0.99640, 0.00364, -0.00118, 0.10, 0.25, 0.40, 0.30, 0.28, 0.11}},
    {sa(3.0),  {-3.70012, 1.11690, 0.00615, -0.00045, 0.10, 0.25, 0.36, 0.30, 0.29, 0.08}},
    {sa(4.0),  {-3.70012, 1.11690, 0.00615, -0.00045, 0.10, 0.25, 0.36, 0.30, 0.29, 0.08}},
};
// clang-format on

Values mixed(const Values& mostly, const Values& partly)
{
    const auto mix = [](double x, double y) { return 0.667 * x + 0.333 * y; };
    return {.c1 = mix(mostly.c1, partly.c1),
            .c2 = mix(mostly.c2, partly.c2),
            .c3 = mix(mostly.c3, partly.c3),
            .c4 = mix(mostly.c4, partly.c4),
            .c5 = mix(mostly.c5, partly.c5),
            .c6 = mix(mostly.c6, partly.c6),
            .c7 = mix(mostly.c7, partly.c7),
            .sigma = partly.sigma,
            .phi = partly.phi,
            .tau = partly.tau};
}

/// Interface rows as the erratum corrects them: the motion at 0.2 and 0.4 s is a mean of both rows' log10,
/// which is linear in the coefficients. As OpenQuake the periods between are interpolated from the rows as
/// printed.
Values corrected_interface(const CoefficientRequest& request)
{
    constexpr Values at_02 = row_of(interface_table, sa(0.2));
    constexpr Values at_04 = row_of(interface_table, sa(0.4));
    if (request.imt.period == 0.2)
        return mixed(at_04, at_02);
    if (request.imt.period == 0.4)
        return mixed(at_02, at_04);
    return coefficients(interface_table, request);
}

/// Geometric spreading is R^-g, g = 10^(spreading_constant + spreading_mag M).
constexpr double spreading_constant(SubductionEvent event)
{
    return event == SubductionEvent::interface ? 1.2 : 0.301;
}
constexpr double spreading_mag(SubductionEvent event)
{
    return event == SubductionEvent::interface ? -0.18 : -0.01;
}
constexpr double largest_mag(SubductionEvent event)
{
    return event == SubductionEvent::interface ? 8.5 : 8.0;
}

template <SubductionEvent event>
struct AtkinsonBoore2003 {
    static constexpr std::uint32_t site_parameters = needs_vs30;
    static constexpr std::uint32_t distances = needs_rrup;

    struct Coefficients {
        Values values;
        double soil_nonlinearity; // 0 at long, 1 at short periods
        double factor;            // of the mean
    };

    struct Shared {
        double r;           // [km] with near-source saturation
        double spreading;   // g log10 R
        double soil_strain; // 0 where PGA on rock is at most 100 cm/s^2, 1 from 500
    };

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        const double period = request.imt.period;
        const double medium_or_short = period > 0.5 ? 1.0 / period - 1.0 : 1.0;
        return {.values = event == SubductionEvent::interface ? corrected_interface(request)
                                                              : psha::coefficients(slab_table, request),
                .soil_nonlinearity = period >= 1.0 ? 0.0 : medium_or_short,
                // As OpenQuake, which divides the logarithm where it means to divide the motion.
                .factor = period == 4.0 ? 1.0 / 0.55 : 1.0};
    }

    MTC_KERNEL_INLINE static Shared shared(const Context& c)
    {
        constexpr Values rock_pga =
            row_of(event == SubductionEvent::interface ? interface_table : slab_table, pga);
        const double mag = smaller(c.mag(), largest_mag(event));
        const double saturation = 0.00724 * simd::exp(ln_10 * 0.507 * mag);
        const double r = std::sqrt(c.rrup() * c.rrup() + saturation * saturation);
        const double g = simd::exp(ln_10 * (spreading_constant(event) + spreading_mag(event) * mag));
        const double spreading = g * simd::log(r) / ln_10;
        const double pga_rock = simd::exp(ln_10 * (log10_rock(rock_pga, c, r) - spreading));
        return {.r = r, .spreading = spreading, .soil_strain = clipped((pga_rock - 100.0) / 400.0, 0.0, 1.0)};
    }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared& shared)
    {
        const Values& v = k.values;
        const double d_or_e = c.vs30() >= 180.0 ? v.c6 : v.c7;
        const double soil = c.vs30() > 360.0 ? v.c5 : d_or_e;
        const double site = c.vs30() > 760.0 ? 0.0 : soil;
        const double log10_motion = log10_rock(v, c, shared.r) - shared.spreading +
                                    site * (1.0 - k.soil_nonlinearity * shared.soil_strain);
        return {.mean = k.factor * (ln_10 * log10_motion + ln_cm_per_s2_in_g),
                .sigma = ln_10 * v.sigma,
                .tau = ln_10 * v.tau,
                .phi = ln_10 * v.phi};
    }

private:
    /// Without the geometric spreading, the same for all periods.
    MTC_KERNEL_INLINE static double log10_rock(const Values& v, const Context& c, double r)
    {
        return v.c1 + v.c2 * smaller(c.mag(), largest_mag(event)) +
               v.c3 * clipped(c.hypo_depth(), 0.0, 100.0) + v.c4 * r;
    }
};

} // namespace

/// Subduction interface, worldwide.
///
/// \par Needs   mag, hypo_depth; vs30; rrup
/// \par Types   PGA, SA(0.04) to SA(4.0); the paper ends at 3 s
/// \par Valid   5 <= Mw <= 8.3 (larger than 8.5 taken as 8.5, in the slab 8.0), rrup <= 300 km; NEHRP classes
///              by vs30; random horizontal component
/// \par Source  Atkinson and Boore (2003), Bulletin of the Seismological Society of America 93(4), 1703-1729,
///              table 1, doi:10.1785/0120020156; erratum 98(5), 2567-2569,
///              doi:10.1785/0120080108
struct AtkinsonBoore2003SInter : AtkinsonBoore2003<SubductionEvent::interface> {};

/// Subducting slab, worldwide; otherwise as AtkinsonBoore2003SInter.
struct AtkinsonBoore2003SSlab : AtkinsonBoore2003<SubductionEvent::intraslab> {};

template ModelPointer make<AtkinsonBoore2003SInter>(const ModelRequest& request);
template ModelPointer make<AtkinsonBoore2003SSlab>(const ModelRequest& request);

} // namespace mtc::psha
