#include "perf/task_log.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace mtc {

namespace {

struct Sums {
    std::uint64_t n_tasks = 0;
    std::uint64_t n_units = 0;
    double weight = 0.0;
    double estimated_s = 0.0;
    double duration_s = 0.0;
    double wait_s = 0.0;
    float max_unit_s = 0.0F;
};

Sums sums_of(const std::vector<perf::TaskRecord>& rows)
{
    Sums sums;
    for (const perf::TaskRecord& row : rows) {
        sums.n_tasks += row.n_merged;
        sums.n_units += row.n_units;
        sums.weight += row.weight;
        sums.estimated_s += row.estimated_s;
        sums.duration_s += row.duration_s;
        sums.wait_s += row.wait_s;
        sums.max_unit_s = std::max(sums.max_unit_s, row.max_unit_s);
    }
    return sums;
}

/// Adds `n` tasks of which `run` in a row are of one source, one behind the other. \return what they sum to
Sums fill(perf::TaskLog& log, std::uint64_t n, std::uint64_t run)
{
    Sums expected;
    double now_s = 0.25;
    for (std::uint64_t i = 0; i < n; ++i) {
        perf::TaskRow task;
        task.task = i;
        task.parent = i;
        task.source = static_cast<std::uint32_t>(i / run);
        task.n_sources = 1;
        task.n_units = static_cast<std::uint32_t>(1 + i % 5);
        task.weight = 2.0F;
        task.estimated_s = 0.5e-3F;
        task.duration_s = 1e-3F + 1e-6F * static_cast<float>(i % 1000);
        task.wait_s = 1e-5F;
        task.max_unit_s = i == n / 3 ? 0.5F : 1e-4F;
        now_s += task.wait_s;
        task.start_s = now_s;
        now_s += task.duration_s;
        log.add(task);
        expected.n_tasks += 1;
        expected.n_units += task.n_units;
        expected.weight += task.weight;
        expected.estimated_s += task.estimated_s;
        expected.duration_s += task.duration_s;
        expected.wait_s += task.wait_s;
        expected.max_unit_s = std::max(expected.max_unit_s, task.max_unit_s);
    }
    return expected;
}

void check_sums(const Sums& found, const Sums& expected)
{
    CHECK(found.n_tasks == expected.n_tasks);
    CHECK(found.n_units == expected.n_units);
    CHECK(found.weight == expected.weight);
    CHECK(found.estimated_s == doctest::Approx(expected.estimated_s).epsilon(1e-6));
    CHECK(found.duration_s == doctest::Approx(expected.duration_s).epsilon(1e-6));
    CHECK(found.wait_s == doctest::Approx(expected.wait_s).epsilon(1e-6));
    CHECK(found.max_unit_s == expected.max_unit_s);
}

} // namespace

TEST_CASE("a million tasks keep their sums in a hundred thousand rows, whatever their sources")
{
    for (const std::uint64_t run : {std::uint64_t{1}, std::uint64_t{7}, std::uint64_t{1'000'000}}) {
        CAPTURE(run);
        perf::TaskLog log;
        const Sums expected = fill(log, 1'000'000, run);
        const std::vector<perf::TaskRecord>& rows = log.rows();
        CHECK(rows.size() <= perf::TaskLog::default_max_rows);
        CHECK(rows.size() >= perf::TaskLog::default_max_rows / 4);
        check_sums(sums_of(rows), expected);

        std::uint64_t n_in_order = 1;
        for (std::size_t i = 1; i < rows.size(); ++i)
            n_in_order += rows[i].start_s > rows[i - 1].start_s && rows[i].task > rows[i - 1].task ? 1U : 0U;
        CHECK(n_in_order == rows.size());
        CHECK(rows.front().task == 0);
        CHECK(rows.front().n_merged > 1);
        CHECK(rows.back().n_merged == 1);
        CHECK(rows.back().task == 999'999);
        if (run == 1'000'000)
            CHECK(rows.front().n_sources == 1);
        else // tasks of one source merge before sources do
            CHECK(rows.front().n_sources * run == rows.front().n_merged);
    }
}

TEST_CASE("neighbours merge by source first, and a stage never merges with another")
{
    perf::TaskLog log{8};
    for (std::uint32_t i = 0; i < 9; ++i) {
        perf::TaskRow task;
        task.task = i;
        task.stage = i < 3 ? 0 : 1;
        task.source = i / 3;
        task.n_sources = 1;
        task.n_units = 1;
        task.duration_s = 1.0F;
        task.memory_mb = static_cast<float>(i);
        log.add(task);
    }
    const std::vector<perf::TaskRecord>& rows = log.rows(); // 01 2 | 34 5 67 8
    REQUIRE(rows.size() == 6);
    CHECK(rows[0].n_merged == 2);
    CHECK(rows[1].n_merged == 1);
    CHECK(rows[1].stage == 0);
    CHECK(rows[2].n_merged == 2);
    CHECK(rows[2].stage == 1);
    CHECK(rows[2].n_sources == 1);
    CHECK(rows[2].memory_mb == 4);
    CHECK(rows[3].source == 1);
    CHECK(rows[4].duration_s == 2.0F);
    CHECK(rows[5].task == 8);
}

TEST_CASE("what does not fit a narrow column stands as the largest that does")
{
    perf::TaskRow task;
    task.task = (std::uint64_t{1} << 32U) + 5;
    task.rank = 70'000;
    task.n_sources = 70'000;
    task.memory_mb = 1e6F;
    task.start_s = 1e5 + 1e-7; // a day later a tenth of a microsecond still counts
    const perf::TaskRecord row = perf::record_of(task);
    CHECK(row.task == 5);
    CHECK(row.rank == 65'535);
    CHECK(row.n_sources == 65'535);
    CHECK(row.memory_mb == 65'535);
    CHECK(row.start_s == task.start_s);
}

} // namespace mtc
