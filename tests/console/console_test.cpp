#include "console/console.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

using namespace mtc;

namespace {

/// Catches what passes the console on its way out.
class Caught {
public:
    Caught()
        : before_{std::cerr.rdbuf(said_.rdbuf())}
    {
        ::setenv("NO_COLOR", "1", 1); // also when this is called from a terminal
    }
    ~Caught() { std::cerr.rdbuf(before_); }
    Caught(const Caught&) = delete;
    Caught& operator=(const Caught&) = delete;
    [[nodiscard]] std::string text() const { return said_.str(); }

private:
    std::ostringstream said_;
    std::streambuf* before_;
};

void say_all()
{
    std::cerr << "note: " << 1 << " thing\n";
    std::cerr << "warning: look\n  and there\n";
    std::cerr << "work: 10 %\n  of all\n";
    std::cerr << "\rwork [##..]" << std::flush << "\r\033[K" << std::flush;
    std::cerr << "mtc: broken" << std::endl;
}

std::vector<std::string> log_of(const std::filesystem::path& file)
{
    std::ifstream in{file};
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        REQUIRE(line.size() > 20);
        CHECK(line[4] == '-'); // 2026-11-22 10:11:12
        CHECK(line[13] == ':');
        CHECK(line[19] == ' ');
        lines.push_back(line.substr(20));
    }
    return lines;
}

} // namespace

TEST_CASE("quiet leaves errors and warnings with all their lines")
{
    const Caught caught;
    {
        console::Console console;
        console.set_volume(console::Volume::quiet);
        CHECK(console::volume() == console::Volume::quiet);
        say_all();
    }
    CHECK(caught.text() == "warning: look\n  and there\nmtc: broken\n");
    CHECK(console::volume() == console::Volume::normal);
}

TEST_CASE("otherwise everything passes unchanged, and what is no whole line when it ends")
{
    const Caught caught;
    {
        const console::Console console;
        say_all();
        CHECK(caught.text() == "note: 1 thing\nwarning: look\n  and there\nwork: 10 %\n  of all\n"
                               "\rwork [##..]\r\033[Kmtc: broken\n");
        std::cerr << "half";
    }
    CHECK(caught.text().ends_with("mtc: broken\nhalf"));
    std::cerr << ", and a half\n"; // to the buffer that was there before
    CHECK(caught.text().ends_with("half, and a half\n"));
}

TEST_CASE("a log holds everything but bars, also what is not said aloud, and is gone on with")
{
    std::filesystem::remove("console.log");
    const Caught caught;
    {
        console::Console console;
        console.set_volume(console::Volume::quiet);
        REQUIRE(console.keep_log("console.log"));
        say_all();
        console::log_only("work: 20 %");
    }
    console::log_only("nobody listens");
    const std::vector<std::string> first{"note: 1 thing", "warning: look", "  and there", "work: 10 %",
                                         "  of all",      "mtc: broken",   "work: 20 %"};
    CHECK(log_of("console.log") == first);
    {
        console::Console console;
        REQUIRE(console.keep_log("console.log"));
        std::cerr << "again\n";
    }
    CHECK(log_of("console.log").size() == first.size() + 1);
    console::Console console;
    CHECK_FALSE(console.keep_log("/proc/no/such/folder/log"));
    std::cerr << "goes on\n";
    CHECK(caught.text().ends_with("again\ngoes on\n"));
}
