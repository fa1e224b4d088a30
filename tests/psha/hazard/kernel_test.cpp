#include "engine/results.hpp"
#include "simd/dispatch.hpp"
#include "test_data.hpp"
#include "workloads/psha/classical.hpp"
#include "workloads/psha/geo/polygon.hpp"
#include "workloads/psha/hazard/point_kernel.hpp"
#include "workloads/psha/source/mfd.hpp"

#include <boost/tokenizer.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <limits>
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
    bool is_area = false;
    std::string model;
};

std::vector<Golden> golden_curves(const std::filesystem::path& file, const GoldenCase& golden,
                                  double truncation)
{
    std::vector<Golden> rows;
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        const boost::tokenizer<boost::escaped_list_separator<char>> cells{line};
        const std::vector<std::string> row{cells.begin(), cells.end()};
        if (row[0] == (golden.is_area ? "area" : "point") && row[1] == golden.model &&
            std::stod(row[2]) == truncation)
            rows.push_back({row[3], std::stoul(row[4]), std::stod(row[5]), std::stod(row[6])});
    }
    return rows;
}

/// The reference's sources, seven sites and 50 years, without cut or approximation by distance, as a flat
/// model.
ModelBytes golden_model(const GoldenCase& golden, double truncation,
                        const std::map<std::string, std::vector<double>>& levels_of)
{
    const std::vector<geo::LonLat> polygon{{9.5, 44.5}, {10.5, 44.4}, {10.7, 45.2}, {9.8, 45.5}};
    const std::vector<geo::LonLat> places =
        golden.is_area ? geo::discretised(polygon, 10.0) : std::vector<geo::LonLat>{{10.05, 45.02}};
    std::vector<PointRecord> points;
    for (const geo::LonLat place : places)
        points.push_back({place.lon, place.lat});
    std::vector<MagnitudeRecord> magnitudes;
    for (const MagnitudeRate bin : truncated_gutenberg_richter(5.0, 6.5, 0.5, 3.0, 0.9))
        magnitudes.push_back({bin.magnitude, bin.annual_rate});
    std::vector<Site> sites;
    for (const geo::LonLat place : {geo::LonLat{10, 45},
                                    {10.2, 45.1},
                                    {9.7, 44.8},
                                    {10.05, 45.3},
                                    {11, 45.5},
                                    {9.99, 44.95},
                                    {10.5, 44.2}})
        sites.push_back({place.lon, place.lat, 0.0, 400.0, 1.0, 150.0, 1.5, 0.0});
    std::vector<ImtRecord> imts;
    std::vector<double> levels;
    for (const auto& [name, of_imt] : levels_of) {
        ImtRecord imt;
        name.copy(imt.name, sizeof imt.name - 1);
        imt.levels = {static_cast<std::uint32_t>(levels.size()), static_cast<std::uint32_t>(of_imt.size())};
        levels.insert(levels.end(), of_imt.begin(), of_imt.end());
        imts.push_back(imt);
    }
    SourceRecord source;
    source.kind = golden.is_area ? SourceKind::area : SourceKind::point;
    source.points = {0, static_cast<std::uint32_t>(points.size())};
    source.magnitudes = {0, static_cast<std::uint32_t>(magnitudes.size())};
    source.planes = {0, 2};
    source.depths = {0, 2};
    source.lower_seismogenic_depth = 10.0;
    source.aspect_ratio = 1.5;
    source.rate_factor = 1.0 / static_cast<double>(points.size());
    GroupRecord group;
    group.group_models = {0, 1};
    group.max_distance = {0, 2};
    group.pointsource_distance = std::numeric_limits<double>::infinity();
    JobRecord job;
    job.investigation_time = 50.0;
    job.truncation_level = truncation;
    FlatWriter model;
    model.add("sites", sites);
    model.add("imts", imts);
    model.add("levels", levels);
    model.add_one("sources", source);
    model.add_texts("source_ids", std::vector<std::string>{"1"});
    model.add("points", points);
    model.add("magnitudes", magnitudes);
    model.add("planes", std::vector<PlaneRecord>{{0.6, 20, 60, 90}, {0.4, 135, 90, 0}});
    model.add("depths", std::vector<DepthRecord>{{0.3, 3.0}, {0.7, 8.0}});
    model.add_one("groups", group);
    model.add_one("group_models", GroupModelRecord{});
    model.add("max_distances", std::vector<MaxDistanceRecord>{{2.5, 1e4}, {10.2, 1e4}});
    model.add_texts("trts", std::vector<std::string>{"Active Shallow Crust"});
    model.add_texts("models", std::vector<std::string>{golden.model});
    model.add_one("realizations", RealizationRecord{1.0, {0, 1}});
    model.add_one("realization_group_models", std::uint32_t{0});
    model.add_texts("realization_paths", std::vector<std::string>{"b1~gA0"});
    model.add("statistics", std::vector<StatisticRecord>{{}});
    model.add("poes", std::vector<double>{});
    model.add_one("job", job);
    return model.finish();
}

} // namespace

TEST_CASE("curves of a point and an area source agree with the golden ones under every instruction set")
{
    const auto file = test::reference("hazard/golden/curves.csv");
    if (!file)
        return;
    double largest = 0.0;
    std::size_t n_compared = 0;
    for (const GoldenCase& golden :
         {GoldenCase{false, "BooreAtkinson2008"}, {true, "BooreAtkinson2008"}, {false, "ChiouYoungs2014"}})
        for (const double truncation : {3.0, 99.0}) {
            const std::vector<Golden> rows = golden_curves(*file, golden, truncation);
            REQUIRE(rows.size() == 280);
            std::map<std::string, std::vector<double>> levels_of;
            for (const Golden& row : rows)
                if (row.site == 0)
                    levels_of[row.imt].push_back(row.iml);
            const ModelBytes model = golden_model(golden, truncation, levels_of);
            for (auto set = 0U; set <= static_cast<unsigned>(simd::detected()); ++set) {
                const HazardContext hazard{model, InstructionSet{set}};
                HazardSpace space{hazard};
                const std::vector<std::uint64_t> cells{7 * hazard.blocks.cells_per_site()};
                REQUIRE(hazard.blocks.size() == 1);
                std::vector<Stage> stages(1);
                stages[0].result = ResultKind::sums;
                stages[0].block_cells = cells;
                engine::Results results{stages};
                for (std::uint64_t unit = 0; unit < hazard.units.n_units(); ++unit) {
                    results.begin_unit({StageId{0}, UnitId{unit}});
                    compute_point_unit(hazard, hazard.units.atoms(UnitId{unit}), space, results);
                }
                CHECK(space.n_contexts == 7 * 12 * hazard.model.points.size());
                std::vector<double> sums(cells[0]);
                results.sums(StageId{0}, BlockId{0}, 0, sums);
                for (const Golden& row : rows) {
                    std::size_t cell = row.site * hazard.levels.cells();
                    for (const auto& [imt, levels] : levels_of) {
                        if (imt != row.imt) {
                            cell += levels.size();
                            continue;
                        }
                        cell += static_cast<std::size_t>(std::ranges::find(levels, row.iml) - levels.begin());
                        break;
                    }
                    const double poe = -std::expm1(-sums[cell]);
                    if (row.poe <= 1e-6)
                        continue;
                    ++n_compared;
                    const double difference = std::abs(poe / row.poe - 1.0);
                    largest = std::max(largest, difference);
                    REQUIRE_MESSAGE(difference <= 1e-6, row.imt << " " << row.iml << " site " << row.site
                                                                << ": " << poe << ", reference " << row.poe);
                }
            }
        }
    std::cout << "golden curves: " << n_compared << " points, largest relative difference " << largest
              << '\n';
    CHECK(n_compared == 1520 * (static_cast<std::size_t>(simd::detected()) + 1));
}
