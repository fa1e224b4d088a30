#include "workloads/psha/hazard/over_realizations.hpp"

#include "test_data.hpp"

#include <boost/tokenizer.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <string>

using namespace mtc::psha;

namespace {

/// Rows of a CSV of OpenQuake, without its comment line.
std::vector<std::vector<std::string>> rows_of(const std::filesystem::path& file)
{
    std::vector<std::vector<std::string>> rows;
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with('#'))
            continue;
        const boost::tokenizer<boost::escaped_list_separator<char>> cells{line};
        rows.emplace_back(cells.begin(), cells.end());
    }
    return rows;
}

} // namespace

TEST_CASE("statistics over realizations are weighted")
{
    const std::vector<RealizationRecord> realizations{{0.2, {}}, {0.5, {}}, {0.3, {}}};
    OverRealizations over{realizations};
    const std::vector<double> values{0.3, 0.1, 0.2};
    CHECK(over.mean(values) == doctest::Approx(0.17));
    CHECK(over.std(values) ==
          doctest::Approx(std::sqrt(0.2 * 0.13 * 0.13 + 0.5 * 0.07 * 0.07 + 0.3 * 0.03 * 0.03)));
    CHECK(over.max(values) == 0.3);
}

TEST_CASE("a quantile is linear in the cumulative weight and constant outside")
{
    const std::vector<RealizationRecord> realizations{{0.2, {}}, {0.5, {}}, {0.3, {}}};
    OverRealizations over{realizations};
    const std::vector<double> values{0.3, 0.1, 0.2}; // sorted 0.1, 0.2, 0.3 at cumulative 0.5, 0.8, 1
    CHECK(over.quantile(values, 0.0) == 0.1);
    CHECK(over.quantile(values, 0.5) == 0.1);
    CHECK(over.quantile(values, 0.65) == doctest::Approx(0.15));
    CHECK(over.quantile(values, 0.9) == doctest::Approx(0.25));
    CHECK(over.quantile(values, 1.0) == doctest::Approx(0.3));
    const std::vector<RealizationRecord> only{{1.0, {}}};
    OverRealizations over_one{only};
    CHECK(over_one.quantile(std::vector<double>{0.4}, 0.7) == 0.4);
}

TEST_CASE("realizations of weight 0 take no part in any statistic")
{
    const std::vector<double> weights{0.0, 0.5, 0.0, 0.5};
    OverRealizations over{std::span<const double>{weights}};
    const std::vector<double> values{0.9, 0.1, 0.0, 0.2};
    CHECK(over.mean(values) == doctest::Approx(0.15));
    CHECK(over.std(values) == doctest::Approx(0.05));
    CHECK(over.max(values) == 0.2);
    CHECK(over.quantile(values, 0.0) == 0.1);
    CHECK(over.quantile(values, 0.75) == doctest::Approx(0.15));
    CHECK(over.quantile(values, 1.0) == doctest::Approx(0.2));
}

TEST_CASE("a map value is linear in logarithms, 0 above the curve and the last level below it")
{
    const std::vector<double> levels{0.01, 0.1, 1.0};
    const std::vector<double> curve{0.5, 0.05, 0.0};
    CHECK(map_value(curve, levels, 0.6) == 0.0);
    CHECK(map_value(curve, levels, 0.5) == doctest::Approx(0.01));
    CHECK(map_value(curve, levels, std::sqrt(0.5 * 0.05)) == doctest::Approx(std::sqrt(0.001)));
    CHECK(map_value(curve, levels, 0.05) == doctest::Approx(0.1));
    // Between 0.05 and the floor of 1e-30: nearly all of the way in logarithm is still ahead.
    const double share = (std::log(0.01) - std::log(0.05)) / (std::log(1e-30) - std::log(0.05));
    CHECK(map_value(curve, levels, 0.01) == doctest::Approx(0.1 * std::pow(10.0, share)));
    CHECK(map_value(std::vector<double>{0.5, 0.4, 0.3}, levels, 0.2) == 1.0);
}

TEST_CASE("spectra from OpenQuake's curves are OpenQuake's spectra")
{
    const auto folder = mtc::test::reference("oq/qa/classical_case_24/expected");
    if (!folder)
        return;
    const auto spectra = rows_of(*folder / "hazard_uhs.csv");
    REQUIRE(spectra.size() == 3);
    std::size_t n_compared = 0;
    for (std::size_t column = 2; column < spectra[0].size(); ++column) { // "0.100000~SA(0.5)"
        const std::size_t parting = spectra[0][column].find('~');
        const double poe = std::stod(spectra[0][column].substr(0, parting));
        const auto curves =
            rows_of(*folder / ("hazard_curve-" + spectra[0][column].substr(parting + 1) + ".csv"));
        std::vector<double> levels;
        for (std::size_t c = 3; c < curves[0].size(); ++c) // "poe-0.0050000"
            levels.push_back(std::stod(curves[0][c].substr(4)));
        for (std::size_t site = 1; site < spectra.size(); ++site, ++n_compared) {
            std::vector<double> curve;
            for (std::size_t c = 3; c < curves[site].size(); ++c)
                curve.push_back(std::stod(curves[site][c]));
            // The curve has 7 digits, its levels 7 decimals: 1e-5 of the smallest.
            CHECK(map_value(curve, levels, poe) ==
                  doctest::Approx(std::stod(spectra[site][column])).epsilon(2e-6));
        }
    }
    CHECK(n_compared == 32);
}
