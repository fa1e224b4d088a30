#pragma once

#include "mtc/error.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace mtc::durable {

/// What `<output>.status` says: how a calculation stands, for whoever cannot see the process (mtc status, a
/// wrapper, another node). One key = value a line, replaced as a whole.
struct RunStatus {
    ExitStatus exit_status = ExitStatus::running;
    std::string stage;    ///< that is computed, or empty
    double percent = 0.0; ///< of the stage's estimated work
    double elapsed_s = 0.0;
    std::string host;
    std::int64_t process = 0; ///< of rank 0
    std::int32_t n_ranks = 0;
    bool restart = false;    ///< unfinished because ranks were lost: the same command, at once, goes on
    double patience_s = 0.0; ///< a run that has not said anything for so long hangs; 0: not known
    std::string updated;     ///< UTC, ISO 8601
    std::string message;     ///< one line, for people
};

[[nodiscard]] std::filesystem::path status_path(const std::filesystem::path& output);
/// Writes a temporary file beside it and renames: a reader sees the old or the new one. \throws IoError
void write_status(const std::filesystem::path& output, RunStatus status);
/// The same for the wrapper that started this run (tools/mtcrun), into the file that it named in the
/// environment, MTC_RUN_STATUS; nothing without one. That file is of this run alone and says how it ended
/// where mpirun's own exit status does not. Rank 0 only. \throws IoError
void tell_wrapper(RunStatus status);
/// Whether a wrapper waits for tell_wrapper(), and ends what is left of the run after it.
[[nodiscard]] bool has_wrapper() noexcept;
/// Nothing when there is no status file. \throws IoError when it cannot be read or is not one
[[nodiscard]] std::optional<RunStatus> read_status(const std::filesystem::path& output);
/// The time now. "2026-01-31T12:00:00Z"
[[nodiscard]] std::string utc_now();

} // namespace mtc::durable
