#include "config/message.hpp"
#include "workloads/command/expression.hpp"
#include "workloads/command/grid.hpp"

#include <doctest/doctest.h>

#include <fstream>

namespace mtc::command {
namespace {

using test::refusal;

Parameter parameter(const std::string& name, const std::string& value)
{
    return read_parameter(name, value, text("job.ini:1: parameter.", name, " = ", value), ".");
}

struct Written {
    ModelBytes bytes;
    Grid grid;
    Written(const std::vector<Parameter>& parameters, const std::vector<std::vector<std::string>>& links = {})
        : bytes{[&] {
            FlatWriter writer;
            write_grid(writer, parameters, links, "job.ini:9: link");
            return writer.finish();
        }()}
        , grid{FlatReader{bytes}}
    {}
};

std::vector<std::string> points(const Grid& grid)
{
    std::vector<std::string> all;
    for (std::uint64_t point = 0; point < grid.n_points(); ++point) {
        all.emplace_back();
        for (std::size_t p = 0; p < grid.n_parameters(); ++p)
            all.back() += (p == 0 ? "" : "-") + grid.text_of(p, point);
    }
    return all;
}

TEST_CASE("all combinations, the last parameter fastest")
{
    const Written sweep{{parameter("a", "x y z"), parameter("b", "1, 2, 3, 4")}};
    CHECK(points(sweep.grid) == std::vector<std::string>{"x-1", "x-2", "x-3", "x-4", "y-1", "y-2", "y-3",
                                                         "y-4", "z-1", "z-2", "z-3", "z-4"});
    CHECK(std::get<std::int64_t>(sweep.grid.value_of(1, 6)) == 3);
    CHECK(sweep.grid.column(0).kind == ValueKind::text);
}

TEST_CASE("linked parameters advance together, at the place of the first")
{
    const Written three{{parameter("a", "1 2 3"), parameter("b", "x y z")}, {{"a", "b"}}};
    CHECK(points(three.grid) == std::vector<std::string>{"1-x", "2-y", "3-z"});
    const Written mixed{{parameter("a", "a b"), parameter("b", "1 2"), parameter("c", "x y")}, {{"b", "c"}}};
    CHECK(points(mixed.grid) == std::vector<std::string>{"a-1-x", "a-2-y", "b-1-x", "b-2-y"});
    const Written around{{parameter("a", "1 2"), parameter("b", "p q"), parameter("c", "x y")}, {{"a", "c"}}};
    CHECK(points(around.grid) == std::vector<std::string>{"1-p-x", "1-q-x", "2-p-y", "2-q-y"});
    const Written one{{parameter("a", "1 2 3"), parameter("b", "x")}, {{"a", "b"}}};
    CHECK(points(one.grid) == std::vector<std::string>{"1-x", "2-x", "3-x"});
    CHECK(refusal([] {
              Written{{parameter("a", "1 2 3"), parameter("b", "x y")}, {{"a", "b"}}};
          }) == "job.ini:9: link (linked parameters need equally many values, or one; a has 3, b has 2)");
    CHECK(refusal([] {
              Written{{parameter("alpha", "1"), parameter("b", "x")}, {{"alhpa", "b"}}};
          }) == "job.ini:9: link ('alhpa' is no parameter). Did you mean 'alpha'?");
}

TEST_CASE("ranges include both ends, within half a step, and are written with their decimals")
{
    const auto values = [](const std::string& range) {
        const Written sweep{{parameter("a", "range " + range)}};
        return points(sweep.grid);
    };
    CHECK(values("0:0.5:0.1") == std::vector<std::string>{"0.0", "0.1", "0.2", "0.3", "0.4", "0.5"});
    CHECK(values("1:10:4") == std::vector<std::string>{"1", "5", "9"});
    CHECK(values("3:1:-1") == std::vector<std::string>{"3", "2", "1"});
    CHECK(values("-1:1:1") == std::vector<std::string>{"-1", "0", "1"});
    CHECK(values("-0.2:0.1:0.1") == std::vector<std::string>{"-0.2", "-0.1", "0.0", "0.1"});
    CHECK(values("0:1e-3:5e-4") == std::vector<std::string>{"0", "0.0005", "0.001"});
    const Written large{{parameter("a", "range 1:1000000000:1"), parameter("b", "range 0:999:1")}};
    CHECK(large.grid.n_points() == 1'000'000'000'000);
    CHECK(large.bytes.size() < 2000); // computed, not stored
    CHECK(large.grid.text_of(0, 999'999'999'999) == "1000000000");
    CHECK(refusal([&] { (void)values("0:1:-1"); }).find("is not reached from 0 by steps of -1") !=
          std::string::npos);
    CHECK(refusal([&] { (void)values("0:1"); }).find("accepted: range first:last:step") != std::string::npos);
    CHECK(refusal([] { (void)parameter("t", "0:10:2"); }).find("Did you mean 'range 0:10:2'?") !=
          std::string::npos);
    CHECK(parameter("t", "list 12:00:00").values == std::vector<std::string>{"12:00:00"});
    CHECK(refusal([] {
              Written{{parameter("a", "range 1:1000000000:1"), parameter("b", "range 1:1001:1")}};
          }).find("more than 1000000000000 combinations") != std::string::npos);
}

TEST_CASE("lists keep quoted texts together")
{
    CHECK(parameter("a", "'a b', \"c, d\", e").values == std::vector<std::string>{"a b", "c, d", "e"});
    CHECK(parameter("a", "'a b' c").values == std::vector<std::string>{"a b", "c"});
    CHECK(parameter("a", "1, 2.5").kind == ValueKind::number);
    CHECK(parameter("a", "1, -2").kind == ValueKind::integer);
    CHECK(parameter("a", "1, x").kind == ValueKind::text);
    CHECK(refusal([] { (void)parameter("a", "'b c"); }).find("without its second") != std::string::npos);
}

TEST_CASE("columns of CSV files")
{
    std::ofstream{"design.csv"} << "name,alpha,n\n\"first, one\",0.5,1\nsecond,1.5,2\n";
    CHECK(parameter("a", "design.csv:alpha").values == std::vector<std::string>{"0.5", "1.5"});
    CHECK(parameter("a", "design.csv:name").values == std::vector<std::string>{"first, one", "second"});
    CHECK(refusal([] { (void)parameter("a", "design.csv:alhpa"); }) ==
          "job.ini:1: parameter.a = design.csv:alhpa (./design.csv has no column 'alhpa'; it has name, "
          "alpha, n). "
          "Did you mean 'alpha'?");
    CHECK(refusal([] { (void)parameter("a", "desing.csv:alpha"); }).find("Did you mean 'design.csv'?") !=
          std::string::npos);
    std::ofstream{"broken.csv"} << "a,b\n1,2\n3\n";
    CHECK(refusal([] { (void)parameter("a", "broken.csv:a"); }) ==
          "./broken.csv:3: 1 fields (its header has 2 columns)");
}

TEST_CASE("weights are expressions of parameters")
{
    const Written sweep{{parameter("n", "10, 20"), parameter("x", "0.5"), parameter("s", "word")}};
    const auto value = [&](const std::string& expression, std::uint64_t point = 1) {
        return Expression{expression, "job.ini:4: weight", sweep.grid}.value(point);
    };
    CHECK(value("n") == 20.0);
    CHECK(value("2*n^2 + 1", 0) == 201.0);
    CHECK(value("-(n - 5) * x / 2") == -3.75);
    CHECK(value("2^3^2") == 512.0);
    CHECK(value("-2^2") == -4.0);
    CHECK(value("1e-3*n") == doctest::Approx(0.02));
    CHECK(value("10 - 4 - 3") == 3.0);
    CHECK(refusal([&] { (void)value("n*"); }).find("it ends too early") != std::string::npos);
    CHECK(refusal([&] { (void)value("m"); }).find("'m' is no parameter") != std::string::npos);
    CHECK(refusal([&] { (void)value("s"); }).find("the values of 's' are texts") != std::string::npos);
    CHECK(refusal([&] { (void)value("n n"); }).find("'n' is not understood") != std::string::npos);
}

} // namespace
} // namespace mtc::command
