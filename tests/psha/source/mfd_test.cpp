#include "mtc/error.hpp"
#include "psha/source/csv.hpp"
#include "test_data.hpp"
#include "workloads/psha/source/magnitude_area.hpp"
#include "workloads/psha/source/mfd.hpp"

#include <doctest/doctest.h>

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
    };
    const auto file = mtc::test::reference("hazard/golden/mfd.csv");
    if (!file)
        return;
    std::map<std::string, std::size_t> n_compared;
    for (const auto& row : mtc::test::csv_rows(*file)) {
        const auto found = cases.find(row.at(0));
        if (found == cases.end())
            continue;
        const std::size_t i = n_compared[row[0]]++;
        CAPTURE(row[0]);
        CAPTURE(i);
        REQUIRE(i < found->second.size());
        const MagnitudeRate bin = found->second[i];
        CHECK(std::abs(bin.magnitude - mtc::test::number(row.at(1))) < 1e-10);
        const double rate = mtc::test::number(row.at(2));
        CHECK(std::abs(bin.annual_rate - rate) <= 1e-10 * rate);
    }
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

TEST_CASE("an unknown magnitude-area relation is refused with the nearest known one")
{
    const std::string message = refusal_of_name("WC1995");
    CHECK(message.find("'WC1995' is not a recognized magnitude-scale relationship") != std::string::npos);
    CHECK(message.find("Did you mean 'WC1994'?") != std::string::npos);
    CHECK(refusal_of_name("Something").find("PeerMSR") != std::string::npos);
}
