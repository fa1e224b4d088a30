#include "psha/ground_motion/contexts.hpp"
#include "test_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <iostream>
#include <map>

using namespace mtc;

namespace {

/// A model and how many rows (contexts x intensity measure types) the golden file holds for it.
struct GoldenModel {
    const char* name;
    std::size_t n_rows;
};

// clang-format off
constexpr GoldenModel golden_models[] = {
    {"AbrahamsonEtAl2014", 480},
    {"AbrahamsonEtAl2015SInter", 440},
    {"AbrahamsonEtAl2015SSlab", 440},
    {"AbrahamsonSilva2008", 480},
    {"AkkarBommer2010", 480},
    {"AtkinsonBoore2003SInter", 440},
    {"AtkinsonBoore2003SSlab", 440},
    {"BindiEtAl2014Rjb", 440},
    {"BooreAtkinson2008", 480},
    {"BooreEtAl2014", 480},
    {"CampbellBozorgnia2008", 480},
    {"CampbellBozorgnia2014", 480},
    {"CauzziEtAl2014", 480},
    {"ChiouYoungs2008", 480},
    {"ChiouYoungs2014", 480},
    {"SadighEtAl1997", 400},
    {"ToroEtAl2002", 440},
    {"YoungsEtAl1997SInter", 400},
    {"YoungsEtAl1997SSlab", 400},
    {"ZhaoEtAl2006Asc", 440},
    {"ZhaoEtAl2006SInter", 440},
    {"ZhaoEtAl2006SSlab", 440},
};
// clang-format on

// More than one chunk of contexts, and the last chunk is not full.
constexpr std::size_t n_copies = 9;

struct GoldenRow {
    std::size_t context;
    std::size_t imt;
    double mean, sigma, tau, phi;
};

struct Golden {
    std::vector<psha::Imt> imts;
    std::vector<GoldenRow> rows;
};

Golden golden_of(const std::string& model, const test::CsvTable& values,
                 const std::map<std::string, std::size_t>& context_of)
{
    Golden golden;
    for (const std::vector<std::string>& row : values.rows) {
        if (row[values.column("gsim")] != model)
            continue;
        const psha::Imt imt = psha::imt_from_text(row[values.column("imt")]);
        auto found = std::ranges::find(golden.imts, imt);
        if (found == golden.imts.end())
            found = golden.imts.insert(golden.imts.end(), imt);
        golden.rows.push_back({.context = context_of.at(row[values.column("ctx")]),
                               .imt = static_cast<std::size_t>(found - golden.imts.begin()),
                               .mean = std::stod(row[values.column("mean_ln")]),
                               .sigma = std::stod(row[values.column("sigma")]),
                               .tau = std::stod(row[values.column("tau")]),
                               .phi = std::stod(row[values.column("phi")])});
    }
    return golden;
}

} // namespace

TEST_CASE("ground-motion models give OpenQuake's means and deviations in random contexts")
{
    const auto contexts_file = test::reference("hazard/golden/gsim_contexts.csv");
    const auto values_file = test::reference("hazard/golden/gsim_values.csv");
    if (!contexts_file || !values_file)
        return;
    const test::CsvTable context_table = test::read_csv(*contexts_file);
    const test::CsvTable values = test::read_csv(*values_file);
    std::map<std::string, std::size_t> context_of;
    for (std::size_t i = 0; i < context_table.rows.size(); ++i)
        context_of[context_table.rows[i][context_table.column("ctx")]] = i;
    const std::size_t n_contexts = context_table.rows.size();
    const test::TableContexts contexts(context_table, false, n_copies);

    for (const auto& [name, n_rows] : golden_models) {
        CAPTURE(name);
        const Golden golden = golden_of(name, values, context_of);
        const auto model = psha::make_model(name, golden.imts);
        for (const InstructionSet set : test::instruction_sets()) {
            const test::ModelResults results(set, *model, contexts.batch(), golden.imts.size());
            double largest = 0.0;
            std::size_t n_agreeing = 0;
            const auto compare = [&](double actual, double expected) {
                const double difference = std::abs(actual - expected);
                // Written so that what is not a number counts as different.
                largest = difference <= largest ? largest : difference;
                n_agreeing += difference <= 1e-8 ? 1 : 0;
            };
            for (const GoldenRow& row : golden.rows)
                for (std::size_t copy = 0; copy < n_copies; ++copy) {
                    const std::size_t at =
                        row.imt * contexts.batch().n_padded + copy * n_contexts + row.context;
                    compare(results.mean[at], row.mean);
                    compare(results.sigma[at], row.sigma);
                    compare(results.tau[at], row.tau);
                    compare(results.phi[at], row.phi);
                }
            std::cout << "golden " << name << " " << simd::name(set) << ": largest difference " << largest
                      << "\n";
            CHECK(n_agreeing == n_rows * n_copies * 4);
        }
    }
}
