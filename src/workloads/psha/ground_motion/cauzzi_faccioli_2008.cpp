#include "workloads/psha/ground_motion/batch_model.hpp"
#include "workloads/psha/ground_motion/cauzzi_faccioli_2008_table.hpp"

#include <numbers>

namespace mtc::psha {

namespace {

/// ln of what takes the motion to g (PGV: cm/s).
double ln_unit(const Imt& imt)
{
    if (imt.name == pgv.name)
        return 0.0;
    return imt.is_sa() ? 2.0 * std::log(2.0 * std::numbers::pi / imt.period) + ln_cm_per_s2_in_g
                       : ln_cm_per_s2_in_g + 2.0 * ln_10;
}

} // namespace

/// Active shallow crust, worldwide digital records; site term by classes of Eurocode 8 (vs30 of 180, 360 and
/// 800 m/s); only the total standard deviation.
///
/// \par Needs   mag, rake; vs30; rhypo
/// \par Types   PGA, PGV, SA(0.05) to SA(20.0)
/// \par Valid   5 <= Mw <= 7.2, 15 <= rhypo <= 150 km; geometric mean of the horizontal components
/// \par Source  Cauzzi and Faccioli (2008), Journal of Seismology 12(4), 453-475, eq. 2,
///              doi:10.1007/s10950-008-9098-y
struct CauzziFaccioli2008 {
    static constexpr std::uint32_t site_parameters = needs_vs30;
    static constexpr std::uint32_t distances = needs_rhypo;

    struct Coefficients {
        CauzziFaccioli2008Values values;
        double ln_unit;
    };
    struct Shared {
        double ln_r;
    };

    static Coefficients coefficients(const CoefficientRequest& request)
    {
        return {.values = psha::coefficients(cauzzi_faccioli_2008_table, request),
                .ln_unit = ln_unit(request.imt)};
    }

    MTC_KERNEL_INLINE static Shared shared(const Context& c)
    {
        constexpr double at_least = 0.1; // [km], keeps a site in the hypocentre finite
        return {.ln_r = simd::log(larger(c.rhypo(), at_least))};
    }

    MTC_KERNEL_INLINE static Motion motion(const Coefficients& k, const Context& c, const Shared& shared)
    {
        const CauzziFaccioli2008Values& v = k.values;
        const double c_or_d = c.vs30() >= 180.0 ? v.c : v.d;
        const double b_to_d = c.vs30() >= 360.0 ? v.b : c_or_d;
        const double site = c.vs30() >= 800.0 ? 0.0 : b_to_d;
        const double reverse = c.rake() > 30.0 && c.rake() <= 150.0 ? v.reverse : v.strike_slip;
        const double source = c.rake() > -150.0 && c.rake() <= -30.0 ? v.normal : reverse;
        return Motion::with_total(ln_10 * (source + v.a2 * c.mag() + site) + v.a3 * shared.ln_r + k.ln_unit,
                                  ln_10 * v.sigma);
    }
};

template ModelPointer make<CauzziFaccioli2008>(const ModelRequest& request);

} // namespace mtc::psha
