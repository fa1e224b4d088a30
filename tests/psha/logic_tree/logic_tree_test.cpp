#include "workloads/psha/logic_tree/logic_tree.hpp"

#include "psha/job_folder.hpp"
#include "psha/nrml_text.hpp"

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
    Notes notes;
    return refusal([&] { (void)read_source_model_tree(folder.write("lt.xml", xml), notes); });
}

std::string gsim_tree_refusal(const std::string& sets, const std::set<std::string>& trts = {"A"})
{
    const JobFolder folder{"gsim_tree"};
    return refusal([&] { (void)read_gsim_tree(folder.write("gs.xml", logic_tree_xml(sets)), trts); });
}

/// A tree whose first set takes lines 4 to 7 and holds b1 (a.xml) and b2 (b.xml).
std::string after_models(const std::string& sets)
{
    return logic_tree_xml(
        branch_set_xml("uncertaintyType=\"sourceModel\"", {{"b1", "a.xml", "0.5"}, {"b2", "b.xml", "0.5"}}) +
        sets);
}

std::string type_xml(const std::string& type, const std::string& attributes = "")
{
    return "uncertaintyType=\"" + type + "\" " + attributes;
}

SourceModelTree read_tree(const std::string& xml)
{
    const JobFolder folder{"source_tree"};
    for (const char* file : {"a.xml", "b.xml", "c.xml"})
        folder.write(file, "");
    Notes notes;
    return read_source_model_tree(folder.write("lt.xml", xml), notes);
}

/// The value of the only branch of a second set.
UncertaintyValue value_of(const std::string& type, const std::string& model)
{
    return read_tree(
               after_models(branch_set_xml(type_xml(type, "applyToSources=\"1\""), {{"c1", model, "1"}})))
        .sets.at(1)
        .branches.at(0)
        .value;
}

std::string value_refusal(const std::string& type, const std::string& model)
{
    return source_tree_refusal(
        after_models(branch_set_xml(type_xml(type, "applyToSources=\"1\""), {{"c1", model, "1"}})));
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
        Notes notes;
        const SourceModelTree tree =
            read_source_model_tree(folder.write("lt.xml", logic_tree_xml(sets)), notes);
        REQUIRE(tree.sets.size() == 1);
        const std::vector<SourceBranch>& read = tree.sets[0].branches;
        REQUIRE(read.size() == 2);
        CHECK(read[0].id == "b1");
        CHECK(read[1].weight == 0.75);
        CHECK(std::get<SourceFiles>(read[1].value) ==
              SourceFiles{folder.path() / "a.xml", folder.path() / "b.xml"});
        CHECK(source_files(tree) == SourceFiles{folder.path() / "a.xml", folder.path() / "b.xml"});
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

TEST_CASE("uncertainty types at the wrong place or unknown are refused by name")
{
    // The first set takes lines 4 to 6.
    check_says(source_tree_refusal(logic_tree_xml(first_set + first_set)),
               {"lt.xml:7", "'sourceModel'", "after the first set"});
    check_says(source_tree_refusal(
                   logic_tree_xml(first_set + branch_set_xml(type_xml("gmpeModel"), {{"c1", "X", "1"}}))),
               {"lt.xml:7", "'gmpeModel'", "gsim_logic_tree_file"});
    check_says(
        source_tree_refusal(logic_tree_xml(branch_set_xml(type_xml("extendModel"), {{"c1", "a.xml", "1"}}))),
        {"lt.xml:4", "'extendModel'", "first set"});
    check_says(source_tree_refusal(
                   logic_tree_xml(first_set + branch_set_xml(type_xml("bGRRelativ"), {{"c1", "0", "1"}}))),
               {"lt.xml:7", "'bGRRelativ'", "Did you mean 'bGRRelative'"});
    check_says(source_tree_refusal(logic_tree_xml(
                   first_set + branch_set_xml(type_xml("recomputeMmax"), {{"c1", "1 2", "1"}}))),
               {"lt.xml:8", "recomputeMmax", "'1 2'", "epsilon"});
}

TEST_CASE("sets join all ends of paths, or the branches they name; those left out keep their dots")
{
    const std::string three = after_models(
        branch_set_xml(type_xml("bGRRelative", "applyToBranches=\"b2\""),
                       {{"c1", "0.1", "0.5"}, {"c2", "0.2", "0.5"}}) +
        branch_set_xml(type_xml("maxMagGRRelative", "applyToBranches=\"c1\""), {{"d1", "0.1", "1"}}) +
        branch_set_xml(type_xml("dummy"), {{"e1", "", "0.5"}, {"e2", "", "0.5"}}));
    const SourceModelTree tree = read_tree(three);
    REQUIRE(tree.sets.size() == 4);
    CHECK(tree.sets[0].branches[1].next_set == 1U);
    CHECK(tree.sets[0].branches[1].dots == 0);
    CHECK(tree.sets[0].branches[0].dots == 1);
    CHECK(tree.sets[1].branches[0].next_set == 2U);
    CHECK(tree.sets[1].branches[1].dots == 2);
    // The last set names no branch and continues all.
    CHECK(tree.sets[0].branches[0].next_set == 3U);
    CHECK(tree.sets[1].branches[1].next_set == 3U);
    CHECK(tree.sets[2].branches[0].next_set == 3U);
    CHECK_FALSE(tree.sets[3].branches[0].next_set);
    CHECK(tree.sets[1].names_branches);
    CHECK_FALSE(tree.sets[3].names_branches);
    CHECK_FALSE(read_tree(after_models(branch_set_xml(type_xml("dummy", "applyToBranches=\"ALL\""),
                                                      {{"c1", "", "1"}})))
                    .sets[1]
                    .names_branches);
}

TEST_CASE("filters that cannot be are refused")
{
    const auto says = [](const std::string& type, const std::string& attributes,
                         std::initializer_list<std::string> parts) {
        check_says(source_tree_refusal(
                       after_models(branch_set_xml(type_xml(type, attributes), {{"c1", "0.1", "1"}}))),
                   parts);
    };
    says("bGRRelative", "applyToBranches=\"b3\"", {"lt.xml:8", "branch 'b3' is not yet defined"});
    says("bGRRelative", "applyToBranches=\"b1 b1\"", {"lt.xml:8", "branch 'b1' already has child branchset"});
    says("bGRRelative", "applyToSources=\"1\" applyToTectonicRegionType=\"A\"",
         {"lt.xml:8", "only one filter is allowed per branchset"});
    says("extendModel", "applyToTectonicRegionType=\"A\"",
         {"lt.xml:8", "applyToTectonicRegionType = 'A'", "extendModel"});
    for (const char* type :
         {"abGRAbsolute", "bGRAbsolute", "maxMagGRAbsolute", "simpleFaultGeometryAbsolute",
          "complexFaultGeometryAbsolute", "truncatedGRFromSlipAbsolute", "setMSRAbsolute"}) {
        says(type, "", {"lt.xml:8", type, "exactly one source (it names 0)"});
        says(type, "applyToSources=\"1 2\"", {"lt.xml:8", "exactly one source (it names 2)"});
    }
    for (const char* type : {"simpleFaultDipAbsolute", "simpleFaultDipRelative"})
        says(type, "", {"lt.xml:8", type, "needs applyToSources"});
    check_says(source_tree_refusal(logic_tree_xml(branch_set_xml(
                   type_xml("sourceModel", "applyToBranches=\"b1\""), {{"b1", "a.xml", "1"}}))),
               {"lt.xml:4", "applyToBranches = 'b1'"});
    check_says(source_tree_refusal(after_models(branch_set_xml(type_xml("dummy"), {{"b2", "", "1"}}))),
               {"lt.xml:9", "branchID = 'b2'", "lt.xml:6"});
    std::string by_imt = source_tree_xml({{"b1", "a.xml", "1"}});
    by_imt.replace(by_imt.find("<uncertaintyWeight>"), 19,
                   "<uncertaintyWeight imt=\"PGA\">1</uncertaintyWeight><uncertaintyWeight>");
    check_says(source_tree_refusal(by_imt), {"lt.xml:5", "imt = 'PGA'", "models of ground motion"});
}

TEST_CASE("values are read as their type has them")
{
    using Numbers = std::vector<double>;
    CHECK(std::get<Numbers>(value_of("abGRAbsolute", " 4.5\n1.1 ")) == Numbers{4.5, 1.1});
    CHECK(std::get<Numbers>(value_of("abMaxMagAbsolute", "4.5 1 7.8")) == Numbers{4.5, 1.0, 7.8});
    CHECK(std::get<Numbers>(value_of("bGRAbsolute", "0.9")) == Numbers{0.9});
    CHECK(std::get<Numbers>(value_of("bGRRelative", "-0.1")) == Numbers{-0.1});
    CHECK(std::get<Numbers>(value_of("maxMagGRAbsolute", "7")) == Numbers{7.0});
    CHECK(std::get<Numbers>(value_of("maxMagGRRelative", "+0.5")) == Numbers{0.5});
    CHECK(std::get<Numbers>(value_of("setLowerSeismDepthAbsolute", "25")) == Numbers{25.0});
    CHECK(std::get<Numbers>(value_of("simpleFaultDipAbsolute", "60")) == Numbers{60.0});
    CHECK(std::get<Numbers>(value_of("simpleFaultDipRelative", "-5")) == Numbers{-5.0});
    CHECK(std::get<MagnitudeArea>(value_of("setMSRAbsolute", "PeerMSR")) == MagnitudeArea::peer);
    CHECK(std::holds_alternative<std::monostate>(value_of("dummy", "whatever")));

    const auto incremental = std::get<Incremental>(
        value_of("incrementalMFDAbsolute", "<incrementalMFD minMag=\"5.5\" binWidth=\"0.2\"><occurRates>0.1 "
                                           "0.2</occurRates></incrementalMFD>"));
    CHECK(incremental.min_magnitude == 5.5);
    CHECK(incremental.bin_width == 0.2);
    CHECK(incremental.annual_rates == Numbers{0.1, 0.2});

    const auto slip = std::get<FaultSlip>(
        value_of("truncatedGRFromSlipAbsolute", "<faultActivityData slipRate=\"20\" rigidity=\"32\"/>"));
    CHECK(slip.rate_mm == 20.0);
    CHECK(slip.rigidity_gpa == 32.0);
    CHECK(slip.constant_term == 9.1);

    const auto area = std::get<AreaGeometry>(
        value_of("areaSourceGeometryAbsolute", test::area_text("1 2 3 2 3 4").geometry));
    CHECK(area.polygon.size() == 3);
}

TEST_CASE("surfaces are read as source models hold them")
{
    const std::string simple = "<simpleFaultGeometry><gml:LineString><gml:posList>1 2 3 4</gml:posList>"
                               "</gml:LineString><dip>45</dip><upperSeismoDepth>1</upperSeismoDepth>"
                               "<lowerSeismoDepth>9</lowerSeismoDepth></simpleFaultGeometry>";
    const auto edge = [](const std::string& name, const std::string& places) {
        return "<" + name + "><gml:LineString><gml:posList>" + places + "</gml:posList></gml:LineString></" +
               name + ">";
    };
    const std::string complex = "<complexFaultGeometry>" + edge("faultTopEdge", "1 2 0 3 4 0") +
                                edge("faultBottomEdge", "1 2 9 3 4 8") + "</complexFaultGeometry>";
    const std::string plane =
        "<planarSurface><topLeft lon=\"1\" lat=\"2\" depth=\"3\"/><topRight lon=\"2\" lat=\"2\" depth=\"3\"/>"
        "<bottomLeft lon=\"1\" lat=\"2\" depth=\"9\"/><bottomRight lon=\"2\" lat=\"2\" depth=\"9\"/>"
        "</planarSurface>";
    const auto surface = [](const std::string& type, const std::string& xml) {
        return std::get<Surface>(value_of(type, xml));
    };
    const auto trace = std::get<SimpleFaultSurface>(surface("simpleFaultGeometryAbsolute", simple));
    CHECK(trace.trace.at(1).lat == 4.0);
    CHECK(trace.dip == 45.0);
    CHECK(trace.seismogenic.lower == 9.0);
    const auto edges = std::get<ComplexFaultSurface>(surface("complexFaultGeometryAbsolute", complex));
    REQUIRE(edges.edges.size() == 2);
    CHECK(edges.edges[1].at(1).depth == 8.0);
    const std::string type = "characteristicFaultGeometryAbsolute";
    CHECK(std::holds_alternative<SimpleFaultSurface>(surface(type, "<surface>" + simple + "</surface>")));
    CHECK(std::holds_alternative<ComplexFaultSurface>(surface(type, "<surface>" + complex + "</surface>")));
    const auto planes = std::get<PlanarSurfaces>(surface(type, "<surface>" + plane + plane + "</surface>"));
    REQUIRE(planes.planes.size() == 2);
    CHECK(planes.planes[1].bottom_right.depth == 9.0);

    check_says(value_refusal(type, simple), {"lt.xml:9", "one <surface> is accepted"});
    check_says(value_refusal("complexFaultGeometryAbsolute", simple), {"<simpleFaultGeometry> first"});
    check_says(value_refusal("simpleFaultGeometryAbsolute", "3"), {"lt.xml:9", "no element"});
}

TEST_CASE("values that cannot be are refused with the line of the branch")
{
    check_says(value_refusal("abGRAbsolute", "4.5"),
               {"lt.xml:9", "abGRAbsolute '4.5' holds 1 numbers", "a b"});
    check_says(value_refusal("abGRAbsolute", "4.5 -1"), {"lt.xml:9", "b = -1", "above 0"});
    check_says(value_refusal("abMaxMagAbsolute", "4.5 1"), {"lt.xml:9", "a b Mmax"});
    check_says(value_refusal("bGRRelative", "x"), {"lt.xml:9", "'x'"});
    check_says(value_refusal("simpleFaultDipAbsolute", "95"), {"lt.xml:9", "dip = 95"});
    check_says(value_refusal("setLowerSeismDepthAbsolute", "0"), {"lt.xml:9", "depth = 0"});
    check_says(value_refusal("setMSRAbsolute", "WC1995"), {"lt.xml:9", "'WC1995'"});
    check_says(value_refusal("truncatedGRFromSlipAbsolute", "<f slipRate=\"0\" rigidity=\"3\"/>"),
               {"lt.xml:9", "slipRate = 0"});
    check_says(value_refusal(
                   "incrementalMFDAbsolute",
                   "<incrementalMFD minMag=\"5\" binWidth=\"0\"><occurRates>1</occurRates></incrementalMFD>"),
               {"lt.xml:9", "binWidth = 0"});
    check_says(
        value_refusal(
            "incrementalMFDAbsolute",
            "<incrementalMFD minMag=\"5\" binWidth=\"1\"><occurRates>-1</occurRates></incrementalMFD>"),
        {"lt.xml:9", "occurRates"});
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
    check_says(gsim_tree_refusal(by_imt), {"gs.xml:5", "<uncertaintyWeight> without imt"});
    const auto with_weights = [](const std::string& weights) {
        return "<logicTreeBranchSet branchSetID=\"bs\" uncertaintyType=\"gmpeModel\" "
               "applyToTectonicRegionType=\"A\"><logicTreeBranch branchID=\"b\"><uncertaintyModel>X"
               "</uncertaintyModel>" +
               weights + "</logicTreeBranch></logicTreeBranchSet>\n";
    };
    const std::string one = "<uncertaintyWeight>1</uncertaintyWeight>";
    const std::string pga = "<uncertaintyWeight imt=\"PGA\">1</uncertaintyWeight>";
    check_says(gsim_tree_refusal(with_weights(one + one)), {"gs.xml:4", "a second <uncertaintyWeight>"});
    check_says(gsim_tree_refusal(with_weights(one + pga + pga)), {"gs.xml:4", "second", "imt = 'PGA'"});
    check_says(gsim_tree_refusal(with_weights(one + "<uncertaintyWeight imt=\"PGX\">1</uncertaintyWeight>")),
               {"gs.xml:4", "PGX"});
    check_says(
        gsim_tree_refusal(with_weights(one + "<uncertaintyWeight imt=\"PGA\">0.5</uncertaintyWeight>")),
        {"gs.xml:4", "branchset weights don't sum up to 1.0 for imt = 'PGA'", "0.5"});
}

TEST_CASE("models have weights by intensity measure, and parameters as attributes in older files")
{
    const JobFolder folder{"gsim_tree"};
    std::string xml = logic_tree_xml(gsim_set_xml("A", {{"b1", "X", "0.5"}, {"b2", "[Y]\nk = 2", "0.5"}}));
    const auto replace = [&](const std::string& what, const std::string& by) {
        xml.replace(xml.find(what), what.size(), by);
    };
    replace("<uncertaintyModel>X", "<uncertaintyModel table=\"t \\ u.hdf5\" n=\"3\" on=\"true\">X");
    replace("0.5</uncertaintyWeight>", "0.5</uncertaintyWeight><uncertaintyWeight "
                                       "imt=\"SA(0.10)\">1.0</uncertaintyWeight>");
    const std::size_t second = xml.rfind("0.5</uncertaintyWeight>") + 23;
    xml.insert(second, "<uncertaintyWeight imt=\"SA(0.1)\">0</uncertaintyWeight>");
    const GsimTree tree = read_gsim_tree(folder.write("gs.xml", xml), {"A"});
    const std::vector<GsimBranch>& branches = tree.sets.at(0).branches;
    CHECK(branches.at(0).model == "[X]\ntable = \"t \\\\ u.hdf5\"\nn = 3\non = true");
    CHECK(branches.at(1).model == "[Y]\nk = 2");
    CHECK(branches.at(0).weight == 0.5);
    CHECK(branches.at(0).imt_weights == std::map<std::string, double>{{"SA(0.1)", 1.0}});
    CHECK(branches.at(1).imt_weights == std::map<std::string, double>{{"SA(0.1)", 0.0}});
}
