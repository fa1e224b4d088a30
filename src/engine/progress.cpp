#include "engine/progress.hpp"

#include "perf/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include <unistd.h>

namespace mtc::engine {
namespace {

constexpr double bar_interval_s = 0.2;
constexpr double log_interval_s = 1.0;
constexpr double log_step_percent = 5.0;
constexpr double note_interval_s = 2.0;
constexpr int bar_width = 24;

std::string duration(double seconds)
{
    const auto s = static_cast<long>(std::max(0.0, seconds) + 0.5);
    if (s < 60)
        return fmt::format("{} s", s);
    if (s < 3600)
        return fmt::format("{}:{:02} min", s / 60, s % 60);
    return fmt::format("{}:{:02} h", s / 3600, s / 60 % 60);
}

/// Whether what is written there ends on a terminal. mpirun passes the error output of its ranks on through a
/// pipe: where it is this process's parent, its own error output tells.
bool reaches_terminal(std::FILE* out)
{
    if (isatty(fileno(out)) == 1)
        return true;
    if (out != stderr || std::getenv("OMPI_COMM_WORLD_RANK") == nullptr)
        return false;
    const std::string parent = fmt::format("/proc/{}", getppid());
    std::string program;
    std::getline(std::ifstream{parent + "/comm"}, program);
    if (program != "mpirun" && program != "mpiexec" && program != "orterun")
        return false;
    std::error_code unreadable;
    const std::string target = std::filesystem::read_symlink(parent + "/fd/2", unreadable).string();
    return target.starts_with("/dev/pts/") || target.starts_with("/dev/tty");
}

} // namespace

Progress::Progress(std::FILE* out, std::function<void(const std::string&, double)> note)
    : out_{out}
    , note_{std::move(note)}
    , bar_{reaches_terminal(out)}
{}

void Progress::begin_stage(const std::string& name, std::vector<SourceInfo> sources)
{
    stage_ = name;
    sources_ = std::move(sources);
    begin_s_ = shown_s_ = noted_s_ = perf::now_s();
    shown_percent_ = 0.0;
    last_ = {};
    drawn_ = false;
    note_(stage_, 0.0);
}

void Progress::show(const schedule::Progress& progress, double now_s)
{
    last_ = progress;
    tick(now_s);
}

void Progress::tick(double now_s)
{
    if (now_s - noted_s_ >= note_interval_s && last_.weight_total > 0.0) {
        noted_s_ = now_s;
        note_(stage_, 100.0 * last_.weight_done / last_.weight_total);
    }
    if (now_s - shown_s_ < (bar_ ? bar_interval_s : log_interval_s) || last_.weight_total <= 0.0)
        return;
    const double percent = 100.0 * last_.weight_done / last_.weight_total;
    if (!bar_ && percent - shown_percent_ < log_step_percent)
        return;
    shown_s_ = now_s;
    shown_percent_ = percent;
    print(now_s);
}

void Progress::print(double now_s)
{
    const double share = std::clamp(last_.weight_done / last_.weight_total, 0.0, 1.0);
    const double left_s = last_.remaining_s / std::max(1, last_.n_busy);
    std::string line;
    if (bar_) {
        const int filled = static_cast<int>(share * bar_width);
        line = fmt::format("\r{} [{:#<{}}{:.<{}}]", stage_, "", filled, "", bar_width - filled);
    } else {
        line = fmt::format("{}:", stage_);
    }
    line += fmt::format(" {:3.0f} %  {} done, {} left  {} ranks busy", 100.0 * share,
                        duration(now_s - begin_s_), duration(left_s), last_.n_busy);
    if (!last_.slowest_source.is_none() && last_.slowest_source.value() < sources_.size())
        line += fmt::format("  slowest: {}", sources_[last_.slowest_source.value()].name);
    std::fputs((line + (bar_ ? "\033[K" : "\n")).c_str(), out_);
    std::fflush(out_);
    drawn_ = true;
}

void Progress::end_stage(const schedule::Progress& progress, double now_s)
{
    if (bar_ && drawn_)
        std::fputs("\r\033[K", out_);
    const double elapsed_s = now_s - begin_s_;
    std::fputs(fmt::format("{}: {} units in {:.2f} s\n", stage_, progress.units_done, elapsed_s).c_str(),
               out_);
    std::fflush(out_);
}

} // namespace mtc::engine
