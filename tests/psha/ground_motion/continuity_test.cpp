#include "psha/ground_motion/contexts.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <iomanip>

using namespace mtc;

namespace {

/// Where a formula changes its form without a step: a parameter ("r" stands for all distances) and a value.
struct Joint {
    const char* model;
    const char* parameter;
    double value;
};

constexpr Joint joints[] = {
    {"AkkarEtAlRjb2014", "mag", 6.75},
    {"AkkarEtAlRjb2014", "vs30", 750.0},
    {"AkkarEtAlRjb2014", "vs30", 1000.0},
    {"AtkinsonBoore2006", "r", 1.0},
    {"AtkinsonBoore2006", "r", 10.0},
    {"AtkinsonBoore2006", "r", 70.0},
    {"AtkinsonBoore2006", "r", 140.0},
    {"AtkinsonBoore2006", "vs30", 180.0},
    {"AtkinsonBoore2006", "vs30", 300.0},
    {"AtkinsonBoore2006", "vs30", 760.0},
    {"AtkinsonBoore2006Modified2011", "mag", 4.5},                // where the effect of stress begins at 1 s
    {"AtkinsonBoore2006Modified2011", "mag", 5.0},                // at 2 s
    {"AtkinsonBoore2006Modified2011", "mag", 5.0142098434222065}, // 280 bar
    {"AtkinsonBoore2006Modified2011", "mag", 5.5},                // where it ends for PGA
    {"AtkinsonBoore2006Modified2011", "mag", 8.0},                // at 2 s
    {"Campbell2003", "r", 70.0},
    {"Campbell2003", "r", 130.0},
    {"Campbell2003", "mag", 7.16}, // of the median
    {"CauzziFaccioli2008", "r", 0.1},
    {"PezeshkEtAl2011", "r", 70.0},
    {"PezeshkEtAl2011", "r", 140.0},
    {"PezeshkEtAl2011", "mag", 7.0},
};

std::string digits(double value)
{
    std::ostringstream out;
    out << std::setprecision(17) << value;
    return out.str();
}

/// Two contexts, a hair on either side of the joint.
test::CsvTable both_sides(const Joint& joint)
{
    test::CsvTable table;
    table.header = {"mag", "rake", "rjb", "rrup", "rhypo", "vs30"};
    for (const double side : {-1e-9, 1e-9}) {
        const auto value = [&](std::string_view parameter, double otherwise) {
            return digits(parameter == joint.parameter ? joint.value * (1.0 + side) : otherwise);
        };
        const std::string r = value("r", 25.0);
        table.rows.push_back({value("mag", 6.2), "0", r, r, r, value("vs30", 400.0)});
    }
    return table;
}

} // namespace

TEST_CASE("ground-motion models have no step where their formulas change")
{
    const std::vector<psha::Imt> imts{psha::imt_from_text("PGA"), psha::imt_from_text("SA(1.0)"),
                                      psha::imt_from_text("SA(2.0)")};
    std::size_t n_compared = 0;
    for (const Joint& joint : joints) {
        CAPTURE(joint.model);
        CAPTURE(joint.parameter);
        CAPTURE(joint.value);
        const test::TableContexts at(both_sides(joint), false);
        const auto model = psha::make_model(joint.model, imts);
        const test::ModelResults results(simd::detected(), *model, at.batch(), imts.size());
        for (std::size_t imt = 0; imt < imts.size(); ++imt) {
            const std::size_t below = imt * at.batch().n_padded;
            CHECK(std::abs(results.mean[below + 1] - results.mean[below]) < 1e-6);
            ++n_compared;
        }
    }
    CHECK(n_compared == std::size(joints) * imts.size());
}

TEST_CASE("motions fall with distance at the limits of a model's magnitudes")
{
    struct Limits {
        const char* model;
        double smallest, largest; // magnitude
        double nearest, farthest; // [km]
    };
    constexpr Limits limits[] = {
        {"AkkarEtAlRjb2014", 4.0, 8.0, 0.0, 200.0}, {"AtkinsonMacias2009", 7.0, 9.0, 10.0, 1000.0},
        {"Campbell2003", 5.0, 8.2, 0.0, 70.0},      {"CauzziFaccioli2008", 5.0, 7.2, 15.0, 150.0},
        {"FaccioliEtAl2010", 4.5, 7.6, 0.0, 150.0}, {"PezeshkEtAl2011", 5.0, 8.0, 1.0, 70.0},
        {"AtkinsonBoore2006", 3.5, 8.0, 1.0, 70.0}, {"AtkinsonBoore2006Modified2011", 3.5, 8.0, 1.0, 70.0},
    };
    const std::vector<psha::Imt> imts{psha::imt_from_text("PGA"), psha::imt_from_text("SA(1.0)")};
    constexpr std::size_t n_steps = 40;
    std::size_t n_compared = 0;
    for (const auto& [name, smallest, largest, nearest, farthest] : limits) {
        CAPTURE(name);
        const auto model = psha::make_model(name, imts);
        for (const double mag : {smallest, largest}) {
            CAPTURE(mag);
            test::CsvTable table;
            table.header = {"mag", "rake", "rjb", "rrup", "rhypo", "vs30"};
            for (std::size_t i = 0; i <= n_steps; ++i) {
                const std::string r = digits(nearest + (farthest - nearest) * static_cast<double>(i) /
                                                           static_cast<double>(n_steps));
                table.rows.push_back({digits(mag), "90", r, r, r, "2000"});
            }
            const test::TableContexts at(table, false);
            const test::ModelResults results(simd::detected(), *model, at.batch(), imts.size());
            for (std::size_t imt = 0; imt < imts.size(); ++imt)
                for (std::size_t i = 1; i <= n_steps; ++i) {
                    const std::size_t here = imt * at.batch().n_padded + i;
                    CHECK(results.mean[here] < results.mean[here - 1]);
                    CHECK(results.sigma[here] > 0.3);
                    ++n_compared;
                }
        }
    }
    CHECK(n_compared == std::size(limits) * 2 * imts.size() * n_steps);
}
