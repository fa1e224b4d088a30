#include "durable/mishaps.hpp"

#include "durable/crash_report.hpp"
#include "durable/fnv1a.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace mtc;
using durable::Mishap;
using durable::Mishaps;

namespace {

constexpr std::uint64_t input = 7;

std::filesystem::path fresh(const std::string& name)
{
    const std::filesystem::path folder = name + ".ckpt";
    std::filesystem::remove_all(folder);
    return folder;
}

void report_of_rank_2(const std::filesystem::path& folder, const std::string& unit_lines)
{
    std::filesystem::create_directories(folder / "0");
    std::ofstream{folder / "0" / "2.99.crash"}
        << "signal = SIGSEGV (invalid memory access)\nrank = 2\nhost = "
           "node1\ntime = 1000000000\ninput_hash = 7\n"
        << unit_lines << "backtrace:\n./mtc(+0x1)[0x1]\n";
}

} // namespace

TEST_CASE("mishaps outlive the process, those of another input do not count")
{
    const auto folder = fresh("mishaps");
    Mishaps first{folder, input};
    CHECK(first.all().empty());
    first.add({.kind = Mishap::Kind::skipped,
               .unit = {StageId{1}, UnitId{40}},
               .rank = 3,
               .host = "node1",
               .why = "two\nlines\tand a tab"});
    first.add({.kind = Mishap::Kind::memory, .unit = {StageId{0}, UnitId{2}}, .rank = -1, .why = "none"});
    const Mishaps again{folder, input};
    REQUIRE(again.all().size() == 2);
    const Mishap& skipped = again.all()[0];
    CHECK(skipped.kind == Mishap::Kind::skipped);
    CHECK(skipped.unit == UnitKey{StageId{1}, UnitId{40}});
    CHECK(skipped.rank == 3);
    CHECK(skipped.host == "node1");
    CHECK(skipped.why == "two lines and a tab");
    CHECK(skipped.when.size() == 20);
    CHECK(again.all()[1].rank == -1);
    CHECK(Mishaps{folder, input + 1}.all().empty());
}

TEST_CASE("what is forgiven does not count, but is still known")
{
    const auto folder = fresh("forgiven");
    Mishaps mishaps{folder, input};
    mishaps.add({.unit = {StageId{0}, UnitId{1}}, .why = "x"});
    mishaps.forgive();
    mishaps.add({.unit = {StageId{0}, UnitId{2}}, .why = "y"});
    const Mishaps again{folder, input};
    CHECK(again.all().size() == 2);
    REQUIRE(again.counting().size() == 1);
    CHECK(again.counting()[0].unit.unit == UnitId{2});
}

TEST_CASE("a line that is cut short is left out, the others stay")
{
    const auto folder = fresh("cut");
    Mishaps{folder, input}.add({.unit = {StageId{0}, UnitId{1}}, .why = "whole"});
    std::ofstream{folder / "mishaps", std::ios::app} << "fnv1a64:0000000000000007\terror\t0\t5";
    Mishaps again{folder, input};
    REQUIRE(again.all().size() == 1);
    CHECK(again.all()[0].why == "whole");
    again.add({.unit = {StageId{0}, UnitId{2}}, .why = "behind it"});
    again.add({.unit = {StageId{0}, UnitId{3}}, .why = "and on"});
    const Mishaps third{folder, input};
    REQUIRE(third.all().size() == 3);
    CHECK(third.all()[1].why == "behind it");
    CHECK(third.all()[2].why == "and on");
}

TEST_CASE("the report of a rank that died is taken in once, and stays for people")
{
    const auto folder = fresh("crash");
    report_of_rank_2(folder, "stage = 1\nunit = 12\n");
    Mishaps mishaps{folder, input};
    const std::vector<Mishap> taken = mishaps.take_crashes();
    REQUIRE(taken.size() == 1);
    CHECK(taken[0].kind == Mishap::Kind::crash);
    CHECK(taken[0].unit == UnitKey{StageId{1}, UnitId{12}});
    CHECK(taken[0].rank == 2);
    CHECK(taken[0].host == "node1");
    CHECK(taken[0].when == "2001-09-09T01:46:40Z");
    CHECK(taken[0].why.starts_with("SIGSEGV (invalid memory access)"));
    CHECK(mishaps.take_crashes().empty());
    CHECK(std::filesystem::exists(folder / "0" / "2.99.crash.seen"));
    CHECK(Mishaps{folder, input}.counting().size() == 1);
}

TEST_CASE(
    "a rank that died outside of units costs no unit anything; a report without its backtrace is not whole")
{
    const auto folder = fresh("outside");
    report_of_rank_2(folder, "");
    Mishaps mishaps{folder, input};
    CHECK(mishaps.take_crashes().empty());
    CHECK(mishaps.all().empty());
    std::ofstream{folder / "0" / "3.99.crash"} << "signal = SIGSEGV\nrank = 3\n";
    CHECK_FALSE(durable::read_crash_report(folder / "0" / "3.99.crash").has_value());
    CHECK(durable::crash_reports(folder).size() == 1); // the other one was seen
}

TEST_CASE("rows that tell of a unit that was given up outlive the process; damaged ones are left out")
{
    const auto folder = fresh("rows");
    const std::vector<std::byte> bytes{std::byte{0}, std::byte{0xff}, std::byte{'\t'}, std::byte{10}};
    Mishaps{folder, input}.add({.kind = Mishap::Kind::skipped,
                                .unit = {StageId{0}, UnitId{5}},
                                .why = "x",
                                .rows = {{DatasetId{0}, 5, bytes}, {DatasetId{1}, 7, {}}}});
    const Mishaps again{folder, input};
    REQUIRE(again.all().size() == 1);
    const auto& rows = again.all()[0].rows;
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].dataset == DatasetId{0});
    CHECK(rows[0].first_row == 5);
    CHECK(rows[0].bytes == bytes);
    CHECK(rows[1].dataset == DatasetId{1});
    CHECK(rows[1].first_row == 7);
    CHECK(rows[1].bytes.empty());
    std::ofstream{folder / "mishaps", std::ios::app} << durable::Fnv1a::text(input)
                                                     << "\tskipped\t0\t6\t1\tnode\twhen\twhy\t0:6:0g\n";
    const Mishaps damaged{folder, input};
    REQUIRE(damaged.all().size() == 2);
    CHECK(damaged.all()[1].why == "why");
    CHECK(damaged.all()[1].rows.empty());
}
