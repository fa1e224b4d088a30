#include "commands/export/export.hpp"
#include "commands/text/npz.hpp"
#include "commands/text/number_text.hpp"
#include "output/sample.hpp"
#include "world.hpp"

#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>

namespace mtc {

namespace {

std::string printed(const char* format, double value)
{
    char buffer[400];
    const int n = std::snprintf(buffer, sizeof buffer, format, value);
    return {buffer, static_cast<std::size_t>(n)};
}

std::string scientific(double value)
{
    std::string text = "x";
    commands::append_scientific(text, value);
    return text.substr(1);
}

/// Numbers whose text is not printf's.
std::uint64_t n_unlike_printf(const std::vector<double>& values)
{
    std::uint64_t n = 0;
    for (const double value : values)
        if (scientific(value) != printed("%.6E", value)) {
            MESSAGE(scientific(value) << " for " << printed("%.17g", value));
            ++n;
        }
    return n;
}

std::string contents_of(const std::filesystem::path& path)
{
    std::ifstream in{path, std::ios::binary};
    REQUIRE(in);
    return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

TEST_CASE("numbers are the very characters of printf")
{
    std::mt19937_64 random{7};
    std::vector<double> values;
    std::uniform_real_distribution<double> exponents{-20.0, 8.0};
    for (int i = 0; i < 300'000; ++i)
        values.push_back(std::pow(10.0, exponents(random)));
    // Ties and their neighbours, in decimal and in binary.
    std::uniform_int_distribution<int> digits{1'000'000, 9'999'999};
    for (int i = 0; i < 100'000; ++i) {
        const double tie = (digits(random) + 0.5) * std::pow(10.0, -(i % 24));
        for (const double value : {tie, std::nextafter(tie, 0.0), std::nextafter(tie, 1e9)})
            values.push_back(value);
    }
    for (int power = -24; power <= 12; ++power) {
        const double ten = std::stod("1e" + std::to_string(power));
        for (const double value : {ten, std::nextafter(ten, 0.0), std::nextafter(ten, 1e30), 9.9999995 * ten,
                                   9.99999949999 * ten, 0.99999995 * ten, -ten})
            values.push_back(value);
    }
    for (const double value : {0.0, -0.0, 1.0, 0.5, 1.2345675, std::numeric_limits<double>::denorm_min(),
                               std::numeric_limits<double>::max(), std::numeric_limits<double>::min()})
        values.push_back(value);
    CHECK(values.size() == 600'267);
    CHECK(n_unlike_printf(values) == 0);
    CHECK(scientific(std::numeric_limits<double>::quiet_NaN()) == "nan");

    std::uniform_real_distribution<double> degrees{-180.0, 180.0};
    std::uint64_t n_equal = 0;
    for (int i = 0; i < 10'000; ++i) {
        const double value = degrees(random);
        std::string text;
        commands::append_coordinate(text, value);
        n_equal += text == printed("%.5f", value) ? 1U : 0U;
    }
    CHECK(n_equal == 10'000);
}

TEST_CASE("an archive for numpy is refused when an array is not given whole")
{
    commands::NpzWriter archive{"short.npz"};
    const std::vector<double> two{1.0, 2.0};
    archive.begin("a", "<f8", sizeof(double), std::vector<std::uint64_t>{3});
    archive.append(std::as_bytes(std::span{two}));
    CHECK_THROWS_WITH_AS(archive.finish(), "short.npz: a.npy was given 144 bytes (its shape has 152)",
                         ComputeError);
    CHECK_THROWS_AS(commands::NpzWriter{"no/such/folder.npz"}, IoError);
}

TEST_CASE("an output without maps exports curves and realizations as all, and says what maps need")
{
    test::sample::write(test::world(), "export_sample.h5");
    std::filesystem::remove_all("exported_all");
    std::ostringstream out;
    CHECK(commands::export_results({"export_sample.h5", "all", "csv", "exported_all"}, out) ==
          ExitStatus::complete);
    const std::string names = out.str();
    CHECK(std::count(names.begin(), names.end(), '\n') == 9); // 4 curves of 2 measures, and realizations.csv
    CHECK(contents_of("exported_all/realizations.csv").starts_with("rlz_id,branch_path,weight\n0,b1~gA0,"));
    for (const char* what : {"maps", "uhs"})
        CHECK_THROWS_WITH_AS(commands::export_results({"export_sample.h5", what, "npz", "exported_all"}, out),
                             doctest::Contains("holds no hazard maps (the job needs"), InputError);
}

} // namespace mtc
