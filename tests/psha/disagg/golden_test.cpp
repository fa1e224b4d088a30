#include "mtc/error.hpp"
#include "psha/disagg/local_run.hpp"
#include "psha/source/csv.hpp"
#include "test_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

using namespace mtc;
using namespace mtc::psha;
using mtc::test::LocalRun;

namespace {

/// Where an intensity measure and a PoE of a golden table stand in ours.
struct LevelIndex {
    /// \param poe_list  probabilities that our tables stand for
    LevelIndex(const DisaggView& disagg, std::vector<double> poe_list)
        : poes{std::move(poe_list)}
    {
        for (const ImtRecord& imt : ModelView{disagg.hazard}.imts)
            imts.emplace_back(imt.name);
    }
    [[nodiscard]] std::size_t operator()(const std::string& imt, const std::string& poe) const
    {
        const auto i = std::ranges::find(imts, imt) - imts.begin();
        const auto p = std::ranges::find(poes, test::number(poe)) - poes.begin();
        REQUIRE(i < std::ssize(imts));
        REQUIRE(p < std::ssize(poes));
        return static_cast<std::size_t>(i) * poes.size() + static_cast<std::size_t>(p);
    }
    [[nodiscard]] bool has(const std::string& poe) const
    {
        return std::ranges::find(poes, test::number(poe)) != poes.end();
    }
    [[nodiscard]] std::size_t size() const noexcept { return imts.size() * poes.size(); }
    std::vector<std::string> imts;
    std::vector<double> poes;
};

/// OpenQuake's contexts are of 32 bits.
constexpr double exact = 1e-4;

struct Comparison {
    double relative = exact;
    std::size_t n = 0;
    double largest = 0.0; ///< relative difference above 1e-6

    void add(double value, double expected)
    {
        constexpr double absolute = 1e-7;
        const bool agrees = std::abs(value - expected) <= std::max(absolute, relative * expected);
        CHECK_MESSAGE(agrees, value << ", expected " << expected);
        if (expected > 1e-6)
            largest = std::max(largest, std::abs(value / expected - 1.0));
        ++n;
    }
};

/// Compares a golden table, whose rows are (imt, poe, cells with the last axis fastest).
/// \param columns  of ours for each of the golden's value columns
/// \param only     compare the rows of this bin of the kind's first axis alone; empty: all
void compare_table(const std::filesystem::path& file, const DisaggKind& kind, const LevelIndex& level,
                   std::span<const double> ours, const std::vector<std::size_t>& columns,
                   Comparison& comparison, const std::string& only = "")
{
    CAPTURE(file.filename().string());
    const std::size_t first_value = 2 + kind.axes.size();
    std::map<std::size_t, std::size_t> next_cell;
    for (const auto& row : test::csv_rows(file)) {
        REQUIRE(row.size() == first_value + columns.size());
        if (!level.has(row[1]))
            continue;
        const std::size_t l = level(row[0], row[1]);
        const std::size_t cell = next_cell[l]++;
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const std::size_t at = (cell * level.size() + l) * columns.size() + columns[c];
            REQUIRE(at < ours.size());
            if (only.empty() || row[2] == only)
                comparison.add(ours[at], test::number(row[first_value + c]));
        }
    }
    for (const auto& [l, n] : next_cell)
        CHECK(n * level.size() * columns.size() == ours.size());
}

/// Column of ours for each realization.
std::vector<std::size_t> columns_of(std::span<const std::uint32_t> chosen)
{
    std::vector<std::size_t> columns(chosen.size());
    for (std::size_t z = 0; z < chosen.size(); ++z)
        columns[chosen[z]] = z;
    return columns;
}

} // namespace

TEST_CASE("all kinds of output are OpenQuake's")
{
    Comparison far;  // two_trt, site 1: more than 40 km from the fault
    Comparison near; // the others
    for (const char* job : {"area_fault", "two_trt"}) {
        const auto folder = test::reference(std::filesystem::path{"hazard/golden/disagg"} / job);
        if (!folder)
            return;
        CAPTURE(job);
        const LocalRun run{*folder};
        const DisaggView disagg{run.model()};
        const LevelIndex level{disagg, {disagg.poes.begin(), disagg.poes.end()}};
        const std::size_t n_sites = ModelView{disagg.hazard}.sites.size();
        const std::size_t n_chosen = disagg.job->n_chosen;
        const auto chosen = run.dataset<std::uint32_t>("/results/disagg_chosen");
        for (const auto& row : test::csv_rows(*folder / "expected" / "best_rlzs.csv"))
            CHECK(chosen[static_cast<std::size_t>(test::number(row[0])) * n_chosen +
                         static_cast<std::size_t>(test::number(row[1]))] == test::number(row[2]));
        const std::vector<double> levels = run.dataset("/results/disagg_levels");
        for (const auto& row : test::csv_rows(*folder / "expected" / "levels.csv")) {
            const auto site = static_cast<std::size_t>(test::number(row[0]));
            CHECK(levels[site * level.size() + level(row[3], row[4])] ==
                  doctest::Approx(test::number(row[5])).epsilon(1e-6));
        }
        for (const DisaggKind& kind : disagg_kinds())
            for (std::size_t site = 0; site < n_sites; ++site) {
                Comparison& comparison = site == 1 ? far : near;
                const std::string name{kind.name};
                const std::vector<double> of_rlzs = run.dataset("/results/disagg_rlzs/" + name);
                const std::size_t per_site = of_rlzs.size() / n_sites;
                compare_table(*folder / "expected" / text(name, "-", site, ".csv"), kind, level,
                              std::span{of_rlzs}.subspan(site * per_site, per_site),
                              columns_of(std::span{chosen}.subspan(site * n_chosen, n_chosen)), comparison);
                REQUIRE(run.has("/results/disagg_mean/" + name) == (n_chosen > 1));
                if (n_chosen == 1)
                    continue;
                const std::vector<double> of_mean = run.dataset("/results/disagg_mean/" + name);
                compare_table(*folder / "expected" / text(name, "-mean-", site, ".csv"), kind, level,
                              std::span{of_mean}.subspan(site * per_site / n_chosen, per_site / n_chosen),
                              {0}, comparison);
            }
    }
    std::cout << "disaggregation: " << far.n << " values far from the fault, largest relative difference "
              << far.largest << "; " << near.n << " near it, " << near.largest << '\n';
    CHECK(far.n == 1576 * 5);
    CHECK(near.n == 760 + 1576 * 5);
}

TEST_CASE("what comes from other sources than the near fault is OpenQuake's at its levels")
{
    struct Case {
        const char* job;
        const char* levels; ///< of the site at 10 E, 45 N for a probability of 0.1
        Axis axis;          ///< kinds that begin with it have a bin without the fault
        const char* bin;
        std::size_t n_values;
    };
    for (const Case& which :
         {Case{"two_trt", "{'PGA': 0.15386403719835726, 'SA(0.2)': 0.3687451371088339}", Axis::trt,
               "Volcanic", (1 + 5 + 9 + 25 + 75) * 2 * 4},
          Case{"area_fault", "{'PGA': 0.26356170063790435, 'SA(1.0)': 0.19878017121267608}", Axis::mag,
               "5.25", (1 + 6 + 24 + 9) * 2}}) {
        const auto folder = test::reference(std::filesystem::path{"hazard/golden/disagg"} / which.job);
        if (!folder)
            return;
        CAPTURE(which.job);
        const LocalRun run{*folder,
                           {{"sites", "10.0 45.0"},
                            {"poes_disagg", ""},
                            {"intensity_measure_types_and_levels", ""},
                            {"iml_disagg", which.levels}}};
        const DisaggView disagg{run.model()};
        const LevelIndex level{disagg, {0.1}};
        const auto chosen = run.dataset<std::uint32_t>("/results/disagg_chosen");
        Comparison comparison;
        for (const DisaggKind& kind : disagg_kinds())
            if (kind.axes.front() == which.axis)
                compare_table(*folder / "expected" / text(kind.name, "-0.csv"), kind, level,
                              run.dataset(text("/results/disagg_rlzs/", kind.name)), columns_of(chosen),
                              comparison, which.bin);
        std::cout << "disaggregation: " << comparison.n << " values without the fault of " << which.job
                  << ", largest relative difference " << comparison.largest << '\n';
        CHECK(comparison.n == which.n_values);
    }
}

TEST_CASE("each table recombines to the curve at the level")
{
    const auto folder = test::reference("hazard/golden/disagg/two_trt");
    if (!folder)
        return;
    const LocalRun run{*folder,
                       {{"poes_disagg", ""},
                        {"intensity_measure_types_and_levels", ""},
                        {"iml_disagg", "{'PGA': 0.15, 'SA(0.2)': 0.4}"},
                        {"individual_rlzs", "true"}}};
    const DisaggView disagg{run.model()};
    const std::vector<double> curves = run.dataset("/results/hcurves_rlzs"); // [site][rlz][imt], one level
    const auto chosen = run.dataset<std::uint32_t>("/results/disagg_chosen");
    constexpr std::size_t n_sites = 2;
    constexpr std::size_t n_rlzs = 4;
    constexpr std::size_t n_imt = 2;
    std::size_t n_compared = 0;
    for (const DisaggKind& kind : disagg_kinds()) {
        CAPTURE(kind.name);
        const std::vector<double> table = run.dataset(text("/results/disagg_rlzs/", kind.name));
        const std::size_t n_cells = kind.n_cells(disagg.job->bins);
        REQUIRE(table.size() == n_sites * n_cells * n_imt * n_rlzs);
        for (std::size_t site = 0; site < n_sites; ++site)
            for (std::size_t imt = 0; imt < n_imt; ++imt)
                for (std::size_t z = 0; z < n_rlzs; ++z, ++n_compared) {
                    double none = 1.0;
                    for (std::size_t cell = 0; cell < n_cells; ++cell)
                        none *= 1.0 - table[((site * n_cells + cell) * n_imt + imt) * n_rlzs + z];
                    const double poe = curves[(site * n_rlzs + chosen[site * n_rlzs + z]) * n_imt + imt];
                    CHECK(std::abs(1.0 - none - poe) <= 1e-9);
                }
    }
    CHECK(n_compared == 11 * 16);
}

TEST_CASE("named realizations stand in the order given, and some kinds alone are written")
{
    const auto folder = test::reference("hazard/golden/disagg/two_trt");
    if (!folder)
        return;
    const LocalRun all{*folder};
    const LocalRun some{*folder, {{"rlz_index", "2 0"}, {"disagg_outputs", "Mag_Dist TRT"}}};
    CHECK(some.dataset<std::uint32_t>("/results/disagg_chosen") == std::vector<std::uint32_t>{2, 0, 2, 0});
    CHECK_FALSE(some.has("/results/disagg_rlzs/Mag"));
    const auto chosen = all.dataset<std::uint32_t>("/results/disagg_chosen"); // site 1: 2 0 3 1
    const std::vector<double> of_all = all.dataset("/results/disagg_rlzs/TRT");
    const std::vector<double> of_some = some.dataset("/results/disagg_rlzs/TRT");
    REQUIRE(of_some.size() == 2 * 2 * 4 * 2);
    REQUIRE(of_all.size() == 2 * of_some.size());
    for (std::size_t i = of_some.size() / 2; i < of_some.size(); i += 2) {
        CHECK(of_some[i] == doctest::Approx(of_all[2 * i]).epsilon(1e-12)); // one band of epsilon, not three
        CHECK(of_some[i + 1] == doctest::Approx(of_all[2 * i + 1]).epsilon(1e-12));
    }
}

TEST_CASE("a PoE that no curve reaches is refused when it is the only one")
{
    const auto folder = test::reference("hazard/golden/disagg/two_trt");
    if (!folder)
        return;
    try {
        const LocalRun run{*folder, {{"poes_disagg", "0.9999"}}};
        FAIL_CHECK("nothing was refused");
    } catch (const InputError& error) {
        CHECK(std::string{error.what()}.find("zero hazard") != std::string::npos);
    }
    const LocalRun partly{*folder, {{"poes_disagg", "0.1 0.9999"}, {"disagg_outputs", "TRT"}}};
    const std::vector<double> table =
        partly.dataset("/results/disagg_rlzs/TRT"); // [site][trt][imt][poe][rlz]
    double above = 0.0;
    double below = 0.0;
    for (std::size_t i = 0; i < table.size(); ++i)
        (i / 4 % 2 == 0 ? above : below) += table[i];
    CHECK(above > 0.0);
    CHECK(below == 0.0);
}
