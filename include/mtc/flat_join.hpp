#pragma once

#include "mtc/flat.hpp"

namespace mtc {

/// A flat model with the sections of two.
/// \throws ComputeError  when both have a section of one name
[[nodiscard]] ModelBytes joined(ModelBytes first, ModelBytes second);

} // namespace mtc
