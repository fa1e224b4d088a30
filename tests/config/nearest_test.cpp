#include "config/nearest.hpp"

#include <doctest/doctest.h>

#include <array>

using mtc::config::did_you_mean;
using mtc::config::nearest;

namespace {

constexpr std::array<std::string_view, 5> keys{"calculation_mode", "minimum_magnitude", "sites", "sites_csv",
                                               "mean"};

} // namespace

TEST_CASE("the nearest name is the one with the fewest edits")
{
    CHECK(nearest("calculaton_mode", keys) == "calculation_mode");    // a letter missing
    CHECK(nearest("minimun_magnitude", keys) == "minimum_magnitude"); // a letter replaced
    CHECK(nearest("sites_csvv", keys) == "sites_csv");                // a letter too many
    CHECK(nearest("sties", keys) == "sites");                         // neighbours swapped
    CHECK(nearest("mean", keys) == "mean");
}

TEST_CASE("a swap of neighbours is one edit, so a short name is found through it")
{
    constexpr std::array<std::string_view, 1> short_name{"maps"};
    CHECK(nearest("amps", short_name) == "maps");
    CHECK_FALSE(nearest("aspm", short_name)); // further than a third of the letters
}

TEST_CASE("the case of letters does not count")
{
    constexpr std::array<std::string_view, 2> imts{"PGV", "PGA"};
    CHECK(nearest("pga", imts) == "PGA");
}

TEST_CASE("nothing is suggested when every name is far away")
{
    CHECK_FALSE(nearest("temperature", keys));
    CHECK_FALSE(nearest("", keys));
    CHECK_FALSE(nearest("mean", {}));
    CHECK(did_you_mean("temperature", keys).empty());
    CHECK(did_you_mean("sitse", keys) == " Did you mean 'sites'?");
}

TEST_CASE("of equally near names the first is taken")
{
    constexpr std::array<std::string_view, 2> names{"minor", "major"};
    CHECK(nearest("mijor", names) == "minor");
}
