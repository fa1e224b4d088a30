#pragma once

#include "workloads/psha/ground_motion/imt.hpp"
#include "workloads/psha/ground_motion/model.hpp"

#include <memory>
#include <span>

namespace mtc::psha {

/// A model for vs30 = 760 m/s with the site term of Boore and Atkinson (2008) on top: OpenQuake's
/// modification nrcan15_site_term of kind 'base'. Deviations stay the model's.
///
/// \param model     for `imts`
/// \param rock_pga  the same model for PGA alone
/// \throws InputError  an intensity measure for which the site term has no coefficients
/// \par Source  Boore and Atkinson (2008), Earthquake Spectra 24(1), 99-138, doi:10.1193/1.2830434, eqs. 6 to
/// 13
[[nodiscard]] std::unique_ptr<GroundMotionModel>
with_borrowed_site_term(std::unique_ptr<GroundMotionModel> model, std::unique_ptr<GroundMotionModel> rock_pga,
                        std::span<const Imt> imts);

} // namespace mtc::psha
