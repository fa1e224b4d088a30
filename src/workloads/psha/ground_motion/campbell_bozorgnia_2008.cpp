#include "workloads/psha/ground_motion/batch_model.hpp"

#include <limits>

namespace mtc::psha {

namespace {

struct Median {
    double c0, c1, c2, c3, c4, c5, c6, c7, c8, c9; // magnitude, distance (c6 [km]), style, hanging wall
    double c10, c11, c12, k1, k2, k3;              // site (k1 [m/s]) and sediment
};
struct Sigma {
    double s_lny, t_lny, rho;
};

// The same at all periods.
constexpr double soil_c = 1.88;
constexpr double soil_n = 1.18;
constexpr double s_lnaf = 0.3;                  // of the amplification by the site
constexpr double ln_v_rock = 7.003065458786462; // ln 1100 [m/s], where PGA is rock_pga

// clang-format off
constexpr Row<Median> median_table[] = {
    {cav,       { -4.354, 0.942, -0.178, -0.346, -1.309, 0.087, 7.24, 0.111, -0.108, 0.362,  2.549, 0.090, 1.277,  400.0, -2.690, 1.000}},
    {pgd,       { -5.270, 1.600, -0.070,  0.000, -2.000, 0.170, 4.00, 0.000,  0.000, 0.000, -0.820, 0.300, 1.000,  400.0,  0.000, 2.744}},
    {pgv,       {  0.954, 0.696, -0.309, -0.019, -2.016, 0.170, 4.00, 0.245,  0.000, 0.358,  1.694, 0.092, 1.000,  400.0, -1.955, 1.929}},
    {pga,       { -1.715, 0.500, -0.530, -0.262, -2.118, 0.170, 5.60, 0.280, -0.120, 0.490,  1.058, 0.040, 0.610,  865.0, -1.186, 1.839}},
    {sa(0.01),  { -1.715, 0.500, -0.530, -0.262, -2.118, 0.170, 5.60, 0.280, -0.120, 0.490,  1.058, 0.040, 0.610,  865.0, -1.186, 1.839}},
    {sa(0.02),  { -1.680, 0.500, -0.530, -0.262, -2.123, 0.170, 5.60, 0.280, -0.120, 0.490,  1.102, 0.040, 0.610,  865.0, -1.219, 1.840}},
    {sa(0.03),  { -1.552, 0.500, -0.530, -0.262, -2.145, 0.170, 5.60, 0.280, -0.120, 0.490,  1.174, 0.040, 0.610,  908.0, -1.273, 1.841}},
    {sa(0.05),  { -1.209, 0.500, -0.530, -0.267, -2.199, 0.170, 5.74, 0.280, -0.120, 0.490,  1.272, 0.040, 0.610, 1054.0, -1.346, 1.843}},
    {sa(0.075), { -0.657, 0.500, -0.530, -0.302, -2.277, 0.170, 7.09, 0.280, -0.120, 0.490,  1.438, 0.040, 0.610, 1086.0, -1.471, 1.845}},
    {sa(0.1),   { -0.314, 0.500, -0.530, -0.324, -2.318, 0.170, 8.05, 0.280, -0.099, 0.490,  1.604, 0.040, 0.610, 1032.0, -1.624, 1.847}},
    {sa(0.15),  { -0.133, 0.500, -0.530, -0.339, -2.309, 0.170, 8.79, 0.280, -0.048, 0.490,  1.928, 0.040, 0.610,  878.0, -1.931, 1.852}},
    {sa(0.2),   { -0.486, 0.500, -0.446, -0.398, -2.220, 0.170, 7.60, 0.280, -0.012, 0.490,  2.194, 0.040, 0.610,  748.0, -2.188, 1.856}},
    {sa(0.25),  { -0.890, 0.500, -0.362, -0.458, -2.146, 0.170, 6.58, 0.280,  0.000, 0.490,  2.351, 0.040, 0.700,  654.0, -2.381, 1.861}},
    {sa(0.3),   { -1.171, 0.500, -0.294, -0.511, -2.095, 0.170, 6.04, 0.280,  0.000, 0.490,  2.460, 0.040, 0.750,  587.0, -2.518, 1.865}},
    {sa(0.4),   { -1.466, 0.500, -0.186, -0.592, -2.066, 0.170, 5.30, 0.280,  0.000, 0.490,  2.587, 0.040, 0.850,  503.0, -2.657, 1.874}},
    {sa(0.5),   { -2.569, 0.656, -0.304, -0.536, -2.041, 0.170, 4.73, 0.280,  0.000, 0.490,  2.544, 0.040, 0.883,  457.0, -2.669, 1.883}},
    {sa(0.75),  { -4.844, 0.972, -0.578, -0.406, -2.000, 0.170, 4.00, 0.280,  0.000, 0.490,  2.133, 0.077, 1.000,  410.0, -2.401, 1.906}},
    {sa(1.0),   { -6.406, 1.196, -0.772, -0.314, -2.000, 0.170, 4.00, 0.255,  0.000, 0.490,  1.571, 0.150, 1.000,  400.0, -1.955, 1.929}},
    {sa(1.5),   { -8.692, 1.513, -1.046, -0.185, -2.000, 0.170, 4.00, 0.161,  0.000, 0.490,  0.406, 0.253, 1.000,  400.0, -1.025, 1.974}},
    {sa(2.0),   { -9.701, 1.600, -0.978, -0.236, -2.000, 0.170, 4.00, 0.094,  0.000, 0.371, -0.456, 0.300, 1.000,  400.0, -0.299, 2.019}},
    {sa(3.0),   {-10.556, 1.600, -0.638, -0.491, -2.000, 0.170, 4.00, 0.000,  0.000, 0.154, -0.820, 0.300, 1.000,  400.0,  0.000, 2.110}},
    {sa(4.0),   {-11.212, 1.600, -0.316, -0.770, -2.000, 0.170, 4.00, 0.000,  0.000, 0.000, -0.820, 0.300, 1.000,  400.0,  0.000, 2.200}},
    {sa(5.0),   {-11.684, 1.600, -0.070, -0.986, -2.000, 0.170, 4.00, 0.000,  0.000, 0.000, -0.820, 0.300, 1.000,  400.0,  0.000, 2.291}},
    {sa(7.5),   {-12.505, 1.600, -0.070, -0.656, -2.000, 0.170, 4.00, 0.000,  0.000, 0.000, -0.820, 0.300, 1.000,  400.0,  0.000, 2.517}},
    {sa(10.0),  {-13.087, 1.600, -0.070, -0.422, -2.000, 0.170, 4.00, 0.000,  0.000, 0.000, -0.820, 0.300, 1.000,  400.0,  0.000, 2.744}},
};

constexpr Row<Sigma> sigma_table[] = {
    {cav,       {0.371, 0.196, 0.735}},
    {pgd,       {0.667, 0.485, 0.174}},
    {pgv,       {0.484, 0.203, 0.691}},
    {pga,       {0.478, 0.219, 1.000}},
    {sa(0.01),  {0.478, 0.219, 1.000}},
    {sa(0.02),  {0.480, 0.219, 0.999}},
    {sa(0.03),  {0.489, 0.235, 0.989}},
    {sa(0.05),  {0.510, 0.258, 0.963}},
    {sa(0.075), {0.520, 0.292, 0.922}},
    {sa(0.1),   {0.531, 0.286, 0.898}},
    {sa(0.15),  {0.532, 0.280, 0.890}},
    {sa(0.2),   {0.534, 0.249, 0.871}},
    {sa(0.25),  {0.534, 0.240, 0.852}},
    {sa(0.3),   {0.544, 0.215, 0.831}},
    {sa(0.4),   {0.541, 0.217, 0.785}},
    {sa(0.5),   {0.550, 0.214, 0.735}},
    {sa(0.75),  {0.568, 0.227, 0.628}},
    {sa(1.0),   {0.568, 0.255, 0.534}},
    {sa(1.5),   {0.564, 0.296, 0.411}},
    {sa(2.0),   {0.571, 0.296, 0.331}},
    {sa(3.0),   {0.558, 0.326, 0.289}},
    {sa(4.0),   {0.576, 0.297, 0.261}},
    {sa(5.0),   {0.601, 0.359, 0.200}},
    {sa(7.5),   {0.628, 0.428, 0.174}},
    {sa(10.0),  {0.667, 0.485, 0.174}},
};
// clang-format on

} // namespace

/// Active shallow crust, NGA-West1; standard deviations of the geometric mean.
///
/// \par Needs   mag, rake, dip, ztor; vs30, z2pt5; rrup, rjb
/// \par Types   PGA, PGV, PGD [cm], CAV [g s], SA(0.01) to SA(10.0); SA below 0.25 s is not below PGA
/// \par Valid   4 < Mw <= 8.5 (strike slip), 8 (reverse), 7.5 (normal), ztor <= 15 km, 15 <= dip <= 90 deg,
///              rrup <= 200 km, 150 <= vs30 <= 1500 m/s, z2pt5 <= 10 km; GMRotI50
/// \par Source  Campbell and Bozorgnia (2008), Earthquake Spectra 24(1), 139-171, eqs. 1 to 17, tables 2
///              and 3, doi:10.1193/1.2857546. CAV: Campbell and Bozorgnia (2010), Earthquake Spectra 26(3),
///              635-650, doi:10.1193/1.3457158
struct CampbellBozorgnia2008 {
    static constexpr std::uint32_t site_parameters = needs_vs30 | needs_z2pt5;
    static constexpr std::uint32_t distances = needs_rrup | needs_rjb;

    struct Coefficients {
        Median median;
        Sigma sigma;
        double ln_k1;
        double k1_power;   // k1^-n
        double stiff_site; // c10 + k2 n
        double s_lnyb;     // sigma at the base of the soil
        double floor;      // SA is not below PGA: 0, else -inf, added to ln(PGA)
    };

    struct Shared {
        double reverse;          // what multiplies c7
        double normal;           // c8
        double hanging_wall;     // c9
        double shallow_sediment; // c11
        double deep_sediment;    // c12 k3
        double ln_vs30;
        double vs30_power; // vs30^n
        double rock_pga;   // at vs30 = 1100 m/s
        double ln_pga;
    };

    Coefficients pga_coefficients = coefficients({.imt = {.name = "PGA"}, .model = "CampbellBozorgnia2008"});

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        const Median median = psha::coefficients(median_table, request);
        const Sigma sigma = psha::coefficients(sigma_table, request);
        return {.median = median,
                .sigma = sigma,
                .ln_k1 = std::log(median.k1),
                .k1_power = std::pow(median.k1, -soil_n),
                .stiff_site = median.c10 + median.k2 * soil_n,
                .s_lnyb = std::sqrt(sigma.s_lny * sigma.s_lny - s_lnaf * s_lnaf),
                .floor = request.imt.is_sa() && request.imt.period < 0.25
                             ? 0.0
                             : -std::numeric_limits<double>::infinity()};
    }

    MTC_KERNEL_INLINE Shared shared(const Context& c) const
    {
        const double ln_vs30 = simd::log(c.vs30());
        const bool is_reverse = c.rake() > 30.0 && c.rake() < 150.0;
        const bool is_normal = c.rake() > -150.0 && c.rake() < -30.0;
        Shared s{.reverse = (is_reverse ? 1.0 : 0.0) * smaller(c.ztor(), 1.0),
                 .normal = is_normal ? 1.0 : 0.0,
                 .hanging_wall = hanging_wall(c),
                 .shallow_sediment = smaller(c.z2pt5() - 1.0, 0.0),
                 .deep_sediment = 0.4723665527410147 * // e^-0.75
                                  (1.0 - simd::exp(-0.25 * positive_part(c.z2pt5() - 3.0))),
                 .ln_vs30 = ln_vs30,
                 .vs30_power = simd::exp(soil_n * ln_vs30),
                 .rock_pga = 0.0, // these two from what is above
                 .ln_pga = 0.0};
        const Coefficients& k = pga_coefficients;
        const double ln_base = ln_without_site(k, c, s);
        s.rock_pga = simd::exp(ln_base + k.stiff_site * (ln_v_rock - k.ln_k1)); // k1 is lower
        s.ln_pga = ln_base + site(k, s);
        return s;
    }

    MTC_KERNEL_INLINE Motion motion(const Coefficients& k, const Context& c, const Shared& shared) const
    {
        const double mean = larger(ln_without_site(k, c, shared) + site(k, shared), shared.ln_pga + k.floor);

        // alpha: d ln(amplification) / d ln(PGA on rock), eq. 17.
        const Softening soil = softening(k, shared);
        const double alpha = k.median.k2 * shared.rock_pga * (1.0 / soil.softened - 1.0 / soil.stiff);
        const double s_pga = alpha * pga_coefficients.s_lnyb;
        const double phi =
            std::sqrt(k.sigma.s_lny * k.sigma.s_lny + s_pga * s_pga + 2.0 * k.sigma.rho * k.s_lnyb * s_pga);
        return Motion::with_parts(mean, k.sigma.t_lny, phi);
    }

private:
    /// Eqs. 7 to 10, without c9.
    MTC_KERNEL_INLINE static double hanging_wall(const Context& c)
    {
        const double buried = (c.rrup() - c.rjb()) / c.rrup();
        const double far = larger(c.rrup(), std::sqrt(c.rjb() * c.rjb() + 1.0));
        const double shallow = (far - c.rjb()) / far;
        const double beside = c.ztor() < 1.0 ? shallow : buried;
        const double distance = c.rjb() == 0.0 ? 1.0 : beside;
        const double magnitude = clipped(2.0 * (c.mag() - 6.0), 0.0, 1.0);
        const double depth = positive_part((20.0 - c.ztor()) / 20.0);
        const double dip = smaller((90.0 - c.dip()) / 20.0, 1.0);
        return distance * magnitude * depth * dip;
    }

    /// All of eq. 1 but f_site.
    MTC_KERNEL_INLINE static double ln_without_site(const Coefficients& k, const Context& c,
                                                    const Shared& shared)
    {
        const Median& m = k.median;
        const double magnitude =
            m.c0 + m.c1 * c.mag() + m.c2 * positive_part(c.mag() - 5.5) + m.c3 * positive_part(c.mag() - 6.5);
        const double distance = (m.c4 + m.c5 * c.mag()) * 0.5 * simd::log(c.rrup() * c.rrup() + m.c6 * m.c6);
        return magnitude + distance + m.c7 * shared.reverse + m.c8 * shared.normal +
               m.c9 * shared.hanging_wall + m.c11 * shared.shallow_sediment +
               m.c12 * m.k3 * shared.deep_sediment;
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

    /// f_site: eq. 11.
    MTC_KERNEL_INLINE static double site(const Coefficients& k, const Shared& shared)
    {
        const Softening soil = softening(k, shared);
        const double slope = shared.ln_vs30 < k.ln_k1 ? k.median.c10 : k.stiff_site;
        return slope * (smaller(shared.ln_vs30, ln_v_rock) - k.ln_k1) +
               k.median.k2 * simd::log(soil.softened / soil.stiff);
    }
};

template ModelPointer make<CampbellBozorgnia2008>(const ModelRequest& request);

} // namespace mtc::psha
