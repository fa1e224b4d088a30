#pragma once

#include "commands/tables/run_tables.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// \file
/// Which sources held a run back.
namespace mtc::commands {

/// A source that ranks waited for at the end of a stage.
struct Held {
    std::string stage;
    std::string source;
    double held_s = 0.0;     ///< by all ranks
    double last_end_s = 0.0; ///< since the stage began
    std::uint64_t n_tasks = 0;
};

struct HeldSources {
    std::vector<Held> list; ///< most waited for first
    double waited_s = 0.0;
};

/// Who was waited for in the last tenth of each stage, by source.
/// \param tasks  in the order of the file
[[nodiscard]] HeldSources held_sources(const std::vector<TaskRecord>& tasks, const Names& names);

} // namespace mtc::commands
