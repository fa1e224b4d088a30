#include "workloads/psha/hazard/over_realizations.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace mtc::psha;

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
