#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/resource.h>

namespace mtc::command {

/// A command to run.
struct Start {
    std::string program; ///< absolute
    std::vector<std::string> words{};
    std::string folder{};                        ///< it runs there
    std::vector<std::string> environment{};      ///< NAME=value, over what is inherited
    std::optional<std::string> standard_input{}; ///< nothing: /dev/null
    std::string output_file{};                   ///< takes standard output whole; empty: none
    std::string error_file{};
    std::uint64_t most_output = 0; ///< [bytes] of the end of standard output that are kept
    std::uint64_t most_errors = 0;
    double timeout_s = 0.0;  ///< 0: none
    double patience_s = 0.5; ///< between SIGTERM and SIGKILL
};

/// How it ended.
struct Ended {
    int status = 0; ///< of exit
    int signal = 0; ///< that ended it; 0: it exited
    bool timed_out = false;
    std::string cannot_start{}; ///< why; empty: it was started
    double wall_s = 0.0;
    double cpu_s = 0.0;         ///< of it and all its children that it waited for
    double memory_mb = 0.0;     ///< largest resident set of one of them
    std::uint64_t n_output = 0; ///< [bytes] in all
    std::uint64_t n_errors = 0;
    std::string output{}; ///< the end of it
    std::string errors{};

    [[nodiscard]] bool good() const noexcept
    {
        return status == 0 && signal == 0 && !timed_out && cannot_start.empty();
    }
};

/// Starts commands, one at a time, each in a process group of its own that is ended whole: when its leader
/// ends, at a timeout, when it is left, and when this process dies, however it dies.
///
/// A helper process does the starting, forked when the first command comes: it is small, so that a start
/// copies little; what it starts inherits nothing of MPI; and it outlives this process for as long as it
/// takes to end what runs. What it starts dies with it, too (PR_SET_PDEATHSIG).
class Launcher {
public:
    Launcher();
    ~Launcher();
    Launcher(const Launcher&) = delete;
    Launcher& operator=(const Launcher&) = delete;

    /// Runs a command to its end. \param look_around  is called every few milliseconds meanwhile
    /// \returns nothing when look_around gave false: the command was ended then
    /// \throws ComputeError  the helper process has died, or cannot be made
    [[nodiscard]] std::optional<Ended> run(const Start& start, const std::function<bool()>& look_around);

    /// What the helper process does: commands that come by `socket`, until its other end is closed.
    struct SharedPage {
        volatile std::int32_t group = 0; ///< process group that runs; 0: none
    };

private:
    void begin();
    void end() noexcept;

    rlimit data_limit_{}; ///< that commands are to have: the engine narrows its own
    int socket_ = -1;
    std::int32_t helper_ = 0;
    SharedPage* page_ = nullptr;
};

} // namespace mtc::command
