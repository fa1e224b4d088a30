#include "config/message.hpp"
#include "workloads/command/command_line.hpp"
#include "workloads/command/picked.hpp"
#include "workloads/command/template.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace mtc::command {
namespace {

using test::refusal;

struct Fixture {
    ModelBytes bytes;
    Grid grid;
    explicit Fixture(std::vector<std::pair<std::string, std::string>> values)
        : bytes{[&] {
            std::vector<Parameter> parameters;
            for (const auto& [name, value] : values)
                parameters.push_back(read_parameter(name, value, name, "."));
            FlatWriter writer;
            write_grid(writer, parameters, {}, "link");
            return writer.finish();
        }()}
        , grid{FlatReader{bytes}}
    {}
    [[nodiscard]] Point point(std::uint64_t task) const
    {
        return {grid, task, 3, "/in", grid.n_parameters()};
    }
    [[nodiscard]] std::string render(const std::string& all, std::uint64_t task = 0) const
    {
        return Template{all, "job.ini:2: command", grid}.render(point(task));
    }
    [[nodiscard]] std::vector<std::string> words(const std::string& all, std::uint64_t task = 0) const
    {
        return CommandTemplate{Template{all, "command", grid}, Shell::when_needed, "command"}.words(
            point(task));
    }
};

TEST_CASE("placeholders, formats and braces")
{
    const Fixture sweep{{{"alpha", "0.1, 0.25"}, {"k", "7"}, {"name", "'a b'"}}};
    CHECK(sweep.render("run {alpha} {alpha:.3f} {k:03d} {k:.1f} {name:>5}") == "run 0.1 0.100 007 7.0   a b");
    CHECK(sweep.render("{task:05d} {n} {rank} {folder} {{x}} {alpha:8.2e}|", 1) ==
          "00001 2 3 /in {x} 2.50e-01|");
    CHECK(refusal([&] { (void)sweep.render("run {aplha}"); }) ==
          "job.ini:2: command ({aplha} is no parameter; known: alpha, k, name, task, rank, n, folder; a "
          "brace of the "
          "text itself is written twice). Did you mean 'alpha'?");
    CHECK(refusal([&] { (void)sweep.render("run {name:.3f}"); }).find("its first value is a b") !=
          std::string::npos);
    CHECK(refusal([&] { (void)sweep.render("run {alpha"); }).find("a single '{'") != std::string::npos);
    CHECK(refusal([&] { (void)sweep.render("run }"); }).find("a single '}'") != std::string::npos);
    CHECK(refusal([&] { (void)sweep.render("a\nb {beta}\n"); }).starts_with("job.ini:2: command:2 ({beta}"));
}

TEST_CASE("placeholders of GNU parallel")
{
    const Fixture sweep{{{"1", "list /d/e/f.txt g.tar.gz"}, {"2", "x"}}};
    const auto render = [&](const std::string& all, std::uint64_t task) {
        return Template::of_parallel(all, sweep.grid).render(sweep.point(task));
    };
    CHECK(render("{1} {1.} {1/} {1//} {1/.} {#}", 0) == "/d/e/f.txt /d/e/f f.txt /d/e f 1");
    CHECK(render("{1} {1.} {1/} {1//} {1/.} {#}", 1) == "g.tar.gz g.tar g.tar.gz . g.tar 2");
    CHECK(render("c {} {not one} {2}", 0) == "c /d/e/f.txt x {not one} x");
    const CommandTemplate base{Template::of_parallel("c {/}", sweep.grid), Shell::when_needed, "command"};
    CHECK(base.words(sweep.point(0)) == std::vector<std::string>{"c", "f.txt", "x"});
    CHECK(refusal([&] { (void)render("{3}", 0); }).find("a command takes 2 arguments") != std::string::npos);
}

TEST_CASE("a shell is used only where something asks for one, and values stay one word")
{
    const Fixture sweep{{{"a", "'x y', \"it's\", plain"}}};
    using Words = std::vector<std::string>;
    CHECK(sweep.words("prog --a={a} 'two words' \"\" b") == Words{"prog", "--a=x y", "two words", "", "b"});
    CHECK(sweep.words("prog {a} | sort") == Words{"/bin/sh", "-c", "prog 'x y' | sort"});
    CHECK(sweep.words("prog {a} > out", 1) == Words{"/bin/sh", "-c", "prog 'it'\"'\"'s' > out"});
    CHECK(sweep.words("prog {a} > out", 2) == Words{"/bin/sh", "-c", "prog plain > out"});
    CHECK(sweep.words("exit 3") == Words{"/bin/sh", "-c", "exit 3"});
    CHECK(sweep.words("X=1 prog") == Words{"/bin/sh", "-c", "X=1 prog"});
    CHECK(sweep.words("prog x=1 '$a'") == Words{"prog", "x=1", "$a"});
    CHECK(sweep.words("prog ~/a") == Words{"/bin/sh", "-c", "prog ~/a"});
    CHECK(sweep.words("prog a~ b#") == Words{"prog", "a~", "b#"});
    CHECK(quoted("a b") == "'a b'");
    CHECK(quoted("c'd") == "'c'\"'\"'d'");
    CHECK(quoted("") == "''");
    CHECK(refusal([&] { (void)sweep.words("prog 'a"); }).find("without its second") != std::string::npos);
}

TEST_CASE("programs that are not there are found out")
{
    check_program("sh", ".", "command");
    check_program("/bin/sh", ".", "command");
    CHECK(refusal([] { check_program("no-such-programme", ".", "job.ini:2: command = x"); })
              .starts_with(
                  "job.ini:2: command = x (no such command: 'no-such-programme' is in no folder of PATH)"));
    CHECK(refusal([] {
              check_program("./nowhere", "/tmp", "w");
          }).starts_with("w (no such command: /tmp/nowhere)"));
    CHECK(refusal([] { check_program("/etc/passwd", ".", "w"); }) ==
          "w (no program that may be started: /etc/passwd)");
    CHECK(refusal([] { check_program("slepe", ".", "w"); }).ends_with("Did you mean 'sleep'?"));
}

TEST_CASE("results are picked from lines name = value")
{
    const std::vector<Column> columns = read_result_columns("energy, n:int, label:text5", "w");
    const std::vector<Value> values =
        pick("start\nenergy = 1.5\nn=3\nother = x\nlabel = abc def\nenergy=-2\n", columns);
    CHECK(std::get<double>(values[0]) == -2.0); // the last one
    CHECK(std::get<std::int64_t>(values[1]) == 3);
    CHECK(std::get<std::string>(values[2]) == "abc def");
    const std::vector<Value> none = pick("nothing", columns);
    CHECK(std::isnan(std::get<double>(none[0])));
    CHECK(std::get<std::int64_t>(none[1]) == std::numeric_limits<std::int64_t>::min());
    CHECK(std::get<std::string>(none[2]).empty());
    CHECK(std::isnan(std::get<double>(pick("energy = NaN", columns)[0])));
    CHECK(std::get<double>(pick("energy = -inf", columns)[0]) == -std::numeric_limits<double>::infinity());
    CHECK_THROWS_WITH_AS((void)pick("n = 3.5", columns),
                         "its output says n = 3.5 ('3.5' is not a whole number)", ComputeError);
    CHECK(refusal([] { (void)read_result_columns("a:itn", "w"); }).find("Did you mean 'int'?") !=
          std::string::npos);
    RowWriter row;
    row.put(columns[2], Value{std::string{"gr\xc3\xbc\xc3\x9f"
                                          "e"}});
    const std::vector<std::byte> bytes = std::move(row).take();
    REQUIRE(bytes.size() == 5);
    CHECK(std::string{reinterpret_cast<const char*>(bytes.data())} == "gr\xc3\xbc"); // no half letter
}

} // namespace
} // namespace mtc::command
