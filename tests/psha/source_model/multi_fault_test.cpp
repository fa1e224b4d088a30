#include "workloads/psha/job/flat_sources.hpp"
#include "workloads/psha/source_model/rupture_file.hpp"
#include "workloads/psha/source_model/sections.hpp"
#include "workloads/psha/source_model/source_reader.hpp"

#include "psha/job_folder.hpp"
#include "psha/nrml_text.hpp"

#include <algorithm>
#include <cmath>

using namespace mtc;
using namespace mtc::psha;
using mtc::test::check_says;
using mtc::test::JobFolder;
using mtc::test::refusal;

namespace {

constexpr SourceReadingKeys keys{.width_of_mfd_bin = 0.5, .investigation_time = 50.0};

std::string section(const std::string& id, double lon)
{
    const auto profile = [](double at) {
        return "<profile><gml:LineString><gml:posList>" + std::to_string(at) + " 45 0 " + std::to_string(at) +
               " 45.1 10</gml:posList></gml:LineString></profile>\n";
    };
    return "<section name=\"x\" id=\"" + id + "\">\n<kiteSurface>" + profile(lon) + profile(lon + 0.3) +
           "</kiteSurface></section>\n";
}

/// Line 3 holds the model, 4 the first section, each of which takes 4 lines.
std::string sections_xml(const std::string& sections = section("a", 10.0) + section("b", 10.3))
{
    return test::nrml("<geometryModel name=\"all\">\n" + sections + "</geometryModel>\n");
}

std::string rupture(const std::string& sections, const std::string& probabilities = "0.9 0.1",
                    const std::string& magnitude = "6.504")
{
    return "<multiPlanesRupture probs_occur=\"" + probabilities + "\"><magnitude>" + magnitude +
           "</magnitude><sectionIndexes indexes=\"" + sections + "\"/><rake>90</rake></multiPlanesRupture>\n";
}

/// Line 5 holds the source, 6 its first rupture.
std::string source_xml(const std::string& ruptures, const std::string& more = "")
{
    return test::source_model_xml("<multiFaultSource id=\"m\" name=\"m\" " + more + ">\n" + ruptures +
                                  "</multiFaultSource>\n");
}

std::vector<SourceModel> read(const JobFolder& folder, const std::vector<std::string>& names)
{
    std::vector<SourceModel> files;
    Notes notes;
    for (const std::string& name : names)
        files.push_back(read_source_model(folder.path() / name, keys, notes));
    resolve_sections(files);
    return files;
}

std::string refusal_of(const std::string& sections, const std::string& sources)
{
    const JobFolder folder{"multi_fault"};
    folder.write("sections.xml", sections);
    folder.write("sm.xml", sources);
    return refusal([&] { (void)read(folder, {"sections.xml", "sm.xml"}); });
}

const MultiFaultGeometry& geometry_of(const SourceModel& file)
{
    return std::get<MultiFaultGeometry>(file.groups.at(0).sources.at(0).geometry);
}

RuptureArrays two_ruptures(const std::filesystem::path& file, const std::string& source_id)
{
    CHECK(file.filename() == "sm.hdf5");
    CHECK(source_id == "m");
    return {.magnitudes = {6.0, 7.0},
            .rakes = {90.0, 0.0},
            .probabilities = {0.9, 0.1, 0.8, 0.2},
            .n_probabilities = 2,
            .section_lists = {"b", "a b"}};
}

} // namespace

TEST_CASE("multi-fault sources break sections that stand in other files")
{
    const JobFolder folder{"multi_fault"};
    folder.write("sections.xml", sections_xml());
    folder.write("sm.xml", source_xml(rupture("b,a") + rupture("b", "0.5 0.5", "7")));
    const std::vector<SourceModel> files = read(folder, {"sm.xml", "sections.xml"}); // in any order
    const MultiFaultGeometry& geometry = geometry_of(files.at(0));
    CHECK(files[0].groups[0].sources[0].kind == SourceKind::multi_fault);
    REQUIRE(geometry.sections);
    REQUIRE(geometry.sections->size() == 2);
    CHECK(geometry.sections->at(1).id == "b");
    CHECK(geometry.sections->at(0).surface.profiles.size() == 2);
    REQUIRE(geometry.ruptures.size() == 2);
    CHECK(geometry.ruptures[0].magnitude == 6.5); // two decimals
    CHECK(geometry.ruptures[0].sections == std::vector<std::uint32_t>{1, 0});
    CHECK(geometry.ruptures[1].sections == std::vector<std::uint32_t>{1});
    CHECK(geometry.ruptures[1].probabilities == std::vector{0.5, 0.5});
    CHECK(geometry.ruptures[1].rake == 90.0);
}

TEST_CASE("a source may name its file of sections itself, and list ruptures in HDF5")
{
    const JobFolder folder{"multi_fault"};
    folder.write("named.xml", sections_xml());
    folder.write("sm.xml", source_xml("", "faultSectionFname=\"./named.xml\""));
    check_says(refusal([&] { (void)read(folder, {"sm.xml"}); }),
               {"sm.xml:5: <multiFaultSource> holds no rupture", "sm.hdf5"});
    folder.write("sm.hdf5", "");
    read_rupture_files_with(nullptr);
    check_says(refusal([&] { (void)read(folder, {"sm.xml"}); }), {"sm.hdf5", "built without it"});
    read_rupture_files_with(two_ruptures);
    const std::vector<SourceModel> files = read(folder, {"sm.xml"});
    read_rupture_files_with(nullptr);
    const MultiFaultGeometry& geometry = geometry_of(files.at(0));
    REQUIRE(geometry.ruptures.size() == 2);
    CHECK(geometry.ruptures[1].magnitude == 7.0);
    CHECK(geometry.ruptures[1].sections == std::vector<std::uint32_t>{0, 1});
    CHECK(geometry.ruptures[1].probabilities == std::vector{0.8, 0.2});
}

TEST_CASE("sections and ruptures that do not fit are refused with file and line")
{
    const std::string sound = source_xml(rupture("a"));
    check_says(refusal_of(sections_xml(), source_xml(rupture("a,bb"))),
               {"sm.xml:5: multi-fault source 'm': section 'bb' is in no <geometryModel>"});
    check_says(refusal_of(sections_xml(section("a", 10.0) + section("a", 11.0)), sound),
               {"sections.xml:8: section 'a'", "sections.xml:4"});
    check_says(refusal_of(sections_xml("<section id=\"a\"><planarSurface/></section>\n"), sound),
               {"sections.xml:4: <planarSurface> in <section>"});
    check_says(refusal_of(sections_xml("<part/>\n"), sound),
               {"sections.xml:4: <part> in <geometryModel> (<section> is accepted)"});
    check_says(refusal_of(sections_xml("<section id=\"a\"><kiteSurface/></section>\n"), sound),
               {"sections.xml:4: <kiteSurface> holds 0 profiles"});
    check_says(refusal_of(sections_xml(), source_xml(rupture("a", "0.9 0.2"))),
               {"sm.xml:6: probabilities of probs_occur"});
    check_says(refusal_of(sections_xml(), source_xml(rupture("a") + rupture("b", "0.9 0.05 0.05"))),
               {"sm.xml:7: probs_occur holds 3 probabilities (accepted: 2"});
    check_says(refusal_of(sections_xml(), source_xml(rupture(" , "))),
               {"sm.xml:6: a rupture without sections"});
    check_says(refusal_of(sections_xml(), source_xml(rupture("a", "0.9 0.1", "12"))),
               {"sm.xml:6: magnitude = 12 (accepted: 0 to 11)"});
    check_says(refusal_of(sections_xml(), source_xml("<singlePlaneRupture/>\n")),
               {"sm.xml:6: <singlePlaneRupture> in <multiFaultSource>"});
    const JobFolder folder{"multi_fault"};
    folder.write("sm.xml", source_xml(rupture("a")));
    check_says(refusal([&] { (void)read(folder, {"sm.xml"}); }),
               {"sm.xml:5: multi-fault source 'm': section 'a'", "<uncertaintyModel>"});
    folder.write("sm.xml", source_xml(rupture("a"), "faultSectionFname=\"none.xml\""));
    check_says(refusal([&] { (void)read(folder, {"sm.xml"}); }), {"sm.xml:5: faultSectionFname", "none.xml"});
}

TEST_CASE("sections are flat once, ruptures by their probabilities or the rates inferred from them")
{
    const JobFolder folder{"multi_fault"};
    folder.write("sections.xml", sections_xml());
    folder.write("sm.xml", source_xml(rupture("b,a") + rupture("b", "0.5 0.5", "7") + rupture("b,a", "1 0")));
    for (const bool infer : {false, true}) {
        std::vector<SourceModel> files = read(folder, {"sections.xml", "sm.xml"});
        const Config config = test::config_with(
            {{"rupture_mesh_spacing", "5"}, {"infer_occur_rates", infer ? "true" : "false"}});
        FlatSources flat{config};
        flat.add(files.at(1).groups.at(0).sources.at(0), 0, 1.0);
        REQUIRE(flat.sources().size() == 1);
        CHECK(flat.sources()[0].has_rates == (infer ? 1U : 0U));
        CHECK(flat.sources()[0].ruptures.count == 3);
        FlatWriter writer;
        std::move(flat).write(writer);
        const ModelBytes bytes = writer.finish();
        const FlatReader reader{bytes};
        const auto surfaces = reader.get<SurfaceRecord>("surfaces");
        REQUIRE(surfaces.size() == 5); // two sections, three ruptures
        CHECK(std::ranges::count(surfaces, SurfaceShape::kite, &SurfaceRecord::shape) == 2);
        CHECK(std::ranges::count(surfaces, 1U, &SurfaceRecord::of_multi_fault) == 5);
        CHECK(reader.get<std::uint32_t>("surface_parts").size() == 5);
        const auto ruptures = reader.get<RuptureRecord>("ruptures");
        REQUIRE(ruptures.size() == 3);
        CHECK(std::isnan(ruptures[0].hypocentre_lon));
        CHECK(ruptures[0].annual_rate == doctest::Approx(infer ? -std::log(0.9) : 0.0));
        CHECK(ruptures[2].annual_rate == (infer ? 1e-30 : 0.0));
        CHECK(reader.get<double>("probabilities").size() == (infer ? 0 : 6));
    }
}
