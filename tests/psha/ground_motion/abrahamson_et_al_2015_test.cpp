#include "psha/ground_motion/contexts.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mtc;

namespace {

/// ln of PGA for one rupture 60 km away and 60 km deep, at a rock site (vs30 = 1000 m/s).
double mean_pga(const std::string& model_name, const std::string& mag)
{
    const test::CsvTable table{
        .header = {"mag", "hypo_depth", "rrup", "rhypo", "vs30", "backarc"},
        .rows = {{mag, "60", "60", "60", "1000", "0"}},
    };
    const test::TableContexts contexts(table, false);
    const std::vector<psha::Imt> imts{psha::imt_from_text("PGA")};
    const auto model = psha::make_model(model_name, imts);
    const test::ModelResults results(simd::detected(), *model, contexts.batch(), imts.size());
    return results.mean[0];
}

} // namespace

// Delta C1 moves the magnitude at which scaling weakens: it cancels below 7.8 + Delta C1, and above it a
// linear site's ln is shifted by theta4 = 0.9 times its change.
TEST_CASE("the high and low Delta C1 shift only motions of large earthquakes")
{
    struct Variant {
        std::string name;
        double shift; ///< of Delta C1 from the central value
    };
    const auto check = [](const std::string& central, const Variant& variant) {
        CAPTURE(variant.name);
        CHECK(mean_pga(variant.name, "7.0") == doctest::Approx(mean_pga(central, "7.0")).epsilon(1e-12));
        CHECK(mean_pga(variant.name, "8.5") - mean_pga(central, "8.5") ==
              doctest::Approx(0.9 * variant.shift).epsilon(1e-12));
    };
    for (const Variant& variant : {Variant{"High", 0.2}, Variant{"Low", -0.2}}) {
        check("AbrahamsonEtAl2015SInter", {"AbrahamsonEtAl2015SInter" + variant.name, variant.shift});
        check("AbrahamsonEtAl2015SSlab", {"AbrahamsonEtAl2015SSlab" + variant.name, variant.shift});
    }
}
