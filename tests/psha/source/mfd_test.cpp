#include "mtc/error.hpp"
#include "psha/source/csv.hpp"
#include "test_data.hpp"
#include "workloads/psha/geo/geodesy.hpp"
#include "workloads/psha/source/magnitude_area.hpp"
#include "workloads/psha/source/mfd.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

using namespace mtc::psha;

namespace {

std::string refusal_of_name(std::string_view name)
{
    try {
        (void)magnitude_area_by_name(name);
    } catch (const mtc::InputError& error) {
        return error.what();
    }
    return "";
}

} // namespace

TEST_CASE("magnitude-frequency distributions give OpenQuake's magnitudes and rates")
{
    const std::vector<double> rates{0.1, 0.05, 0.0, 0.01};
    const std::map<std::string, std::vector<MagnitudeRate>> cases{
        {"gr_50_65_01", truncated_gutenberg_richter(5.0, 6.5, 0.1, 3.1292, 0.9)},
        {"gr_477_673_02", truncated_gutenberg_richter(4.77, 6.73, 0.2, 4.0, 1.0)},
        {"gr_single", truncated_gutenberg_richter(5.0, 5.2, 0.2, 4.0, 1.0)},
        {"incr", incremental_mfd(5.05, 0.1, rates)},
        {"yc_rate", youngs_coppersmith_of_rate(5.0, 0.9, 6.75, 0.002, 0.1)},
        {"yc_moment", youngs_coppersmith_of_moment_rate(5.0, 0.9, 6.75, 6e16, 0.1)},
        {"tapered", tapered_gutenberg_richter(5.0, 8.0, 7.2, 0.2, 4.0, 1.0)},
    };
    const auto file = mtc::test::reference("hazard/golden/mfd.csv");
    if (!file)
        return;
    std::map<std::string, std::size_t> n_compared;
    double largest = 0.0;
    for (const auto& row : mtc::test::csv_rows(*file)) {
        const auto found = cases.find(row.at(0));
        REQUIRE(found != cases.end());
        const std::size_t i = n_compared[row[0]]++;
        CAPTURE(row[0]);
        CAPTURE(i);
        REQUIRE(i < found->second.size());
        const MagnitudeRate bin = found->second[i];
        CHECK(std::abs(bin.magnitude - mtc::test::number(row.at(1))) < 1e-10);
        const double rate = mtc::test::number(row.at(2));
        CHECK(std::abs(bin.annual_rate - rate) <= 1e-10 * rate);
        largest = std::max(largest, std::abs(bin.magnitude - mtc::test::number(row.at(1))));
        if (rate > 0.0)
            largest = std::max(largest, std::abs(bin.annual_rate / rate - 1.0));
    }
    std::size_t n_bins = 0;
    for (const auto& [name, n] : n_compared)
        n_bins += n;
    CHECK(n_bins == 85);
    MESSAGE("mfd: largest difference of magnitudes, and relative of rates, ", largest);
    for (const auto& [name, bins] : cases)
        CHECK(n_compared[name] == bins.size());
    CHECK(n_compared.size() == cases.size());
}

TEST_CASE("uneven edges are rounded to whole bins, equal ones are a single bin")
{
    const auto uneven = truncated_gutenberg_richter(5.0, 6.5, 0.2, 4.0, 1.0);
    REQUIRE(uneven.size() == 8);
    CHECK(uneven.front().magnitude == doctest::Approx(5.1));
    CHECK(uneven.back().magnitude == doctest::Approx(6.5));
    const auto single = truncated_gutenberg_richter(6.0, 6.0, 0.1, 3.0, 1.0);
    REQUIRE(single.size() == 1);
    CHECK(single[0].magnitude == doctest::Approx(6.0));
    CHECK(single[0].annual_rate == doctest::Approx(std::pow(10, 3.0 - 5.95) - std::pow(10, 3.0 - 6.05)));
}

TEST_CASE("lists of magnitudes and rates are taken as they are, odd ones are refused")
{
    const std::vector<double> magnitudes{6.0, 5.0};
    const std::vector<double> rates{0.1, 0.0};
    const auto bins = arbitrary_mfd(magnitudes, rates);
    REQUIRE(bins.size() == 2);
    CHECK(bins[0].magnitude == 6.0);
    CHECK(bins[0].annual_rate == 0.1);
    CHECK(bins[1].magnitude == 5.0);
    CHECK(bins[1].annual_rate == 0.0);
    CHECK_THROWS_AS((void)arbitrary_mfd(magnitudes, std::vector<double>{0.1}), mtc::InputError);
    CHECK_THROWS_AS((void)arbitrary_mfd({}, {}), mtc::InputError);
    CHECK_THROWS_AS((void)truncated_gutenberg_richter(6.0, 5.0, 0.1, 3.0, 1.0), mtc::InputError);
    CHECK_THROWS_AS((void)truncated_gutenberg_richter(5.0, 6.0, 0.0, 3.0, 1.0), mtc::InputError);
    CHECK_THROWS_AS((void)truncated_gutenberg_richter(5.0, 6.0, std::nan(""), 3.0, 1.0), mtc::InputError);
}

TEST_CASE("a value and moment rate are each other's inverse, also where moment per magnitude is constant")
{
    for (const double b : {0.8, 1.0, 1.5, 1.9}) {
        const double rate = moment_rate_of_a_value(3.5, b, 5.0, 7.4);
        CHECK(a_value_of_moment_rate(rate, b, 5.0, 7.4) == doctest::Approx(3.5).epsilon(1e-12));
        // The integral, by bins so narrow that their centres stand for them.
        double sum = 0.0;
        for (const MagnitudeRate bin : truncated_gutenberg_richter(5.0, 7.4, 0.001, 3.5, b))
            sum += bin.annual_rate * std::pow(10.0, 1.5 * bin.magnitude + 9.05);
        CHECK(rate == doctest::Approx(sum).epsilon(1e-5));
    }
    // 1000 km^2 that slip by 2 mm/year at 32 GPa.
    CHECK(moment_rate_of_slip(1000.0, 2.0, 32.0) == doctest::Approx(6.4e16));
    CHECK(a_value_of_moment_rate(1e17, 1.0, 5.0, 7.0, 9.1) ==
          doctest::Approx(a_value_of_moment_rate(1e17, 1.0, 5.0, 7.0) - 0.05));
    CHECK_THROWS_AS((void)a_value_of_moment_rate(0.0, 1.0, 5.0, 7.0), mtc::InputError);
    CHECK_THROWS_AS((void)a_value_of_moment_rate(1e17, 0.0, 5.0, 7.0), mtc::InputError);
    CHECK_THROWS_AS((void)a_value_of_moment_rate(1e17, 1.0, 7.0, 7.0), mtc::InputError);
}

TEST_CASE("a Youngs-Coppersmith distribution refuses bins wider than its flat part and a high minimum")
{
    CHECK_THROWS_AS((void)youngs_coppersmith_of_rate(5.0, 0.9, 6.75, 0.002, 0.6), mtc::InputError);
    CHECK_THROWS_AS((void)youngs_coppersmith_of_rate(5.0, 0.9, 6.75, 0.002, 0.0), mtc::InputError);
    CHECK_THROWS_AS((void)youngs_coppersmith_of_rate(6.45, 0.9, 6.75, 0.002, 0.1), mtc::InputError);
    CHECK_THROWS_AS((void)youngs_coppersmith_of_moment_rate(6.45, 0.9, 6.75, 1e16, 0.1), mtc::InputError);
    // The moment of the bins is the moment asked for, but for the binning.
    double sum = 0.0;
    for (const MagnitudeRate bin : youngs_coppersmith_of_moment_rate(5.0, 0.9, 6.75, 6e16, 0.01))
        sum += bin.annual_rate * std::pow(10.0, 1.5 * bin.magnitude + 9.05);
    CHECK(sum == doctest::Approx(6e16).epsilon(0.01));
}

TEST_CASE("magnitude-area relations follow the faulting style")
{
    const MagnitudeArea wc = magnitude_area_by_name("WC1994");
    CHECK(std::log10(median_area_km2(wc, 6.0, 0.0)) == doctest::Approx(-3.42 + 0.90 * 6));
    CHECK(std::log10(median_area_km2(wc, 6.0, 45.0)) == doctest::Approx(-3.42 + 0.90 * 6));
    CHECK(std::log10(median_area_km2(wc, 6.0, -170.0)) == doctest::Approx(-3.42 + 0.90 * 6));
    CHECK(std::log10(median_area_km2(wc, 6.0, 90.0)) == doctest::Approx(-3.99 + 0.98 * 6));
    CHECK(std::log10(median_area_km2(wc, 6.0, -90.0)) == doctest::Approx(-2.87 + 0.82 * 6));
    CHECK(median_area_km2(magnitude_area_by_name("PeerMSR"), 6.5, 0.0) ==
          doctest::Approx(std::pow(10.0, 2.5)));
    CHECK(median_area_km2(magnitude_area_by_name("PointMSR"), 8.0, 90.0) == 1e-4);
}

TEST_CASE("every magnitude-area relation has its published coefficients")
{
    struct Example {
        const char* name;
        double magnitude;
        double rake;
        double lg_area;
    };
    const double nan = std::nan("");
    const double km_of_18_degrees = std::sin(18.0 * geo::radians_per_degree);
    const std::vector<Example> examples{
        {"WC1994", 6.0, nan, -3.49 + 0.91 * 6},
        {"Leonard2014_SCR", 6.0, 0.0, 1.82},
        {"Leonard2014_SCR", 6.0, 90.0, 1.81},
        {"Leonard2014_SCR", 6.0, -90.0, 1.81},
        {"Leonard2014_SCR", 6.0, nan, 1.815},
        {"Leonard2014_Interplate", 7.0, 180.0, 3.01},
        {"Leonard2014_Interplate", 7.0, 90.0, 3.0},
        {"Leonard2014_Interplate", 7.0, nan, 3.005},
        {"Leonard2010_SCR", 7.0, 0.0, 2.81},
        {"Leonard2010_SCR_M0", 7.0, 0.0, 2.78},
        {"Leonard2010_SCR_MX", 7.0, 0.0, 3.0},
        {"StrasserInterface", 8.0, 90.0, 4.14},
        {"StrasserIntraslab", 8.0, 90.0, 3.895},
        {"ThingbaijamInterface", 8.0, 90.0, 4.3},
        {"ThingbaijamStrikeSlip", 8.0, 90.0, 4.05},
        {"AllenHayesInterfaceLinear", 8.0, 90.0, 4.05},
        {"AllenHayesInterfaceBilinear", 8.63, 90.0, -5.62 + 1.22 * 8.63},
        {"AllenHayesInterfaceBilinear", 9.0, 90.0, 5.02},
        {"AllenHayesIntraslab", 8.0, 90.0, 3.79},
        {"CEUS2011", 7.0, 90.0, 2.634},
        {"GermanyMSR", 6.0, 90.0, 1.1},
        {"WC1994_QCSS", 5.0, 0.0, 2 * (-2.57 + 3.1)},
        {"WC1994_QCSS", 8.0, 0.0, std::log10(20.0) - 2.57 + 4.96},
        {"GSCCascadia", 9.0, 90.0, 3.019 + std::log10(125.0)},
        {"GSCEISO", 9.0, 90.0, 1.909 + std::log10(11.0 / km_of_18_degrees)},
        {"GSCEISB", 9.0, 90.0, 1.909 + std::log10(17.0 / km_of_18_degrees)},
        {"GSCEISI", 9.0, 90.0, 1.909 + std::log10(23.0 / km_of_18_degrees)},
        {"GSCOffshoreThrustsWIN", 7.0, 90.0,
         1.796 + std::log10(3.0 / std::sin(15 * geo::radians_per_degree))},
        {"GSCOffshoreThrustsHGT", 7.0, 90.0,
         1.796 + std::log10(19.0 / std::sin(25 * geo::radians_per_degree))},
        {"HanksBakun2008", 6.0, 0.0, 2.02},
        {"HanksBakun2008", 7.47, 0.0, 3.3},
        {"CScalingMSR(C=4.2)", 7.0, 0.0, 2.8},
        {"CScalingMSR( C = 3.984321 )", 7.0, 0.0, 7.0 - 3.984321},
    };
    for (const Example& example : examples) {
        CAPTURE(example.name);
        const MagnitudeArea relation = magnitude_area_by_name(example.name);
        CHECK(std::log10(median_area_km2(relation, example.magnitude, example.rake)) ==
              doctest::Approx(example.lg_area).epsilon(1e-12));
    }
    CHECK(examples.size() == 33);
}

TEST_CASE("an unknown magnitude-area relation is refused with the nearest known one")
{
    CHECK(refusal_of_name("Leonard2014SCR").find("Did you mean 'Leonard2014_SCR'?") != std::string::npos);
    for (const char* name : {"CScalingMSR", "CScalingMSR(C=)", "CScalingMSR(C=x)", "CScalingMSR(C=4.2.1)",
                             "CScalingMSR(C=-1)", "CScalingMSR(C=4.12345678)", "CScalingMSR(D=4)"})
        CHECK(refusal_of_name(name).find("Write CScalingMSR(C=4.2)?") != std::string::npos);
    const std::string message = refusal_of_name("WC1995");
    CHECK(message.find("'WC1995' is not a recognized magnitude-scale relationship") != std::string::npos);
    CHECK(message.find("Did you mean 'WC1994'?") != std::string::npos);
    CHECK(refusal_of_name("Something").find("PeerMSR") != std::string::npos);
}
