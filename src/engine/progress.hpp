#pragma once

#include "mtc/workload.hpp"
#include "schedule/scheduler.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace mtc::engine {

/// Tells on rank 0 how far a run is, by seconds of work: a bar on a terminal; in a log a line every few
/// percent, and every few seconds in which that does not happen.
class Progress {
public:
    /// [s] A log is never silent for longer than this while a stage is computed, or a twentieth of the time
    /// that it has taken so far.
    static constexpr double longest_silence_s = 5.0;

    /// \param out  where to, usually std::cerr, which shows a bar when it is a terminal
    /// \param note  called with stage and percent when a stage begins and every few seconds
    Progress(std::ostream& out, std::function<void(const std::string& stage, double percent)> note);

    void begin_stage(const std::string& name, std::vector<SourceInfo> sources, double now_s);
    /// Time to call show(): often enough for the bar to move, rare enough to cost nothing.
    [[nodiscard]] bool due(double now_s) const noexcept { return now_s >= due_s_; }
    void show(const schedule::Progress& progress, double now_s);
    /// The resident set of a rank, as it tells. [MB]
    void add_memory(float resident_mb) noexcept { largest_mb_ = std::max(largest_mb_, resident_mb); }
    void end_stage(const schedule::Progress& progress, double now_s);

private:
    void measure_rate(std::uint64_t units_done, double now_s);
    /// \param line_due  whether the log gets a line, beside a bar
    void print(const schedule::Progress& progress, double now_s, bool line_due);

    std::ostream& out_;
    std::function<void(const std::string&, double)> note_;
    bool bar_;
    bool by_the_second_; ///< every line that could be said is
    std::string stage_;
    std::vector<SourceInfo> sources_;
    double begin_s_ = 0.0;
    double due_s_ = 0.0;
    double shown_s_ = 0.0; ///< as a line of a log
    double noted_s_ = 0.0;
    double shown_percent_ = 0.0;
    double rate_since_s_ = 0.0;
    std::uint64_t rate_since_units_ = 0;
    double rate_ = 0.0; ///< units a second
    float largest_mb_ = 0.0F;
    bool drawn_ = false;
};

/// Says from time to time, from a thread of its own, that something goes on which cannot tell how far it is:
/// "writing: 10 s". Calls no MPI.
class StillBusy {
public:
    /// \param out  as of Progress
    /// \param interval_s  between two lines; on a terminal one line counts the seconds
    StillBusy(std::ostream& out, std::string what, double interval_s = Progress::longest_silence_s);
    ~StillBusy(); ///< a line on a terminal is taken away
    StillBusy(const StillBusy&) = delete;
    StillBusy& operator=(const StillBusy&) = delete;

private:
    void tell(const std::stop_token& stop, double interval_s);

    std::ostream& out_;
    std::string what_;
    bool bar_;
    bool drawn_ = false;
    std::mutex mutex_;
    std::condition_variable_any ended_;
    std::jthread thread_; ///< last: it uses the others
};

} // namespace mtc::engine
