#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file
/// The scripts of jobscripts/ with values filled in. What they do stands there alone.
namespace mtc::commands {

enum class BatchSystem : std::uint8_t { slurm, pbs, torque, sge };

/// What is asked of a batch system.
struct JobRequest {
    BatchSystem system = BatchSystem::slurm;
    bool goes_on = false; ///< the script that submits itself again when its time is over, where there is one
    std::string script_name; ///< the file it will stand in
    std::string job_name;
    std::string input;
    std::vector<std::pair<std::string, std::string>> settings{}; ///< --set key=value
    std::string program;                                         ///< mtc
    int n_nodes = 1;
    int ranks_per_node = 1;
    std::uint64_t memory_per_rank_mb = 0; ///< [MB]
    std::uint64_t walltime_s = 0;         ///< [s]
    std::string partition{};              ///< or queue; empty: the centre's default
    std::string account{};                ///< or project; empty: the user's own
    std::vector<std::string> reasons{};   ///< where the numbers are from: comments at the top
};

/// The text of jobscripts/`name`, as it is installed.
[[nodiscard]] std::string_view jobscript_template(std::string_view name);
/// "slurm-requeue.sh"
[[nodiscard]] std::string_view template_name(BatchSystem system, bool goes_on);
/// True where a script can submit itself again.
[[nodiscard]] bool can_go_on(BatchSystem system);

/// The script to submit. \throws Error  a template lacks a line that is to be filled in
[[nodiscard]] std::string filled(const JobRequest& request);

/// "02:00:00", "49:30:00"
[[nodiscard]] std::string clock_text(std::uint64_t seconds);

} // namespace mtc::commands
