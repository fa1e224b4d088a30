#include "config/toml.hpp"

#include "config/message.hpp"

#include <doctest/doctest.h>

using mtc::config::IniEntry;
using mtc::config::parse_toml;
using mtc::test::refusal;

namespace {

std::string value_of(const std::string& value)
{
    const std::vector<IniEntry> entries = parse_toml("key = " + value + "\n", "job.toml");
    REQUIRE(entries.size() == 1);
    return entries.front().value;
}

} // namespace

TEST_CASE("values are what an INI would have")
{
    CHECK(value_of("3") == "3");
    CHECK(value_of("-9223372036854775807") == "-9223372036854775807");
    CHECK(value_of("0.1") == "0.1");
    CHECK(value_of("1e-300") == "1e-300");
    CHECK(value_of("true") == "true");
    CHECK(value_of("2026-01-31") == "2026-01-31");
    CHECK(value_of("'a # b'") == "a # b");
    CHECK(value_of("'''\nfirst\n  second\n'''") == "first   second");
    CHECK(value_of("[0.1, 0.02]") == "0.1, 0.02");
    CHECK(value_of("['a.xml', 'b.xml']") == "a.xml b.xml");
    CHECK(value_of("[]").empty());
    CHECK(value_of("{PGA = [0.1, 0.2], 'SA(0.1)' = [1]}") == "{'PGA': [0.1, 0.2], 'SA(0.1)': [1]}");
    CHECK(value_of("[[1, 2], [3, true, \"it's\"]]") == "[[1, 2], [3, True, 'it\\'s']]");
    CHECK(value_of("['a b', 'c']") == "'a b', 'c'"); // blanks would part what is one
}

TEST_CASE("entries come in the order written, with section and line")
{
    const std::vector<IniEntry> entries = parse_toml("# an input\n"
                                                     "zone = 1\n"
                                                     "\n"
                                                     "[general]\n"
                                                     "Mode = 'x'\n"
                                                     "area = 2\n"
                                                     "[deep.er]\n"
                                                     "last = 3\n",
                                                     "job.toml");
    REQUIRE(entries.size() == 4);
    CHECK(entries[0].key == "zone");
    CHECK(entries[0].section.empty());
    CHECK(entries[0].line == 2);
    CHECK(entries[1].key == "mode");
    CHECK(entries[1].section == "general");
    CHECK(entries[1].line == 5);
    CHECK(entries[2].key == "area");
    CHECK(entries[3].section == "deep.er");
}

TEST_CASE("what is no TOML is refused with its line")
{
    const std::string said = refusal([] { return parse_toml("a = 1\nb = text\n", "job.toml"); });
    CHECK(said.find("job.toml:2: ") == 0);
    CHECK(said.find("quotes around a text") != std::string::npos);
    CHECK(refusal([] { return parse_toml("a = 1\na = 2\n", "job.toml"); }).find("job.toml:2: ") == 0);
    CHECK(refusal([] { return parse_toml("[a\n", "job.toml"); }).find("job.toml:1: ") == 0);
}
