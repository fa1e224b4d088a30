#include "workloads/import_csv/csv_file.hpp"
#include "workloads/import_csv/marks.hpp"
#include "workloads/import_csv/splitter.hpp"

#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <random>

using namespace mtc;
using namespace mtc::import_csv;

namespace {

/// A file that the test removes.
struct TemporaryFile {
    explicit TemporaryFile(const std::string& content) { std::ofstream{path, std::ios::binary} << content; }
    ~TemporaryFile() { std::remove(path.c_str()); }
    std::string path = "splitter_test.csv";
};

using Records = std::vector<std::vector<std::string>>;

struct Parsed {
    Records records;
    std::vector<std::string> bad; ///< texts of lines
};

void add(const RangeText& range, const Dialect& dialect, std::size_t n_fields, Parsed& parsed)
{
    const Splitter splitter{dialect, n_fields};
    Batch batch;
    std::vector<BadRecord> bad;
    for (std::size_t at = 0; at < range.stop;) {
        at = splitter.split(range.text, at, range.stop, batch, bad);
        for (std::size_t row = 0; row < batch.n_rows; ++row) {
            std::vector<std::string>& record = parsed.records.emplace_back();
            for (std::size_t f = 0; f < n_fields; ++f) {
                const std::uint32_t* ends = batch.ends.data() + row * n_fields;
                const std::uint32_t begin = f == 0 ? batch.begins[row] : ends[f - 1] + 1;
                std::string_view field = range.text.substr(begin, ends[f] - begin);
                std::string scratch;
                CHECK(unquote(field, dialect.quote, scratch));
                record.emplace_back(field);
            }
        }
    }
    for (const BadRecord& record : bad)
        parsed.bad.emplace_back(range.text.substr(record.begin, record.end - record.begin));
}

/// All of a file, in ranges of so many bytes.
Parsed parse(const std::string& content, std::size_t range_bytes, const Dialect& dialect,
             std::size_t n_fields)
{
    const TemporaryFile written{content};
    const CsvFile file{written.path};
    RangeReader reader;
    Parsed parsed;
    for (std::size_t begin = 0; begin < content.size(); begin += range_bytes) {
        const ByteRange range{.begin = begin,
                              .end = std::min(begin + range_bytes, content.size()),
                              .first = begin == 0,
                              .in_quotes = count({content.data(), begin}, '"') % 2 != 0};
        add(reader.read(file, range, dialect), dialect, n_fields, parsed);
    }
    return parsed;
}

} // namespace

TEST_CASE("lines become records, whatever ends them")
{
    const Dialect dialect;
    for (const std::string content : {"a,b\nc,d\n", "a,b\r\nc,d\r\n", "a,b\nc,d", "\n\na,b\n\r\n\nc,d\n\n"}) {
        const Parsed parsed = parse(content, 1000, dialect, 2);
        CHECK(parsed.records == Records{{"a", "b"}, {"c", "d"}});
        CHECK(parsed.bad.empty());
    }
    const Parsed parsed = parse("a,b\nc\nd,e,f\n,\n", 1000, dialect, 2);
    CHECK(parsed.records == Records{{"a", "b"}, {"", ""}});
    CHECK(parsed.bad == std::vector<std::string>{"c", "d,e,f"});
}

TEST_CASE("what stands between quotes is one field")
{
    const Dialect dialect;
    Parsed parsed = parse("\"a,1\",\"say \"\"b\"\"\"\n\"c\nd\",e\n\"\",f\n", 1000, dialect, 2);
    CHECK(parsed.records == Records{{"a,1", "say \"b\""}, {"", "f"}});
    CHECK(parsed.bad == std::vector<std::string>{"\"c", "d\",e"});
    const Dialect newlines{.quoted_newlines = 1};
    parsed = parse("\"a,1\",\"say \"\"b\"\"\"\n\"c\nd\",e\n", 1000, newlines, 2);
    CHECK(parsed.records == Records{{"a,1", "say \"b\""}, {"c\nd", "e"}});
    parsed = parse("a,b\n\"c,d\n", 1000, newlines, 2); // never closed
    CHECK(parsed.records == Records{{"a", "b"}});
    CHECK(parsed.bad.size() == 1);
    const Dialect plain{.delimiter = ';', .quote = '\0'};
    parsed = parse("5\" pipe;b\n", 1000, plain, 2);
    CHECK(parsed.records == Records{{"5\" pipe", "b"}});
    std::string scratch;
    for (const std::string_view wrong : {"5\" pipe", "\"a\"b\"", "\"a\"b", "\""}) {
        std::string_view field = wrong;
        CHECK(!unquote(field, '"', scratch));
    }
}

TEST_CASE("a file gives the same records however it is cut")
{
    std::mt19937 random{7};
    std::size_t n_records = 0;
    std::size_t n_cuts = 0;
    for (int round = 0; round < 40; ++round) {
        const bool newlines = round % 2 == 1;
        const Dialect dialect{.quoted_newlines = static_cast<std::uint16_t>(newlines ? 1 : 0)};
        Records written;
        std::string content;
        const std::string_view end = round % 3 == 0 ? "\r\n" : "\n";
        for (int row = 0; row < 60; ++row) {
            std::vector<std::string> record;
            for (int f = 0; f < 3; ++f) {
                std::string field;
                const bool quoted = random() % 3 == 0;
                for (auto n = random() % 12; n > 0; --n)
                    field += quoted ? (newlines ? "a,\"\nb" : "a,\"bc")[random() % 5]
                                    : static_cast<char>('a' + random() % 26);
                content += f > 0 ? "," : "";
                if (quoted) {
                    content += '"';
                    for (const char c : field)
                        content += c == '"' ? std::string{"\"\""} : std::string{c};
                    content += '"';
                } else {
                    content += field;
                }
                record.push_back(field);
            }
            content += end;
            if (random() % 10 == 0)
                content += end;
            written.push_back(record);
        }
        if (round % 4 == 0)
            content.erase(content.size() - end.size());
        for (const std::size_t range_bytes : {1, 2, 7, 16, 63, 64, 65, 128, 1000, 100000}) {
            const Parsed parsed = parse(content, range_bytes, dialect, 3);
            REQUIRE(parsed.bad.empty());
            REQUIRE(parsed.records == written);
            ++n_cuts;
        }
        n_records += written.size();
    }
    CHECK(n_records == 2400);
    CHECK(n_cuts == 400);
}

TEST_CASE("a record may be longer than what is read at a time")
{
    const std::string field(300000, 'x');
    const Parsed parsed = parse("a,b\n" + field + ",c\nd,e\n", 10, {}, 2);
    CHECK(parsed.records == Records{{"a", "b"}, {field, "c"}, {"d", "e"}});
}

TEST_CASE("letters are counted wherever they stand")
{
    std::string bytes(1000, 'a');
    for (std::size_t i = 0; i < bytes.size(); i += 7)
        bytes[i] = '\n';
    CHECK(count(bytes, '\n') == 143);
    CHECK(count(std::string_view{bytes}.substr(1, 6), '\n') == 0);
    CHECK(count(std::string_view{bytes}.substr(0, 64), '\n') == 10);
}
