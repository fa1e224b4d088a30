#include "psha/ground_motion/contexts.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace mtc;

namespace {

/// All combinations of extreme parameters, the distances taken together: on the rupture, beside it, above its
/// edge, far away.
test::CsvTable extreme_contexts()
{
    const std::vector<std::vector<std::string>> distances{
        {"0", "0", "0", "0", "0", "0"},         {"5", "0", "0", "0", "1", "7"},
        {"5", "4", "4", "0", "6", "8"},         {"5", "5", "-5", "0", "6", "8"},
        {"100", "99", "60", "80", "99", "100"}, {"300", "300", "-300", "0", "300", "300"}};
    test::CsvTable table;
    table.header = {"rrup", "rjb",   "rx",         "ry0",  "repi",         "rhypo", "mag",   "rake",   "dip",
                    "ztor", "width", "hypo_depth", "vs30", "vs30measured", "z1pt0", "z2pt5", "backarc"};
    const std::vector<std::vector<std::string>> choices{{"3.5", "4.5", "5", "5.5", "6.5", "7", "8.5"}, // mag
                                                        {"-90", "0", "90"},                            // rake
                                                        {"10", "90"},                                  // dip
                                                        {"0", "20"},                                   // ztor
                                                        {"0.1", "60"}, // width
                                                        {"0", "40"},   // hypo_depth
                                                        {"100", "180", "400", "760", "1100", "3000"}, // vs30
                                                        {"1"},         // vs30measured
                                                        {"0", "1000"}, // z1pt0
                                                        {"0", "8"},    // z2pt5
                                                        {"0"}};        // backarc
    table.rows = distances;
    for (const std::vector<std::string>& values : choices) {
        std::vector<std::vector<std::string>> rows;
        for (const std::vector<std::string>& row : table.rows)
            for (const std::string& value : values) {
                rows.push_back(row);
                rows.back().push_back(value);
            }
        table.rows = std::move(rows);
    }
    return table;
}

} // namespace

TEST_CASE("ground-motion models are finite in extreme contexts")
{
    const std::vector<psha::Imt> imts{psha::imt_from_text("PGA"), psha::imt_from_text("SA(0.1)"),
                                      psha::imt_from_text("SA(2.0)")};
    const test::TableContexts contexts(extreme_contexts(), false);
    const psha::ContextBatch& batch = contexts.batch();
    REQUIRE(batch.n == 6U * 7 * 3 * 2 * 2 * 2 * 2 * 6 * 2 * 2);
    for (const std::string_view name : psha::known_models()) {
        CAPTURE(name);
        const auto model = psha::make_model(name, imts);
        const test::ModelResults results(simd::detected(), *model, batch, imts.size());
        std::size_t n_sound = 0;
        for (std::size_t imt = 0; imt < imts.size(); ++imt)
            for (std::size_t i = 0; i < batch.n; ++i) {
                const std::size_t at = imt * batch.n_padded + i;
                const bool is_sound =
                    std::abs(results.mean[at]) < 50.0 && results.sigma[at] > 0.1 && results.sigma[at] < 1.5;
                n_sound += is_sound ? 1 : 0;
            }
        CHECK(n_sound == imts.size() * batch.n);
    }
}
