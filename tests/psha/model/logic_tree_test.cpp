#include "workloads/psha/model/logic_tree.hpp"

#include "job_folder.hpp"
#include "nrml_text.hpp"
#include "workloads/psha/model/realizations.hpp"

using namespace mtc;
using namespace mtc::psha;
using mtc::test::branch_set_xml;
using mtc::test::BranchText;
using mtc::test::check_says;
using mtc::test::gsim_set_xml;
using mtc::test::JobFolder;
using mtc::test::logic_tree_xml;
using mtc::test::refusal;
using mtc::test::source_tree_xml;

namespace {

const std::string first_set = branch_set_xml("uncertaintyType=\"sourceModel\"", {{"b1", "a.xml", "1"}});

/// Refusal of a source-model tree beside files a.xml and b.xml.
std::string source_tree_refusal(const std::string& xml)
{
    const JobFolder folder{"source_tree"};
    folder.write("a.xml", "");
    folder.write("b.xml", "");
    return refusal([&] { (void)read_source_model_tree(folder.write("lt.xml", xml)); });
}

std::string gsim_tree_refusal(const std::string& sets, const std::set<std::string>& trts = {"A"})
{
    const JobFolder folder{"gsim_tree"};
    return refusal([&] { (void)read_gsim_tree(folder.write("gs.xml", logic_tree_xml(sets)), trts); });
}

SourceModel model_of(const std::string& file, const std::vector<std::string>& trts)
{
    SourceModel model{.file = file, .groups = {}};
    for (const std::string& trt : trts)
        model.groups.push_back({.trt = trt, .sources = {}});
    return model;
}

} // namespace

TEST_CASE("source-model branches are read with their files, with and without branching levels")
{
    const JobFolder folder{"source_tree"};
    folder.write("a.xml", "");
    folder.write("b.xml", "");
    const std::vector<BranchText> branches{{"b1", "a.xml", "0.25"}, {"b2", " a.xml\n b.xml ", "0.75"}};
    const std::string set = branch_set_xml("uncertaintyType=\"sourceModel\"", branches);
    for (const std::string& sets :
         {set, "<logicTreeBranchingLevel branchingLevelID=\"l\">\n" + set + "</logicTreeBranchingLevel>\n"}) {
        const SourceModelTree tree = read_source_model_tree(folder.write("lt.xml", logic_tree_xml(sets)));
        REQUIRE(tree.branches.size() == 2);
        CHECK(tree.branches[0].id == "b1");
        CHECK(tree.branches[1].weight == 0.75);
        REQUIRE(tree.branches[1].files.size() == 2);
        CHECK(tree.branches[1].files[1] == folder.path() / "b.xml");
    }
}

TEST_CASE("a source-model tree is refused with file and line")
{
    check_says(source_tree_refusal(source_tree_xml({{"b1", "a.xml", "0.5"}, {"b2", "b.xml", "0.4"}})),
               {"lt.xml:4", "branchset weights don't sum up to 1.0", "0.9"});
    check_says(source_tree_refusal(source_tree_xml({{"b1", "a.xml", "0.5"}, {"b1", "b.xml", "0.5"}})),
               {"lt.xml:6", "branchID = 'b1'", "line 5"});
    check_says(source_tree_refusal(source_tree_xml({{"b1", "a.xml", "0.5"}, {"b2", "a.xml", "0.5"}})),
               {"lt.xml:6", "uncertaintyModel 'a.xml'", "line 5"});
    check_says(source_tree_refusal(source_tree_xml({{"b1", "c.xml", "1"}})),
               {"lt.xml:5", "'c.xml'", "no such file"});
    check_says(source_tree_refusal(source_tree_xml({{"b1", "a.xml a.xml", "1"}})),
               {"lt.xml:5", "'a.xml' twice"});
    check_says(source_tree_refusal(source_tree_xml({{"b1", "a.xml", "-0.5"}, {"b2", "b.xml", "1.5"}})),
               {"lt.xml:5", "uncertaintyWeight = -0.5", "0 to 1"});
    check_says(source_tree_refusal(source_tree_xml({{"b1", "a.xml", "x"}})),
               {"lt.xml:5", "'x'", "not a number"});
    check_says(source_tree_refusal(source_tree_xml({})), {"lt.xml:4", "no <logicTreeBranch>"});
    check_says(source_tree_refusal(logic_tree_xml("")), {"lt.xml:3", "no <logicTreeBranchSet>"});
    check_says(source_tree_refusal(logic_tree_xml(branch_set_xml(
                   "uncertaintyType=\"sourceModel\" applyToSources=\"1\"", {{"b1", "a.xml", "1"}}))),
               {"lt.xml:4", "applyToSources = '1'"});
    check_says(source_tree_refusal(test::nrml("<sourceModel/>\n")),
               {"lt.xml:2", "<nrml> has no <logicTree>"});
    std::vector<BranchText> many(184, {"b", "a.xml", "0"});
    for (std::size_t i = 0; i < many.size(); ++i) {
        many[i].id = std::to_string(i);
        many[i].model = "m" + std::to_string(i);
    }
    check_says(source_tree_refusal(source_tree_xml(many)), {"lt.xml:4", "184 branches", "183"});
}

TEST_CASE("uncertainty types that are not there are refused by name")
{
    // The first set takes lines 4 to 6.
    check_says(source_tree_refusal(logic_tree_xml(
                   first_set + branch_set_xml("uncertaintyType=\"bGRRelative\"", {{"c1", "0.1", "1"}}))),
               {"lt.xml:7", "'bGRRelative'", "sourceModel alone"});
    check_says(source_tree_refusal(logic_tree_xml(first_set + first_set)), {"lt.xml:7", "'sourceModel'"});
    check_says(source_tree_refusal(logic_tree_xml(
                   first_set + branch_set_xml("uncertaintyType=\"gmpeModel\"", {{"c1", "X", "1"}}))),
               {"lt.xml:7", "'gmpeModel'", "gsim_logic_tree_file"});
    check_says(source_tree_refusal(
                   logic_tree_xml(branch_set_xml("uncertaintyType=\"extendModel\"", {{"c1", "a.xml", "1"}}))),
               {"lt.xml:4", "'extendModel'", "first set"});
}

TEST_CASE("ground-motion models are read by tectonic region type, in alphabetical order")
{
    const JobFolder folder{"gsim_tree"};
    const std::string xml = logic_tree_xml(
        gsim_set_xml("Volcanic",
                     {{"v1", "[ModelC]", "0.5"}, {"v2", "\n [ModelD]\n   region = 'x'\n", "0.5"}}) +
        gsim_set_xml("Unused", {{"u1", "Unknown", "1"}}) + gsim_set_xml("Active", {{"a1", " ModelC ", "1"}}));
    const GsimTree tree = read_gsim_tree(folder.write("gs.xml", xml), {"Volcanic", "Active"});
    REQUIRE(tree.sets.size() == 2);
    CHECK(tree.sets[0].trt == "Active");
    CHECK(tree.sets[0].branches.at(0).model == "ModelC");
    CHECK(tree.sets[1].trt == "Volcanic");
    CHECK(tree.sets[1].branches.at(0).model == "ModelC");
    CHECK(tree.sets[1].branches.at(1).model == "[ModelD]\nregion = 'x'");
    CHECK(tree.sets[1].branches.at(1).where.ends_with("gs.xml:6"));

    const GsimTree single = single_gsim_tree("[ModelC]", {"B", "A"}, "job.ini:3: gsim");
    REQUIRE(single.sets.size() == 2);
    CHECK(single.sets[0].trt == "A");
    CHECK(single.sets[1].branches.at(0).model == "ModelC");
    CHECK(single.sets[1].branches.at(0).weight == 1.0);
}

TEST_CASE("a ground-motion tree is refused with file and line")
{
    const std::string set = gsim_set_xml("A", {{"b1", "X", "1"}});
    check_says(gsim_tree_refusal(set + set), {"gs.xml:7", "duplicated applyToTectonicRegionType = 'A'"});
    check_says(gsim_tree_refusal(set, {"Volcanic"}), {"gs.xml", "is missing the TRT 'Volcanic'"});
    check_says(
        gsim_tree_refusal(gsim_set_xml("Active Shalow Crust", {{"b1", "X", "1"}}), {"Active Shallow Crust"}),
        {"is missing the TRT 'Active Shallow Crust'", "Did you mean 'Active Shalow Crust'"});
    check_says(gsim_tree_refusal(gsim_set_xml("A", {{"b1", "X", "0.5"}, {"b2", "[X]", "0.5"}})),
               {"gs.xml:6", "model 'X'", "branch 'b1'"});
    check_says(gsim_tree_refusal(branch_set_xml("uncertaintyType=\"gmpeModel\"", {{"b1", "X", "1"}})),
               {"gs.xml:4", "applyToTectonicRegionType"});
    check_says(gsim_tree_refusal(branch_set_xml("uncertaintyType=\"sourceModel\"", {{"b1", "X", "1"}})),
               {"gs.xml:4", "'sourceModel'", "gmpeModel is accepted"});
    std::string by_imt = set;
    by_imt.replace(by_imt.find("<uncertaintyWeight>"), 19, "<uncertaintyWeight imt=\"PGA\">");
    check_says(gsim_tree_refusal(by_imt), {"gs.xml:5", "imt = 'PGA'"});
    std::string with_file = set;
    with_file.replace(with_file.find("<uncertaintyModel>"), 18, "<uncertaintyModel gmpe_table=\"t.hdf5\">");
    check_says(gsim_tree_refusal(with_file), {"gs.xml:5", "gmpe_table"});
}

TEST_CASE("full enumeration: source models outermost, the last region type fastest, files shared")
{
    // b1 names a file with both region types; b2 shares it and adds one; b3 holds one region type only.
    const SourceModelTree sources{.branches = {{"b1", 0.5, {"x.xml"}, ""},
                                               {"b2", 0.3, {"x.xml", "y.xml"}, ""},
                                               {"b3", 0.2, {"z.xml"}, ""}}};
    const GsimTree gsims{
        .sets = {{"A", {{"a1", 0.6, "M1", ""}, {"a2", 0.4, "M2", ""}}},
                 {"S", {{"s1", 0.1, "M3", ""}, {"s2", 0.2, "M1", ""}, {"s3", 0.7, "M4", ""}}}}};
    const std::vector<SourceModel> files{model_of("x.xml", {"A", "S"}), model_of("y.xml", {"S"}),
                                         model_of("z.xml", {"A"})};
    const Enumeration all = enumerate(sources, gsims, files, 18);

    CHECK(all.models == std::vector<std::string>{"M1", "M2", "M3", "M4"});
    // Groups: x/A (2 models), x/S (3), y/S (3), z/A (2): each evaluated once with each of its models.
    REQUIRE(all.models_of_group.size() == 4);
    REQUIRE(all.group_models.size() == 10);
    CHECK(all.models_of_group[2].first == 5);
    CHECK(all.models_of_group[2].count == 3);
    CHECK(all.group_models[6].group == 2);
    CHECK(all.group_models[6].model == 0); // s2 is M1
    REQUIRE(all.realizations.size() == 18);
    CHECK(all.paths[0] == "b1~gA0 gA1");
    CHECK(all.paths[1] == "b1~gA0 gB1");
    CHECK(all.paths[3] == "b1~gB0 gA1");
    CHECK(all.paths[11] == "b2~gB0 gC1");
    CHECK(all.paths[17] == "b3~gB0 gC1");
    CHECK(all.realizations[1].weight == doctest::Approx(0.5 * 0.6 * 0.2));
    double sum = 0.0;
    for (const RealizationRecord& realization : all.realizations)
        sum += realization.weight;
    CHECK(sum == doctest::Approx(1.0).epsilon(1e-15));

    const auto added_up = [&](std::size_t r) {
        const IndexRange range = all.realizations[r].group_models;
        const auto first = all.realization_group_models.begin() + range.first;
        return std::vector<std::uint32_t>(first, first + range.count);
    };
    CHECK(added_up(1) == std::vector<std::uint32_t>{0, 3});     // x/A with M1, x/S with s2
    CHECK(added_up(11) == std::vector<std::uint32_t>{1, 4, 7}); // x/A with M2, x/S and y/S with s3
    CHECK(added_up(17) == std::vector<std::uint32_t>{9});       // z/A with M2, whatever S chooses
    CHECK(added_up(15) == std::vector<std::uint32_t>{9});

    check_says(refusal([&] { (void)enumerate(sources, gsims, files, 17); }),
               {"18 paths", "max_potential_paths = 17"});
}
