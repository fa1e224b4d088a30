#include "workloads/psha/ground_motion/batch_model.hpp"

#include <limits>

namespace mtc::psha {

namespace {

struct Source {
    double c0, c1, c2, c3, c4, c5, c6, c7, c9; // magnitude, distance (c7 [km]), style (c8 = 0)
    double c17, c18, c19;                      // depth of the hypocentre, dip
    double c20, dc20_high_q, dc20_low_q;       // anelastic attenuation; dc20 is added in those variants
};
struct HangingWall {
    double c10, a2, h1, h2, h3, h5, h6;
};
struct Site {
    double c11, c14, c16, k1, k2, k3; // k1 [m/s]
};
struct Sigma {
    double phi1, phi2, tau1, tau2, rho;
};

// The same at all periods.
constexpr double soil_c = 1.88;
constexpr double soil_n = 1.18;
constexpr double nearly_zero = 1e-9;            // [km] divisors are at least this
constexpr double phi_lnaf = 0.3;                // of the amplification by the site
constexpr double ln_v_rock = 7.003065458786462; // ln 1100 [m/s], where PGA is rock_pga

// clang-format off
constexpr Row<Source> source_table[] = {
    {pgv,       { -2.895, 1.510,  0.270, -1.299, -0.453, -2.466, 0.204, 5.837, -0.168,  0.0517, 0.0327, 0.00613, -0.0017, 0.0017, -0.0006}},
    {pga,       { -4.416, 0.984,  0.537, -1.499, -0.496, -2.773, 0.248, 6.768, -0.212,  0.0977, 0.0333, 0.00757, -0.0055, 0.0036, -0.0035}},
    {sa(0.01),  { -4.365, 0.977,  0.533, -1.485, -0.499, -2.773, 0.248, 6.753, -0.214,  0.0981, 0.0334, 0.00755, -0.0055, 0.0036, -0.0035}},
    {sa(0.02),  { -4.348, 0.976,  0.549, -1.488, -0.501, -2.772, 0.247, 6.502, -0.208,  0.1009, 0.0327, 0.00759, -0.0055, 0.0036, -0.0035}},
    {sa(0.03),  { -4.024, 0.931,  0.628, -1.494, -0.517, -2.782, 0.246, 6.291, -0.213,  0.1095, 0.0331, 0.00790, -0.0057, 0.0037, -0.0034}},
    {sa(0.05),  { -3.479, 0.887,  0.674, -1.388, -0.615, -2.791, 0.240, 6.317, -0.244,  0.1226, 0.0270, 0.00803, -0.0063, 0.0040, -0.0037}},
    {sa(0.075), { -3.293, 0.902,  0.726, -1.469, -0.596, -2.745, 0.227, 6.861, -0.266,  0.1165, 0.0288, 0.00811, -0.0070, 0.0039, -0.0037}},
    {sa(0.1),   { -3.666, 0.993,  0.698, -1.572, -0.536, -2.633, 0.210, 7.294, -0.229,  0.0998, 0.0325, 0.00744, -0.0073, 0.0042, -0.0034}},
    {sa(0.15),  { -4.866, 1.267,  0.510, -1.669, -0.490, -2.458, 0.183, 8.031, -0.211,  0.0760, 0.0388, 0.00716, -0.0069, 0.0042, -0.0030}},
    {sa(0.2),   { -5.411, 1.366,  0.447, -1.750, -0.451, -2.421, 0.182, 8.385, -0.163,  0.0571, 0.0437, 0.00688, -0.0060, 0.0041, -0.0031}},
    {sa(0.25),  { -5.962, 1.458,  0.274, -1.711, -0.404, -2.392, 0.189, 7.534, -0.150,  0.0437, 0.0463, 0.00556, -0.0055, 0.0036, -0.0033}},
    {sa(0.3),   { -6.403, 1.528,  0.193, -1.770, -0.321, -2.376, 0.195, 6.990, -0.131,  0.0323, 0.0508, 0.00458, -0.0049, 0.0031, -0.0035}},
    {sa(0.4),   { -7.566, 1.739, -0.020, -1.594, -0.426, -2.303, 0.185, 7.012, -0.159,  0.0209, 0.0432, 0.00401, -0.0037, 0.0028, -0.0034}},
    {sa(0.5),   { -8.379, 1.872, -0.121, -1.577, -0.440, -2.296, 0.186, 6.902, -0.153,  0.0092, 0.0405, 0.00388, -0.0027, 0.0025, -0.0034}},
    {sa(0.75),  { -9.841, 2.021, -0.042, -1.757, -0.443, -2.232, 0.186, 5.522, -0.090, -0.0082, 0.0420, 0.00420, -0.0016, 0.0016, -0.0032}},
    {sa(1.0),   {-11.011, 2.180, -0.069, -1.707, -0.527, -2.158, 0.169, 5.650, -0.105, -0.0131, 0.0426, 0.00409, -0.0006, 0.0006, -0.0030}},
    {sa(1.5),   {-12.469, 2.270,  0.047, -1.621, -0.630, -2.063, 0.158, 5.795, -0.058, -0.0187, 0.0380, 0.00424,  0.0000, 0.0000, -0.0019}},
    {sa(2.0),   {-12.969, 2.271,  0.149, -1.512, -0.768, -2.104, 0.158, 6.632, -0.028, -0.0258, 0.0252, 0.00448,  0.0000, 0.0000, -0.0005}},
    {sa(3.0),   {-13.306, 2.150,  0.368, -1.315, -0.890, -2.051, 0.148, 6.759,  0.000, -0.0311, 0.0236, 0.00345,  0.0000, 0.0000,  0.0000}},
    {sa(4.0),   {-14.020, 2.132,  0.726, -1.506, -0.885, -1.986, 0.135, 7.978,  0.000, -0.0413, 0.0102, 0.00603,  0.0000, 0.0000,  0.0000}},
    {sa(5.0),   {-14.558, 2.116,  1.027, -1.721, -0.878, -2.021, 0.135, 8.538,  0.000, -0.0281, 0.0034, 0.00805,  0.0000, 0.0000,  0.0000}},
    {sa(7.5),   {-15.509, 2.223,  0.169, -0.756, -1.077, -2.179, 0.165, 8.468,  0.000, -0.0205, 0.0050, 0.00280,  0.0000, 0.0000,  0.0000}},
    {sa(10.0),  {-15.975, 2.132,  0.367, -0.800, -1.282, -2.244, 0.180, 6.564,  0.000,  0.0009, 0.0099, 0.00458,  0.0000, 0.0000,  0.0000}},
};

constexpr Row<HangingWall> hanging_wall_table[] = {
    {pgv,       {0.305, 0.596, 0.117, 1.616, -0.733, -0.128, -0.756}},
    {pga,       {0.720, 0.167, 0.241, 1.474, -0.715, -0.337, -0.270}},
    {sa(0.01),  {0.720, 0.168, 0.242, 1.471, -0.714, -0.336, -0.270}},
    {sa(0.02),  {0.730, 0.166, 0.244, 1.467, -0.711, -0.339, -0.263}},
    {sa(0.03),  {0.759, 0.167, 0.246, 1.467, -0.713, -0.338, -0.259}},
    {sa(0.05),  {0.826, 0.173, 0.251, 1.449, -0.701, -0.338, -0.263}},
    {sa(0.075), {0.815, 0.198, 0.260, 1.435, -0.695, -0.347, -0.219}},
    {sa(0.1),   {0.831, 0.174, 0.259, 1.449, -0.708, -0.391, -0.201}},
    {sa(0.15),  {0.749, 0.198, 0.254, 1.461, -0.715, -0.449, -0.099}},
    {sa(0.2),   {0.764, 0.204, 0.237, 1.484, -0.721, -0.393, -0.198}},
    {sa(0.25),  {0.716, 0.185, 0.206, 1.581, -0.787, -0.339, -0.210}},
    {sa(0.3),   {0.737, 0.164, 0.210, 1.586, -0.795, -0.447, -0.121}},
    {sa(0.4),   {0.738, 0.160, 0.226, 1.544, -0.770, -0.525, -0.086}},
    {sa(0.5),   {0.718, 0.184, 0.217, 1.554, -0.770, -0.407, -0.281}},
    {sa(0.75),  {0.795, 0.216, 0.154, 1.626, -0.780, -0.371, -0.285}},
    {sa(1.0),   {0.556, 0.596, 0.117, 1.616, -0.733, -0.128, -0.756}},
    {sa(1.5),   {0.480, 0.596, 0.117, 1.616, -0.733, -0.128, -0.756}},
    {sa(2.0),   {0.401, 0.596, 0.117, 1.616, -0.733, -0.128, -0.756}},
    {sa(3.0),   {0.206, 0.596, 0.117, 1.616, -0.733, -0.128, -0.756}},
    {sa(4.0),   {0.105, 0.596, 0.117, 1.616, -0.733, -0.128, -0.756}},
    {sa(5.0),   {0.000, 0.596, 0.117, 1.616, -0.733, -0.128, -0.756}},
    {sa(7.5),   {0.000, 0.596, 0.117, 1.616, -0.733, -0.128, -0.756}},
    {sa(10.0),  {0.000, 0.596, 0.117, 1.616, -0.733, -0.128, -0.756}},
};

constexpr Row<Site> site_table[] = {
    {pgv,       { 1.713,  0.1060, 0.585,  400.0, -1.955, 1.929}},
    {pga,       { 1.090, -0.0064, 0.393,  865.0, -1.186, 1.839}},
    {sa(0.01),  { 1.094, -0.0070, 0.390,  865.0, -1.186, 1.839}},
    {sa(0.02),  { 1.149, -0.0167, 0.387,  865.0, -1.219, 1.840}},
    {sa(0.03),  { 1.290, -0.0422, 0.378,  908.0, -1.273, 1.841}},
    {sa(0.05),  { 1.449, -0.0663, 0.295, 1054.0, -1.346, 1.843}},
    {sa(0.075), { 1.535, -0.0794, 0.322, 1086.0, -1.471, 1.845}},
    {sa(0.1),   { 1.615, -0.0294, 0.384, 1032.0, -1.624, 1.847}},
    {sa(0.15),  { 1.877,  0.0642, 0.417,  878.0, -1.931, 1.852}},
    {sa(0.2),   { 2.069,  0.0968, 0.404,  748.0, -2.188, 1.856}},
    {sa(0.25),  { 2.205,  0.1441, 0.466,  654.0, -2.381, 1.861}},
    {sa(0.3),   { 2.306,  0.1597, 0.528,  587.0, -2.518, 1.865}},
    {sa(0.4),   { 2.398,  0.1410, 0.540,  503.0, -2.657, 1.874}},
    {sa(0.5),   { 2.355,  0.1474, 0.638,  457.0, -2.669, 1.883}},
    {sa(0.75),  { 1.995,  0.1764, 0.776,  410.0, -2.401, 1.906}},
    {sa(1.0),   { 1.447,  0.2593, 0.771,  400.0, -1.955, 1.929}},
    {sa(1.5),   { 0.330,  0.2881, 0.748,  400.0, -1.025, 1.974}},
    {sa(2.0),   {-0.514,  0.3112, 0.763,  400.0, -0.299, 2.019}},
    {sa(3.0),   {-0.848,  0.3478, 0.686,  400.0,  0.000, 2.110}},
    {sa(4.0),   {-0.793,  0.3747, 0.691,  400.0,  0.000, 2.200}},
    {sa(5.0),   {-0.748,  0.3382, 0.670,  400.0,  0.000, 2.291}},
    {sa(7.5),   {-0.664,  0.3754, 0.757,  400.0,  0.000, 2.517}},
    {sa(10.0),  {-0.576,  0.3506, 0.621,  400.0,  0.000, 2.744}},
};

constexpr Row<Sigma> sigma_table[] = {
    {pgv,       {0.655, 0.494, 0.317, 0.297, 0.684}},
    {pga,       {0.734, 0.492, 0.409, 0.322, 1.000}},
    {sa(0.01),  {0.734, 0.492, 0.404, 0.325, 1.000}},
    {sa(0.02),  {0.738, 0.496, 0.417, 0.326, 0.998}},
    {sa(0.03),  {0.747, 0.503, 0.446, 0.344, 0.986}},
    {sa(0.05),  {0.777, 0.520, 0.508, 0.377, 0.938}},
    {sa(0.075), {0.782, 0.535, 0.504, 0.418, 0.887}},
    {sa(0.1),   {0.769, 0.543, 0.445, 0.426, 0.870}},
    {sa(0.15),  {0.769, 0.543, 0.382, 0.387, 0.876}},
    {sa(0.2),   {0.761, 0.552, 0.339, 0.338, 0.870}},
    {sa(0.25),  {0.744, 0.545, 0.340, 0.316, 0.850}},
    {sa(0.3),   {0.727, 0.568, 0.340, 0.300, 0.819}},
    {sa(0.4),   {0.690, 0.593, 0.356, 0.264, 0.743}},
    {sa(0.5),   {0.663, 0.611, 0.379, 0.263, 0.684}},
    {sa(0.75),  {0.606, 0.633, 0.430, 0.326, 0.562}},
    {sa(1.0),   {0.579, 0.628, 0.470, 0.353, 0.467}},
    {sa(1.5),   {0.541, 0.603, 0.497, 0.399, 0.364}},
    {sa(2.0),   {0.529, 0.588, 0.499, 0.400, 0.298}},
    {sa(3.0),   {0.527, 0.578, 0.500, 0.417, 0.234}},
    {sa(4.0),   {0.521, 0.559, 0.543, 0.393, 0.202}},
    {sa(5.0),   {0.502, 0.551, 0.534, 0.421, 0.184}},
    {sa(7.5),   {0.457, 0.546, 0.523, 0.438, 0.176}},
    {sa(10.0),  {0.441, 0.543, 0.466, 0.438, 0.154}},
};
// clang-format on

} // namespace

/// Active shallow crust, NGA-West2, with California's site term. CampbellBozorgnia2014HighQ and
/// CampbellBozorgnia2014LowQ are for regions of weak (eastern China) and strong (Italy, Japan) anelastic
/// attenuation.
///
/// \par Needs   mag, rake, dip, ztor, width, hypo_depth; vs30, z2pt5; rrup, rjb, rx
/// \par Types   PGA, PGV, SA(0.01) to SA(10.0); SA below 0.25 s is not below PGA
/// \par Valid   3.3 <= Mw <= 8.5 (strike slip), 8 (reverse), 7.5 (normal), ztor <= 20 km,
///              hypo_depth <= 20 km, 15 <= dip <= 90 deg, rrup <= 300 km, 150 <= vs30 <= 1500 m/s,
///              z2pt5 <= 10 km; RotD50
/// \par Source  Campbell and Bozorgnia (2014), Earthquake Spectra 30(3), 1087-1115, eqs. 1 to 31,
///              tables 2 and 3, doi:10.1193/062913EQS175M
struct CampbellBozorgnia2014 {
    static constexpr std::uint32_t site_parameters = needs_vs30 | needs_z2pt5;
    static constexpr std::uint32_t distances = needs_rrup | needs_rjb | needs_rx;

    struct Coefficients {
        Source source; // c20 with what the variant adds
        HangingWall hanging_wall;
        Site site;
        Sigma sigma;
        double ln_k1;
        double k1_power;   // k1^-n
        double stiff_site; // c11 + k2 n
        double floor;      // SA is not below PGA: 0, else -inf, added to ln(PGA)
    };

    struct Shared {
        double normal;           // what multiplies c9
        double hanging_wall;     // c10 hx (1 + a2 (M - 6.5))
        double near_ratio;       // x of hx over the rupture
        double far_ratio;        // and beyond it
        double small_depth;      // c17
        double large_depth;      // c18
        double dip;              // c19
        double anelastic;        // c20 [km]
        double shallow_sediment; // c14
        double deep_sediment;    // c16 k3
        double ln_vs30;
        double vs30_power; // vs30^n
        double rock_pga;   // at vs30 = 1100 m/s and the sediments expected there
        double ln_pga;
    };

    explicit CampbellBozorgnia2014(const ModelRequest& request)
        : is_high_q{request.name == "CampbellBozorgnia2014HighQ"}
        , is_low_q{request.name == "CampbellBozorgnia2014LowQ"}
        , estimates_ztor{request.parameters.flag("estimate_ztor", false)}
        , estimates_width{request.parameters.flag("estimate_width", false)}
        , estimates_hypo_depth{request.parameters.flag("estimate_hypo_depth", false)}
        , pga{coefficients({.imt = {.name = "PGA"}, .model = request.name})}
    {
        const double expected_z2pt5 = std::exp(7.089 - 1.144 * ln_v_rock); // [km], below 1
        rock_site = pga.stiff_site * (ln_v_rock - pga.ln_k1) + pga.site.c14 * (expected_z2pt5 - 1.0);
    }

    [[nodiscard]] Coefficients coefficients(const CoefficientRequest& request) const
    {
        Source source = psha::coefficients(source_table, request);
        source.c20 += is_high_q ? source.dc20_high_q : is_low_q ? source.dc20_low_q : 0.0;
        const Site site = psha::coefficients(site_table, request);
        return {.source = source,
                .hanging_wall = psha::coefficients(hanging_wall_table, request),
                .site = site,
                .sigma = psha::coefficients(sigma_table, request),
                .ln_k1 = std::log(site.k1),
                .k1_power = std::pow(site.k1, -soil_n),
                .stiff_site = site.c11 + site.k2 * soil_n,
                .floor = request.imt.is_sa() && request.imt.period < 0.25
                             ? 0.0
                             : -std::numeric_limits<double>::infinity()};
    }

    MTC_KERNEL_INLINE Shared shared(const Context& c) const
    {
        const double ln_vs30 = simd::log(c.vs30());
        const Extent extent = extent_of(c);
        const double r1 = larger(extent.width * simd::cos(c.dip() * degree), nearly_zero);
        const double r2 = 62.0 * c.mag() - 350.0;
        const double mag_weight = clipped(c.mag() - 5.5, 0.0, 1.0);
        const double hypocentre = clipped(extent.hypo_depth - 7.0, 0.0, 13.0);
        const bool is_normal = c.rake() > -150.0 && c.rake() < -30.0;
        Shared s{.normal = (is_normal ? 1.0 : 0.0) * clipped(c.mag() - 4.5, 0.0, 1.0),
                 .hanging_wall = mag_weight * hanging_wall(c, extent.ztor),
                 .near_ratio = positive_part(c.rx()) / r1,
                 .far_ratio = (c.rx() - r1) / (r2 - r1),
                 .small_depth = hypocentre * (1.0 - mag_weight),
                 .large_depth = hypocentre * mag_weight,
                 .dip = c.dip() * clipped(5.5 - c.mag(), 0.0, 1.0),
                 .anelastic = positive_part(c.rrup() - 80.0),
                 .shallow_sediment = smaller(c.z2pt5() - 1.0, 0.0),
                 .deep_sediment = 0.4723665527410147 * // e^-0.75
                                  (1.0 - simd::exp(-0.25 * positive_part(c.z2pt5() - 3.0))),
                 .ln_vs30 = ln_vs30,
                 .vs30_power = simd::exp(soil_n * ln_vs30),
                 .rock_pga = 0.0, // these two from what is above
                 .ln_pga = 0.0};
        const double ln_base = ln_without_site(pga, c, s);
        s.rock_pga = simd::exp(ln_base + rock_site);
        s.ln_pga = ln_base + site_and_sediment(pga, s);
        return s;
    }

    MTC_KERNEL_INLINE Motion motion(const Coefficients& k, const Context& c, const Shared& shared) const
    {
        const double mean =
            larger(ln_without_site(k, c, shared) + site_and_sediment(k, shared), shared.ln_pga + k.floor);

        // alpha: d ln(amplification) / d ln(PGA on rock), eq. 31.
        const Softening soil = softening(k, shared);
        const double alpha = k.site.k2 * shared.rock_pga * (1.0 / soil.softened - 1.0 / soil.stiff);
        const Base base = at_base(k.sigma, c);
        const Base base_pga = at_base(pga.sigma, c);
        const double tau_pga = alpha * base_pga.tau;
        const double tau2 = base.tau * base.tau + tau_pga * tau_pga + 2.0 * k.sigma.rho * base.tau * tau_pga;
        const double phi_pga = alpha * std::sqrt(base_pga.phi_squared);
        const double phi2 = base.phi_squared + phi_lnaf * phi_lnaf + phi_pga * phi_pga +
                            2.0 * k.sigma.rho * std::sqrt(base.phi_squared) * phi_pga;
        return {
            .mean = mean, .sigma = std::sqrt(tau2 + phi2), .tau = std::sqrt(tau2), .phi = std::sqrt(phi2)};
    }

private:
    /// Deviations at the base of the soil.
    struct Base {
        double tau;
        double phi_squared;
    };
    MTC_KERNEL_INLINE static Base at_base(const Sigma& d, const Context& c)
    {
        const double mag_weight = clipped(c.mag() - 4.5, 0.0, 1.0);
        const double phi = d.phi1 + (d.phi2 - d.phi1) * mag_weight;
        return {.tau = d.tau1 + (d.tau2 - d.tau1) * mag_weight,
                .phi_squared = phi * phi - phi_lnaf * phi_lnaf};
    }

    /// What of a rupture may be unknown. [km]
    struct Extent {
        double ztor, width, hypo_depth;
    };
    /// Of the rupture, or where asked for as the paper estimates it: eqs. 4 and 5 (of Chiou and Youngs 2014,
    /// doi:10.1193/072813EQS219M) and 35 to 40, within 15 km of seismogenic depth.
    MTC_KERNEL_INLINE Extent extent_of(const Context& c) const
    {
        constexpr double bottom = 15.0;
        const bool is_reverse = c.rake() > 30.0 && c.rake() < 150.0;
        const double top_reverse = positive_part(2.704 - 1.226 * positive_part(c.mag() - 5.849));
        const double top_other = positive_part(2.673 - 1.136 * positive_part(c.mag() - 4.970));
        const double top = is_reverse ? top_reverse : top_other;
        const double ztor = estimates_ztor ? top * top : c.ztor();

        const double sin_dip = simd::sin(c.dip() * degree);
        const double by_mag = simd::exp(0.5 * ln_10 * (c.mag() - 4.07) / 0.98);
        const double width = estimates_width ? smaller(by_mag, (bottom - ztor) / sin_dip) : c.width();

        const double by_mag_below = c.mag() < 6.75 ? -4.317 + 0.984 * c.mag() : 2.325;
        const double ln_below = by_mag_below + 0.0445 * smaller(c.dip() - 40.0, 0.0);
        const double below = smaller(simd::exp(ln_below), 0.9 * width * sin_dip);
        return {
            .ztor = ztor, .width = width, .hypo_depth = estimates_hypo_depth ? ztor + below : c.hypo_depth()};
    }

    /// Eqs. 13, 15 and 16; what depends on the type is left to ln_without_site.
    MTC_KERNEL_INLINE static double hanging_wall(const Context& c, double ztor)
    {
        const double is_on_wall = c.rx() < 0.0 ? 0.0 : 1.0;
        const double off_surface = 1.0 - c.rjb() / larger(c.rrup(), nearly_zero);
        const double depth = ztor <= 16.66 ? 1.0 - 0.06 * ztor : 0.0;
        return is_on_wall * off_surface * depth * (90.0 - c.dip()) / 45.0;
    }

    /// All of eq. 1 but f_site and f_sed.
    MTC_KERNEL_INLINE static double ln_without_site(const Coefficients& k, const Context& c,
                                                    const Shared& shared)
    {
        const Source& s = k.source;
        const double magnitude = s.c0 + s.c1 * c.mag() + s.c2 * positive_part(c.mag() - 4.5) +
                                 s.c3 * positive_part(c.mag() - 5.5) + s.c4 * positive_part(c.mag() - 6.5);
        const double distance = (s.c5 + s.c6 * c.mag()) * 0.5 * simd::log(c.rrup() * c.rrup() + s.c7 * s.c7);

        const HangingWall& h = k.hanging_wall;
        const double x = shared.near_ratio;
        const double q = shared.far_ratio;
        const double over = h.h1 + h.h2 * x + h.h3 * x * x;
        const double beyond = positive_part(1.0 + h.h5 * q + h.h6 * q * q);
        const double hx = x < 1.0 ? over : beyond;
        const double wall = h.c10 * hx * (1.0 + h.a2 * (c.mag() - 6.5));
        return magnitude + distance + s.c9 * shared.normal + wall * shared.hanging_wall +
               s.c17 * shared.small_depth + s.c18 * shared.large_depth + s.c19 * shared.dip +
               s.c20 * shared.anelastic;
    }

    /// rock_pga + c (vs30 / k1)^n, and the same from vs30 = k1 on: one expression serves either side of k1.
    struct Softening {
        double softened;
        double stiff;
    };
    MTC_KERNEL_INLINE static Softening softening(const Coefficients& k, const Shared& shared)
    {
        return {.softened = shared.rock_pga + soil_c * smaller(shared.vs30_power * k.k1_power, 1.0),
                .stiff = shared.rock_pga + soil_c};
    }

    /// f_site and f_sed: eqs. 17 to 20.
    MTC_KERNEL_INLINE static double site_and_sediment(const Coefficients& k, const Shared& shared)
    {
        const Softening soil = softening(k, shared);
        const double slope = shared.ln_vs30 < k.ln_k1 ? k.site.c11 : k.stiff_site;
        return slope * (shared.ln_vs30 - k.ln_k1) + k.site.k2 * simd::log(soil.softened / soil.stiff) +
               k.site.c14 * shared.shallow_sediment + k.site.c16 * k.site.k3 * shared.deep_sediment;
    }

    bool is_high_q;
    bool is_low_q;
    bool estimates_ztor;
    bool estimates_width;
    bool estimates_hypo_depth;
    Coefficients pga;
    double rock_site; // of ln(PGA): f_site and f_sed at 1100 m/s
};

template ModelPointer make<CampbellBozorgnia2014>(const ModelRequest& request);

} // namespace mtc::psha
