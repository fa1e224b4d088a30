#include "perf/recorder.hpp"

#include <doctest/doctest.h>

#include <numeric>
#include <string>

namespace mtc {

namespace {

perf::TaskRow task_at(double start_s, float duration_s)
{
    perf::TaskRow task;
    task.start_s = start_s;
    task.duration_s = duration_s;
    task.n_units = 1;
    return task;
}

} // namespace

TEST_CASE("every moment of a rank counts once: busy, waiting, scheduling or reducing")
{
    perf::Recorder recorder;
    recorder.begin_idle(1.0);
    recorder.rank().scheduling_s += 0.5; // 1 .. 3: half a second of deciding, the rest waiting
    recorder.end_idle(3.0);
    recorder.rank().scheduling_s += 0.25; // 3 .. 7: three seconds of units, messages between them
    recorder.add_unit_time(StageId{0}, CostClass{0}, 3.0);
    recorder.add_task(task_at(3.0, 4.0F));
    recorder.rank().reducing_s += 1.5; // 7 .. 9
    recorder.end_idle(9.0);
    const perf::RankRow row = recorder.tables().rank;
    CHECK(row.busy_s == doctest::Approx(3.0));
    CHECK(row.waiting_s == doctest::Approx(1.5 + 0.5));
    CHECK(row.scheduling_s == doctest::Approx(0.5 + 1.0));
    CHECK(row.reducing_s == doctest::Approx(1.5));
    CHECK(row.busy_s + row.waiting_s + row.scheduling_s + row.reducing_s == doctest::Approx(8.0));
}

TEST_CASE("unit times stand in the bin that holds them, by class")
{
    for (std::size_t bin = 0; bin + 1 < perf::UnitHistogram::n_bins; ++bin) {
        CHECK(perf::unit_bin(1.001 * perf::unit_bin_begin_s(bin)) == bin);
        CHECK(perf::unit_bin(0.999 * perf::unit_bin_begin_s(bin + 1)) == bin);
    }
    CHECK(perf::unit_bin(0.0) == 0);
    CHECK(perf::unit_bin(1e9) == 63);
    CHECK(perf::unit_bin_begin_s(24) == doctest::Approx(1e-3));

    perf::Recorder recorder;
    for (int i = 0; i < 10; ++i) {
        recorder.add_unit_time(StageId{0}, CostClass{0}, 2e-3);
        recorder.add_unit_time(StageId{1}, CostClass{3}, 0.5);
    }
    const std::vector<perf::UnitHistogram> units = recorder.tables().units;
    REQUIRE(units.size() == 2);
    CHECK(units[0].counts[perf::unit_bin(2e-3)] == 10);
    CHECK(units[1].stage == 1);
    CHECK(units[1].cost_class == 3);
    CHECK(units[1].n_units == 10);
    CHECK(units[1].seconds == doctest::Approx(5.0));
    CHECK(std::accumulate(units[1].counts.begin(), units[1].counts.end(), std::uint64_t{0}) == 10);
}

TEST_CASE("events are bounded in number and length")
{
    perf::Recorder recorder;
    recorder.add_event("long", std::string(perf::Recorder::max_event_bytes - 1, 'x') + "\u00e9");
    for (std::size_t i = 0; i < perf::Recorder::max_events + 6; ++i)
        recorder.add_event("many", "");
    const perf::Tables tables = recorder.tables();
    CHECK(tables.events.size() == perf::Recorder::max_events);
    CHECK(tables.n_events_left_out == 7);
    CHECK(tables.events.front().text == std::string(perf::Recorder::max_event_bytes - 1, 'x'));
}

TEST_CASE("messages are counted by kind")
{
    perf::Recorder recorder;
    recorder.add_message("part", 100);
    recorder.add_message("receipt", 8);
    recorder.add_message("part", 50);
    const std::vector<perf::TransferRow> transfer = recorder.tables().transfer;
    REQUIRE(transfer.size() == 2);
    CHECK(transfer[0].kind == "part");
    CHECK(transfer[0].n_messages == 2);
    CHECK(transfer[0].n_bytes == 150);
    CHECK(transfer[0].max_bytes == 150);
}

} // namespace mtc
