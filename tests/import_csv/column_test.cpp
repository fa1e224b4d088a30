#include "workloads/import_csv/column.hpp"

#include "mtc/error.hpp"

#include <doctest/doctest.h>

using namespace mtc;
using namespace mtc::import_csv;

namespace {

std::string refusal(std::string_view declarations)
{
    try {
        (void)parse_columns(declarations, "job.ini:7");
    } catch (const InputError& error) {
        return error.what();
    }
    return {};
}

bool names(const std::string& message, std::initializer_list<std::string_view> words)
{
    for (const std::string_view word : words)
        if (message.find(word) == std::string::npos) {
            MESSAGE("'", message, "' does not name ", word);
            return false;
        }
    return true;
}

} // namespace

TEST_CASE("columns are declared by name and type")
{
    const auto columns = parse_columns("code text(18), date  DATE,value decimal( 8, 2 ) default 0 , \"Unit, "
                                       "Price\" float64,n int32 default -1,",
                                       "job.ini:7");
    REQUIRE(columns.size() == 5);
    CHECK(columns[0].name == "code");
    CHECK(name_of(columns[0].type) == "text(18)");
    CHECK(width(columns[0].type) == 18);
    CHECK(columns[1].type.kind == ColumnKind::date);
    CHECK(width(columns[1].type) == 4);
    CHECK(name_of(columns[2].type) == "decimal(2)");
    CHECK(columns[2].when_empty == "0");
    CHECK(columns[3].name == "Unit, Price");
    CHECK(columns[4].when_empty == "-1");
    CHECK(field_of(columns[2]).meaning == "in units of 1e-2");
}

TEST_CASE("a declaration that is none is refused with what is meant")
{
    CHECK(names(refusal("value flaot64"),
                {"job.ini:7", "value flaot64", "unknown type", "Did you mean 'float64'?"}));
    CHECK(names(refusal("code text"), {"code text", "from 1 to 65536"}));
    CHECK(names(refusal("code text(0)"), {"text(0)", "from 1 to 65536"}));
    CHECK(names(refusal("value decimal(19)"), {"decimal(19)", "from 0 to 18"}));
    CHECK(names(refusal("value int32(4)"), {"int32(4)", "no brackets"}));
    CHECK(names(refusal("code text(18"), {"text(18", "not closed"}));
    CHECK(names(refusal("a int32 b int32"), {"a int32 b", "comma"}));
    CHECK(names(refusal("a int32, a date"), {"a is declared twice"}));
    CHECK(names(refusal("a int32 default"), {"default"}));
    CHECK(names(refusal("a/b int32"), {"'a/b'"}));
    CHECK(names(refusal("a"), {"the type of a column"}));
    CHECK(names(refusal(""), {"the name of a column"}));
    CHECK(names(refusal("\"a int32"), {"not closed"}));
}
