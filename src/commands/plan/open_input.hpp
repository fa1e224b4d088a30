#pragma once

#include "engine/results/results.hpp"

#include "mtc/workload.hpp"

#include <iosfwd>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mtc::commands {

/// An input that was read as a run reads it, in this process alone.
struct OpenInput {
    Config config;
    const WorkloadKind& kind;
    ModelBytes model; ///< `workload` reads it in place
    std::unique_ptr<Workload> workload;
};

/// \param settings  --set key=value
/// \param messages  warnings and notes of the reader
/// \throws InputError, IoError
[[nodiscard]] OpenInput open_input(const std::string& file,
                                   const std::vector<std::pair<std::string, std::string>>& settings,
                                   std::ostream& messages);

/// Computes a stage whose records go to the scheduler, which a later stage is weighed by; other stages are
/// left alone.
void weigh(const Workload& workload, StageId stage, engine::Results& results, Workspace& workspace);

} // namespace mtc::commands
