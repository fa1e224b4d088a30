#include "config/literal.hpp"

#include "config/message.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace mtc::config;
using mtc::test::refusal;

namespace {

Literal parsed(std::string_view text)
{
    return parse_literal(text, "job.ini:14: key");
}

std::string refused(std::string_view text)
{
    return refusal([&] { return parsed(text); });
}

double number(std::string_view text)
{
    return as_number(parsed(text), "key");
}

} // namespace

TEST_CASE("numbers are read as Python writes them, correctly rounded")
{
    CHECK(number("200") == 200.0);
    CHECK(number(" -1.5 ") == -1.5);
    CHECK(number("+.5") == 0.5);
    CHECK(number("300.") == 300.0);
    CHECK(number("1e-3") == 1e-3);
    CHECK(number("2.5E+2") == 250.0);
    CHECK(number("0.1") == 0.1);
    CHECK(number("8.98846567431158e307") == 8.98846567431158e307);
    CHECK(number("(1)") == 1.0);
}

TEST_CASE("texts, None, True and False")
{
    CHECK(as_text(parsed("'Active Shallow Crust'"), "key") == "Active Shallow Crust");
    CHECK(as_text(parsed(R"("it's")"), "key") == "it's");
    CHECK(as_text(parsed(R"('a\'b\\c\n')"), "key") == "a'b\\c\n");
    CHECK(as_text(parsed("''"), "key").empty());
    CHECK(as_text(parsed("'  two  blanks '"), "key") == "  two  blanks ");
    CHECK(is_none(parsed("None")));
    CHECK(std::get<bool>(parsed("True").value));
    CHECK_FALSE(std::get<bool>(parsed("False").value));
}

TEST_CASE("lists and tuples, empty, nested and with a trailing comma")
{
    CHECK(as_numbers(parsed("[1, 2.5, -3,]"), "key") == std::vector<double>{1.0, 2.5, -3.0});
    CHECK(as_numbers(parsed("(1,)"), "key") == std::vector<double>{1.0});
    CHECK(as_numbers(parsed("[]"), "key").empty());
    CHECK(as_list(parsed("()"), "key").empty());
    const Literal pairs = parsed("[(6.5, 200), (7.0, 250)]");
    REQUIRE(as_list(pairs, "key").size() == 2);
    CHECK(as_numbers(as_list(pairs, "key")[1], "key") == std::vector<double>{7.0, 250.0});
}

TEST_CASE("a dict keeps its order; a number may be a key")
{
    const Literal literal = parsed("{'default': 200, \"Active Shallow Crust\": [(5,100),(7,300)], 0: [.1],}");
    const LiteralDict& dict = as_dict(literal, "key");
    REQUIRE(dict.size() == 3);
    CHECK(dict[0].first == "default");
    CHECK(as_number(dict[0].second, "key") == 200.0);
    CHECK(dict[1].first == "Active Shallow Crust");
    CHECK(as_list(dict[1].second, "key").size() == 2);
    CHECK(dict[2].first == "0");
    CHECK(as_dict(parsed("{}"), "key").empty());
}

TEST_CASE("logscale gives levels of equal ratio")
{
    const Literal literal = parsed(R"({"PGA": logscale(0.005, 2.13, 45)})");
    const std::vector<double> levels = as_numbers(as_dict(literal, "key").at(0).second, "key");
    REQUIRE(levels.size() == 45);
    CHECK(levels.front() == 0.005);
    CHECK(levels.back() == doctest::Approx(2.13).epsilon(1e-15));
    for (std::size_t k = 0; k < levels.size(); ++k)
        CHECK(levels[k] == 0.005 * std::exp(std::log(2.13 / 0.005) * static_cast<double>(k) / 44.0));
}

TEST_CASE("what is no literal is refused with its place")
{
    CHECK(refused("[1, 2") ==
          "job.ini:14: key (not a Python literal at letter 6, before the end: ']' is expected)");
    CHECK(refused("[1, 1.5km]") ==
          "job.ini:14: key (not a Python literal at letter 5, before '1.5km]': ']' is expected)");
    CHECK(refused("{'a' 1}") ==
          "job.ini:14: key (not a Python literal at letter 6, before '1}': ':' is expected)");
    CHECK(refused("'open") ==
          "job.ini:14: key (not a Python literal at letter 6, before the end: ''' is expected)");
    CHECK(refused("[1] x") ==
          "job.ini:14: key (not a Python literal at letter 5, before 'x': the end is expected)");
    CHECK(refused("nan").find("a number, text, list, tuple, dict") != std::string::npos);
    CHECK(refused("1e999").find("a number that float64 can hold is expected") != std::string::npos);
    CHECK(refused("").find("before the end") != std::string::npos);
    CHECK(refused("{'a': 1, 'a': 2}").find("the key 'a' stands in the dict already") != std::string::npos);
}

TEST_CASE("brackets are accepted to a depth that the stack bears")
{
    CHECK(is_list(parsed(std::string(100, '[') + std::string(100, ']'))));
    CHECK(refused(std::string(100000, '[')).find("at most 100 brackets") != std::string::npos);
}

TEST_CASE("logscale refuses arguments out of range")
{
    CHECK(refused("logscale(0, 1, 5)").find("needs a > 0 and b > 0") != std::string::npos);
    CHECK(refused("logscale(1, -1, 5)").find("needs a > 0 and b > 0") != std::string::npos);
    CHECK(refused("logscale(1, 2, 1)").find("whole number n from 2") != std::string::npos);
    CHECK(refused("logscale(1, 2, 2.5)").find("whole number n from 2") != std::string::npos);
    CHECK(refused("logscale(1, 2, 1e9)").find("whole number n from 2") != std::string::npos);
    CHECK(refused("logscale(1, 2)").find("',' is expected") != std::string::npos);
}

TEST_CASE("a literal of another type is refused naming the place and both types")
{
    CHECK(refusal([] { return as_number(parsed("[1]"), "job.ini:3: x"); }) ==
          "job.ini:3: x (a number is wanted here, not a list)");
    CHECK(refusal([] { return as_numbers(parsed("[1, 'a']"), "job.ini:3: x"); }) ==
          "job.ini:3: x (a list of numbers is wanted here, not a text)");
    CHECK(refusal([] { return as_dict(parsed("None"), "job.ini:3: x"); }) ==
          "job.ini:3: x (a dict is wanted here, not None)");
}
