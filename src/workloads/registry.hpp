#pragma once

#include "mtc/workload.hpp"

#include <span>
#include <string_view>

namespace mtc {

/// All kinds of workload, one line each in registry.cpp.
[[nodiscard]] std::span<const WorkloadKind> workload_kinds();

/// \throws InputError  with the nearest known name
[[nodiscard]] const WorkloadKind& workload_kind(std::string_view calculation_mode);

} // namespace mtc
