#include "psha/ground_motion/contexts.hpp"
#include "test_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <span>

using namespace mtc;

// The variants for regions of weak (HighQ) and strong (LowQ) anelastic attenuation have no verification
// tables of their own: they are held against the model whose variant they are, by what their coefficient
// adds.

namespace {

/// Three ruptures, far and near, each seen first on rock and then on soil.
/// \param rock_vs30   [m/s] that for which the model's site term wants PGA
/// \param rock_z2pt5  [km] likewise
test::CsvTable rock_and_soil(const std::string& rock_vs30, const std::string& rock_z2pt5)
{
    const std::vector<std::vector<std::string>> paths{
        {"6.3", "90", "45", "2", "12", "9", "150", "149.5", "140"},
        {"7.4", "-90", "60", "0", "18", "11", "260", "260", "-200"},
        {"7.4", "0", "90", "0", "18", "11", "12", "12", "-10"}};
    test::CsvTable table;
    table.header = {"mag",  "rake", "dip", "ztor", "width", "hypo_depth",
                    "rrup", "rjb",  "rx",  "vs30", "z2pt5"};
    for (std::vector<std::string> row : paths) {
        row.insert(row.end(), {rock_vs30, rock_z2pt5});
        table.rows.push_back(row);
        row[9] = "180";
        table.rows.push_back(row);
    }
    return table;
}

struct Means {
    const psha::ContextBatch& batch;
    test::ModelResults results;

    Means(const std::string& model, std::span<const psha::Imt> imts, const test::TableContexts& contexts)
        : batch{contexts.batch()}
        , results{simd::detected(), *psha::make_model(model, imts), batch, imts.size()}
    {}
    [[nodiscard]] double at(std::size_t imt, std::size_t context) const
    {
        return results.mean[imt * batch.n_padded + context];
    }
};

std::vector<psha::Imt> imts_of(const test::CsvTable& coefficients)
{
    std::vector<psha::Imt> imts;
    for (const std::vector<std::string>& row : coefficients.rows)
        imts.push_back(psha::imt_from_text(row[coefficients.column("imt")]));
    return imts;
}

} // namespace

TEST_CASE("variants of Boore et al. (2014) attenuate by their coefficient")
{
    const test::TableContexts contexts(rock_and_soil("760", "1"), false);
    const psha::ContextBatch& batch = contexts.batch();
    std::size_t n_compared = 0;
    for (const std::string variant : {"BooreEtAl2014HighQ", "BooreEtAl2014LowQ"}) {
        CAPTURE(variant);
        const auto file = test::reference("hazard/coefficients/" + variant + ".csv");
        if (!file)
            return;
        const test::CsvTable table = test::read_csv(*file);
        const std::vector<psha::Imt> imts = imts_of(table);
        const Means base("BooreEtAl2014", imts, contexts);
        const Means changed(variant, imts, contexts);
        const auto pga =
            static_cast<std::size_t>(std::ranges::find(imts, psha::imt_from_text("PGA")) - imts.begin());
        for (std::size_t imt = 0; imt < imts.size(); ++imt) {
            const auto k = [&](const char* name) { return std::stod(table.rows[imt][table.column(name)]); };
            for (std::size_t i = 0; i < batch.n; ++i) {
                const std::size_t rock = i / 2 * 2;
                const double r = std::sqrt(batch.rjb[i] * batch.rjb[i] + k("h") * k("h"));
                const double f2 = k("f4") * (std::exp(k("f5") * (batch.vs30[i] - 360.0)) -
                                             std::exp(k("f5") * (760.0 - 360.0)));
                const double nonlinear = f2 * std::log((std::exp(changed.at(pga, rock)) + 0.1) /
                                                       (std::exp(base.at(pga, rock)) + 0.1));
                const double expected = k("Dc3") * (r - 1.0) + nonlinear;
                CHECK(std::abs(changed.at(imt, i) - base.at(imt, i) - expected) < 1e-12);
                ++n_compared;
            }
        }
    }
    CHECK(n_compared == 2 * 107 * 6);
}

TEST_CASE("variants of Campbell and Bozorgnia (2014) attenuate by their coefficient")
{
    constexpr const char* expected_z2pt5 = "0.3975212509323587"; // exp(7.089 - 1.144 ln 1100)
    const test::TableContexts contexts(rock_and_soil("1100", expected_z2pt5), false);
    const psha::ContextBatch& batch = contexts.batch();
    std::size_t n_compared = 0;
    for (const std::string variant : {"CampbellBozorgnia2014HighQ", "CampbellBozorgnia2014LowQ"}) {
        CAPTURE(variant);
        const auto file = test::reference("hazard/coefficients/" + variant + ".csv");
        if (!file)
            return;
        const test::CsvTable table = test::read_csv(*file);
        const std::vector<psha::Imt> imts = imts_of(table);
        const Means base("CampbellBozorgnia2014", imts, contexts);
        const Means changed(variant, imts, contexts);
        const auto pga =
            static_cast<std::size_t>(std::ranges::find(imts, psha::imt_from_text("PGA")) - imts.begin());
        for (std::size_t imt = 0; imt < imts.size(); ++imt) {
            const auto k = [&](const char* name) { return std::stod(table.rows[imt][table.column(name)]); };
            if (imts[imt].is_sa() && imts[imt].period < 0.25)
                continue; // PGA may stand in for SA
            for (std::size_t i = 0; i < batch.n; ++i) {
                const std::size_t rock = i / 2 * 2;
                const double softness = 1.88 * std::pow(std::min(batch.vs30[i] / k("k1"), 1.0), 1.18);
                const auto nonlinear = [&](const Means& means) {
                    const double rock_pga = std::exp(means.at(pga, rock));
                    return k("k2") * std::log((rock_pga + softness) / (rock_pga + 1.88));
                };
                const double expected =
                    k("Dc20") * std::max(batch.rrup[i] - 80.0, 0.0) + nonlinear(changed) - nonlinear(base);
                CHECK(std::abs(changed.at(imt, i) - base.at(imt, i) - expected) < 1e-12);
                ++n_compared;
            }
        }
    }
    CHECK(n_compared == 2 * 15 * 6);
}
