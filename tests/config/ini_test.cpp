#include "config/ini.hpp"

#include "config/message.hpp"
#include "config/values.hpp"
#include "test_data.hpp"

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

using mtc::config::IniEntry;
using mtc::config::lower_case;
using mtc::config::parse_ini;
using mtc::config::trimmed;
using mtc::test::refusal;

namespace {

std::string refused(std::string_view text)
{
    return refusal([&] { return parse_ini(text, "job.ini"); });
}

std::string content_of(const std::filesystem::path& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<std::string> lines_of(const std::string& content)
{
    std::vector<std::string> lines;
    std::istringstream in{content};
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

} // namespace

TEST_CASE("keys are found with their values, sections and lines")
{
    const auto entries = parse_ini("first = 1\n"
                                   "[general]\n"
                                   "# a comment\n"
                                   "  ; another\n"
                                   "description : a = b\n"
                                   "\n"
                                   "[mtc]\n"
                                   "Output=out.h5",
                                   "job.ini");
    REQUIRE(entries.size() == 3);
    CHECK(entries[0].key == "first");
    CHECK(entries[0].section.empty());
    CHECK(entries[0].line == 1);
    CHECK(entries[1].key == "description");
    CHECK(entries[1].value == "a = b");
    CHECK(entries[1].section == "general");
    CHECK(entries[1].line == 5);
    CHECK(entries[2].key == "output");
    CHECK(entries[2].value == "out.h5");
    CHECK(entries[2].section == "mtc");
    CHECK(entries[2].line == 8);
}

TEST_CASE("indented lines continue a value, over comments and blank lines")
{
    const auto entries = parse_ini("levels = {\n"
                                   "  'PGA': [1, 2],\n"
                                   "\n"
                                   "# not part of it\n"
                                   "  'PGV': [3]}\n"
                                   "files =\n"
                                   "\ta.csv\n"
                                   "\tb.csv\n"
                                   "next = 1\n",
                                   "job.ini");
    REQUIRE(entries.size() == 3);
    CHECK(entries[0].value == "{ 'PGA': [1, 2], 'PGV': [3]}");
    CHECK(entries[1].value == "a.csv b.csv");
    CHECK(entries[2].line == 9);
}

TEST_CASE("a key as deep as the key before it is a key, deeper it continues")
{
    const auto entries = parse_ini("[a]\n  x = 1\n  y = 2\n   z = 3\n", "job.ini");
    REQUIRE(entries.size() == 2);
    CHECK(entries[1].key == "y");
    CHECK(entries[1].value == "2 z = 3");
}

TEST_CASE("a # or ; behind the first letter belongs to the value")
{
    const auto entries = parse_ini("description = case #3; the second\npath = /data/#1/x.xml\n", "job.ini");
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].value == "case #3; the second");
    CHECK(entries[1].value == "/data/#1/x.xml");
}

TEST_CASE("CRLF and a byte order mark are tolerated")
{
    const auto entries = parse_ini("\xEF\xBB\xBFmode = classical\r\nlist = 1\r\n  2\r\n", "job.ini");
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].key == "mode");
    CHECK(entries[0].value == "classical");
    CHECK(entries[1].value == "1 2");
}

TEST_CASE("a line that is nothing is refused with what it could be")
{
    CHECK(refused("[general]\njust words\n") ==
          "job.ini:2: just words (neither a [section], nor a comment, nor key = value)");
    CHECK(refused("poes = 0.1\n0.2\n") ==
          "job.ini:2: 0.2 (neither a [section], nor a comment, nor key = value). "
          "Indent the line to continue the value of 'poes'?");
    CHECK(refused("x = {\n'PGA': 1}\n") ==
          "job.ini:2: 'PGA': 1} (no key before ':'). Indent the line to continue the value of 'x'?");
    CHECK(refused("[general\n") == "job.ini:1: [general (a section line without its ']')");
    CHECK(refused("= 3\n") == "job.ini:1: = 3 (no key before '=')");
}

TEST_CASE("a repeated key is refused naming both lines, also across sections")
{
    CHECK(refused("[a]\nmean = true\n[b]\nMean = false\n") ==
          "job.ini:4: mean = false (the key stands in line 2 already; sections do not part keys). Remove one "
          "of them?");
}

TEST_CASE("every real input is read, and each key stands in the line that is said")
{
    std::size_t n_files = 0;
    std::size_t n_keys = 0;
    for (const char* folder : {"oq", "hazard/golden"}) {
        const auto root = mtc::test::reference(folder);
        if (!root)
            return;
        for (const auto& item : std::filesystem::recursive_directory_iterator{*root}) {
            if (item.path().extension() != ".ini")
                continue;
            CAPTURE(item.path().string());
            const std::string content = content_of(item.path());
            const std::vector<std::string> lines = lines_of(content);
            const std::vector<IniEntry> entries = parse_ini(content, "job.ini");
            CHECK(entries.size() > 5);
            std::set<std::string> keys;
            for (const IniEntry& entry : entries) {
                CAPTURE(entry.key);
                REQUIRE(entry.line >= 1);
                REQUIRE(entry.line <= lines.size());
                const std::string_view line = trimmed(lines[entry.line - 1]);
                CHECK(lower_case(line).starts_with(entry.key));
                CHECK(entry.value.starts_with(trimmed(line.substr(line.find('=') + 1)))); // nothing is cut
                keys.insert(entry.key);
                ++n_keys;
            }
            CHECK(keys.size() == entries.size());
            CHECK(keys.contains("calculation_mode"));
            CHECK(keys.contains("source_model_logic_tree_file"));
            ++n_files;
        }
    }
    CHECK(n_files == 72);
    CHECK(n_keys == 1506); // as many as Python's configparser finds
}
