#pragma once

#include "workloads/psha/ground_motion/model.hpp"
#include "workloads/psha/ground_motion/motion_table.hpp"

#include <memory>
#include <span>
#include <string_view>

/// \file
/// OpenQuake's ModifiableGMPE: another model, and what is done to its mean and standard deviation.
///
///     [ModifiableGMPE]
///     gmpe.AkkarEtAlRjb2014 = {}
///     set_scale_median_scalar.scaling_factor = 0.9
///     set_scale_total_sigma_scalar.scaling_factor = 0.8
///
/// The parameters of the other model stand in its braces. Modifications apply in the order they stand in:
///
/// | modification                                  | ln of the median       | total standard deviation  |
/// |-----------------------------------------------|------------------------|---------------------------|
/// | set_scale_median_scalar.scaling_factor = f    | + ln f                 |                           |
/// | set_scale_total_sigma_scalar.scaling_factor=f |                        | times f                   |
/// | set_between_epsilon.epsilon_tau = e           | + e between-event part | the within-event part     |
namespace mtc::psha {

inline constexpr std::string_view modifiable_name = "ModifiableGMPE";

/// Whether the name of a spec is ModifiableGMPE.
[[nodiscard]] bool is_modifiable(std::string_view spec);

/// \param spec  as above, is_modifiable(spec)
/// \throws InputError  not TOML, no or more than one gmpe, a modification that is not one of these (with the
///                     nearest), its value, set_between_epsilon of a model that gives only the total standard
///                     deviation; what make_model of the other model throws
[[nodiscard]] std::unique_ptr<GroundMotionModel>
make_modifiable(std::string_view spec, std::span<const Imt> imts, const MotionTables& tables);

} // namespace mtc::psha
