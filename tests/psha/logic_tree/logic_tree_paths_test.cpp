#include "workloads/psha/logic_tree/logic_tree_paths.hpp"

#include "config/values.hpp"
#include "psha/job_folder.hpp"
#include "psha/nrml_text.hpp"
#include "test_data.hpp"
#include "workloads/psha/logic_tree/realizations.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <numeric>
#include <sstream>

using namespace mtc;
using namespace mtc::psha;
using mtc::test::check_says;
using mtc::test::refusal;

namespace {

struct Row {
    double weight = 0.0;
    std::string path;
};

std::vector<Row> read_rows(const std::filesystem::path& csv)
{
    std::vector<Row> rows;
    std::ifstream in{csv};
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        if (line.ends_with('\r'))
            line.pop_back();
        const std::vector<std::string_view> cells = config::split(line, ",");
        rows.push_back({.weight = config::parse_number(cells.at(1)).value(),
                        .path = text(cells.at(2), "~", cells.at(3))});
    }
    return rows;
}

/// Keys of a job.ini, without their sections.
std::map<std::string, std::string> read_keys(const std::filesystem::path& ini)
{
    std::map<std::string, std::string> keys;
    std::ifstream in{ini};
    for (std::string line; std::getline(in, line);) {
        const std::size_t parting = line.find('=');
        if (!line.starts_with('#') && !line.starts_with(';') && parting != std::string::npos)
            keys[std::string{config::trimmed(line.substr(0, parting))}] =
                config::trimmed(line.substr(parting + 1));
    }
    return keys;
}

/// Region types of a source model of any kind of sources.
void add_trts(const XmlNode& node, std::set<std::string>& trts)
{
    if (const auto trt = node.find_attribute("tectonicRegion"))
        trts.insert(*trt);
    if (node.name() == "nrml" || node.name() == "sourceModel" || node.name() == "sourceGroup")
        for (const XmlNode& child : node.children())
            add_trts(child, trts);
}

PathSelection select_paths(const std::filesystem::path& ini, const SourceModelTree& tree, GsimTree& gsims)
{
    const auto keys = read_keys(ini);
    const auto value = [&](const std::string& key, const std::string& otherwise) {
        const auto found = keys.find(key);
        return found == keys.end() ? otherwise : found->second;
    };
    std::set<std::string> trts;
    for (const std::filesystem::path& file : source_files(tree)) {
        const XmlFile xml{file};
        add_trts(xml.root(), trts);
    }
    gsims = keys.contains("gsim_logic_tree_file")
                ? read_gsim_tree(ini.parent_path() / keys.at("gsim_logic_tree_file"), trts)
                : single_gsim_tree(keys.at("gsim"), trts, "job.ini");
    const auto n = std::stoul(value("number_of_logic_tree_samples", "0"));
    if (n == 0)
        return all_paths(tree, gsims, {}, 15000);
    return sampled_paths(tree, gsims, {},
                         {.n_samples = static_cast<std::uint32_t>(n),
                          .seed = static_cast<std::uint32_t>(std::stoul(value("random_seed", "42"))),
                          .method = sampling_method(value("sampling_method", "early_weights"))});
}

SourceModelTree tree_of(const std::filesystem::path& ini)
{
    Notes notes;
    return read_source_model_tree(ini.parent_path() / read_keys(ini).at("source_model_logic_tree_file"),
                                  notes);
}

/// A tree of one set of source models, and one that changes them.
SourceModelTree small_tree()
{
    SourceModelTree tree;
    tree.sets.push_back(
        {.branches = {{.id = "b", .weight = 0.25, .next_set = 1}, {.id = "a", .weight = 0.75, .dots = 1}}});
    tree.sets.push_back({.branches = {{.id = "d", .weight = 0.4}, {.id = "c", .weight = 0.6}}});
    return tree;
}

GsimTree small_gsims()
{
    return {
        .sets = {
            {"A", {{.id = "a1", .weight = 0.6, .model = "M1"}, {.id = "a2", .weight = 0.4, .model = "M2"}}},
            {"S",
             {{.id = "s1", .weight = 0.1, .model = "M3"},
              {.id = "s2", .weight = 0.2, .model = "M1"},
              {.id = "s3", .weight = 0.7, .model = "M4"}}}}};
}

std::vector<std::string> texts(const PathSelection& selection)
{
    std::vector<std::string> list;
    for (const ChosenPath& chosen : selection.realizations) {
        list.push_back(selection.source_paths[chosen.source_path].text);
        for (const std::uint32_t branch : chosen.gsims)
            list.back() += text(" ", branch);
    }
    return list;
}

double sum_of_weights(const PathSelection& selection, std::size_t column = 0)
{
    return std::accumulate(
        selection.realizations.begin(), selection.realizations.end(), 0.0,
        [&](double sum, const ChosenPath& chosen) { return sum + chosen.weights[column]; });
}

} // namespace

TEST_CASE("realizations of OpenQuake's jobs are OpenQuake's")
{
    std::size_t n_jobs = 0;
    std::size_t n_rows = 0;
    std::size_t n_incomplete = 0;
    for (const std::string collection : {"oq/demos", "oq/qa"}) {
        const auto folder = test::reference(collection);
        if (!folder)
            return;
        for (const auto& entry : std::filesystem::directory_iterator{*folder}) {
            const std::filesystem::path csv = entry.path() / "oq_run" / "realizations.csv";
            if (!std::filesystem::exists(csv))
                continue;
            CAPTURE(entry.path());
            const std::vector<Row> rows = read_rows(csv);
            SourceModelTree tree;
            try {
                tree = tree_of(entry.path() / "job.ini");
            } catch (const InputError& error) {
                check_says(error.what(), {"no such file"}); // not all large files are in the reference data
                std::cout << "SKIPPED: " << error.what() << '\n';
                ++n_incomplete;
                continue;
            }
            GsimTree gsims;
            const PathSelection selection = select_paths(entry.path() / "job.ini", tree, gsims);
            const EffectiveGroups nothing{
                .groups = {},
                .of_path = std::vector<std::vector<std::uint32_t>>(selection.source_paths.size())};
            const Enumeration laid_out = lay_out(selection, gsims, nothing);
            REQUIRE(laid_out.paths.size() == rows.size());
            for (std::size_t r = 0; r < rows.size(); ++r) {
                CHECK(laid_out.paths[r] == rows[r].path);
                // OpenQuake's weights are products of 32-bit floats.
                CHECK(std::abs(laid_out.realizations[r].weight - rows[r].weight) <= 6e-8);
            }
            ++n_jobs;
            n_rows += rows.size();
        }
    }
    std::cout << "realizations compared: " << n_rows << " of " << n_jobs << " jobs\n";
    CHECK(n_jobs + n_incomplete == 52);
    CHECK(n_jobs == 51);
    CHECK(n_rows == 584);
}

TEST_CASE("all paths: source models by their text outermost, the last region type fastest")
{
    const PathSelection all = all_paths(small_tree(), small_gsims(), {}, 18);
    REQUIRE(all.source_paths.size() == 3);
    CHECK(all.source_paths[0].text == "a~.");
    CHECK(all.source_paths[1].text == "b~c");
    CHECK(all.source_paths[1].choices == std::vector<BranchChoice>{{0, 0}, {1, 1}});
    CHECK(all.source_paths[2].weight == doctest::Approx(0.1));
    const std::vector<std::string> paths = texts(all);
    REQUIRE(paths.size() == 18);
    CHECK(paths[0] == "a~. 0 0");
    CHECK(paths[1] == "a~. 0 1");
    CHECK(paths[3] == "a~. 1 0");
    CHECK(paths[17] == "b~d 1 2");
    CHECK(all.realizations[1].weights == std::vector<double>{all.realizations[1].weights[0]});
    CHECK(all.realizations[1].weights[0] == doctest::Approx(0.75 * 0.6 * 0.2));
    CHECK(sum_of_weights(all) == doctest::Approx(1.0).epsilon(1e-15));
    check_says(refusal([&] { (void)all_paths(small_tree(), small_gsims(), {}, 17); }),
               {"18 paths", "max_potential_paths = 17", "number_of_logic_tree_samples"});
}

TEST_CASE("a tree of more paths than numbers have is refused without walking it")
{
    SourceModelTree tree;
    for (std::uint32_t s = 0; s < 70; ++s)
        tree.sets.push_back({.branches = {{.id = text(s, "a"), .weight = 0.5, .next_set = s + 1},
                                          {.id = text(s, "b"), .weight = 0.5, .next_set = s + 1}}});
    tree.sets.push_back({.branches = {{.id = "end", .weight = 1.0}}});
    check_says(refusal([&] { (void)all_paths(tree, {}, {}, 15000); }), {"15001 paths or more"});
}

TEST_CASE("weights of single intensity measures make realizations weigh differently for them")
{
    GsimTree gsims = small_gsims();
    gsims.sets[0].branches[0].imt_weights = {{"SA(0.1)", 1.0}};
    gsims.sets[0].branches[1].imt_weights = {{"SA(0.1)", 0.0}};
    const std::vector<Imt> imts{{"PGA", 0.0}, {"SA(0.1)", 0.1}};
    const PathSelection all = all_paths(small_tree(), gsims, imts, 18);
    REQUIRE(all.realizations[4].weights.size() == 3);
    CHECK(all.realizations[4].weights[1] == doctest::Approx(0.75 * 0.4 * 0.2)); // a~. 1 1
    CHECK(all.realizations[4].weights[0] == all.realizations[4].weights[1]);
    CHECK(all.realizations[4].weights[2] == 0.0);
    CHECK(all.realizations[1].weights[2] == doctest::Approx(0.75 * 1.0 * 0.2));
    for (std::size_t column = 0; column < 3; ++column)
        CHECK(sum_of_weights(all, column) == doctest::Approx(1.0).epsilon(1e-15));
    const EffectiveGroups nothing{.groups = {}, .of_path = std::vector<std::vector<std::uint32_t>>(3)};
    const Enumeration laid_out = lay_out(all, gsims, nothing);
    REQUIRE(laid_out.imt_weights.size() == 36);
    CHECK(laid_out.imt_weights[18 + 4] == 0.0);
    CHECK(laid_out.imt_weights[4] == all.realizations[4].weights[1]);

    gsims.sets[0].branches[0].imt_weights = {{"SA(0.1)", 0.0}};
    check_says(refusal([&] { (void)all_paths(small_tree(), gsims, imts, 18); }), {"weigh 0 for SA(0.1)"});
}

TEST_CASE("late sampling draws branches evenly and weighs by product and by samples that share a source path")
{
    // mt19937 of seed 1 begins 0.417, 0.720, 0.000114, 0.302, 0.147, 0.0923, 0.186, 0.346; two columns.
    // Samples: b d (0.417, then d for 0.720 > 1/2 is c), b c; b d; b d; b d.
    const PathSelection late = sampled_paths(
        small_tree(), small_gsims(), {}, {.n_samples = 4, .seed = 1, .method = SamplingMethod::late_weights});
    REQUIRE(late.source_paths.size() == 2);
    CHECK(late.source_paths[0].text == "b~c");
    CHECK(late.source_paths[1].text == "b~d");
    REQUIRE(late.realizations.size() == 4);
    CHECK(late.realizations[0].source_path == 0);
    CHECK(late.realizations[3].source_path == 1);
    const GsimTree gsims = small_gsims();
    std::vector<double> expected;
    for (const ChosenPath& chosen : late.realizations)
        expected.push_back((chosen.source_path == 0 ? 0.15 : 3.0 * 0.1) *
                           gsims.sets[0].branches[chosen.gsims[0]].weight *
                           gsims.sets[1].branches[chosen.gsims[1]].weight);
    const double total = std::accumulate(expected.begin(), expected.end(), 0.0);
    for (std::size_t r = 0; r < 4; ++r)
        CHECK(late.realizations[r].weights[0] == doctest::Approx(expected[r] / total));
    CHECK(sum_of_weights(late) == doctest::Approx(1.0));
}

TEST_CASE("latin sampling takes every stratum of a column as often as another")
{
    for (const SamplingMethod method : {SamplingMethod::early_latin, SamplingMethod::late_latin}) {
        const PathSelection latin =
            sampled_paths(small_tree(), small_gsims(), {}, {.n_samples = 300, .seed = 7, .method = method});
        std::size_t n_second = 0;
        for (const ChosenPath& chosen : latin.realizations)
            n_second += chosen.gsims[0];
        CHECK(n_second == (method == SamplingMethod::early_latin ? 120 : 150));
    }
    CHECK(sampling_method("late_latin") == SamplingMethod::late_latin);
    check_says(refusal([] { (void)sampling_method("latin"); }), {"'latin'", "early_weights"});
}
