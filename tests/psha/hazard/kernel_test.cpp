#include "psha/hazard/golden_sources.hpp"
#include "psha/hazard/kernel_job.hpp"
#include "psha/source/csv.hpp"
#include "simd/dispatch.hpp"
#include "test_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <string>
#include <vector>

using namespace mtc;
using namespace mtc::psha;

namespace {

struct Golden {
    std::string imt;
    std::size_t site = 0;
    double iml = 0.0;
    double poe = 0.0;
};

struct GoldenCase {
    Source source;
    std::string model;
    std::size_t n_ruptures = 0;
    double tolerance = 0.0; ///< relative
};

std::vector<Golden> golden_curves(const std::filesystem::path& file, const GoldenCase& golden,
                                  double truncation)
{
    std::vector<Golden> rows;
    for (const std::vector<std::string>& row : test::csv_rows(file))
        if (row[0] == golden.source.id && row[1] == golden.model && std::stod(row[2]) == truncation)
            rows.push_back({row[3], std::stoul(row[4]), std::stod(row[5]), std::stod(row[6])});
    return rows;
}

/// Position of a golden number among those of its site.
std::size_t cell_of(const Golden& row, const std::map<std::string, std::vector<double>>& levels_of)
{
    std::size_t cell = 0;
    for (const auto& [imt, levels] : levels_of) {
        if (imt == row.imt)
            return cell + static_cast<std::size_t>(std::ranges::find(levels, row.iml) - levels.begin());
        cell += levels.size();
    }
    return cell;
}

struct Comparison {
    std::size_t n = 0;
    double largest = 0.0;
};

/// Compares where the probability is above 1e-6.
Comparison compare(const GoldenCase& golden, const std::vector<Golden>& rows, double truncation)
{
    test::KernelJob job;
    job.model = golden.model;
    job.levels.clear();
    for (const Golden& row : rows)
        if (row.site == 0)
            job.levels[row.imt].push_back(row.iml);
    job.keys = {{"truncation_level", truncation == 3.0 ? "3" : "99"},
                {"rupture_mesh_spacing", "2"},
                {"complex_fault_mesh_spacing", "8"}};
    job.add(golden.source);
    const ModelBytes model = job.flat();
    Comparison comparison;
    for (auto set = 0U; set <= static_cast<unsigned>(simd::detected()); ++set) {
        const HazardContext hazard{model, InstructionSet{set}};
        HazardSpace space{hazard};
        const std::vector<double> sums = test::hazard_of(hazard, space);
        CHECK(space.n_contexts == 7 * golden.n_ruptures);
        CHECK(space.n_evaluations == space.n_contexts * hazard.levels.cells());
        for (const Golden& row : rows) {
            if (row.poe <= 1e-6)
                continue;
            const double poe =
                -std::expm1(-sums[row.site * hazard.levels.cells() + cell_of(row, job.levels)]);
            ++comparison.n;
            const double difference = std::abs(poe / row.poe - 1.0);
            comparison.largest = std::max(comparison.largest, difference);
            REQUIRE_MESSAGE(difference <= golden.tolerance,
                            golden.source.id << " " << row.imt << " " << row.iml << " site " << row.site
                                             << ": " << poe << ", reference " << row.poe);
        }
    }
    return comparison;
}

} // namespace

TEST_CASE("curves of single sources agree with the golden ones under every instruction set")
{
    const auto file = test::reference("hazard/golden/curves.csv");
    if (!file)
        return;
    // Distances of meshes from the outline hold to 4 m, hence their tolerance.
    const std::vector<GoldenCase> cases{{test::golden_point(), "BooreAtkinson2008", 12, 1e-6},
                                        {test::golden_point(), "ChiouYoungs2014", 12, 1e-6},
                                        {test::golden_area(), "BooreAtkinson2008", 936, 1e-6},
                                        {test::golden_simple(), "BooreAtkinson2008", 71, 1e-3},
                                        {test::golden_simple(), "ChiouYoungs2014", 71, 1e-3},
                                        {test::golden_complex(), "BooreAtkinson2008", 155, 1e-3},
                                        {test::golden_complex(), "ChiouYoungs2014", 155, 1e-3}};
    std::size_t n_compared = 0;
    for (const GoldenCase& golden : cases)
        for (const double truncation : {3.0, 99.0}) {
            const std::vector<Golden> rows = golden_curves(*file, golden, truncation);
            REQUIRE(rows.size() == 280);
            const Comparison comparison = compare(golden, rows, truncation);
            std::cout << golden.source.id << " " << golden.model << " truncation " << truncation << ": "
                      << comparison.n << " points, largest relative difference " << comparison.largest
                      << '\n';
            n_compared += comparison.n;
        }
    CHECK(n_compared == 3681 * (static_cast<std::size_t>(simd::detected()) + 1));
}
