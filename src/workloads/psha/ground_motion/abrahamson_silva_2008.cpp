#include "workloads/psha/ground_motion/batch_model.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::psha {

namespace {

struct Median {
    double v_lin, b, a1, a2, a8, a10, a12, a14, a16, a18; // v_lin [m/s]
};
struct Sigma {
    double s1_estimated, s2_estimated, s1_measured, s2_measured, s3, s4, rho;
};

// The same at all periods.
constexpr double c1 = 6.75;
constexpr double c4 = 4.5; // [km]
constexpr double a3 = 0.265;
constexpr double a4 = -0.231;
constexpr double a5 = -0.398;
constexpr double a13 = -0.06;
constexpr double soil_c = 1.88;
constexpr double soil_n = 1.18;
constexpr double sigma_amp = 0.3;
constexpr double ln_v_rock = 7.003065458786462; // ln 1100 [m/s], where PGA is rock_pga

// clang-format off
constexpr Row<Median> median_table[] = {
    {pga,       { 865.1, -1.186,  0.8040, -0.9679, -0.0372,  0.9445, 0.0000, 1.0800,  0.9000, -0.0067}},
    {sa(0.01),  { 865.1, -1.186,  0.8110, -0.9679, -0.0372,  0.9445, 0.0000, 1.0800,  0.9000, -0.0067}},
    {sa(0.02),  { 865.1, -1.219,  0.8550, -0.9774, -0.0372,  0.9834, 0.0000, 1.0800,  0.9000, -0.0067}},
    {sa(0.03),  { 907.8, -1.273,  0.9620, -1.0024, -0.0372,  1.0471, 0.0000, 1.1331,  0.9000, -0.0067}},
    {sa(0.04),  { 994.5, -1.308,  1.0370, -1.0289, -0.0315,  1.0884, 0.0000, 1.1708,  0.9000, -0.0067}},
    {sa(0.05),  {1053.5, -1.346,  1.1330, -1.0508, -0.0271,  1.1333, 0.0000, 1.2000,  0.9000, -0.0076}},
    {sa(0.075), {1085.7, -1.471,  1.3750, -1.0810, -0.0191,  1.2808, 0.0000, 1.2000,  0.9000, -0.0093}},
    {sa(0.1),   {1032.5, -1.624,  1.5630, -1.0833, -0.0166,  1.4613, 0.0000, 1.2000,  0.9000, -0.0093}},
    {sa(0.15),  { 877.6, -1.931,  1.7160, -1.0357, -0.0254,  1.8071, 0.0181, 1.1683,  0.9000, -0.0093}},
    {sa(0.2),   { 748.2, -2.188,  1.6870, -0.9700, -0.0396,  2.0773, 0.0309, 1.1274,  0.9000, -0.0083}},
    {sa(0.25),  { 654.3, -2.381,  1.6460, -0.9202, -0.0539,  2.2794, 0.0409, 1.0956,  0.9000, -0.0069}},
    {sa(0.3),   { 587.1, -2.518,  1.6010, -0.8974, -0.0656,  2.4201, 0.0491, 1.0697,  0.9000, -0.0057}},
    {sa(0.4),   { 503.0, -2.657,  1.5110, -0.8677, -0.0807,  2.5510, 0.0619, 1.0288,  0.8423, -0.0039}},
    {sa(0.5),   { 456.6, -2.669,  1.3970, -0.8475, -0.0924,  2.5395, 0.0719, 0.9971,  0.7458, -0.0025}},
    {sa(0.75),  { 410.5, -2.401,  1.1370, -0.8206, -0.1137,  2.1493, 0.0800, 0.9395,  0.5704,  0.0000}},
    {sa(1.0),   { 400.0, -1.955,  0.9150, -0.8088, -0.1289,  1.5705, 0.0800, 0.8985,  0.4460,  0.0000}},
    {sa(1.5),   { 400.0, -1.025,  0.5100, -0.7995, -0.1534,  0.3991, 0.0800, 0.8409,  0.2707,  0.0000}},
    {sa(2.0),   { 400.0, -0.299,  0.1920, -0.7960, -0.1708, -0.6072, 0.0800, 0.8000,  0.1463,  0.0000}},
    {sa(3.0),   { 400.0,  0.000, -0.2800, -0.7960, -0.1954, -0.9600, 0.0800, 0.4793, -0.0291,  0.0000}},
    {sa(4.0),   { 400.0,  0.000, -0.6390, -0.7960, -0.2128, -0.9600, 0.0800, 0.2518, -0.1535,  0.0000}},
    {sa(5.0),   { 400.0,  0.000, -0.9360, -0.7960, -0.2263, -0.9208, 0.0800, 0.0754, -0.2500,  0.0000}},
    {sa(7.5),   { 400.0,  0.000, -1.5270, -0.7960, -0.2509, -0.7700, 0.0800, 0.0000, -0.2500,  0.0000}},
    {sa(10.0),  { 400.0,  0.000, -1.9930, -0.7960, -0.2683, -0.6630, 0.0800, 0.0000, -0.2500,  0.0000}},
    {pgv,       { 400.0, -1.955,  5.7578, -0.9046, -0.1200,  1.5390, 0.0800, 0.7000,  0.6300,  0.0000}},
};

constexpr Row<Sigma> sigma_table[] = {
    {pga,       {0.590, 0.470, 0.576, 0.453, 0.470, 0.300, 1.000}},
    {sa(0.01),  {0.590, 0.470, 0.576, 0.453, 0.420, 0.300, 1.000}},
    {sa(0.02),  {0.590, 0.470, 0.576, 0.453, 0.420, 0.300, 1.000}},
    {sa(0.03),  {0.605, 0.478, 0.591, 0.461, 0.462, 0.305, 0.991}},
    {sa(0.04),  {0.615, 0.483, 0.602, 0.466, 0.492, 0.309, 0.982}},
    {sa(0.05),  {0.623, 0.488, 0.610, 0.471, 0.515, 0.312, 0.973}},
    {sa(0.075), {0.630, 0.495, 0.617, 0.479, 0.550, 0.317, 0.952}},
    {sa(0.1),   {0.630, 0.501, 0.617, 0.485, 0.550, 0.321, 0.929}},
    {sa(0.15),  {0.630, 0.509, 0.616, 0.491, 0.550, 0.326, 0.896}},
    {sa(0.2),   {0.630, 0.514, 0.614, 0.495, 0.520, 0.329, 0.874}},
    {sa(0.25),  {0.630, 0.518, 0.612, 0.497, 0.497, 0.332, 0.856}},
    {sa(0.3),   {0.630, 0.522, 0.611, 0.499, 0.479, 0.335, 0.841}},
    {sa(0.4),   {0.630, 0.527, 0.608, 0.501, 0.449, 0.338, 0.818}},
    {sa(0.5),   {0.630, 0.532, 0.606, 0.504, 0.426, 0.341, 0.783}},
    {sa(0.75),  {0.630, 0.539, 0.602, 0.506, 0.385, 0.346, 0.680}},
    {sa(1.0),   {0.630, 0.545, 0.594, 0.503, 0.350, 0.350, 0.607}},
    {sa(1.5),   {0.615, 0.552, 0.566, 0.497, 0.350, 0.350, 0.504}},
    {sa(2.0),   {0.604, 0.558, 0.544, 0.491, 0.350, 0.350, 0.431}},
    {sa(3.0),   {0.589, 0.565, 0.527, 0.500, 0.350, 0.350, 0.328}},
    {sa(4.0),   {0.578, 0.570, 0.515, 0.505, 0.350, 0.350, 0.255}},
    {sa(5.0),   {0.570, 0.587, 0.510, 0.529, 0.350, 0.350, 0.200}},
    {sa(7.5),   {0.611, 0.618, 0.572, 0.579, 0.350, 0.350, 0.200}},
    {sa(10.0),  {0.640, 0.640, 0.612, 0.612, 0.350, 0.350, 0.200}},
    {pgv,       {0.590, 0.470, 0.576, 0.453, 0.420, 0.300, 0.740}},
};
// clang-format on

/// ln of the vs30 above which the amplification no longer changes. [m/s] Eq. 6.
double ln_v1(const Imt& imt)
{
    if (imt.name == "PGV")
        return std::log(862.0);
    if (imt.period <= 0.5) // PGA too
        return std::log(1500.0);
    if (imt.period <= 1.0)
        return 8.0 - 0.795 * std::log(imt.period / 0.21);
    return imt.period < 2.0 ? 6.76 - 0.297 * std::log(imt.period) : std::log(700.0);
}

/// What multiplies ln(vs30 / 1000) and the basin's ln ratio in the slope e2. Eq. 19.
double basin_slope(const Imt& imt)
{
    const double period = imt.name == "PGV" ? 1.0 : imt.period;
    return period < 0.35 ? 0.0 : -0.25 * std::log(std::min(period, 2.0) / 0.35);
}

} // namespace

/// Active shallow crust, NGA-West1; main shocks.
///
/// \par Needs   mag, rake, dip, ztor, width; vs30, vs30measured, z1pt0; rrup, rjb, rx
/// \par Types   PGA, PGV, SA(0.01) to SA(10.0)
/// \par Valid   5 <= Mw <= 8.5, rrup <= 200 km, vs30 >= 180 m/s; GMRotI50
/// \par Source  Abrahamson and Silva (2008), Earthquake Spectra 24(1), 67-97, eqs. 1 to 27, tables 3 to 6,
///              doi:10.1193/1.2924360
struct AbrahamsonSilva2008 {
    static constexpr std::uint32_t site_parameters = needs_vs30 | needs_vs30measured | needs_z1pt0;
    static constexpr std::uint32_t distances = needs_rrup | needs_rjb | needs_rx;

    struct Coefficients {
        Median median;
        Sigma sigma;
        double ln_v_lin;
        double v_lin_power; // v_lin^-n
        double ln_v1;
        double ln_v1_basin; // of min(v1, 1000 m/s)
        double stiff_site;  // a10 + b n
        double basin_slope;
        double deep_basin; // a22
    };

    struct Shared {
        double ln_r;
        double source;       // mechanism, and magnitude beside a8 and ln_r
        double hanging_wall; // what multiplies a14
        double depth;        // a16
        double far_distance; // a18 [km]
        double mag_weight;   // of the deviations: 0 up to M 5, 1 from 7
        double ln_vs30;
        double vs30_power;     // vs30^n
        double basin;          // ln((z1 + 50) / (expected z1 + 50))
        double basin_softness; // min(ln(vs30 / 1000), 0)
        double deep_basin;     // what multiplies a22
        double rock_pga;       // at vs30 = 1100 m/s
        double base_sigma_pga; // within-event deviation of PGA before the site's part
        double tau_pga;
    };

    Coefficients pga_coefficients = coefficients({.imt = {.name = "PGA"}, .model = "AbrahamsonSilva2008"});

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        const Median k = psha::coefficients(median_table, request);
        const double ln_v1 = psha::ln_v1(request.imt);
        return {.median = k,
                .sigma = psha::coefficients(sigma_table, request),
                .ln_v_lin = std::log(k.v_lin),
                .v_lin_power = std::pow(k.v_lin, -soil_n),
                .ln_v1 = ln_v1,
                .ln_v1_basin = std::min(ln_v1, ln_1000),
                .stiff_site = k.a10 + k.b * soil_n,
                .basin_slope = psha::basin_slope(request.imt),
                .deep_basin = request.imt.is_sa() ? 0.0625 * std::max(request.imt.period - 2.0, 0.0) : 0.0};
    }

    MTC_KERNEL_INLINE Shared shared(const Context& c) const
    {
        const Coefficients& k = pga_coefficients;
        const double ln_vs30 = simd::log(c.vs30());
        const double dm = c.mag() - c1;
        const double ln_r = 0.5 * simd::log(c.rrup() * c.rrup() + c4 * c4);
        const double normal = c.rake() > -120.0 && c.rake() < -60.0 ? a13 : 0.0;
        const double magnitude = dm <= 0.0 ? a4 * dm : a5 * dm;
        const double far_weight = clipped(0.5 * (6.5 - c.mag()) + 0.5, 0.5, 1.0);
        Shared s{.ln_r = ln_r,
                 .source = normal + magnitude + a3 * dm * ln_r,
                 .hanging_wall = hanging_wall(c),
                 .depth = smaller(c.ztor() / 10.0, 1.0),
                 .far_distance = far_weight * positive_part(c.rrup() - 100.0),
                 .mag_weight = clipped(0.5 * (c.mag() - 5.0), 0.0, 1.0),
                 .ln_vs30 = ln_vs30,
                 .vs30_power = simd::exp(soil_n * ln_vs30),
                 .basin = basin(c, ln_vs30),
                 .basin_softness = smaller(ln_vs30 - ln_1000, 0.0),
                 .deep_basin = simd::log(larger(c.z1pt0(), 200.0) / 200.0),
                 .rock_pga = 0.0, // these three from what is above
                 .base_sigma_pga = 0.0,
                 .tau_pga = 0.0};
        // On rock PGA is above v_lin and without a basin term.
        s.rock_pga = simd::exp(ln_without_site(k, c, s) + k.stiff_site * (ln_v_rock - k.ln_v_lin));
        s.base_sigma_pga = base_sigma(k.sigma, c, s);
        s.tau_pga = base_tau(k.sigma, s);
        return s;
    }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared& shared)
    {
        // f5, one expression on either side of v_lin, which is below v1: eqs. 4 and 5.
        const double stiff = shared.rock_pga + soil_c;
        const double softened = shared.rock_pga + soil_c * smaller(shared.vs30_power * k.v_lin_power, 1.0);
        const double ln_v = smaller(shared.ln_vs30, k.ln_v1);
        const double site_slope = shared.ln_vs30 < k.ln_v_lin ? k.median.a10 : k.stiff_site;
        const double site = site_slope * (ln_v - k.ln_v_lin) + k.median.b * simd::log(softened / stiff);
        const double mean = ln_without_site(k, c, shared) + site + shallow_basin(k, shared, ln_v) +
                            k.deep_basin * shared.deep_basin;

        // d ln(amplification) / d ln(PGA on rock): eq. 26.
        const double slope = k.median.b * shared.rock_pga * (1.0 / softened - 1.0 / stiff);
        const double phi_base = base_sigma(k.sigma, c, shared);
        const double phi_pga = slope * shared.base_sigma_pga;
        const double phi2 = phi_base * phi_base + sigma_amp * sigma_amp + phi_pga * phi_pga +
                            2.0 * k.sigma.rho * phi_base * phi_pga;
        const double tau_base = base_tau(k.sigma, shared);
        const double tau_pga = slope * shared.tau_pga;
        const double tau2 = tau_base * tau_base + tau_pga * tau_pga + 2.0 * k.sigma.rho * tau_base * tau_pga;
        return {
            .mean = mean, .sigma = std::sqrt(tau2 + phi2), .tau = std::sqrt(tau2), .phi = std::sqrt(phi2)};
    }

private:
    static constexpr double ln_1000 = 6.907755278982137;

    /// Eqs. 7 to 12, without a14.
    MTC_KERNEL_INLINE static double hanging_wall(const Context& c)
    {
        const double projected_width = c.width() * simd::cos(c.dip() * degree);
        const double off_surface = positive_part(1.0 - c.rjb() / 30.0);
        const double across = smaller(0.5 + 0.5 * c.rx() / projected_width, 1.0);
        const double above = smaller(c.rx() / c.ztor(), 1.0);
        const double magnitude = clipped(c.mag() - 6.0, 0.0, 1.0);
        const double dip = smaller(1.0 - (c.dip() - 30.0) / 60.0, 1.0);
        return c.rx() > 0.0 ? off_surface * across * above * magnitude * dip : 0.0;
    }

    /// ln of the ratio of the depth z1 to that expected from vs30, both with 50 m added: eq. 17.
    MTC_KERNEL_INLINE static double basin(const Context& c, double ln_vs30)
    {
        constexpr double ln_180 = 5.19295685089021;
        constexpr double ln_500 = 6.214608098422191;
        const double middle = 6.745 - 1.35 * positive_part(ln_vs30 - ln_180);
        const double stiff = 5.394 - 4.48 * (ln_vs30 - ln_500);
        const double expected = simd::exp(ln_vs30 > ln_500 ? stiff : middle);
        return simd::log((c.z1pt0() + 50.0) / (expected + 50.0));
    }

    /// f10 without a22: the slope a21 is e2 unless that would turn the site's term. Eqs. 16 and 18.
    MTC_KERNEL_INLINE static double shallow_basin(const Coefficients& k, const Shared& shared, double ln_v)
    {
        const double site = k.stiff_site * (ln_v - k.ln_v1_basin);
        const double term = k.basin_slope * shared.basin_softness * shared.basin;
        const double bounded = site + term < 0.0 ? -site : term;
        return shared.basin_softness < 0.0 ? bounded : 0.0;
    }

    /// All of eq. 1 but f5 and f10.
    MTC_KERNEL_INLINE static double ln_without_site(const Coefficients& k, const Context& c,
                                                    const Shared& shared)
    {
        const Median& m = k.median;
        const double reverse = c.rake() > 30.0 && c.rake() < 150.0 ? m.a12 : 0.0;
        return m.a1 + m.a8 * (8.5 - c.mag()) * (8.5 - c.mag()) + m.a2 * shared.ln_r + shared.source +
               reverse + m.a14 * shared.hanging_wall + m.a16 * shared.depth + m.a18 * shared.far_distance;
    }

    MTC_KERNEL_INLINE static double base_sigma(const Sigma& d, const Context& c, const Shared& shared)
    {
        const double s1 = c.is_vs30_measured() ? d.s1_measured : d.s1_estimated;
        const double s2 = c.is_vs30_measured() ? d.s2_measured : d.s2_estimated;
        const double s = s1 + (s2 - s1) * shared.mag_weight;
        return std::sqrt(s * s - sigma_amp * sigma_amp);
    }
    MTC_KERNEL_INLINE static double base_tau(const Sigma& d, const Shared& shared)
    {
        return d.s3 + (d.s4 - d.s3) * shared.mag_weight;
    }
};

template ModelPointer make<AbrahamsonSilva2008>(const ModelRequest& request);

} // namespace mtc::psha
