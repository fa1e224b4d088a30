#include "psha/ground_motion/contexts.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace mtc;

namespace {

constexpr std::size_t n_sites = 150; // of each rupture: no multiple of a register or of a chunk of contexts
constexpr std::size_t n_ruptures = 5;

/// Ruptures at sites that are alike, the ruptures one after the other.
test::CsvTable contexts_in_runs()
{
    test::CsvTable table;
    table.header = {"mag", "rake", "dip",   "ztor", "width",        "hypo_depth", "rrup",  "rjb",    "rx",
                    "ry0", "repi", "rhypo", "vs30", "vs30measured", "z1pt0",      "z2pt5", "backarc"};
    const std::vector<std::vector<std::string>> ruptures{{"5.1", "0", "90", "2", "4", "5"},
                                                         {"5.9", "90", "40", "0", "9", "4"},
                                                         {"6.6", "-90", "60", "1", "12", "6"},
                                                         {"7.2", "180", "80", "0", "15", "9"},
                                                         {"7.9", "90", "30", "4", "30", "14"}};
    for (const std::vector<std::string>& rupture : ruptures)
        for (std::size_t s = 0; s < n_sites; ++s) {
            std::vector<std::string> row = rupture;
            const auto distance = 1.0 + 1.3 * static_cast<double>(s);
            for (const double d :
                 {distance, distance - 1.0, s % 2 == 0 ? distance : -distance, 0.0, distance, distance + 2.0})
                row.push_back(std::to_string(d));
            for (const char* of_site : {"400", "1", "150", "1.5", "0"})
                row.emplace_back(of_site);
            table.rows.push_back(std::move(row));
        }
    return table;
}

} // namespace

TEST_CASE("models give the same for runs of contexts of one rupture at like sites as for each by itself")
{
    const std::vector<psha::Imt> imts{psha::imt_from_text("PGA"), psha::imt_from_text("SA(1.0)")};
    const test::TableContexts contexts(contexts_in_runs(), false);
    const psha::ContextBatch& each = contexts.batch();
    REQUIRE(each.n == n_sites * n_ruptures);
    std::vector<std::uint32_t> rupture_ends;
    for (std::uint32_t r = 1; r <= n_ruptures; ++r)
        rupture_ends.push_back(r < n_ruptures ? r * static_cast<std::uint32_t>(n_sites)
                                              : static_cast<std::uint32_t>(each.n_padded));
    const std::vector<std::uint32_t> site_ends{static_cast<std::uint32_t>(each.n_padded)};
    psha::ContextBatch runs = each;
    runs.rupture_ends = rupture_ends.data();
    runs.site_ends = site_ends.data();
    for (const std::string_view name : psha::known_models()) {
        CAPTURE(name);
        const auto model = psha::make_model(name, imts);
        for (const InstructionSet set : test::instruction_sets()) {
            const test::ModelResults of_each(set, *model, each, imts.size());
            const test::ModelResults of_runs(set, *model, runs, imts.size());
            const auto is_equal = [](double a, double b) {
                return std::abs(a - b) <= 1e-13 * (1.0 + std::abs(b));
            };
            std::size_t n_equal = 0;
            for (std::size_t imt = 0; imt < imts.size(); ++imt)
                for (std::size_t at = imt * each.n_padded; at < imt * each.n_padded + each.n; ++at)
                    n_equal += is_equal(of_runs.mean[at], of_each.mean[at]) &&
                                       is_equal(of_runs.sigma[at], of_each.sigma[at]) &&
                                       is_equal(of_runs.tau[at], of_each.tau[at]) &&
                                       is_equal(of_runs.phi[at], of_each.phi[at])
                                   ? 1
                                   : 0;
            CHECK(n_equal == imts.size() * each.n);
        }
    }
}
