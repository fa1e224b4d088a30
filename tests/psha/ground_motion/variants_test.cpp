#include "psha/ground_motion/contexts.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace mtc;

namespace {

const std::vector<psha::Imt> imts{psha::imt_from_text("PGA"), psha::imt_from_text("SA(1.0)")};

test::ModelResults results_of(const std::string& spec, const test::CsvTable& contexts)
{
    const test::TableContexts at(contexts, false);
    return {simd::detected(), *psha::make_model(spec, imts), at.batch(), imts.size()};
}

} // namespace

TEST_CASE("the upper branch for interfaces breaks at larger magnitudes")
{
    // Rock stiffer than any vlin, so that the site term is linear.
    const test::CsvTable contexts{.header = {"mag", "rrup", "vs30", "backarc"},
                                  .rows = {{"7.0", "80", "1500", "0"},
                                           {"8.0", "80", "1500", "0"},
                                           {"8.1", "150", "1500", "1"},
                                           {"9.0", "300", "1500", "0"}}};
    const auto central = results_of("AbrahamsonEtAl2015SInter", contexts);
    const auto high = results_of("AbrahamsonEtAl2015SInterHigh", contexts);
    // By 0.9 (M - break) between the two breaks, 7.8 + delta C1; delta C1 is 0.2 and 0 in the middle.
    const std::vector<std::vector<double>> wanted{{0.0, 0.0, 0.09, 0.18}, {0.0, 0.18, 0.18, 0.18}};
    std::size_t n_compared = 0;
    for (std::size_t imt = 0; imt < imts.size(); ++imt)
        for (std::size_t i = 0; i < contexts.rows.size(); ++i) {
            const std::size_t at = imt * simd::lanes + i;
            CHECK(high.mean[at] - central.mean[at] == doctest::Approx(wanted[imt][i]).epsilon(1e-9));
            CHECK(high.sigma[at] == central.sigma[at]);
            ++n_compared;
        }
    CHECK(n_compared == 8);
}

TEST_CASE("Campbell and Bozorgnia (2014) estimate what is not known of a rupture")
{
    const std::vector<std::string> header{"mag",  "rake",  "dip",  "rrup",  "rjb",       "rx",
                                          "vs30", "z2pt5", "ztor", "width", "hypo_depth"};
    const auto contexts = [&](const std::vector<std::string>& reverse,
                              const std::vector<std::string>& strike_slip) {
        test::CsvTable table{.header = header,
                             .rows = {{"6.0", "90", "30", "12", "7", "9", "400", "2"},
                                      {"7.2", "0", "80", "20", "19", "5", "400", "2"}}};
        table.rows[0].insert(table.rows[0].end(), reverse.begin(), reverse.end());
        table.rows[1].insert(table.rows[1].end(), strike_slip.begin(), strike_slip.end());
        return table;
    };
    const auto other = contexts({"3", "12", "8"}, {"1", "11", "6"});
    const std::string name = "[CampbellBozorgnia2014]\n";
    const auto all =
        results_of(name + "estimate_ztor = true\nestimate_width = true\nestimate_hypo_depth = true", other);
    // ztor, width and hypocentral depth [km] of the paper's equations, worked out by themselves.
    const auto estimated = results_of(name, contexts({"6.3447262279", "9.6537017575", "9.4777543875"},
                                                     {"0.0195216784", "15.2115763465", "10.2462017642"}));
    const auto width = results_of(name + "estimate_width = true", other);
    const auto plain = results_of(name, other);
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}, simd::lanes, simd::lanes + 1}) {
        CHECK(all.mean[i] == doctest::Approx(estimated.mean[i]).epsilon(1e-8));
        CHECK(all.sigma[i] == doctest::Approx(estimated.sigma[i]).epsilon(1e-8));
        CHECK(std::abs(all.mean[i] - plain.mean[i]) > 1e-3);
    }
    CHECK(std::abs(width.mean[0] - plain.mean[0]) > 1e-4);
    CHECK(std::abs(width.mean[0] - all.mean[0]) > 1e-4);
}
