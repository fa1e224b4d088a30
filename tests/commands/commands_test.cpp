#include "commands/export/export.hpp"
#include "commands/show/show.hpp"
#include "commands/status.hpp"
#include "commands/tables/stage_times.hpp"
#include "durable/status.hpp"
#include "h5/attribute.hpp"
#include "output/sample.hpp"
#include "test_data.hpp"
#include "world.hpp"

#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

namespace mtc {

using test::world;

namespace {

/// What is made once for all cases: commands only read it.
const char* sample_file()
{
    static const bool written = [] {
        test::sample::write(world(), "sample.h5");
        return true;
    }();
    CHECK(written);
    return "sample.h5";
}

std::string shown(const std::string& what, std::uint64_t max_rows = 20)
{
    std::ostringstream out;
    CHECK(commands::show({sample_file(), what, max_rows}, out) == ExitStatus::complete);
    return out.str();
}

std::string contents_of(const std::filesystem::path& path)
{
    std::ifstream in{path, std::ios::binary};
    REQUIRE(in);
    return {std::istreambuf_iterator<char>{in}, {}};
}

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

template <class Command>
std::string refused(Command&& command)
{
    try {
        command();
    } catch (const InputError& error) {
        return error.what();
    }
    return "not refused";
}

} // namespace

TEST_CASE("show contents: what the file is, then every object with its shape")
{
    const std::string text = shown("contents");
    CHECK(has(text, "filetype            mtc output\n"));
    CHECK(has(text, "format_version      1.0\n"));
    CHECK(has(text, "n_ranks             1\n"));
    CHECK(has(text, "/results/hcurves_rlzs"));
    CHECK(has(text, "[3, 2, 2, 3]"));
    CHECK(has(text, "compound of 19"));
    CHECK(has(text, "288 bytes  probability of exceedance in investigation_time"));
}

TEST_CASE("show input and config")
{
    CHECK(shown("input") == test::sample::run_info().input_text);
    CHECK(has(shown("config"), "investigation_time = 50.0     # default\n"));
}

TEST_CASE("show tables begins with the line that matters")
{
    CHECK(
        has(shown("sources"),
            "slowest source 'a small source': 1 s, 66.7 % of 1.5 s in 3 sources (1 of them without work)\n"));
    CHECK(has(shown("tasks"),
              "estimates: |ln(duration / estimate)| 0.41 (median), 0.69 (90th percentile) of 3 tasks; "
              "longest 0.75 s ('a small source'), mean 0.5 s, 1.5 s in 3 tasks (0 of them subtasks)\n"));
    CHECK(has(shown("ranks"), "stage 'compute': idle 7.7 % of 1 computing ranks x 1.625 s\n"));
    CHECK(has(shown("ranks"), "1 ranks: busy 75.0 %, waiting 12.5 % of 2 s; most memory 0 MB\n"));
    CHECK(has(shown("transfer"), "1.12 kB in 4 messages; most in 'part': 1 kB, 89.3 %"));
    CHECK(has(shown("events"), "1 events: 1 'stage'\n"));
    CHECK(has(shown("units"),
              "1 of 1 classes have most of their time in units off 1-50 ms: 'area x 1 model' too long\n"));
    CHECK(has(shown("operations"), "most time in 'compute': 1.5 s over all ranks, 1.5 s on one\n"));
    CHECK(has(shown("slow"), "no rank waited for another during the last tenth of a stage\n"));
    CHECK(has(shown("slow"), "longest unit 0.1 s"));
    for (const char* table : {"tasks", "sources", "units", "ranks", "operations", "transfer"}) {
        CAPTURE(table);
        CHECK(has(shown(table, 1), "\n---")); // totals, of all rows
        CHECK(has(shown(table, 1).substr(shown(table, 1).find("\n---")), "all"));
    }
    CHECK(has(shown("sources", 1), "... and 2 more sources (--rows 0 shows all)\n"));
    CHECK_FALSE(has(shown("sources", 0), "more sources"));
    CHECK(has(shown("sources"), "share [%]"));
}

TEST_CASE("show slow blames who was waited for at the end of a stage")
{
    const auto task_of = [](std::uint16_t rank, double start_s, float duration_s) {
        perf::TaskRecord task;
        task.rank = rank;
        task.start_s = start_s;
        task.duration_s = duration_s;
        return task;
    };
    // In the last second of ten: two ranks compute and one waits for half of it, then one and two wait.
    const std::vector<perf::TaskRecord> tasks{task_of(0, 0.0, 10.0F), task_of(1, 0.0, 5.0F),
                                              task_of(1, 6.0, 3.5F), task_of(2, 1.0, 7.0F)};
    const std::vector<commands::Span> when = commands::spans(tasks);
    const std::vector<commands::StageTimes> stages = commands::stage_times(tasks, when);
    REQUIRE(stages.size() == 1);
    CHECK(stages[0].n_ranks == 3);
    CHECK(stages[0].makespan_s() == doctest::Approx(10.0));
    perf::UnitHistogram units;
    units.seconds = 24.0;
    perf::UnitHistogram of_another_stage = units;
    of_another_stage.stage = 1;
    CHECK(commands::idle_share(stages[0], std::vector{units, of_another_stage}) ==
          doctest::Approx(1.0 - 24.0 / 30.0));
    const commands::Tail end = commands::tail(stages[0], tasks, when);
    REQUIRE(end.held_s.size() == 4);
    CHECK(end.waited_s == doctest::Approx(0.5 + 1.0));
    CHECK(end.held_s[0] == doctest::Approx(0.25 + 1.0));
    CHECK(end.held_s[1] == 0.0);
    CHECK(end.held_s[2] == doctest::Approx(0.25));
    CHECK(end.held_s[3] == 0.0);
}

TEST_CASE("a merged row of tasks lasts as long as its tasks and the waits between them")
{
    std::vector<perf::TaskRecord> tasks(3);
    tasks[0].start_s = 1.0;
    tasks[0].duration_s = 1.0F;
    tasks[1].start_s = 2.5; // 2.5-3, waiting, 3.25-4
    tasks[1].n_merged = 2;
    tasks[1].duration_s = 1.25F;
    tasks[1].wait_s = 0.75F;
    tasks[2].rank = 1;
    tasks[2].start_s = 1.5;
    tasks[2].duration_s = 0.5F;
    const std::vector<commands::Span> when = commands::spans(tasks);
    REQUIRE(when.size() == 3);
    CHECK(when[0].end_s == doctest::Approx(2.0));
    CHECK(when[1].end_s == doctest::Approx(4.0));
    CHECK(when[2].end_s == doctest::Approx(2.0));
}

TEST_CASE("export trace: a lane a rank, slices for tasks and waits, instants for events")
{
    std::ostringstream out;
    CHECK(commands::export_results({sample_file(), "curves", "trace", "exported/trace"}, out) ==
          ExitStatus::complete);
    CHECK(out.str() == "exported/trace/sample.trace.json\n");
    const std::string trace = contents_of("exported/trace/sample.trace.json");
    const auto count = [&trace](const std::string& part) {
        std::uint64_t n = 0;
        for (std::size_t at = trace.find(part); at != std::string::npos; at = trace.find(part, at + 1))
            ++n;
        return n;
    };
    CHECK(count("\"ph\":\"X\"") == 3 + 2 + 2); // tasks, waits, reading and writing
    CHECK(count("\"name\":\"wait\"") == 2);
    CHECK(count("\"thread_name\"") == 1);
    CHECK(has(trace, "\"ts\":375000.000,\"dur\":250000.000,\"name\":\"a small source\",\"cat\":\"compute\""));
    CHECK(has(trace, "\"ph\":\"i\",\"s\":\"t\",\"pid\":0,\"tid\":0,\"ts\":1000000.000,\"name\":\"stage\""));
}

TEST_CASE("export curves: files named and shaped as OpenQuake's")
{
    std::filesystem::remove_all("exported");
    std::ostringstream out;
    CHECK(commands::export_results({sample_file(), "curves", "csv", "exported/csv"}, out) ==
          ExitStatus::complete);
    std::uint64_t n_files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("exported/csv"))
        ++n_files;
    CHECK(n_files == 8);
    CHECK(has(out.str(), "exported/csv/hazard_curve-quantile-0.5-SA(0.1).csv\n"));

    std::istringstream mean{contents_of("exported/csv/hazard_curve-mean-PGA.csv")};
    std::vector<std::string> lines;
    for (std::string line; std::getline(mean, line);)
        lines.push_back(line);
    REQUIRE(lines.size() == 5);
    CHECK(lines[0].find("#,,,,,\"generated_by='mtc 0.1.0', start_date='20") == 0);
    // 0x1 xor 0xfffffffe
    CHECK(has(lines[0], ", checksum=4294967295, kind='mean', investigation_time=50.0, imt='PGA'\""));
    CHECK(lines[1] == "lon,lat,depth,poe-0.0050000,poe-0.1000000,poe-1.0900000");
    CHECK(lines[2] == "-1.00060,-0.19888,0.00000,5.000000E-01,4.166667E-02,2.173913E-02");
    CHECK(lines[4] == "10.00000,45.12346,0.10000,1.666667E-01,3.571429E-02,2.000000E-02");
    const std::string rlz = contents_of("exported/csv/hazard_curve-rlz-001-SA(0.1).csv");
    CHECK(rlz.find("#,,,,\"generated_by=") == 0);
    CHECK(has(rlz, "kind='rlz-001'"));
    CHECK(has(
        rlz,
        "lon,lat,depth,poe-0.0200000,poe-0.4000000\n-1.00060,-0.19888,0.00000,4.545455E-02,2.272727E-02\n"));
}

TEST_CASE("exported curves have the shape of OpenQuake's own")
{
    std::ostringstream out;
    commands::export_results({sample_file(), "curves", "csv", "exported/shape"}, out);
    // Digits become 0 and the numbers of columns and rows are left out: what remains must be equal.
    const auto shape = [](const std::string& file) {
        const std::string first = file.substr(0, file.find('\n'));
        const std::string header =
            file.substr(first.size() + 1, file.find('\n', first.size() + 1) - first.size() - 1);
        const std::string row = file.substr(first.size() + header.size() + 2);
        const auto commas = [](const std::string& line) { return std::count(line.begin(), line.end(), ','); };
        const std::string title = first.substr(0, first.find('"'));
        CHECK(commas(title) == commas(header));
        std::string keys = first.substr(first.find('"'));
        keys = std::regex_replace(keys, std::regex{"='?[^=']*('|(?=,)|(?=\"))"}, "=");
        const auto zeros = [](const std::string& t) {
            return std::regex_replace(t, std::regex{"[0-9]+"}, "0");
        };
        CHECK(std::regex_search(header, std::regex{"poe-[0-9]+[.][0-9]{7},"}));
        CHECK(
            std::regex_search(row, std::regex{"^-?[0-9]+[.][0-9]{5},-?[0-9]+[.][0-9]{5},-?[0-9]+[.][0-9]{5},"
                                              "[0-9][.][0-9]{6}E[-+][0-9]{2},"}));
        return keys + zeros(header.substr(0, header.find(",poe") + 14));
    };
    const std::string ours = shape(contents_of("exported/shape/hazard_curve-rlz-000-PGA.csv"));
    if (const auto theirs = test::reference("oq/qa/classical_case_26/expected/hazard_curve-rlz-000.csv"))
        CHECK(ours == shape(contents_of(*theirs)));
    CHECK(ours ==
          "\"generated_by=, start_date=, checksum=, kind=, investigation_time=, imt=\"lon,lat,depth,poe-0.0");
}

TEST_CASE("export realizations")
{
    std::ostringstream out;
    CHECK(commands::export_results({sample_file(), "realizations", "csv", "exported"}, out) ==
          ExitStatus::complete);
    CHECK(contents_of("exported/realizations.csv") ==
          "rlz_id,branch_path,weight\n0,b1~gA0,6.000000E-01\n1,b1_b2~gB0,4.000000E-01\n");
}

TEST_CASE("status of a complete, an unfinished and an unknown calculation")
{
    std::ostringstream out;
    CHECK(commands::status({sample_file()}, out) == ExitStatus::complete);
    CHECK(out.str().find("sample.h5: complete (classical, 20") == 0);
    CHECK(has(out.str(), ", 1 ranks)\n"));

    std::filesystem::remove("begun.h5.status"); // of an earlier run of this test
    std::ofstream{"begun.h5.part"} << "x";
    out.str("");
    CHECK(commands::status({"begun.h5"}, out) == ExitStatus::unfinished);
    CHECK(has(out.str(), "begun.h5: not complete (there is begun.h5.part)"));

    durable::RunStatus running;
    running.stage = "compute";
    running.percent = 40.0;
    running.n_ranks = 3;
    running.host = "node1";
    running.process = 17;
    durable::write_status("begun.h5", running);
    out.str("");
    CHECK(commands::status({"begun.h5"}, out) == ExitStatus::running);
    CHECK(has(out.str(), "begun.h5: running: compute 40 %, 0 s, 3 ranks (process 17 on node1; said at 20"));

    durable::RunStatus failed;
    failed.exit_status = ExitStatus::failed;
    failed.message = "unit 3 failed";
    durable::write_status("begun.h5", failed);
    out.str("");
    CHECK(commands::status({"begun.h5"}, out) == ExitStatus::failed);
    CHECK(has(out.str(), "begun.h5: failed: unit 3 failed (said at 20"));
    CHECK(has(refused([&] { commands::status({"never.h5"}, out); }), "never.h5: no such calculation"));
}

TEST_CASE("files that are no output of this program are refused politely")
{
    std::ostringstream out;
    const auto message = [&](const char* file) {
        return refused([&] { commands::show({file, "contents"}, out); });
    };
    CHECK(has(message("absent.h5"), "absent.h5: no such file"));
    std::ofstream{"text.h5"} << "hello";
    CHECK(message("text.h5") == "text.h5: not an HDF5 file (expected an output of mtc)");
    CHECK(message(".") == ".: not an HDF5 file (expected an output of mtc)");
    {
        const h5::File other = h5::File::create("other.h5");
        h5::write_attribute(other, "/", "filetype", std::string{"statepoint"});
    }
    CHECK(message("other.h5") ==
          "other.h5: filetype 'statepoint' (expected 'mtc output'): this HDF5 file was not "
          "written by mtc");
    {
        const h5::File newer = h5::File::create("newer.h5");
        h5::write_attribute(newer, "/", "filetype", std::string{"mtc output"});
        h5::write_attribute(newer, "/", "format_version", std::vector<std::int64_t>{2, 1});
        h5::write_attribute(newer, "/", "mtc_version", std::string{"3.0.0"});
    }
    CHECK(message("newer.h5") ==
          "newer.h5: format version 2.1 (this program reads up to 1.x). It was written by mtc "
          "3.0.0; use that or a newer one");
    CHECK(has(refused([&] {
                  commands::show({sample_file(), "taks"}, out);
              }),
              "show: 'taks' is not known (accepted: contents, "));
    CHECK(has(
        refused([&] {
            commands::export_results({sample_file(), "mapz"}, out);
        }),
        "accepted: curves, maps, uhs, realizations, disagg, disagg-rlzs, disagg-traditional, sweep, all"));
    CHECK(has(refused([&] {
                  commands::export_results({sample_file(), "curves", "xml"}, out);
              }),
              "'xml' is not known (accepted: csv, npz, trace)"));
}

} // namespace mtc
