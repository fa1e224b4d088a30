#include "workloads/psha/keys/job_values.hpp"

#include "psha/job_folder.hpp"
#include "workloads/psha/keys/levels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

using namespace mtc;
using namespace mtc::psha;
using mtc::test::check_says;
using mtc::test::config_with;
using mtc::test::refusal;

namespace {

std::vector<MaxDistanceRecord> distances(const std::string& value, const std::string& trt = "Active")
{
    return maximum_distance(config_with({{"maximum_distance", value}}), trt);
}

/// pointsource_distance, the same at all magnitudes; infinity: exact.
double far_from(const std::string& value, const std::string& trt = "Active")
{
    const auto records = pointsource_distance(config_with({{"pointsource_distance", value}}), trt);
    if (records.empty())
        return std::numeric_limits<double>::infinity();
    CHECK(records.size() == 2);
    CHECK(records[0].magnitude == 2.5);
    CHECK(records[0].distance_km == records[1].distance_km);
    return records[1].distance_km;
}

std::vector<ImtLevels> levels(const std::string& value)
{
    return read_levels(config_with({{"intensity_measure_types_and_levels", value}}));
}

} // namespace

TEST_CASE("maximum_distance is a number, pairs, or a dict of these")
{
    REQUIRE(distances("200").size() == 2);
    CHECK(distances("200")[0].magnitude == 2.5);
    CHECK(distances("200")[0].distance_km == 200.0);
    CHECK(distances("200")[1].magnitude == 10.2);
    CHECK(distances("200")[1].distance_km == 200.0);
    const std::vector<MaxDistanceRecord> pairs = distances("[(4, 20), (5, 50), (8, 300)]");
    REQUIRE(pairs.size() == 3);
    CHECK(pairs[1].magnitude == 5.0);
    CHECK(pairs[1].distance_km == 50.0);
    const std::string dict = "{'default': 200, 'Active': [(5, 100), (7, 300)]}";
    CHECK(distances(dict).at(1).distance_km == 300.0);
    CHECK(distances(dict, "Volcanic").at(0).distance_km == 200.0);

    check_says(refusal([] { distances("{'Active': 200}", "Volcanic"); }),
               {"job.ini:1: maximum_distance for 'Volcanic'", "default"});
    check_says(refusal([] { distances("0"); }), {"maximum_distance", "distance 0", "above 0 km"});
    check_says(refusal([] { distances("[(5, 100), (5, 300)]"); }),
               {"magnitude 5 after 5", "increase strictly"});
    check_says(refusal([] { distances("[(5, 100)]"); }), {"1 pairs"});
    check_says(refusal([] { distances("[5, 100]"); }), {"not a pair"});
    check_says(refusal([] { distances("'far'"); }), {"maximum_distance", "accepted: km"});
}

TEST_CASE("pointsource_distance is a number, exact, pairs, or a dict of these")
{
    CHECK(pointsource_distance(config_with({}), "Active").at(0).distance_km == 100.0);
    CHECK(pointsource_distance(config_with({{"ps_grid_spacing", "50"}}), "Active").at(1).distance_km == 40.0);
    const auto both = pointsource_distance(
        config_with({{"ps_grid_spacing", "50"}, {"pointsource_distance", "70"}}), "Active");
    CHECK(both.at(0).distance_km == 70.0);
    CHECK(far_from("50") == 50.0);
    CHECK(std::isinf(far_from("exact")));
    CHECK(far_from("{'default': 70, 'Active': 0}") == 0.0);
    CHECK(std::isinf(far_from("{'default': 'exact'}")));
    check_says(refusal([] { far_from("-1"); }),
               {"job.ini:1: pointsource_distance", "at least 0", "or exact"});
    const auto pairs = pointsource_distance(
        config_with({{"pointsource_distance", "{'default': [(6, 87), (7, 100)], 'Active': 1}"}}), "Volcanic");
    REQUIRE(pairs.size() == 2);
    CHECK(pairs[0].magnitude == 6.0);
    CHECK(pairs[1].distance_km == 100.0);
    check_says(refusal([] { far_from("[(7, 87), (6, 100)]"); }),
               {"pointsource_distance", "increase strictly"});
}

TEST_CASE("minimum_magnitude is a number or a dict")
{
    const auto least = [](const std::string& value) {
        return minimum_magnitude(config_with({{"minimum_magnitude", value}}), "Active");
    };
    CHECK(minimum_magnitude(config_with({}), "Active") == 0.0);
    CHECK(least("5.5") == 5.5);
    CHECK(least("{'default': 5, 'Active': 6}") == 6.0);
    CHECK(least("{'Volcanic': 6}") == 0.0);
    check_says(refusal([&] { least("[5]"); }), {"minimum_magnitude for 'Active'"});
}

TEST_CASE("region types that no source has are told")
{
    Notes notes;
    warn_of_unused_regions(
        config_with({{"maximum_distance", "{'default': 200, 'Active Shalow Crust': 100}"}}),
        {"Active Shallow Crust"}, notes);
    REQUIRE(notes.warnings.size() == 1);
    check_says(notes.warnings[0], {"maximum_distance", "'Active Shalow Crust'", "'Active Shallow Crust'?"});
}

TEST_CASE("levels are ordered by period, measures without one first as written")
{
    const std::vector<ImtLevels> read =
        levels("{'SA(1.0)': [0.1, 0.2], 'PGV': [2, 4], 'SA(0.10)': [0, 0.2], 'PGA': logscale(0.01, 1, 2)}");
    REQUIRE(read.size() == 4);
    CHECK(read[0].imt.name == "PGV");
    CHECK(read[1].imt.name == "PGA");
    CHECK(read[2].imt.name == "SA(0.1)");
    CHECK(read[3].imt.name == "SA(1.0)");
    CHECK(read[2].levels == std::vector<double>{1e-10, 0.2});
    CHECK(read[1].levels[0] == doctest::Approx(0.01));
    CHECK(read[1].levels[1] == doctest::Approx(1.0));
}

TEST_CASE("levels that cannot be are refused with measure, position and value")
{
    const auto says = [](const std::string& value, std::initializer_list<std::string> parts) {
        check_says(refusal([&] { levels(value); }), parts);
    };
    const std::string key = "job.ini:1: intensity_measure_types_and_levels";
    says("{'PGA': [0.1, 0.3, 0.2]}", {key, "PGA", "level 3 is 0.2 after 0.3"});
    says("{'PGA': [0.1, 0.1]}", {"PGA", "level 2 is 0.1 after 0.1"});
    says("{'PGA': [-0.1]}", {"PGA", "level 1 is -0.1"});
    says("{'PGA': [0.1], 'SA(1.0)': [0.1, 0.2]}", {"SA(1.0) has 2 levels, PGA has 1"});
    says("{'SA(0.1)': [0.1], 'SA(0.10)': [0.2]}", {"SA(0.10) is given twice"});
    says("{'PGA': []}", {"PGA", "not a list of levels"});
    says("{'PGA': ['x']}", {"level 1 is not a number"});
    says("[0.1]", {key, "not a dict"});
    says("{'PGX': [0.1]}", {"PGX"});
}

TEST_CASE("what has no effect is told, never passed over")
{
    Notes notes;
    warn_of_idle_keys(config_with({{"hazard_maps", "true"},
                                   {"quantiles", "0.1 0.9"},
                                   {"uniform_hazard_spectra", "true"},
                                   {"hazard_curves", "false"},
                                   {"reference_backarc", "true"}}),
                      notes);
    REQUIRE(notes.remarks.size() == 1);
    check_says(notes.remarks[0], {"hazard_curves = false"});
    REQUIRE(notes.warnings.size() == 1);
    check_says(notes.warnings[0], {"reference_backarc"});
}

TEST_CASE("every key of OpenQuake's jobs is an option or classed")
{
    const std::vector<std::string_view> keys{"calculation_mode",
                                             "description",
                                             "source_model_logic_tree_file",
                                             "gsim_logic_tree_file",
                                             "gsim",
                                             "investigation_time",
                                             "truncation_level",
                                             "maximum_distance",
                                             "minimum_distance",
                                             "minimum_magnitude",
                                             "intensity_measure_types_and_levels",
                                             "rupture_mesh_spacing",
                                             "complex_fault_mesh_spacing",
                                             "width_of_mfd_bin",
                                             "area_source_discretization",
                                             "sites",
                                             "sites_csv",
                                             "region",
                                             "region_grid_spacing",
                                             "site_model_file",
                                             "reference_vs30_value",
                                             "reference_depth_to_1pt0km_per_sec",
                                             "reference_depth_to_2pt5km_per_sec",
                                             "reference_vs30_type",
                                             "reference_backarc",
                                             "override_vs30",
                                             "number_of_logic_tree_samples",
                                             "random_seed",
                                             "sampling_method",
                                             "mean",
                                             "std",
                                             "max",
                                             "quantiles",
                                             "individual_rlzs",
                                             "use_rates",
                                             "poes",
                                             "return_periods",
                                             "hazard_curves",
                                             "hazard_maps",
                                             "uniform_hazard_spectra",
                                             "pointsource_distance",
                                             "ps_grid_spacing",
                                             "shift_hypo",
                                             "max_sites_disagg",
                                             "concurrent_tasks",
                                             "time_per_task",
                                             "outs_per_task",
                                             "split_sources",
                                             "collapse_level",
                                             "max_potential_paths",
                                             "export_dir",
                                             "exports"};
    for (const std::string_view key : keys) {
        const auto named = [&](const Option& option) {
            return option.name == key || option.former_name == key;
        };
        const bool known =
            std::any_of(hazard_options().begin(), hazard_options().end(), named) ||
            std::any_of(config::engine_options().begin(), config::engine_options().end(), named) ||
            config::openquake_key(key) != config::KeyClass::unknown;
        CHECK_MESSAGE(known, key);
    }
    std::set<std::string_view> names;
    for (const auto* options : {&hazard_options(), &config::engine_options()})
        for (const Option& option : *options) {
            CHECK_MESSAGE(names.insert(option.name).second, option.name << " is declared twice");
            CHECK_MESSAGE(option.sentence.ends_with('.'), option.name);
        }
}
