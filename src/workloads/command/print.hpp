#pragma once

#include "workloads/command/sweep.hpp"

#include <filesystem>

namespace mtc::command {

/// What a task printed, to this process's own streams, each in one piece.
/// \param folder  where files of its streams are; empty: they are in `ended`
void print_output(const Sweep& sweep, std::uint64_t task, const Ended& ended,
                  const std::filesystem::path& folder);

} // namespace mtc::command
