#pragma once

#include "mtc/config.hpp"
#include "mtc/workload.hpp"
#include "workloads/command/command_line.hpp"
#include "workloads/command/run_folder.hpp"

#include <cstdint>
#include <vector>

namespace mtc::command {

/// What workers do with what a command prints, beside keeping its end.
enum class Print : std::uint32_t { nothing, as_it_ends, tagged };

/// What all tasks have in common; a section of the model.
struct Settings {
    Shell shell = Shell::when_needed;
    Keep keep = Keep::failed;
    Print print = Print::nothing;
    std::uint32_t has_folders = 0; ///< each task runs in a folder of its own
    std::uint32_t has_lines = 0; ///< the last parameters are lines of a file; placeholders as GNU parallel's
    std::uint32_t has_input = 0;
    std::uint32_t output_width = 0; ///< [bytes] of the end of standard output that the table keeps
    std::uint32_t errors_width = 0;
    std::uint64_t n_arguments = 0; ///< lines in all, when has_lines
    std::uint64_t n_retries = 0;
    double timeout_s = 0.0; ///< 0: none
    double patience_s = 0.0;
    double delay_s = 0.0; ///< between starts, over all workers
};

[[nodiscard]] const std::vector<Option>& options();

/// Reads and checks a sweep into a model. Rank 0 only. \throws InputError
[[nodiscard]] ModelBytes read_sweep(const Config& config, Notes& notes);

} // namespace mtc::command
