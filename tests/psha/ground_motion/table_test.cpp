#include "psha/ground_motion/contexts.hpp"
#include "test_data.hpp"

#include <doctest/doctest.h>

#include <charconv>
#include <cmath>
#include <iostream>
#include <optional>

using namespace mtc;

namespace {

/// A model and how many values the verification tables hold for it.
struct TabulatedModel {
    const char* name;
    std::size_t n_values;
};

// clang-format off
constexpr TabulatedModel tabulated_models[] = {
    {"AbrahamsonEtAl2014", 14400},
    {"AbrahamsonEtAl2015SInter", 12800},
    {"AbrahamsonEtAl2015SSlab", 12800},
    {"AbrahamsonSilva2008", 6096},
    {"AkkarBommer2010", 53600},
    {"AkkarEtAlRjb2014", 102400},
    {"AtkinsonBoore2003SInter", 8000},
    {"AtkinsonBoore2003SSlab", 8000},
    {"AtkinsonBoore2006", 10400},
    {"AtkinsonBoore2006Modified2011", 5200},
    {"AtkinsonMacias2009", 3240},
    {"BindiEtAl2014Rjb", 6144},
    {"BooreAtkinson2008", 27600},
    {"BooreEtAl2014", 31200},
    {"Campbell2003", 1280},
    {"CampbellBozorgnia2008", 21600},
    {"CampbellBozorgnia2014", 18400},
    {"CauzziEtAl2014", 84000},
    {"CauzziFaccioli2008", 19296},
    {"ChiouYoungs2008", 26376},
    {"ChiouYoungs2014", 30064},
    {"FaccioliEtAl2010", 9200},
    {"PezeshkEtAl2011", 4048},
    {"SadighEtAl1997", 4500},
    {"ToroEtAl2002", 640},
    {"YoungsEtAl1997SInter", 5200},
    {"YoungsEtAl1997SSlab", 5200},
    {"ZhaoEtAl2006Asc", 21000},
    {"ZhaoEtAl2006SInter", 21000},
    {"ZhaoEtAl2006SSlab", 21000},
};
// clang-format on

/// Tables of regional variants that are not built.
// clang-format off
constexpr std::string_view regional_tables[] = {
    "ASK14_ResMEAN_RegCHN.csv",
    "ASK14_ResMEAN_RegJPN.csv",
    "ASK14_ResMEAN_RegTWN.csv",
    "ASK14_ResStdPhi_RegJPN.csv",
    "ASK14_ResStdTot_RegJPN.csv",
    "CY14_Italy_MEAN.csv",
    "CY14_Japan_MEAN.csv",
    "CY14_Wenchuan_MEAN.csv",
};
// clang-format on

/// The intensity measure type of a column "pga", "PGA", "pgv", "PGV", "pgd" or a period; nothing for other
/// columns.
std::optional<psha::Imt> imt_of_column(const std::string& header)
{
    if (header == "pga" || header == "PGA")
        return psha::imt_from_text("PGA");
    if (header == "pgv" || header == "PGV")
        return psha::imt_from_text("PGV");
    if (header == "pgd")
        return psha::imt_from_text("PGD");
    const char* begin = header.data() + std::min(header.find_first_not_of(' '), header.size());
    double period = 0.0;
    const auto [end, error] = std::from_chars(begin, header.data() + header.size(), period);
    if (error != std::errc{} || end != header.data() + header.size())
        return std::nullopt;
    return psha::imt_from_text(psha::sa_name(period));
}

double result_of(const std::string& type, const test::ModelResults& results, std::size_t at)
{
    if (type == "MEAN")
        return std::exp(results.mean[at]);
    if (type == "TOTAL_STDDEV")
        return results.sigma[at];
    if (type == "INTER_EVENT_STDDEV")
        return results.tau[at];
    if (type == "INTRA_EVENT_STDDEV")
        return results.phi[at];
    throw std::runtime_error("unknown result type " + type);
}

struct Comparison {
    std::size_t n_values = 0;
    std::size_t n_agreeing = 0;
    double largest = 0.0; ///< relative
};

Comparison compare(const test::CsvTable& table, const char* model_name, double tolerance)
{
    std::vector<psha::Imt> imts;
    std::vector<std::size_t> columns;
    for (std::size_t column = 0; column < table.header.size(); ++column)
        if (const auto imt = imt_of_column(table.header[column])) {
            imts.push_back(*imt);
            columns.push_back(column);
        }
    const test::TableContexts contexts(table, true);
    const auto model = psha::make_model(model_name, imts);
    const test::ModelResults results(simd::detected(), *model, contexts.batch(), imts.size());
    Comparison comparison;
    for (std::size_t i = 0; i < table.rows.size(); ++i)
        for (std::size_t k = 0; k < imts.size(); ++k) {
            const double expected = std::stod(table.rows[i][columns[k]]);
            const double actual = result_of(table.rows[i][table.column("result_type")], results,
                                            k * contexts.batch().n_padded + i);
            const double difference = std::abs(actual - expected) / expected;
            ++comparison.n_values;
            comparison.n_agreeing += difference <= tolerance ? 1 : 0;
            comparison.largest = difference <= comparison.largest ? comparison.largest : difference;
        }
    return comparison;
}

} // namespace

// The index says how far OpenQuake itself is from each table, in percent: mostly the digits printed there.
TEST_CASE("ground-motion models are as near to the verification tables as OpenQuake")
{
    const auto folder = test::reference("oq/gsim");
    if (!folder)
        return;
    const test::CsvTable index = test::read_csv(*folder / "index.csv");
    for (const auto& [name, n_values] : tabulated_models) {
        CAPTURE(name);
        std::size_t n_compared = 0;
        for (const std::vector<std::string>& entry : index.rows) {
            if (entry[index.column("gsim")] != name)
                continue;
            const std::string& file = entry[index.column("file")];
            if (std::ranges::find(regional_tables, file) != std::end(regional_tables))
                continue;
            CAPTURE(file);
            const double percent = std::stod(entry.back());
            const double tolerance = std::max(1.01 * percent / 100.0, 1e-10);
            const Comparison comparison = compare(test::read_csv(*folder / name / file), name, tolerance);
            std::cout << "table " << file << ": largest difference " << 100.0 * comparison.largest
                      << " % (OpenQuake " << percent << " %), " << comparison.n_values << " values\n";
            CHECK(comparison.n_agreeing == comparison.n_values);
            n_compared += comparison.n_values;
        }
        CHECK(n_compared == n_values);
    }
}
