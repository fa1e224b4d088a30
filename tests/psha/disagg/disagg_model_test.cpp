#include "workloads/psha/disagg/disagg_model.hpp"

#include "config/read.hpp"
#include "psha/source/csv.hpp"
#include "test_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>

using namespace mtc;
using namespace mtc::psha;

namespace {

using Overrides = std::vector<std::pair<std::string, std::string>>;

/// The golden job with some keys changed; an empty value takes a key away.
ModelBytes read_job(const std::filesystem::path& folder, const Overrides& overrides = {})
{
    Notes notes;
    const auto options = [](const std::string&) -> const std::vector<Option>& { return disagg_options(); };
    return read_disagg_model(config::read_config(folder / "job.ini", overrides, options, notes), notes);
}

std::string refusal(const std::filesystem::path& folder, const Overrides& overrides)
{
    try {
        (void)read_job(folder, overrides);
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing was refused";
}

void check_says(const std::string& message, std::initializer_list<std::string> parts)
{
    for (const std::string& part : parts)
        CHECK_MESSAGE(message.find(part) != std::string::npos,
                      "'" << part << "' is not in '" << message << "'");
}

/// Edges of the golden table, by axis and site.
std::map<std::string, std::vector<std::string>> golden_edges(const std::filesystem::path& folder)
{
    std::map<std::string, std::vector<std::string>> edges;
    for (const auto& row : test::csv_rows(folder / "expected" / "bin_edges.csv"))
        edges[row[0] + "-" + row[1]].push_back(row[3]);
    return edges;
}

} // namespace

TEST_CASE("bin edges are OpenQuake's")
{
    std::size_t n_compared = 0;
    for (const char* job : {"area_fault", "two_trt"}) {
        const auto folder = test::reference(std::filesystem::path{"hazard/golden/disagg"} / job);
        if (!folder)
            continue;
        CAPTURE(job);
        const ModelBytes bytes = read_job(*folder);
        const DisaggView disagg{bytes};
        const auto compare = [&](const std::string& axis, std::span<const double> edges,
                                 const std::vector<std::string>& expected) {
            CAPTURE(axis);
            REQUIRE(edges.size() == expected.size());
            for (std::size_t k = 0; k < edges.size(); ++k, ++n_compared)
                CHECK(std::abs(edges[k] - test::number(expected[k])) <= 1e-12);
        };
        for (const auto& [axis, expected] : golden_edges(*folder)) {
            const auto site = static_cast<std::size_t>(test::number(axis.substr(axis.find('-') + 1)));
            if (axis == "mag-all")
                compare(axis, disagg.mag_edges, expected);
            else if (axis == "dist-all")
                compare(axis, disagg.dist_edges, expected);
            else if (axis == "eps-all")
                compare(axis, disagg.eps_edges, expected);
            else if (axis == "trt-all")
                CHECK(disagg.trts == expected);
            else if (axis.starts_with("lon"))
                compare(axis, disagg.lon_edges_of(site), expected);
            else
                compare(axis, disagg.lat_edges_of(site), expected);
        }
    }
    CHECK((n_compared == 0 || n_compared == 58));
}

TEST_CASE("keys of a disaggregation that do not fit are refused")
{
    const auto folder = test::reference("hazard/golden/disagg/two_trt");
    if (!folder)
        return;
    const auto refused = [&](const Overrides& overrides) { return refusal(*folder, overrides); };
    check_says(refused({{"poes_disagg", ""}}), {"job.ini: poes_disagg or iml_disagg must be set"});
    check_says(refused({{"iml_disagg", "{'PGA': 0.2}"}}), {"cannot be set at the same time"});
    check_says(refused({{"iml_disagg", "{'PGA': 0.2}"}, {"poes_disagg", ""}}),
               {"intensity_measure_types_and_levels", "iml_disagg gives the levels"});
    check_says(refused({{"poes", "0.2"}}), {"poes_disagg = 0.1 0.02 != ", "poes = 0.2"});
    check_says(refused({{"poes_disagg", "0.1 2"}}), {"2 is not between 0 and 1"});
    for (const char* key :
         {"mag_bin_width", "distance_bin_width", "coordinate_bin_width", "num_epsilon_bins"})
        check_says(refused({{key, ""}}), {std::string{key} + " must be set"});
    check_says(refused({{"max_sites_disagg", "1"}}), {"Please set max_sites_disagg=2 in job.ini"});
    check_says(refused({{"mean", "false"}}), {"you disabled all statistics"});
    check_says(refused({{"coordinate_bin_width", "0.001"}}), {"too large", "fix the binning!"});
    check_says(refused({{"disagg_outputs", "Mag Dits"}}), {"Invalid disagg output: Dits", "'Dist'"});
    check_says(refused({{"num_rlzs_disagg", "5"}}), {"num_rlzs_disagg = 5", "4 realizations"});
    check_says(refused({{"rlz_index", "4"}}), {"rlz_index = 4", "0 to 3"});
    check_says(refused({{"rlz_index", "0 1"}, {"num_rlzs_disagg", "2"}}), {"at the same time"});
    check_says(refused({{"disagg_bin_edges", "{'magn': [5, 6]}"}}), {"magn is no axis", "'mag'"});
    check_says(refused({{"disagg_bin_edges", "{'mag': [6, 5]}"}}), {"mag", "strictly increasing"});
    check_says(refused({{"disagg_bin_edges", "{'lon': [9, 10]}"}}), {"lon", "one site"});
}

TEST_CASE("own edges replace single axes, and bands go where no kind has them")
{
    const auto folder = test::reference("hazard/golden/disagg/two_trt");
    if (!folder)
        return;
    const ModelBytes bytes = read_job(*folder, {{"disagg_bin_edges", "{'mag': [5, 6, 8]}"},
                                                {"mag_bin_width", ""},
                                                {"distance_bin_width", ""},
                                                {"coordinate_bin_width", ""},
                                                {"num_epsilon_bins", ""},
                                                {"rlz_index", "2 0"}});
    const DisaggView disagg{bytes};
    CHECK(disagg.job->bins == AxisSizes{2, 2, 1, 1, 1, 1});
    CHECK(disagg.dist_edges.back() == 100.0);
    CHECK(disagg.job->n_chosen == 2);
    CHECK(disagg.rlz_index.front() == 2);

    const ModelBytes without = read_job(*folder, {{"disagg_outputs", "Mag_Dist"}});
    CHECK(DisaggView{without}.bins(Axis::eps) == 1);
    CHECK(DisaggView{without}.job->kinds == 0b100U);
}
