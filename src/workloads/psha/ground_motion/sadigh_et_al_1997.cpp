#include "workloads/psha/ground_motion/batch_model.hpp"

namespace mtc::psha {

namespace {

struct Rock {
    double c1_low, c1_high; // up to and above magnitude 6.5
    double c3, c4, c7;
};
struct RockSigma {
    double sigma0, sigma_min;
};
struct Soil {
    double c6_strike_slip, c6_reverse, c7, sigma0;
};

// clang-format off
constexpr Row<Rock> rock_table[] = {
    {pga,      {-0.624, -1.274,  0.000, -2.100,    0.0}},
    {sa(0.07), { 0.110, -0.540,  0.006, -2.128, -0.082}},
    {sa(0.1),  { 0.275, -0.375,  0.006, -2.148, -0.041}},
    {sa(0.2),  { 0.153, -0.497, -0.004, -2.080,    0.0}},
    {sa(0.3),  {-0.057, -0.707, -0.017, -2.028,    0.0}},
    {sa(0.4),  {-0.298, -0.948, -0.028, -1.990,    0.0}},
    {sa(0.5),  {-0.588, -1.238, -0.040, -1.945,    0.0}},
    {sa(0.75), {-1.208, -1.858, -0.050, -1.865,    0.0}},
    {sa(1.0),  {-1.705, -2.355, -0.055, -1.800,    0.0}},
    {sa(1.5),  {-2.407, -3.057, -0.065, -1.725,    0.0}},
    {sa(2.0),  {-2.945, -3.595, -0.070, -1.670,    0.0}},
    {sa(3.0),  {-3.700, -4.350, -0.080, -1.610,    0.0}},
    {sa(4.0),  {-4.230, -4.880, -0.100, -1.570,    0.0}},
};

constexpr Row<RockSigma> rock_sigma_table[] = {
    {pga,      {1.39, 0.38}},
    {sa(0.07), {1.40, 0.39}},
    {sa(0.1),  {1.41, 0.40}},
    {sa(0.2),  {1.43, 0.42}},
    {sa(0.3),  {1.45, 0.44}},
    {sa(0.4),  {1.48, 0.47}},
    {sa(0.5),  {1.50, 0.49}},
    {sa(0.75), {1.52, 0.51}},
    {sa(1.0),  {1.53, 0.52}},
    {sa(4.0),  {1.53, 0.52}},
};

constexpr Row<Soil> soil_table[] = {
    {pga,       { 0.0000,  0.0000,    0.0,  1.52}},
    {sa(0.075), { 0.4572,  0.4572,  0.005,  1.54}},
    {sa(0.1),   { 0.6395,  0.6395,  0.005,  1.54}},
    {sa(0.2),   { 0.9187,  0.9187, -0.004, 1.565}},
    {sa(0.3),   { 0.9547,  0.9547, -0.014,  1.58}},
    {sa(0.4),   { 0.9251,  0.9005, -0.024, 1.595}},
    {sa(0.5),   { 0.8494,  0.8285, -0.033,  1.61}},
    {sa(0.75),  { 0.7010,  0.6802, -0.051, 1.635}},
    {sa(1.0),   { 0.5665,  0.5075, -0.065,  1.66}},
    {sa(1.5),   { 0.3235,  0.2215, -0.090,  1.69}},
    {sa(2.0),   { 0.1001, -0.0526, -0.108,  1.70}},
    {sa(3.0),   {-0.2801, -0.4905, -0.139,  1.71}},
    {sa(4.0),   {-0.6274, -0.8907, -0.160,  1.71}},
};
// clang-format on

} // namespace

/// Active shallow crust: rock (vs30 > 750 m/s) and deep soil; only the total standard deviation.
///
/// \par Needs   mag, rake; vs30; rrup
/// \par Types   PGA, SA(0.075) to SA(4.0): the soil equation begins at 0.075 s, the rock equation at 0.07 s
/// \par Valid   4 <= Mw <= 8, rrup <= 100 km; geometric mean of the horizontal components
/// \par Source  Sadigh, Chang, Egan, Makdisi, Youngs (1997), Seismological Research Letters 68(1), 180-189,
///              tables 2 to 4, doi:10.1785/gssrl.68.1.180. The exponent of (8.5 - M) is 2.5, misprinted
///              there.
struct SadighEtAl1997 {
    static constexpr std::uint32_t site_parameters = needs_vs30;
    static constexpr std::uint32_t distances = needs_rrup;

    struct Coefficients {
        Rock rock;
        RockSigma rock_sigma;
        Soil soil;
    };

    struct Shared {
        double mag_term;     // (8.5 - M)^2.5
        double ln_rock_near; // ln(R + exp(c5 + c6 M))
        double ln_rock_far;  // ln(R + 2)
        double ln_soil;      // ln(R + c4 exp(c5 M))
    };

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        return {.rock = psha::coefficients(rock_table, request),
                .rock_sigma = psha::coefficients(rock_sigma_table, request),
                .soil = psha::coefficients(soil_table, request)};
    }

    MTC_KERNEL_INLINE static Shared shared(const Context& c)
    {
        const double mag = smaller(c.mag(), 8.5);
        const bool is_small = c.mag() <= 6.5;
        const double above = 8.5 - mag;
        const double rock_c5 = is_small ? 1.29649 : -0.48451;
        const double rock_c6 = is_small ? 0.250 : 0.524;
        const double soil_c4 = is_small ? 2.1863 : 0.3825;
        const double soil_c5 = is_small ? 0.32 : 0.5882;
        return {.mag_term = above * above * std::sqrt(above),
                .ln_rock_near = simd::log(c.rrup() + simd::exp(rock_c5 + rock_c6 * mag)),
                .ln_rock_far = simd::log(c.rrup() + 2.0),
                .ln_soil = simd::log(c.rrup() + soil_c4 * simd::exp(soil_c5 * mag))};
    }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared& shared)
    {
        const bool is_rock = c.vs30() > 750.0;
        const bool is_reverse = c.rake() >= 45.0 && c.rake() <= 135.0;
        const double mag = smaller(c.mag(), 8.5);

        const double c1 = c.mag() <= 6.5 ? k.rock.c1_low : k.rock.c1_high;
        const double c2 = c.mag() <= 6.5 ? 1.0 : 1.1;
        const double ln_reverse = is_reverse ? 0.18232155679395462 : 0.0; // ln 1.2
        const double rock = c1 + c2 * mag + k.rock.c3 * shared.mag_term + k.rock.c4 * shared.ln_rock_near +
                            k.rock.c7 * shared.ln_rock_far + ln_reverse;
        const double soil_c1 = is_reverse ? -1.92 : -2.17;
        const double soil_c6 = is_reverse ? k.soil.c6_reverse : k.soil.c6_strike_slip;
        const double soil = soil_c1 + mag + soil_c6 + k.soil.c7 * shared.mag_term - 1.7 * shared.ln_soil;

        const double rock_sigma =
            c.mag() > 7.21 ? k.rock_sigma.sigma_min : k.rock_sigma.sigma0 - 0.14 * c.mag();
        const double soil_sigma = k.soil.sigma0 - 0.16 * smaller(c.mag(), 7.0);
        return Motion::with_total(is_rock ? rock : soil, is_rock ? rock_sigma : soil_sigma);
    }
};

template ModelPointer make<SadighEtAl1997>(const ModelRequest& request);

} // namespace mtc::psha
