#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mtc::psha {

/// Magnitude-area scaling relationships, by OpenQuake's names. The family CScalingMSR(C=...) begins at
/// c_scaling: the excess over it is C in millionths, so that a relation with its parameter is one number.
enum class MagnitudeArea : std::uint32_t {
    wc1994,
    peer,
    point,
    leonard_2014_scr,
    leonard_2014_interplate,
    leonard_2010_scr,
    leonard_2010_scr_m0,
    leonard_2010_scr_mx,
    strasser_interface,
    strasser_intraslab,
    thingbaijam_interface,
    thingbaijam_strike_slip,
    allen_hayes_interface_linear,
    allen_hayes_interface_bilinear,
    allen_hayes_intraslab,
    ceus_2011,
    germany,
    wc1994_qcss,
    gsc_cascadia,
    gsc_eiso,
    gsc_eisb,
    gsc_eisi,
    gsc_offshore_thrusts_win,
    gsc_offshore_thrusts_hgt,
    hanks_bakun_2008, ///< an extension: OpenQuake has no such name
    c_scaling = 0x8000'0000,
};

/// \param name  one of OpenQuake's names, HanksBakun2008, or CScalingMSR(C=x) with at most 6 decimals
/// \throws InputError  "'X' is not a recognized magnitude-scale relationship", with the nearest known name
[[nodiscard]] MagnitudeArea magnitude_area_by_name(std::string_view name);

/// Median rupture area. [km^2]
/// \param rake  [deg] decides the faulting style; not a number: unknown
[[nodiscard]] double median_area_km2(MagnitudeArea relation, double magnitude, double rake_deg) noexcept;

struct MagnitudeOfArea {
    double median = 0.0;
    double sigma = 0.0; ///< standard deviation
};

/// The magnitude of a rupture area, of relations that are published with it or that are their own inverse
/// (those of Leonard and CScalingMSR, for which OpenQuake takes no deviation); of others nothing.
/// \param area_km2  > 0
/// \param rake_deg  decides the faulting style; not a number: unknown
/// \par Source  Wells and Coppersmith (1994), BSSA 84(4), table 2A; Strasser et al. (2010), SRL 81(6);
/// Thingbaijam et al. (2017), BSSA 107(5), doi:10.1785/0120170017; Leonard (2010), BSSA 100(5A), and (2014),
/// BSSA 104(6)
[[nodiscard]] std::optional<MagnitudeOfArea> magnitude_of_area(MagnitudeArea relation, double area_km2,
                                                               double rake_deg) noexcept;

} // namespace mtc::psha
