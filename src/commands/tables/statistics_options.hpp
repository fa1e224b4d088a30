#pragma once

#include "mtc/config.hpp"

#include <string>
#include <vector>

namespace mtc::commands {

/// Options of a job that takes its realizations from an earlier output: those of a hazard job, none required,
/// and OpenQuake's keys that name another calculation, without effect.
/// \throws InputError  when `calculation_mode` is not classical
[[nodiscard]] const std::vector<Option>& statistics_options(const std::string& calculation_mode);

} // namespace mtc::commands
