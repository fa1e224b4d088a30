#include "engine/progress.hpp"

#include "console/console.hpp"
#include "perf/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>
#include <utility>

namespace mtc::engine {
namespace {

constexpr double bar_interval_s = 0.2;
constexpr double log_interval_s = 1.0;
constexpr double log_step_percent = 5.0;
constexpr double note_interval_s = 2.0;
constexpr double rate_interval_s = 2.0; ///< a rate is taken over at least so long
constexpr double silent_share = 0.05;   ///< of the time so far
constexpr double least_share = 0.05;    ///< of the work, to tell its pace
constexpr double short_stage_s = 10.0;  ///< told to the millisecond
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

/// A bar is for the one stream that a terminal shows.
bool shows_bar(const std::ostream& out)
{
    return &out == &std::cerr && console::reaches_terminal(stderr);
}

} // namespace

Progress::Progress(std::ostream& out, std::function<void(const std::string&, double)> note)
    : out_{out}
    , note_{std::move(note)}
    , bar_{shows_bar(out)}
    , by_the_second_{console::volume() == console::Volume::verbose}
{}

void Progress::begin_stage(const std::string& name, std::vector<SourceInfo> sources, double now_s)
{
    stage_ = name;
    sources_ = std::move(sources);
    begin_s_ = shown_s_ = noted_s_ = rate_since_s_ = now_s;
    due_s_ = now_s + (bar_ ? bar_interval_s : log_interval_s);
    shown_percent_ = 0.0;
    rate_since_units_ = 0;
    rate_ = 0.0;
    drawn_ = false;
    note_(stage_, 0.0);
}

void Progress::show(const schedule::Progress& progress, double now_s)
{
    due_s_ = now_s + (bar_ ? bar_interval_s : log_interval_s);
    const double percent = 100.0 * progress.share();
    measure_rate(progress.units_done, now_s);
    if (now_s - noted_s_ >= note_interval_s) {
        noted_s_ = now_s;
        note_(stage_, percent);
    }
    const double silence_s = std::max(longest_silence_s, silent_share * (now_s - begin_s_));
    const bool line_due = percent - shown_percent_ >= log_step_percent ||
                          now_s - shown_s_ >= (by_the_second_ ? log_interval_s : silence_s - log_interval_s);
    if (line_due) {
        shown_s_ = now_s;
        shown_percent_ = percent;
    }
    if (bar_ || line_due)
        print(progress, now_s, line_due);
}

void Progress::measure_rate(std::uint64_t units_done, double now_s)
{
    const double seconds = now_s - rate_since_s_;
    if (seconds < rate_interval_s && rate_ > 0.0)
        return;
    rate_ = seconds > 0.0 ? static_cast<double>(units_done - rate_since_units_) / seconds : 0.0;
    rate_since_s_ = now_s;
    rate_since_units_ = units_done;
}

void Progress::print(const schedule::Progress& progress, double now_s, bool line_due)
{
    const double share = std::clamp(progress.share(), 0.0, 1.0);
    double left_s = progress.eta_s;
    if (share > least_share) // messages take time, too, where units are short
        left_s = std::max(left_s, (now_s - begin_s_) * (1.0 - share) / share);
    std::string line =
        fmt::format(" {:3.0f} %  {} done, {} left  {} ranks busy  {:.3g} units/s", 100.0 * share,
                    duration(now_s - begin_s_), duration(left_s), progress.n_busy, rate_);
    if (largest_mb_ > 0.0F)
        line += fmt::format("  {:.0f} MB a rank", largest_mb_);
    if (!progress.slowest_source.is_none() && progress.slowest_source.value() < sources_.size())
        line += fmt::format("  slowest: {}", sources_[progress.slowest_source.value()].name);
    if (bar_) {
        const int filled = static_cast<int>(share * bar_width);
        out_ << fmt::format("\r{} [{:#<{}}{:.<{}}]{}\033[K", stage_, "", filled, "", bar_width - filled, line)
             << std::flush;
        drawn_ = true;
        if (line_due)
            console::log_only(fmt::format("{}:{}", stage_, line));
    } else {
        out_ << fmt::format("{}:{}\n", stage_, line) << std::flush;
    }
}

void Progress::end_stage(const schedule::Progress& progress, double now_s)
{
    if (bar_ && drawn_)
        out_ << "\r\033[K" << std::flush;
    const double elapsed_s = now_s - begin_s_;
    out_ << fmt::format("{}: {} units in {:.{}f} s\n", stage_, progress.units_done, elapsed_s,
                        elapsed_s < short_stage_s ? 3 : 2)
         << std::flush;
}

StillBusy::StillBusy(std::ostream& out, std::string what, double interval_s)
    : out_{out}
    , what_{std::move(what)}
    , bar_{shows_bar(out)}
    , thread_{[this, interval_s](const std::stop_token& stop) { tell(stop, bar_ ? 1.0 : interval_s); }}
{}

StillBusy::~StillBusy()
{
    thread_.request_stop();
    thread_.join();
    if (bar_ && drawn_)
        out_ << "\r\033[K" << std::flush;
}

void StillBusy::tell(const std::stop_token& stop, double interval_s)
{
    const double begin_s = perf::steady_s();
    std::unique_lock lock{mutex_};
    while (true) {
        ended_.wait_for(lock, stop, std::chrono::duration<double>{interval_s}, [] { return false; });
        if (stop.stop_requested())
            return;
        const std::string line = fmt::format("{}: {}", what_, duration(perf::steady_s() - begin_s));
        out_ << (bar_ ? "\r" + line + "\033[K" : line + "\n") << std::flush;
        drawn_ = true;
    }
}

} // namespace mtc::engine
