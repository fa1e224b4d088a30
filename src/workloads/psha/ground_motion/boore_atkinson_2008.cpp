#include "workloads/psha/ground_motion/batch_model.hpp"
#include "workloads/psha/ground_motion/boore_atkinson_2008_site.hpp"

namespace mtc::psha {

namespace {

struct Median {
    double c1, c2, c3, h;              // distance
    double e2, e3, e4, e5, e6, e7, mh; // strike slip, normal, reverse; magnitude (e1, unspecified: unused)
};
struct Sigma {
    double phi, tau, total; // the paper's table rounds each by itself
};

// clang-format off
constexpr Row<Median> median_table[] = {
    {pgv,       {-0.87370,  0.10060, -0.00334, 2.54,  5.04727,  4.63188,  5.08210, 0.18322, -0.12736, 0.00000, 8.50}},
    {pga,       {-0.66050,  0.11970, -0.01151, 1.35, -0.50350, -0.75472, -0.50970, 0.28805, -0.10164, 0.00000, 6.75}},
    {sa(0.01),  {-0.66220,  0.12000, -0.01151, 1.35, -0.49429, -0.74551, -0.49966, 0.28897, -0.10019, 0.00000, 6.75}},
    {sa(0.02),  {-0.66600,  0.12280, -0.01151, 1.35, -0.48508, -0.73906, -0.48895, 0.25144, -0.11006, 0.00000, 6.75}},
    {sa(0.03),  {-0.69010,  0.12830, -0.01151, 1.35, -0.41831, -0.66722, -0.42229, 0.17976, -0.12858, 0.00000, 6.75}},
    {sa(0.05),  {-0.71700,  0.13170, -0.01151, 1.35, -0.25022, -0.48462, -0.26092, 0.06369, -0.15752, 0.00000, 6.75}},
    {sa(0.075), {-0.72050,  0.12370, -0.01151, 1.55,  0.04912, -0.20578,  0.02706, 0.01170, -0.17051, 0.00000, 6.75}},
    {sa(0.1),   {-0.70810,  0.11170, -0.01151, 1.68,  0.23102,  0.03058,  0.22193, 0.04697, -0.15948, 0.00000, 6.75}},
    {sa(0.15),  {-0.69610,  0.09884, -0.01113, 1.86,  0.48661,  0.30185,  0.49328, 0.17990, -0.14539, 0.00000, 6.75}},
    {sa(0.2),   {-0.58300,  0.04273, -0.00952, 1.98,  0.59253,  0.40860,  0.61472, 0.52729, -0.12964, 0.00102, 6.75}},
    {sa(0.25),  {-0.57260,  0.02977, -0.00837, 2.07,  0.53496,  0.33880,  0.57747, 0.60880, -0.13843, 0.08607, 6.75}},
    {sa(0.3),   {-0.55430,  0.01955, -0.00750, 2.14,  0.44516,  0.25356,  0.51990, 0.64472, -0.15694, 0.10601, 6.75}},
    {sa(0.4),   {-0.64430,  0.04394, -0.00626, 2.24,  0.40602,  0.21398,  0.46080, 0.78610, -0.07843, 0.02262, 6.75}},
    {sa(0.5),   {-0.69140,  0.06080, -0.00540, 2.32,  0.19878,  0.00967,  0.26337, 0.76837, -0.09054, 0.00000, 6.75}},
    {sa(0.75),  {-0.74080,  0.07518, -0.00409, 2.46, -0.19496, -0.49176, -0.10813, 0.75179, -0.14053, 0.10302, 6.75}},
    {sa(1.0),   {-0.81830,  0.10270, -0.00334, 2.54, -0.43443, -0.78465, -0.39330, 0.67880, -0.18257, 0.05393, 6.75}},
    {sa(1.5),   {-0.83030,  0.09793, -0.00255, 2.66, -0.79593, -1.20902, -0.88085, 0.70689, -0.25950, 0.19082, 6.75}},
    {sa(2.0),   {-0.82850,  0.09432, -0.00217, 2.73, -1.15514, -1.57697, -1.27669, 0.77989, -0.29657, 0.29888, 6.75}},
    {sa(3.0),   {-0.78440,  0.07282, -0.00191, 2.83, -1.74690, -2.22584, -1.91814, 0.77966, -0.45384, 0.67466, 6.75}},
    {sa(4.0),   {-0.68540,  0.03758, -0.00191, 2.89, -2.15906, -2.58228, -2.38168, 1.24961, -0.35874, 0.79508, 6.75}},
    {sa(5.0),   {-0.50960, -0.02391, -0.00191, 2.93, -1.21270, -1.50904, -1.41093, 0.14271, -0.39006, 0.00000, 8.50}},
    {sa(7.5),   {-0.37240, -0.06568, -0.00191, 3.00, -1.31632, -1.81022, -1.59217, 0.52407, -0.37578, 0.00000, 8.50}},
    {sa(10.0),  {-0.09824, -0.13800, -0.00191, 3.04, -2.16137, -2.53323, -2.14635, 0.40387, -0.48492, 0.00000, 8.50}},
};

constexpr Row<Sigma> sigma_table[] = {
    {pgv,       {0.500, 0.256, 0.560}},
    {pga,       {0.502, 0.260, 0.564}},
    {sa(0.01),  {0.502, 0.262, 0.566}},
    {sa(0.02),  {0.502, 0.262, 0.566}},
    {sa(0.03),  {0.507, 0.274, 0.576}},
    {sa(0.05),  {0.516, 0.286, 0.589}},
    {sa(0.075), {0.513, 0.320, 0.606}},
    {sa(0.1),   {0.520, 0.318, 0.608}},
    {sa(0.15),  {0.518, 0.290, 0.594}},
    {sa(0.2),   {0.523, 0.288, 0.596}},
    {sa(0.25),  {0.527, 0.267, 0.592}},
    {sa(0.3),   {0.546, 0.269, 0.608}},
    {sa(0.4),   {0.541, 0.267, 0.603}},
    {sa(0.5),   {0.555, 0.265, 0.615}},
    {sa(0.75),  {0.571, 0.299, 0.645}},
    {sa(1.0),   {0.573, 0.302, 0.647}},
    {sa(1.5),   {0.566, 0.373, 0.679}},
    {sa(2.0),   {0.580, 0.389, 0.700}},
    {sa(3.0),   {0.566, 0.401, 0.695}},
    {sa(4.0),   {0.583, 0.385, 0.698}},
    {sa(5.0),   {0.601, 0.437, 0.744}},
    {sa(7.5),   {0.626, 0.477, 0.787}},
    {sa(10.0),  {0.645, 0.477, 0.801}},
};
// clang-format on

/// ln of the median on rock (vs30 = 760 m/s): eqs. 2 to 5.
MTC_KERNEL_INLINE double ln_rock(const Median& k, const Context& c)
{
    const double rake = std::abs(c.rake());
    const double reverse_or_normal = c.rake() > 0.0 ? k.e4 : k.e3;
    const double mechanism = rake <= 30.0 || rake >= 150.0 ? k.e2 : reverse_or_normal;
    const double dm = c.mag() - k.mh;
    const double magnitude = dm <= 0.0 ? k.e5 * dm + k.e6 * dm * dm : k.e7 * dm;
    const double r = std::sqrt(c.rjb() * c.rjb() + k.h * k.h);
    const double distance = (k.c1 + k.c2 * (c.mag() - 4.5)) * simd::log(r) + k.c3 * (r - 1.0);
    return mechanism + magnitude + distance;
}

} // namespace

/// Active shallow crust, NGA-West1.
///
/// \par Needs   mag, rake; vs30; rjb
/// \par Types   PGA, PGV, SA(0.01) to SA(10.0)
/// \par Valid   5 <= Mw <= 8, rjb < 200 km, 180 <= vs30 <= 1300 m/s; GMRotI50
/// \par Source  Boore and Atkinson (2008), Earthquake Spectra 24(1), 99-138, eqs. 1 to 13, tables 3 to 8,
///              doi:10.1193/1.2830434
struct BooreAtkinson2008 {
    static constexpr std::uint32_t site_parameters = needs_vs30;
    static constexpr std::uint32_t distances = needs_rjb;

    struct Coefficients {
        Median median;
        Sigma sigma;
        BooreAtkinsonSite site;
    };

    using Shared = BooreAtkinsonSiteFactors;

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        return {.median = psha::coefficients(median_table, request),
                .sigma = psha::coefficients(sigma_table, request),
                .site = psha::coefficients(boore_atkinson_site_table, request)};
    }

    MTC_KERNEL_INLINE static Shared shared(const Context& c)
    {
        constexpr Median rock_pga = row_of(median_table, pga);
        return boore_atkinson_site(ln_rock(rock_pga, c), c.vs30());
    }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared& shared)
    {
        const double mean = ln_rock(k.median, c) + site_amplification(k.site, shared);
        return {.mean = mean, .sigma = k.sigma.total, .tau = k.sigma.tau, .phi = k.sigma.phi};
    }
};

template ModelPointer make<BooreAtkinson2008>(const ModelRequest& request);

} // namespace mtc::psha
