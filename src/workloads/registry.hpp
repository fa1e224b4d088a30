#pragma once

#include "mtc/workload.hpp"

#include <span>
#include <string_view>

namespace mtc {

/// All kinds of workload: mtc's own, one line each in registry.cpp, and those added since.
[[nodiscard]] std::span<const WorkloadKind> workload_kinds();

/// Adds a kind that is not in the core: one that reads HDF5, or that of a program that uses mtc as a library.
/// One of its name that was there before is replaced. Before anything is run.
void add_workload_kind(WorkloadKind kind);
void remove_workload_kind(std::string_view name);

/// \throws InputError  with the nearest known name
[[nodiscard]] const WorkloadKind& workload_kind(std::string_view calculation_mode);

} // namespace mtc
