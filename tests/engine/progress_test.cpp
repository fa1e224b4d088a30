#include "engine/progress.hpp"
#include "perf/clock.hpp"
#include "schedule/scheduler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <sstream>
#include <streambuf>
#include <string>
#include <thread>
#include <vector>

using namespace mtc;

namespace {

/// What a log says, line by line, and when. The clock is the test's own.
class Log {
public:
    Log()
        : progress{out_, [this](const std::string&, double percent) { percents.push_back(percent); }}
    {}
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    void read(double now_s)
    {
        std::istringstream fresh{out_.str()};
        out_.str({});
        for (std::string line; std::getline(fresh, line);) {
            lines.push_back(line);
            times_s.push_back(now_s);
        }
    }

private:
    std::ostringstream out_;

public:
    engine::Progress progress;
    std::vector<std::string> lines{};
    std::vector<double> times_s{};
    std::vector<double> percents{};
};

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

/// Takes what a thread says; complete lines can be counted meanwhile.
class Lines final : public std::streambuf {
public:
    [[nodiscard]] std::size_t n() const { return n_; }
    [[nodiscard]] const std::string& text() const { return text_; } ///< once nobody says anything more

private:
    int_type overflow(int_type character) override
    {
        text_ += static_cast<char>(character);
        n_ += character == '\n' ? 1U : 0U;
        return character;
    }

    std::string text_;
    std::atomic<std::size_t> n_ = 0;
};

} // namespace

TEST_CASE(
    "a log goes on every few seconds while one unit of a hundred seconds is computed and nothing happens")
{
    const std::vector<Parcel> parcels{{SourceId{0}, BlockId::none(), CostClass{0}, {UnitId{0}, 1}, 90.0},
                                      {SourceId{1}, BlockId::none(), CostClass{0}, {UnitId{1}, 1}, 10.0}};
    const std::vector<CostClassInfo> classes{{"units", 1.0}};
    schedule::Scheduler scheduler{
        {.n_ranks = 3, .rank_0_works = false}, StageId{0}, parcels, classes, {}, TaskId{0}};
    REQUIRE(scheduler.decide(1000.0).assignments.size() == 2);
    Log log;
    log.progress.begin_stage("work", {{"long", "a"}, {"short", "a"}}, 1000.0);
    log.progress.add_memory(80.0F);
    log.progress.add_memory(123.4F);
    log.progress.add_memory(90.0F);
    int n_shown = 0;
    for (double now_s = 1000.0; now_s <= 1090.0; now_s += 0.05) {
        if (log.progress.due(now_s)) {
            log.progress.show(scheduler.progress(now_s), now_s);
            ++n_shown;
        }
        log.read(now_s);
    }
    CHECK(n_shown >= 85); // once a second
    CHECK(n_shown <= 91);
    REQUIRE(log.lines.size() >= 15);
    double silence_s = log.times_s.front() - 1000.0;
    for (std::size_t i = 1; i < log.lines.size(); ++i)
        silence_s = std::max(silence_s, log.times_s[i] - log.times_s[i - 1]);
    CHECK(silence_s <= engine::Progress::longest_silence_s + 0.2);
    const std::string& line = log.lines[log.lines.size() / 2];
    CHECK(has(line, "work: "));
    CHECK(has(line, " ranks busy"));
    CHECK(has(line, " units/s"));
    CHECK(has(line, "123 MB a rank"));
    CHECK(has(line, "slowest: long"));
    // Of seconds, not of units: none has ended.
    CHECK(has(log.lines.front(), "0 units/s"));
    CHECK(scheduler.progress(1050.0).units_done == 0);
    CHECK(scheduler.progress(1050.0).eta_s == doctest::Approx(40.0));
    CHECK(scheduler.progress(1050.0).share() > 0.5);
    CHECK(log.percents.size() > 30);
    CHECK(std::ranges::is_sorted(log.percents));
    CHECK(log.percents.back() > 80.0);
}

TEST_CASE("a long log is silent for a twentieth of its time at most, and a quick one says each twentieth")
{
    Log log;
    log.progress.begin_stage("work", {}, 0.0);
    schedule::Progress progress;
    progress.units_total = 1'000'000;
    double now_s = 0.0;
    for (int i = 0; i < 36'000; ++i, now_s += 1.0) { // ten hours
        progress.done_s = now_s;
        progress.remaining_s = 36'000.0 - now_s;
        progress.units_done = static_cast<std::uint64_t>(20.0 * now_s);
        if (log.progress.due(now_s))
            log.progress.show(progress, now_s);
        log.read(now_s);
    }
    std::size_t n_too_late = 0;
    for (std::size_t i = 1; i < log.times_s.size(); ++i)
        n_too_late += log.times_s[i] - log.times_s[i - 1] > std::max(5.0, 0.06 * log.times_s[i]) ? 1U : 0U;
    CHECK(n_too_late == 0);
    CHECK(log.lines.size() > 100);
    CHECK(log.lines.size() < 250);
    CHECK(has(log.lines.back(), " 20 units/s"));
    progress.units_done = progress.units_total;
    log.progress.end_stage(progress, now_s);
    log.read(now_s);
    CHECK(log.lines.back() == "work: 1000000 units in 36000.00 s");
}

TEST_CASE("what cannot tell how far it is says that it goes on, and nothing when it is over soon")
{
    constexpr double interval_s = 20e-3;
    // At the time at which the last of so many lines was said; each says the seconds since the beginning.
    const auto told = [](std::size_t n_lines) {
        const double begin_s = perf::steady_s();
        Lines lines;
        {
            std::ostream out{&lines};
            const engine::StillBusy busy{out, "writing", interval_s};
            while (lines.n() < n_lines && perf::steady_s() < begin_s + 60.0)
                std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        const double elapsed_s = perf::steady_s() - begin_s;
        CHECK(static_cast<double>(lines.n()) <= elapsed_s / interval_s);
        std::size_t n_right = 0;
        std::istringstream said{lines.text()};
        for (std::string line; std::getline(said, line);) {
            double seconds = -1.0;
            n_right += std::sscanf(line.c_str(), "writing: %lf s", &seconds) == 1 && seconds >= 0.0 &&
                               seconds < elapsed_s + 1.0
                           ? 1U
                           : 0U;
        }
        CHECK(n_right == lines.n());
        return lines.n();
    };
    CHECK(told(5) >= 5);
    (void)told(0);
}
