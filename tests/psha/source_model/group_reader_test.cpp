#include "workloads/psha/source_model/source_reader.hpp"

#include "psha/job_folder.hpp"
#include "psha/nrml_text.hpp"
#include "test_data.hpp"

#include <set>

using namespace mtc;
using namespace mtc::psha;
using mtc::test::check_says;
using mtc::test::JobFolder;
using mtc::test::refusal;
using mtc::test::source_model_xml;
using mtc::test::SourceText;

namespace {

constexpr SourceReadingKeys keys{.width_of_mfd_bin = 0.5, .investigation_time = 50.0};

SourceModel read(const std::string& xml, Notes& notes)
{
    const JobFolder folder{"groups"};
    return read_source_model(folder.write("sm.xml", xml), keys, notes);
}

std::string refusal_of(const std::string& attributes, const std::string& sources)
{
    Notes notes;
    return refusal([&] { (void)read(source_model_xml(sources, "A", attributes), notes); });
}

std::string point(const std::string& id)
{
    SourceText text;
    text.attributes = "id=\"" + id + "\"";
    return text.xml();
}

std::string ruptures(const std::string& more)
{
    const std::string corners =
        "<planarSurface><topLeft lon=\"0\" lat=\"0\" depth=\"0\"/><topRight lon=\"0.2\" lat=\"0\" "
        "depth=\"0\"/><bottomLeft lon=\"0\" lat=\"-0.1\" depth=\"10\"/><bottomRight "
        "lon=\"0.2\" lat=\"-0.1\" depth=\"10\"/></planarSurface>";
    const std::string rupture = "<singlePlaneRupture probs_occur=\"0.75 0.25\"><magnitude>6</magnitude>"
                                "<rake>0</rake><hypocenter lon=\"0\" lat=\"0\" depth=\"5\"/>" +
                                corners + "</singlePlaneRupture>";
    return "<nonParametricSeismicSource id=\"n\" " + more + ">" + rupture + rupture +
           "</nonParametricSeismicSource>\n";
}

std::string group(const std::string& trt, const std::string& attributes, const std::string& sources)
{
    return "<sourceGroup tectonicRegion=\"" + trt + "\" " + attributes + ">\n" + sources + "</sourceGroup>\n";
}

std::string timed_model(const std::string& groups)
{
    return test::nrml("<sourceModel investigation_time=\"50\">\n" + groups + "</sourceModel>\n");
}

} // namespace

TEST_CASE("independent groups of one region type are one, all others stay apart behind them")
{
    Notes notes;
    const SourceModel model = read(
        timed_model(group("B", "", point("b1")) +
                    group("B", "src_interdep=\"mutex\" srcs_weights=\"0.25 0.75\" grp_probability=\"0.5\"",
                          point("m:1") + point("m:2")) +
                    group("A", "src_interdep=\"indep\" rup_interdep=\"indep\"", point("a")) +
                    group("B", "", point("b2")) +
                    group("A", "cluster=\"true\" tom=\"PoissonTOM\" occurrence_rate=\"0.01\"", point("c")) +
                    group("A", "rup_interdep=\"mutex\"", ruptures("rup_weights=\"0.4 0.6\""))),
        notes);
    CHECK(notes.warnings.empty());
    CHECK(notes.remarks.empty());
    REQUIRE(model.groups.size() == 5);
    CHECK(model.groups[0].trt == "A");
    CHECK(model.groups[0].sources.size() == 1);
    CHECK(model.groups[1].trt == "B");
    REQUIRE(model.groups[1].sources.size() == 2);
    CHECK(model.groups[1].sources[1].id == "b2");
    CHECK(model.groups[1].dependence == Dependence::independent);
    const SourceGroup& exclusive = model.groups[2];
    CHECK(exclusive.trt == "B");
    CHECK(exclusive.dependence == Dependence::exclusive_sources);
    CHECK(exclusive.weights == std::vector{0.25, 0.75});
    CHECK(exclusive.probability == 0.5);
    CHECK(exclusive.sources.size() == 2);
    CHECK(model.groups[3].is_cluster);
    CHECK(model.groups[3].cluster_rate == 0.01);
    CHECK(model.groups[4].dependence == Dependence::exclusive_ruptures);
    CHECK(std::get<NonParametricGeometry>(model.groups[4].sources[0].geometry).ruptures[1].weight == 0.6);
}

TEST_CASE("groups that contradict themselves are refused")
{
    check_says(refusal_of("src_interdep=\"mutx\"", point("a")),
               {"sm.xml:4: src_interdep = 'mutx'", "'indep' and 'mutex'", "Did you mean 'mutex'?"});
    check_says(refusal_of("src_interdep=\"mutex\" rup_interdep=\"mutex\"", point("a")),
               {"sm.xml:4: src_interdep = 'mutex' with rup_interdep = 'mutex'"});
    check_says(refusal_of("src_interdep=\"mutex\"", point("a:1")), {"sm.xml:4", "no attribute srcs_weights"});
    check_says(refusal_of("src_interdep=\"mutex\" srcs_weights=\"0.5 0.5\"", point("a:1")),
               {"sm.xml:4: srcs_weights holds 2 weights (accepted: 1"});
    check_says(refusal_of("src_interdep=\"mutex\" srcs_weights=\"0.99999\"", point("a:1")),
               {"sm.xml:4: srcs_weights add up to 0.99999", "5e-06"});
    check_says(refusal_of("src_interdep=\"mutex\" srcs_weights=\"1\" grp_probability=\"1.5\"", point("a:1")),
               {"sm.xml:4: grp_probability = 1.5", "0 to 1"});
    check_says(refusal_of("rup_interdep=\"mutex\"", point("a")),
               {"sm.xml:5: 'a' in a group with rup_interdep = 'mutex'", "nonParametricSeismicSource"});
    check_says(refusal_of("cluster=\"true\"", point("a")), {"sm.xml:4", "no attribute occurrence_rate"});
    check_says(refusal_of("cluster=\"true\" occurrence_rate=\"0\"", point("a")),
               {"sm.xml:4: occurrence_rate = 0", "above 0"});
    check_says(refusal_of("cluster=\"maybe\"", point("a")), {"sm.xml:4: cluster = 'maybe'"});
    check_says(refusal_of("cluster=\"true\" rup_interdep=\"mutex\" occurrence_rate=\"1\"", point("a")),
               {"sm.xml:4: cluster = 'true' with rup_interdep = 'mutex'"});
    Notes notes;
    check_says(
        refusal([&] { (void)read(timed_model(group("A", "rup_interdep=\"mutex\"", ruptures(""))), notes); }),
        {"sm.xml:5: rup_weights of 'n' add up to 2"});
    check_says(refusal([&] { (void)read(source_model_xml(ruptures("")), notes); }),
               {"sm.xml:5: nonParametricSeismicSource 'n' needs the investigation_time", "sm.xml:3"});
}

TEST_CASE("what has no effect in a group is remarked")
{
    Notes notes;
    (void)read(
        source_model_xml(point("a"), "A", "grp_probability=\"0.5\" srcs_weights=\"1\" occurrence_rate=\"1\""),
        notes);
    REQUIRE(notes.remarks.size() == 3);
    check_says(notes.remarks[0], {"sm.xml:4: occurrence_rate has no effect"});
    check_says(notes.remarks[1], {"sm.xml:4: srcs_weights has no effect"});
    check_says(notes.remarks[2], {"sm.xml:4: grp_probability has no effect"});
    Notes others;
    (void)read(source_model_xml(point("a"), "A", "src_interdep=\"mutex\" srcs_weights=\"1\""), others);
    REQUIRE(others.warnings.size() == 1);
    check_says(others.warnings[0], {"sm.xml:5: id 'a'", "base:fragment"});
}

TEST_CASE("all source models of the reference jobs are read")
{
    const auto root = test::reference("oq");
    const auto golden = test::reference("hazard/golden/jobs");
    if (!root || !golden)
        return;
    std::set<std::string> refused;
    std::size_t n_read = 0;
    std::size_t n_sources = 0;
    for (const std::filesystem::path& folder : {*root, *golden})
        for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
            if (entry.path().extension() != ".xml" ||
                psha::XmlFile{entry.path()}.root().children("sourceModel").empty())
                continue;
            Notes notes;
            try {
                const SourceModel model = read_source_model(
                    entry.path(), {.width_of_mfd_bin = 0.1, .investigation_time = {}}, notes);
                ++n_read;
                for (const SourceGroup& group : model.groups)
                    n_sources += group.sources.size();
            } catch (const InputError& error) {
                MESSAGE(std::string{error.what()});
                refused.insert(entry.path().parent_path().filename().string());
            }
        }
    CHECK(refused.empty());
    CHECK(n_read == 73);
    CHECK(n_sources == 117);
}
