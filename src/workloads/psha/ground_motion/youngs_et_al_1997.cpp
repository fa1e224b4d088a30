#include "workloads/psha/ground_motion/batch_model.hpp"

namespace mtc::psha {

namespace {

struct Values {
    double c1, c2, c3, c4, c5; // c4 and c5: standard deviation
};

// clang-format off
constexpr Row<Values> rock_table[] = {
    {pga,       { 0.000,  0.0000, -2.552, 1.45, -0.1}},
    {sa(0.075), { 1.275,  0.0000, -2.707, 1.45, -0.1}},
    {sa(0.1),   { 1.188, -0.0011, -2.655, 1.45, -0.1}},
    {sa(0.2),   { 0.722, -0.0027, -2.528, 1.45, -0.1}},
    {sa(0.3),   { 0.246, -0.0036, -2.454, 1.45, -0.1}},
    {sa(0.4),   {-0.115, -0.0043, -2.401, 1.45, -0.1}},
    {sa(0.5),   {-0.400, -0.0048, -2.360, 1.45, -0.1}},
    {sa(0.75),  {-1.149, -0.0057, -2.286, 1.45, -0.1}},
    {sa(1.0),   {-1.736, -0.0064, -2.234, 1.45, -0.1}},
    {sa(1.5),   {-2.634, -0.0073, -2.160, 1.50, -0.1}},
    {sa(2.0),   {-3.328, -0.0080, -2.107, 1.55, -0.1}},
    {sa(3.0),   {-4.511, -0.0089, -2.033, 1.65, -0.1}},
    {sa(4.0),   {-4.511, -0.0089, -2.033, 1.65, -0.1}},
};

constexpr Row<Values> soil_table[] = {
    {pga,       { 0.000,  0.0000, -2.329, 1.45, -0.1}},
    {sa(0.075), { 2.400, -0.0019, -2.697, 1.45, -0.1}},
    {sa(0.1),   { 2.516, -0.0019, -2.697, 1.45, -0.1}},
    {sa(0.2),   { 1.549, -0.0020, -2.464, 1.45, -0.1}},
    {sa(0.3),   { 0.793, -0.0020, -2.327, 1.45, -0.1}},
    {sa(0.4),   { 0.144, -0.0035, -2.230, 1.45, -0.1}},
    {sa(0.5),   {-0.438, -0.0048, -2.140, 1.45, -0.1}},
    {sa(0.75),  {-1.704, -0.0066, -1.952, 1.45, -0.1}},
    {sa(1.0),   {-2.870, -0.0114, -1.785, 1.45, -0.1}},
    {sa(1.5),   {-5.101, -0.0164, -1.470, 1.50, -0.1}},
    {sa(2.0),   {-6.433, -0.0221, -1.290, 1.55, -0.1}},
    {sa(3.0),   {-6.672, -0.0235, -1.347, 1.65, -0.1}},
    {sa(4.0),   {-7.618, -0.0235, -1.272, 1.65, -0.1}},
};
// clang-format on

template <SubductionEvent event>
struct YoungsEtAl1997 {
    static constexpr std::uint32_t site_parameters = needs_vs30;
    static constexpr std::uint32_t distances = needs_rrup;
    static constexpr bool is_slab = event == SubductionEvent::intraslab;

    struct Coefficients {
        Values rock;
        Values soil;
        double rock_factor; // of the mean
    };

    struct Shared {
        double mag_term; // (10 - M)^3
        double ln_rock;  // ln of the distance with near-source saturation
        double ln_soil;
    };

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        return {.rock = psha::coefficients(rock_table, request),
                .soil = psha::coefficients(soil_table, request),
                // As OpenQuake, which divides the logarithm where it means to divide the motion.
                .rock_factor = request.imt.period == 4.0 ? 1.0 / 0.399 : 1.0};
    }

    MTC_KERNEL_INLINE static Shared shared(const Context& c)
    {
        const double below = 10.0 - c.mag();
        return {.mag_term = below * below * below,
                .ln_rock = simd::log(c.rrup() + 1.7818 * simd::exp(0.554 * c.mag())),
                .ln_soil = simd::log(c.rrup() + 1.097 * simd::exp(0.617 * c.mag()))};
    }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared& shared)
    {
        const double rock = 0.2418 + 1.414 * c.mag() + k.rock.c1 + k.rock.c2 * shared.mag_term +
                            k.rock.c3 * shared.ln_rock + 0.00607 * c.hypo_depth() + (is_slab ? 0.3846 : 0.0);
        const double soil = -0.6687 + 1.438 * c.mag() + k.soil.c1 + k.soil.c2 * shared.mag_term +
                            k.soil.c3 * shared.ln_soil + 0.00648 * c.hypo_depth() + (is_slab ? 0.3643 : 0.0);
        const double mag = smaller(c.mag(), 8.0);
        const bool is_rock = c.vs30() >= 760.0;
        return Motion::with_total(is_rock ? k.rock_factor * rock : soil,
                                  is_rock ? k.rock.c4 + k.rock.c5 * mag : k.soil.c4 + k.soil.c5 * mag);
    }
};

} // namespace

/// Subduction interface, worldwide: rock (vs30 >= 760 m/s) and deep soil; only the total standard deviation.
///
/// \par Needs   mag, hypo_depth; vs30; rrup
/// \par Types   PGA, SA(0.075) to SA(4.0); the paper's rock equation ends at 3 s
/// \par Valid   Mw >= 5, 10 <= rrup <= 500 km; geometric mean of the horizontal components
/// \par Source  Youngs, Chiou, Silva, Humphrey (1997), Seismological Research Letters 68(1), 58-73, table 2,
///              doi:10.1785/gssrl.68.1.58
struct YoungsEtAl1997SInter : YoungsEtAl1997<SubductionEvent::interface> {};

/// Subducting slab, worldwide; otherwise as YoungsEtAl1997SInter.
struct YoungsEtAl1997SSlab : YoungsEtAl1997<SubductionEvent::intraslab> {};

template ModelPointer make<YoungsEtAl1997SInter>(const ModelRequest& request);
template ModelPointer make<YoungsEtAl1997SSlab>(const ModelRequest& request);

} // namespace mtc::psha
