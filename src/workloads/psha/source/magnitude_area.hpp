#pragma once

#include <cstdint>
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

} // namespace mtc::psha
