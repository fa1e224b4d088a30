#include "commands/plan/plan.hpp"
#include "commands/plan/plan_work.hpp"
#include "output/sample.hpp"
#include "world.hpp"

#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

namespace mtc {

namespace {

const char* sample_file()
{
    static const bool written = [] {
        test::sample::write(test::world(), "plan_sample.h5");
        return true;
    }();
    CHECK(written);
    return "plan_sample.h5";
}

std::string planned(const commands::PlanArguments& arguments)
{
    std::ostringstream out;
    std::ostringstream messages;
    const ExitStatus status = commands::plan(arguments, out, messages);
    CHECK(status == ExitStatus::complete);
    return out.str();
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

std::string refused_plan(const std::string& file, const std::string& ranks)
{
    return refused([&] { (void)planned({.file = file, .ranks = ranks, .settings = {}}); });
}

} // namespace

TEST_CASE("plan from an output: sources, their times and the serial parts of the run")
{
    const commands::PlanWork work = commands::work_of_output(sample_file());
    CHECK(work.n_ranks == 1);
    REQUIRE(work.calculation.stages.size() == 1);
    const simulate::StageWork& stage = work.calculation.stages.front();
    CHECK(stage.name == "compute");
    REQUIRE(stage.parcels.size() == 2); // the third could not matter
    CHECK(stage.parcels[0].units == UnitRange{UnitId{0}, 20});
    CHECK(stage.parcels[1].units == UnitRange{UnitId{20}, 10});
    CHECK(stage.parcels[1].weight == 10.0);
    CHECK(stage.means[0].unit_s == 0.05);
    CHECK(stage.means[1].unit_s == 0.05);
    REQUIRE(stage.classes.size() == 1);
    CHECK(stage.classes[0].seconds_per_weight == doctest::Approx(0.05));
    CHECK(stage.measured_s == 1.5);
    REQUIRE(work.serial.size() == 5);
    CHECK(work.serial[0].seconds == doctest::Approx(0.5)); // of 2 s in all
    CHECK(work.serial[4].seconds == doctest::Approx(0.0)); // writing
    CHECK(work.calculation.serial_s == doctest::Approx(0.5));
    REQUIRE(stage.spreads.size() == 1); // from /performance/units
    CHECK_FALSE(stage.spreads[0].constant());
}

TEST_CASE("plan begins with the line that matters, and says what it is made of")
{
    const std::string text = planned({.file = sample_file(), .ranks = "2,4,64", .settings = {}});
    // 1.5 s of work and half a second that no rank takes away.
    CHECK(text.starts_with("more than "));
    CHECK(has(text, " ranks do not pay: doubling them gains less than 10 % of time\n\n"));
    CHECK(has(text, "makespan [s]"));
    CHECK(has(text, "rank 0: messages/s"));
    CHECK(has(text, "\n   64 "));
    CHECK_FALSE(has(text, "\n   16 ")); // simulated, not asked for
    CHECK(has(text, "serial parts: 0.5 s of "));
    CHECK(has(text, "check: the run itself, on 1 ranks, took 1.5 s in its stages; planned "));
    CHECK(has(text, "spread of its cost class from /performance/units"));
    CHECK(has(text, "rank 0 is no bottleneck"));
    CHECK(has(text, "seed 1"));
    CHECK(text == planned({.file = sample_file(), .ranks = "2,4,64", .settings = {}}));
    CHECK(planned({.file = sample_file(), .ranks = "4", .settings = {}}).starts_with("4 ranks take "));
}

TEST_CASE("plan says where rank 0 becomes the bottleneck")
{
    std::ofstream{"plan_short.ini"}
        << "[general]\ncalculation_mode = synthetic\n[synthetic]\nn_tasks = 100000\n"
           "time_ms = 0.1\nwork = spin\n";
    const std::string text = planned({.file = "plan_short.ini", .ranks = "64,2048", .settings = {}});
    CHECK(has(text, "rank 0 is the bottleneck from "));
    CHECK(has(text, "Take fewer ranks"));
}

TEST_CASE("plan from an input says that its times are estimates")
{
    std::ofstream{"plan_input.ini"} << "[general]\ncalculation_mode = synthetic\n[synthetic]\nn_tasks = 100\n"
                                       "time_ms = 100\n";
    const commands::PlanArguments arguments{.file = "plan_input.ini", .ranks = "11", .settings = {}};
    const std::string text = planned(arguments);
    CHECK(has(text, "times are estimates"));
    CHECK_FALSE(has(text, "check: the run itself"));
    std::ostringstream messages;
    const commands::PlanWork work = commands::work_of_input("plan_input.ini", {{"n_tasks", "50"}}, messages);
    REQUIRE(work.calculation.stages.size() == 1);
    CHECK(work.calculation.stages[0].parcels.size() == 50);
    CHECK(work.calculation.stages[0].sleeps);
    CHECK(work.calculation.stages[0].means[0].unit_s == doctest::Approx(0.1).epsilon(1e-4));
    CHECK(work.n_ranks == 0);
}

TEST_CASE("plan refuses what it cannot plan, and says what it takes")
{
    CHECK(commands::parse_ranks("64, 256,4096") == std::vector{64, 256, 4096});
    const std::string accepted =
        " (accepted: whole numbers from 1 to 1000000, parted by commas). --ranks 64,256,4096?";
    CHECK(refused_plan(sample_file(), "0") == "--ranks 0: '0' is no number of ranks" + accepted);
    CHECK(refused_plan(sample_file(), "4,-2") == "--ranks 4,-2: '-2' is no number of ranks" + accepted);
    CHECK(refused_plan(sample_file(), "abc") == "--ranks abc: 'abc' is no whole number" + accepted);
    CHECK(refused_plan(sample_file(), "4x") == "--ranks 4x: '4x' is no whole number" + accepted);
    CHECK(refused_plan(sample_file(), "") == "--ranks : '' is empty" + accepted);
    CHECK(refused_plan(sample_file(), "4,,8") == "--ranks 4,,8: '' is empty" + accepted);
    CHECK(has(refused_plan("absent.h5", "4"), "absent.h5: no such file"));
    CHECK(has(refused_plan("absent.ini", "4"), "absent.ini"));
    std::ofstream{"plan_text.h5"} << "hello";
    CHECK(refused_plan("plan_text.h5", "4") == "plan_text.h5: not an HDF5 file (expected an output of mtc)");
    CHECK(has(refused([] {
                  (void)planned({.file = sample_file(), .ranks = "4", .settings = {{"n_tasks", "1"}}});
              }),
              "--set n_tasks (plan_sample.h5 is the output of a run"));
}

} // namespace mtc
