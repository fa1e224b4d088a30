#pragma once

#include <filesystem>
#include <string>
#include <utility>

namespace mtc::engine {

/// From now on USR1, USR2, TERM, INT and XCPU ask this process to save and leave, however often they come.
/// XFSZ is ignored.
void catch_stop_signals();
/// Whether one has come.
[[nodiscard]] bool stop_signalled() noexcept;

/// When the run must stop handing out work to have all saved within its budget. [s]
/// \param walltime_s  from the start of the program; infinity: no limit
[[nodiscard]] double stop_at_s(double walltime_s) noexcept;
/// Looks from time to time whether `mtc stop` has asked a run to save and leave.
class StopRequests {
public:
    explicit StopRequests(std::filesystem::path output)
        : output_{std::move(output)}
    {}
    /// Who asked; empty when nobody did. \param now_s  perf::now_s()
    [[nodiscard]] const std::string& asked(double now_s);

private:
    std::filesystem::path output_; ///< empty: nobody can ask
    double look_s_ = 0.0;
    std::string who_;
};

} // namespace mtc::engine
