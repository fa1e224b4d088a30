#include "workloads/psha/job/read.hpp"

#include "psha/job_folder.hpp"
#include "psha/nrml_text.hpp"
#include "test_data.hpp"
#include "workloads/psha/model/model.hpp"

#include <algorithm>
#include <cmath>
#include <regex>
#include <sstream>

using namespace mtc;
using namespace mtc::psha;
using mtc::test::area_text;
using mtc::test::check_says;
using mtc::test::gsim_set_xml;
using mtc::test::JobFolder;
using mtc::test::logic_tree_xml;
using mtc::test::refusal;
using mtc::test::source_model_xml;
using mtc::test::source_tree_xml;
using mtc::test::SourceText;

namespace {

std::string content_of(const std::filesystem::path& file)
{
    std::ostringstream content;
    content << std::ifstream{file}.rdbuf();
    return content.str();
}

const std::vector<Option>& options(const std::string&)
{
    return hazard_options();
}

ModelBytes read_job(const std::filesystem::path& ini, Notes& notes)
{
    return read_model(config::read_config(ini, {}, options, notes), notes);
}

/// Ruptures that count: points x magnitudes x planes x depths of all sources.
std::uint64_t n_ruptures(const ModelView& model)
{
    std::uint64_t n = 0;
    for (const SourceRecord& s : model.sources)
        n += std::uint64_t{s.points.count} * s.magnitudes.count * s.planes.count * s.depths.count;
    return n;
}

/// A number of a flat JSON object.
double number_in(const std::string& json, const std::string& key)
{
    std::smatch found;
    REQUIRE(std::regex_search(json, found, std::regex{"\"" + key + "\": *([0-9.]+)"}));
    return std::stod(found[1]);
}

struct ReferenceJob {
    std::string folder;
    std::uint64_t ruptures; ///< that count; OpenQuake's summary has those below minimum_magnitude too
    std::size_t sources;    ///< in the file, where OpenQuake counts the points of an area source as one
};

/// Weights of OpenQuake are 32-bit floats.
constexpr double weight_tolerance = 1e-7;

void check_realizations(const ModelView& model, const std::filesystem::path& csv)
{
    std::ifstream in{csv};
    std::string line;
    const auto next = [&] {
        std::getline(in, line);
        if (line.ends_with('\r'))
            line.pop_back();
        return !in.fail();
    };
    REQUIRE(next());
    REQUIRE(line == "rlz,weight,source_path,gsim_path");
    const std::vector<std::string> paths = model.reader.texts("realization_paths");
    REQUIRE(paths.size() == model.realizations.size());
    std::size_t n = 0;
    for (; next(); ++n) {
        std::istringstream fields{line};
        std::string number;
        std::string weight;
        std::string source_path;
        std::string gsim_path;
        std::getline(fields, number, ',');
        std::getline(fields, weight, ',');
        std::getline(fields, source_path, ',');
        std::getline(fields, gsim_path);
        REQUIRE(n < paths.size());
        CHECK(paths[n] == source_path + "~" + gsim_path);
        CHECK(std::abs(model.realizations[n].weight - std::stod(weight)) <= weight_tolerance);
    }
    CHECK(n == paths.size());
}

/// A job of two regions, two source models that share a file, and two models for one of the regions.
class SmallJob {
public:
    explicit SmallJob(const std::string& name)
        : folder_{name}
    {
        SourceText low;
        low.attributes = "id=\"low\"";
        low.mfd = "<arbitraryMFD><occurRates>0.1 0.1 0 0.1</occurRates><magnitudes>2 5 5.5 "
                  "6</magnitudes></arbitraryMFD>";
        folder_.write("shared.xml", source_model_xml(low.xml() + area_text().xml(), "Active Shallow Crust"));
        folder_.write("extra.xml", source_model_xml(SourceText{}.xml(), "Volcanic"));
        folder_.write("source_tree.xml", source_tree_xml({{"b1", "shared.xml", "0.75"},
                                                          {"b2", "shared.xml extra.xml", "0.25"}}));
        folder_.write(
            "gsim_tree.xml",
            logic_tree_xml(gsim_set_xml("Volcanic", {{"v", "SadighEtAl1997", "1"}}) +
                           gsim_set_xml("Active Shallow Crust", {{"a", "SadighEtAl1997", "0.5"},
                                                                 {"b", "BooreAtkinson2008", "0.5"}})));
    }
    [[nodiscard]] ModelBytes read(const std::map<std::string, std::string>& changes = {})
    {
        std::map<std::string, std::string> keys{
            {"calculation_mode", "classical"},
            {"source_model_logic_tree_file", "source_tree.xml"},
            {"gsim_logic_tree_file", "gsim_tree.xml"},
            {"investigation_time", "50"},
            {"truncation_level", "3"},
            {"maximum_distance", "{'default': 200, 'Volcanic': [(5, 100), (7, 150)]}"},
            {"intensity_measure_types_and_levels", "{'PGA': [0.1, 0.2], 'SA(0.2)': [0.1, 0.2]}"},
            {"area_source_discretization", "20"},
            {"reference_vs30_value", "600"},
            {"sites", "10 45"}};
        for (const auto& [key, value] : changes)
            keys[key] = value;
        std::string ini;
        for (const auto& [key, value] : keys)
            if (!value.empty())
                ini += key + " = " + value + "\n";
        return read_model(folder_.read(ini, notes), notes);
    }
    [[nodiscard]] std::string refusal_with(const std::map<std::string, std::string>& changes)
    {
        return refusal([&] { (void)read(changes); });
    }
    [[nodiscard]] const JobFolder& folder() const noexcept { return folder_; }
    Notes notes;

private:
    JobFolder folder_;
};

} // namespace

TEST_CASE("OpenQuake's jobs of points and areas have OpenQuake's counts and realizations")
{
    const std::vector<ReferenceJob> jobs{
        {"demos/AreaSourceClassicalPSHA", 416, 1},
        {"demos/PointSourceClassicalPSHA", 360, 1},
        {"qa/classical_case_03", 260, 1}, // minimum_magnitude = 5.7 keeps 5 of 8 bins
        {"qa/classical_case_24", 780, 1},
        {"qa/classical_case_48", 20, 1}};
    std::size_t n_read = 0;
    for (const ReferenceJob& job : jobs) {
        const auto folder = test::reference("oq/" + job.folder);
        if (!folder)
            continue;
        CAPTURE(job.folder);
        Notes notes;
        const ModelBytes bytes = read_job(*folder / "job.ini", notes);
        const ModelView model{bytes};
        const std::string summary = content_of(*folder / "oq_run" / "summary.json");
        CHECK(n_ruptures(model) == job.ruptures);
        CHECK(model.sources.size() == job.sources);
        CHECK(static_cast<double>(model.sites.size()) == number_in(summary, "sites"));
        CHECK(static_cast<double>(model.imts.size()) == number_in(summary, "imts"));
        CHECK(static_cast<double>(model.levels.size()) == number_in(summary, "levels"));
        CHECK(static_cast<double>(model.groups.size()) == number_in(summary, "groups"));
        CHECK(static_cast<double>(model.realizations.size()) == number_in(summary, "realizations"));
        check_realizations(model, *folder / "oq_run" / "realizations.csv");
        ++n_read;
    }
    if (test::reference("oq"))
        CHECK(n_read == jobs.size());
}

TEST_CASE("the PEER area case is read")
{
    const auto ini = test::reference("oq/peer/set1_case10/job.ini");
    if (!ini)
        return;
    Notes notes;
    const ModelBytes bytes = read_job(*ini, notes);
    const ModelView model{bytes};
    CHECK(model.sites.size() == 4);
    REQUIRE(model.sources.size() == 1);
    CHECK(model.sources[0].kind == SourceKind::area);
    CHECK(model.sources[0].points.count > 100);
    CHECK(model.job->truncation_level == 0.0);
    CHECK(model.job->individual_rlzs == 1);
}

TEST_CASE("the area demo is flat as its files have it")
{
    const auto ini = test::reference("oq/demos/AreaSourceClassicalPSHA/job.ini");
    if (!ini)
        return;
    Notes notes;
    const ModelBytes bytes = read_job(*ini, notes);
    const ModelView model{bytes};
    REQUIRE(model.sources.size() == 1);
    const SourceRecord& source = model.sources[0];
    CHECK(source.kind == SourceKind::area);
    CHECK(source.points.count == 52);
    CHECK(source.magnitudes.count == 8);
    CHECK(source.rate_factor == 1.0 / 52.0);
    CHECK(model.magnitudes[0].magnitude == doctest::Approx(5.1));
    CHECK(model.imts[0].name == std::string{"PGA"});
    CHECK(model.imts[7].name == std::string{"SA(2.0)"});
    CHECK(model.imts[7].period == 2.0);
    CHECK(model.imts[7].levels.first == 315);
    CHECK(model.imts[7].levels.count == 45);
    CHECK(model.sites[0].lon == -1.00005);
    CHECK(model.sites[0].vs30 == 600.0);
    CHECK(model.sites[0].vs30measured == 1.0);
    CHECK(model.job->investigation_time == 50.0);
    CHECK(model.job->truncation_level == 3.0);
    CHECK(model.job->max_sites_disagg == 10);
    REQUIRE(model.statistics.size() == 1);
    CHECK(model.statistics[0].kind == StatisticKind::mean);
    CHECK(model.poes.size() == 2); // hazard_maps = true
    CHECK(model.job->individual_rlzs == 0);
    CHECK(model.groups[0].pointsource_distance.count == 0); // one plane, one depth: nothing to approximate
    CHECK(model.reader.texts("models") == std::vector<std::string>{"BooreAtkinson2008"});
    CHECK(model.reader.texts("trts") == std::vector<std::string>{"Active Shallow Crust"});
    CHECK(model.reader.texts("source_ids") == std::vector<std::string>{"1"});
}

TEST_CASE("OpenQuake's jobs that hold what is not there are refused by its name")
{
    const std::vector<std::pair<std::string, std::vector<std::string>>> jobs{
        {"qa/classical_case_37", {"gmpe_logic_tree.xml:", "Bradley2013bChchMaps"}},
        {"qa/classical_case_60", {"gmmLT.xml:", "CampbellBozorgnia2003NSHMP2007"}}};
    for (const auto& [name, parts] : jobs) {
        const auto folder = test::reference("oq/" + name);
        if (!folder)
            continue;
        Notes notes;
        const std::string message = refusal([&] { (void)read_job(*folder / "job.ini", notes); });
        for (const std::string& part : parts)
            check_says(message, {part});
    }
}

TEST_CASE("files are shared between branches, magnitudes filtered, realizations laid out")
{
    SmallJob job{"small"};
    const ModelBytes bytes = job.read();
    const ModelView model{bytes};
    REQUIRE(model.groups.size() == 2);
    REQUIRE(model.sources.size() == 3);
    CHECK(model.reader.texts("source_ids") == std::vector<std::string>{"low", "1", "1"});
    // Magnitude 2 is below 2.5, 5.5 has no rate.
    CHECK(model.sources[0].magnitudes.count == 2);
    CHECK(model.magnitudes[0].magnitude == 5.0);
    CHECK(model.magnitudes[1].magnitude == 6.0);
    CHECK(model.sources[1].kind == SourceKind::area);
    CHECK(model.sources[1].points.count > 1);
    CHECK(model.sources[1].rate_factor * model.sources[1].points.count == doctest::Approx(1.0));
    CHECK(model.sources[2].group == 1);
    CHECK(model.sources[2].rate_factor == 1.0);
    CHECK(model.points.size() == 2 + model.sources[1].points.count);

    CHECK(model.reader.texts("trts") == std::vector<std::string>{"Active Shallow Crust", "Volcanic"});
    CHECK(model.reader.texts("models") == std::vector<std::string>{"SadighEtAl1997", "BooreAtkinson2008"});
    CHECK(model.group_models.size() == 3);
    CHECK(model.group_models[2].group == 1);
    CHECK(model.group_models[2].model == 0);
    CHECK(model.reader.texts("realization_paths") ==
          std::vector<std::string>{"b1~gA0 gA1", "b1~gB0 gA1", "b2~gA0 gA1", "b2~gB0 gA1"});
    REQUIRE(model.realizations.size() == 4);
    CHECK(model.realizations[0].weight == 0.375);
    CHECK(model.realizations[3].weight == 0.125);
    CHECK(model.realizations[0].group_models.count == 1);
    CHECK(model.realizations[3].group_models.count == 2);
    const std::uint32_t first = model.realizations[3].group_models.first;
    CHECK(model.realization_group_models[first] == 1);
    CHECK(model.realization_group_models[first + 1] == 2);

    CHECK(model.max_distances[model.groups[1].max_distance.first].distance_km == 100.0);
    CHECK(model.max_distances[model.groups[0].max_distance.first].distance_km == 200.0);
    CHECK(model.job->individual_rlzs == 1); // one site, several realizations
    CHECK(model.job->exceedance_tolerance == 1e-12);
}

TEST_CASE("keys change what is read")
{
    SmallJob job{"keys"};
    const ModelBytes exact = job.read({{"pointsource_distance", "exact"},
                                       {"minimum_magnitude", "{'default': 0, 'Active Shallow Crust': 6}"},
                                       {"individual_rlzs", "false"},
                                       {"wide_sums", "true"},
                                       {"minimum_distance", "5"},
                                       {"mean", "false"}});
    const ModelView model{exact};
    CHECK(model.groups[0].pointsource_distance.count == 0);
    CHECK(model.groups[0].minimum_magnitude == 6.0);
    CHECK(model.sources[0].magnitudes.count == 1); // 6 itself counts
    CHECK(model.sources[2].magnitudes.count == 2);
    CHECK(model.job->individual_rlzs == 0);
    CHECK(model.job->wide_sums == 1);
    CHECK(model.job->minimum_distance == 5.0);
    CHECK(model.statistics.empty());

    const ModelBytes single = job.read({{"gsim_logic_tree_file", ""}, {"gsim", "[SadighEtAl1997]"}});
    const ModelView one_model{single};
    CHECK(one_model.realizations.size() == 2);
    CHECK(one_model.group_models.size() == 2);
    CHECK(one_model.reader.texts("models") == std::vector<std::string>{"SadighEtAl1997"});
    CHECK(one_model.reader.texts("realization_paths")[1] == "b2~gA0 gA1");

    check_says(job.refusal_with({{"quantiles", "0.5 1.5"}}),
               {"quantiles = 0.5 1.5", "1.5 is not from 0 to 1"});
    check_says(job.refusal_with({{"quantiles", "0.5 0.5"}}), {"stands there twice"});
    check_says(job.refusal_with({{"hazard_maps", "true"}}),
               {"hazard_maps = true", "needs poes or return_periods"});
    check_says(job.refusal_with({{"hazard_maps", "true"}, {"poes", "0.1 2"}}),
               {"poes = 0.1 2", "2 is not between"});
    const ModelBytes all = job.read({{"mean", "false"},
                                     {"std", "true"},
                                     {"quantiles", "0.9 0.1"},
                                     {"max", "true"},
                                     {"hazard_maps", "true"},
                                     {"return_periods", "475"}});
    const ModelView with_maps{all};
    REQUIRE(with_maps.statistics.size() == 4);
    CHECK(with_maps.statistics[0].kind == StatisticKind::std);
    CHECK(with_maps.statistics[1].quantile == 0.9);
    CHECK(with_maps.statistics[2].quantile == 0.1);
    CHECK(with_maps.statistics[3].kind == StatisticKind::max);
    REQUIRE(with_maps.poes.size() == 1);
    CHECK(with_maps.poes[0] == doctest::Approx(0.0999).epsilon(1e-3)); // 10 % in 50 years

    job.folder().write("s.csv", "lon,lat,custom_site_id\n10,45,home\n11,45,away\n");
    const ModelBytes named = job.read({{"sites", ""}, {"sites_csv", "s.csv"}});
    const ModelView named_sites{named};
    CHECK(named_sites.reader.texts("custom_site_ids") == std::vector<std::string>{"home", "away"});
    CHECK(named_sites.job->individual_rlzs == 0); // two sites
}

TEST_CASE("sources without a magnitude that counts are left out and told")
{
    SmallJob job{"left_out"};
    const ModelBytes bytes = job.read({{"minimum_magnitude", "{'default': 0, 'Active Shallow Crust': 7}"}});
    const ModelView model{bytes};
    CHECK(model.sources.size() == 1);
    CHECK(model.groups.size() == 1);
    CHECK(model.group_models.size() == 1);
    // The region type keeps its branches all the same; without its sources there is nothing to add up.
    REQUIRE(model.realizations.size() == 4);
    CHECK(model.realizations[0].group_models.count == 0);
    CHECK(model.realizations[3].group_models.count == 1);
    REQUIRE(job.notes.remarks.size() == 1);
    check_says(job.notes.remarks[0], {"2 sources", "shared.xml:5 'low'"});
    check_says(job.refusal_with({{"minimum_magnitude", "7"}}), {"no source", "minimum_magnitude"});
}

TEST_CASE("the approximation of far point sources is told when it is on")
{
    SmallJob job{"approximation"};
    SourceText two_depths;
    two_depths.depths =
        "<hypoDepth probability=\"0.5\" depth=\"5\"/><hypoDepth probability=\"0.5\" depth=\"10\"/>";
    job.folder().write("extra.xml", source_model_xml(two_depths.xml(), "Volcanic"));
    (void)job.read({{"pointsource_distance", "exact"}});
    CHECK(job.notes.remarks.empty());
    (void)job.read();
    REQUIRE(job.notes.remarks.size() == 1);
    check_says(job.notes.remarks[0], {"pointsource_distance", "exact"});
}

TEST_CASE("jobs that cannot be computed are refused with the place")
{
    SmallJob job{"refused"};
    check_says(job.refusal_with({{"gsim", "SadighEtAl1997"}}),
               {"gsim = SadighEtAl1997", "gsim_logic_tree_file"});
    check_says(job.refusal_with({{"gsim_logic_tree_file", ""}}), {"job.ini", "no ground-motion model"});
    check_says(job.refusal_with({{"gsim_logic_tree_file", ""}, {"gsim", "SadighEtAl1996"}}),
               {"job.ini:", "gsim", "SadighEtAl1996", "SadighEtAl1997"});
    check_says(job.refusal_with({{"area_source_discretization", ""}}),
               {"shared.xml:13", "area source '1'", "area_source_discretization"});
    check_says(job.refusal_with({{"area_source_discretization", "500"}}),
               {"shared.xml:13", "area_source_discretization is too large (500 km)"});
    check_says(job.refusal_with({{"reference_vs30_value", ""}}),
               {"'reference_vs30_value'", "SadighEtAl1997 requires it"});
    check_says(job.refusal_with({{"maximum_distance", "{'Volcanic': 100}"}}),
               {"maximum_distance for 'Active Shallow Crust'"});
    check_says(job.refusal_with({{"max_potential_paths", "3"}}), {"4 paths", "max_potential_paths = 3"});
    check_says(job.refusal_with({{"intensity_measure_types_and_levels", "{'PGA': [0.2, 0.1]}"}}),
               {"job.ini:", "PGA: level 2 is 0.1 after 0.2"});
    job.folder().write("gsim_tree.xml",
                       logic_tree_xml(gsim_set_xml("Volcanic", {{"v", "SadighEtAl1997", "1"}})));
    check_says(job.refusal_with({}), {"gsim_tree.xml is missing the TRT 'Active Shallow Crust'"});
    job.folder().write(
        "gsim_tree.xml",
        logic_tree_xml(gsim_set_xml("Volcanic", {{"v", "SadighEtAl1997", "1"}}) +
                       gsim_set_xml("Active Shallow Crust", {{"a", "BooreAtkinson2080", "1"}})));
    check_says(job.refusal_with({}), {"gsim_tree.xml:8", "BooreAtkinson2080", "BooreAtkinson2008"});
}
