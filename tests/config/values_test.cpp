#include "config/values.hpp"

#include <doctest/doctest.h>

#include <utility>

using namespace mtc::config;

TEST_CASE("a number is the whole text, and finite")
{
    CHECK(parse_number("1.5") == 1.5);
    CHECK(parse_number("-1e3") == -1000.0);
    CHECK(parse_number("+2") == 2.0);
    for (const char* wrong :
         {"", "1.5km", "1,5", "1 2", "inf", "-inf", "nan", "1e999", "+-1", "++1", "0x10", "1_000"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_number(wrong));
    }
}

TEST_CASE("a whole number has no fraction and keeps its sign")
{
    CHECK(parse_integer("-1") == -1);
    CHECK(parse_integer("+7") == 7);
    CHECK(parse_integer("9223372036854775807") == 9223372036854775807);
    for (const char* wrong : {"", "1.0", "1e3", "9223372036854775808", "seven"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_integer(wrong));
    }
}

TEST_CASE("flags")
{
    for (const char* yes : {"true", "True", "YES", "1"})
        CHECK(parse_flag(yes) == true);
    for (const char* no : {"false", "FALSE", "No", "0"})
        CHECK(parse_flag(no) == false);
    for (const char* wrong : {"", "on", "2", "truee"})
        CHECK_FALSE(parse_flag(wrong));
}

TEST_CASE("numbers parted by blanks or commas")
{
    CHECK(parse_numbers("0.1, 0.9") == std::vector<double>{0.1, 0.9});
    CHECK(parse_numbers("0.1 .02") == std::vector<double>{0.1, 0.02});
    CHECK_FALSE(parse_numbers("0.1 x"));
}

TEST_CASE("durations in seconds, with a unit, and as Slurm writes them")
{
    const std::pair<const char*, double> cases[]{
        {"90", 90.0},          {"0.5", 0.5},       {"90s", 90.0},         {"15m", 900.0},
        {"2h", 7200.0},        {"1.5h", 5400.0},   {"1d", 86400.0},       {"30:00", 1800.0},
        {"12:00:00", 43200.0}, {"1-12", 129600.0}, {"1-12:30", 131400.0}, {"1-12:00:05", 129605.0},
        {"90:30", 5430.0},
    };
    for (const auto& [written, seconds] : cases) {
        CAPTURE(written);
        CHECK(parse_duration(written) == seconds);
    }
    for (const char* wrong :
         {"", "h", "-5", "1w", "1:2:3:4", "1:60", "1:", ":1", "1-", "1-2-3", "1.5:00", "2 h x", "1e999d"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_duration(wrong));
    }
}

TEST_CASE("a long value is shortened in messages, never inside a letter")
{
    CHECK(shortened("short") == "short");
    CHECK(shortened(std::string(200, 'x')).size() == 80);
    std::string umlauts;
    for (int i = 0; i < 60; ++i)
        umlauts += "\xC3\xBC";
    CHECK(shortened(umlauts) == umlauts.substr(0, 76) + "...");
}
