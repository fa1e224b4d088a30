#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mtc::engine {

/// How long a batch job may still run.
struct TimeLeft {
    double seconds = 0.0;
    std::string said_by{}; ///< "SLURM_JOB_END_TIME", "squeue", ...
};

/// What the batch system says of this job: Slurm's SLURM_JOB_END_TIME, else squeue; of PBS PBS_WALLTIME, else
/// qstat. Nothing outside of jobs and where there is no limit. The programs are given ten seconds.
[[nodiscard]] std::optional<TimeLeft> batch_time_left();

/// "1-02:03:04" as `squeue -o %L` prints what is left; nothing for UNLIMITED, NOT_SET and the like. [s]
[[nodiscard]] std::optional<double> squeue_time_left_s(std::string_view answer);
/// What is left by `qstat -f`: Resource_List.walltime less resources_used.walltime. [s]
[[nodiscard]] std::optional<double> qstat_time_left_s(std::string_view answer);

} // namespace mtc::engine
