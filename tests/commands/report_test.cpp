#include "commands/report/report_parts.hpp"
#include "commands/text/json_text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

using namespace mtc;
using namespace mtc::commands;

TEST_CASE("texts in JSON can neither end their string nor the script around it")
{
    CHECK(json_string("a \"b\" \\ c") == R"("a \"b\" \\ c")");
    CHECK(json_string("</script>\n") == R"("\u003c/script>\u000a")");
    CHECK(json_string("Erdbebengefährdung") == "\"Erdbebengefährdung\"");
}

TEST_CASE("numbers that JSON has no word for are null")
{
    CHECK(json_number(0.1) == "0.1");
    CHECK(json_number(-3e-12) == "-3e-12");
    CHECK(json_number(std::numeric_limits<double>::quiet_NaN()) == "null");
    CHECK(json_number(std::numeric_limits<double>::infinity()) == "null");
}

TEST_CASE("float32 in base64, of all three lengths of the last group")
{
    // Made by Python: base64.b64encode(numpy.array([...], "<f4"))
    const std::array<float, 3> values{1.0F, -2.5F, 3.0e-7F};
    CHECK(json_floats(std::span{values}.first(0)) == "\"\"");
    CHECK(json_floats(std::span{values}.first(1)) == "\"AACAPw==\"");
    CHECK(json_floats(std::span{values}.first(2)) == "\"AACAPwAAIMA=\"");
    CHECK(json_floats(values) == "\"AACAPwAAIMCwD6E0\"");
}

TEST_CASE("the page of a report has one place for its data, and nothing left to fill in")
{
    const std::size_t place = report_page.find(report_data_place);
    REQUIRE(place != std::string_view::npos);
    CHECK(report_page.find(report_data_place, place + 1) == std::string_view::npos);
    CHECK(report_page.find("%STYLE%") == std::string_view::npos);
    CHECK(report_page.find("%SCRIPT%") == std::string_view::npos);
    CHECK(report_page.ends_with("</html>\n"));
}
