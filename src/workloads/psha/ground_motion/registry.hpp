#pragma once

#include "workloads/psha/ground_motion/model.hpp"
#include "workloads/psha/ground_motion/parameters.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace mtc::psha {

/// What a model is made from.
struct ModelRequest {
    std::string_view name; ///< as registered; a formula with several names can tell them apart
    std::span<const Imt> imts;
    ModelParameters& parameters;
};

using ModelPointer = std::unique_ptr<GroundMotionModel>;

struct ModelEntry {
    std::string_view name; ///< OpenQuake's name
    ModelPointer (*make)(const ModelRequest& request);
};

/// All models, one line each.
[[nodiscard]] std::span<const ModelEntry> registry() noexcept;

/// Makes the model of a formula; instantiated at the end of the formula's own file, so that the registry
/// needs no header for each model. Defined in batch_model.hpp.
template <class Formula>
[[nodiscard]] ModelPointer make(const ModelRequest& request);

} // namespace mtc::psha
