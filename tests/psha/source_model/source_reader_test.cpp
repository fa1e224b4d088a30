#include "workloads/psha/source_model/source_reader.hpp"

#include "psha/job_folder.hpp"
#include "psha/nrml_text.hpp"

using namespace mtc;
using namespace mtc::psha;
using mtc::test::area_text;
using mtc::test::check_says;
using mtc::test::JobFolder;
using mtc::test::refusal;
using mtc::test::source_model_xml;
using mtc::test::SourceText;

namespace {

constexpr SourceReadingKeys keys{.width_of_mfd_bin = 0.5, .investigation_time = 50.0};

std::string text_of(const FilePlace& place)
{
    return place;
}

SourceModel read_text(const std::string& xml, Notes& notes, const SourceReadingKeys& with = keys)
{
    const JobFolder folder{"source_model"};
    return read_source_model(folder.write("sm.xml", xml), with, notes);
}

std::string refusal_of(const std::string& xml, const SourceReadingKeys& with = keys)
{
    Notes notes;
    return refusal([&] { (void)read_text(xml, notes, with); });
}

/// Refusal of a model with one source, whose first line is 5.
std::string refusal_of(const SourceText& source)
{
    return refusal_of(source_model_xml(source.xml()));
}

} // namespace

TEST_CASE("a point source is read with all its parts")
{
    SourceText text;
    text.mfd =
        "<incrementalMFD minMag=\"5.5\" binWidth=\"0.5\"><occurRates>0.2 0 0.1</occurRates></incrementalMFD>";
    text.planes = "<nodalPlane probability=\"0.3\" strike=\"10\" dip=\"60\" rake=\"-90\"/>"
                  "<nodalPlane probability=\"0.7\" strike=\"20\" dip=\"30\" rake=\"90\"/>";
    Notes notes;
    const SourceModel model = read_text(source_model_xml(text.xml()), notes);
    REQUIRE(model.groups.size() == 1);
    CHECK(model.groups[0].trt == "Active Shallow Crust");
    REQUIRE(model.groups[0].sources.size() == 1);
    const Source& source = model.groups[0].sources[0];
    CHECK(source.id == "1");
    CHECK(text_of(source.where).ends_with("sm.xml:5"));
    CHECK(std::get<PointGeometry>(source.geometry).location.lon == 10.0);
    CHECK(std::get<PointGeometry>(source.geometry).location.lat == 45.0);
    CHECK(source.seismogenic.lower == 20.0);
    CHECK(source.magnitude_area == MagnitudeArea::wc1994);
    CHECK(source.aspect_ratio == 1.5);
    REQUIRE(source.distributions.size() == 1);
    const std::vector<MagnitudeRate> bins = discretised(source.distributions[0], 0.0, 0.0);
    REQUIRE(bins.size() == 3);
    CHECK(bins[2].magnitude == 6.5);
    CHECK(bins[1].annual_rate == 0.0);
    REQUIRE(source.planes.size() == 2);
    CHECK(source.planes[0].rake == -90.0);
    CHECK(source.planes[1].probability == 0.7);
    REQUIRE(source.depths.size() == 1);
    CHECK(source.depths[0].depth == 10.0);
    CHECK(notes.warnings.empty());
}

TEST_CASE("a relation with a parameter is read in each of its forms")
{
    for (const std::string relation :
         {"CScalingMSR(C=3.9)", "CScalingMSR.C = 3.90", "\n[CScalingMSR]\nC = 3.9\n"}) {
        SourceText text;
        text.relation = relation;
        Notes notes;
        CHECK(read_text(source_model_xml(text.xml()), notes).groups.at(0).sources.at(0).magnitude_area ==
              magnitude_area_by_name("CScalingMSR(C=3.9)"));
    }
    SourceText text;
    text.relation = "WC1994.D = 3";
    check_says(refusal_of(text),
               {"sm.xml:7: 'WC1994(D=3)' is not a recognized magnitude-scale relationship"});
}

TEST_CASE("an area source is read, its ring closed or not, with its own spacing or without")
{
    Notes notes;
    const SourceModel model =
        read_text(source_model_xml(area_text("10 45 11 45 11 46 10 45", "discretization=\"7\"").xml() +
                                   area_text("0 0 1 0 1 1").xml()),
                  notes);
    REQUIRE(model.groups.at(0).sources.size() == 2);
    const auto& first = std::get<AreaGeometry>(model.groups[0].sources[0].geometry);
    CHECK(first.polygon.size() == 3);
    CHECK(first.discretization_km == 7.0);
    const auto& second = std::get<AreaGeometry>(model.groups[0].sources[1].geometry);
    CHECK(second.polygon.size() == 3);
    CHECK_FALSE(second.discretization_km);
    REQUIRE(notes.warnings.size() == 1); // both have the id 1
    check_says(notes.warnings[0], {"sm.xml:13", "second source with id '1'", "sm.xml:5"});
}

TEST_CASE("NRML 0.4 groups sources by their tectonic region type")
{
    SourceText a;
    a.attributes = "id=\"a\" tectonicRegion=\"Volcanic\"";
    SourceText b;
    b.attributes = "id=\"b\" tectonicRegion=\"Active\"";
    SourceText c;
    c.attributes = "id=\"c\" tectonicRegion=\"Volcanic\"";
    Notes notes;
    const SourceModel model = read_text(
        test::nrml("<sourceModel>\n" + a.xml() + b.xml() + c.xml() + "</sourceModel>\n", "0.4"), notes);
    REQUIRE(model.groups.size() == 2);
    CHECK(model.groups[0].trt == "Active");
    CHECK(model.groups[1].trt == "Volcanic");
    REQUIRE(model.groups[1].sources.size() == 2);
    CHECK(model.groups[1].sources[1].id == "c");
    SourceText without;
    check_says(refusal_of(test::nrml("<sourceModel>\n" + without.xml() + "</sourceModel>\n", "0.4")),
               {"sm.xml:4", "tectonicRegion"});
}

TEST_CASE("equal planes and depths are merged, with a warning each")
{
    SourceText text;
    text.planes = "<nodalPlane probability=\"0.3\" strike=\"10\" dip=\"60\" rake=\"0\"/>"
                  "<nodalPlane probability=\"0.7\" strike=\"10\" dip=\"60\" rake=\"0\"/>";
    text.depths = "<hypoDepth probability=\"0.5\" depth=\"5\"/><hypoDepth probability=\"0.25\" depth=\"6\"/>"
                  "<hypoDepth probability=\"0.25\" depth=\"5\"/>";
    Notes notes;
    const SourceModel model = read_text(source_model_xml(text.xml()), notes);
    const Source& source = model.groups.at(0).sources.at(0);
    REQUIRE(source.planes.size() == 1);
    CHECK(source.planes[0].probability == doctest::Approx(1.0));
    REQUIRE(source.depths.size() == 2);
    CHECK(source.depths[0].probability == 0.75);
    CHECK(notes.warnings.size() == 2);
}

TEST_CASE("what a source must not hold is refused with file, line and value")
{
    SourceText text;
    text.planes = "<nodalPlane probability=\"1\" strike=\"361\" dip=\"90\" rake=\"0\"/>";
    check_says(refusal_of(text), {"sm.xml:10: strike = 361", "0 to 360"});
    text.planes = "<nodalPlane probability=\"1\" strike=\"0\" dip=\"0\" rake=\"0\"/>";
    check_says(refusal_of(text), {"sm.xml:10: dip = 0", "above 0, at most 90"});
    text.planes = "<nodalPlane probability=\"1\" strike=\"0\" dip=\"90.5\" rake=\"0\"/>";
    check_says(refusal_of(text), {"sm.xml:10: dip = 90.5"});
    text.planes = "<nodalPlane probability=\"1\" strike=\"0\" dip=\"90\" rake=\"-181\"/>";
    check_says(refusal_of(text), {"sm.xml:10: rake = -181", "-180 to 180"});
    text.planes = "<nodalPlane probability=\"0.9999998\" strike=\"0\" dip=\"90\" rake=\"0\"/>";
    check_says(refusal_of(text), {"sm.xml:10", "add up to 0.9999998", "1 within 1e-07"});
    text.planes = "<nodalPlane probability=\"0.99999995\" strike=\"0\" dip=\"90\" rake=\"0\"/>";
    Notes notes;
    CHECK_NOTHROW((void)read_text(source_model_xml(text.xml()), notes));
    text.planes = "";
    check_says(refusal_of(text), {"sm.xml:10", "nodalPlaneDist", "add up to 0"});

    text = SourceText{};
    text.depths = "<hypoDepth probability=\"1\" depth=\"20.1\"/>";
    check_says(refusal_of(text), {"sm.xml:11: depth = 20.1", "upperSeismoDepth 0", "lowerSeismoDepth 20"});
    text.depths = "<hypoDepth probability=\"-1\" depth=\"20\"/>";
    check_says(refusal_of(text), {"sm.xml:11: probability = -1", "0 to 1"});

    text = SourceText{};
    text.aspect = "0";
    check_says(refusal_of(text), {"sm.xml:8: ruptAspectRatio = 0", "above 0"});
    text = SourceText{};
    text.relation = "WC1995";
    check_says(refusal_of(text),
               {"sm.xml:7", "'WC1995' is not a recognized magnitude-scale relationship", "WC1994"});
    text = SourceText{};
    text.geometry = "<pointGeometry><gml:Point><gml:pos>10 95</gml:pos></gml:Point></pointGeometry>";
    check_says(refusal_of(text), {"sm.xml:6: latitude = 95", "-90 to 90"});
    text.geometry = "<pointGeometry><gml:Point><gml:pos>10 45 3</gml:pos></gml:Point></pointGeometry>";
    check_says(refusal_of(text), {"sm.xml:6", "3 numbers"});
    text.geometry = "<pointGeometry><gml:Point><gml:pos>10 45</gml:pos></gml:Point><upperSeismoDepth>5"
                    "</upperSeismoDepth>\n<lowerSeismoDepth>5</lowerSeismoDepth></pointGeometry>";
    check_says(refusal_of(text), {"sm.xml:7: lowerSeismoDepth = 5", "above upperSeismoDepth, which is 5"});
    check_says(refusal_of(area_text("10 45 11 45")), {"sm.xml:6", "2 corners", "at least 3"});
    check_says(refusal_of(area_text("10 45 11 45 11 46", "discretization=\"0\"")),
               {"sm.xml:6: discretization = 0"});

    text = SourceText{};
    text.mfd =
        "<incrementalMFD minMag=\"5\" binWidth=\"1\"><occurRates>0.1 -0.1</occurRates></incrementalMFD>";
    check_says(refusal_of(text), {"sm.xml:9: occurRates holds -0.1", "at least 0"});
    text.mfd = "<arbitraryMFD><occurRates>0.1</occurRates><magnitudes>5 6</magnitudes></arbitraryMFD>";
    check_says(refusal_of(text), {"sm.xml:9: arbitraryMFD: "});
    text.mfd = "<truncGutenbergRichterMFD aValue=\"4\" bValue=\"1\" minMag=\"7\" maxMag=\"5\"/>";
    check_says(refusal_of(text), {"sm.xml:9: truncGutenbergRichterMFD: "});
    text.mfd = "";
    check_says(refusal_of(text), {"sm.xml:5", "no magnitude-frequency distribution"});
}

TEST_CASE("what is not computed is refused by name")
{
    SourceText text;
    text.kind = "simpleFaltSource";
    check_says(refusal_of(text), {"sm.xml:5: simpleFaltSource '1' is no kind of source", "pointSource, ",
                                  "Did you mean 'simpleFaultSource'?"});
    text.kind = "ucerfSource";
    check_says(refusal_of(text), {"sm.xml:5: ucerfSource '1' (UCERF3 sources are not part of mtc"});
    check_says(refusal_of(source_model_xml(SourceText{}.xml(), "A", "tom=\"ClusterPoissonTOM\"")),
               {"sm.xml:4: tom"});
    check_says(refusal_of(test::nrml("<geometryModel/>\n")), {"sm.xml:3: <geometryModel> holds no section"});
}

TEST_CASE("a source model that does not fit the job or itself is refused")
{
    SourceText text;
    text.mfd = "<truncGutenbergRichterMFD aValue=\"4\" bValue=\"1\" minMag=\"5\" maxMag=\"6\"/>";
    check_says(refusal_of(source_model_xml(text.xml()), {.width_of_mfd_bin = {}, .investigation_time = 50.0}),
               {"sm.xml:9", "needs width_of_mfd_bin"});
    text = SourceText{};
    text.attributes = "id=\"1\" tectonicRegion=\"Volcanic\"";
    check_says(refusal_of(text), {"sm.xml:5: tectonicRegion = 'Volcanic'", "'Active Shallow Crust'"});
    check_says(refusal_of(test::nrml("<sourceModel investigation_time=\"1\"/>\n")),
               {"sm.xml:3: investigation_time = 1", "50"});
    check_says(refusal_of(test::nrml("<sourceModel/>\n")), {"sm.xml:3", "no source"});
    check_says(refusal_of(test::nrml("<sourceModel>\n" + SourceText{}.xml() + "</sourceModel>\n")),
               {"sm.xml:4: <pointSource>", "<sourceGroup> is accepted"});
    text = SourceText{};
    text.attributes = "name=\"no id\"";
    check_says(refusal_of(text), {"sm.xml:5", "no attribute id"});
}

TEST_CASE("an unknown part of a source is told, not ignored in silence")
{
    SourceText text;
    text.mfd += "\n<hypoDepthDis/>";
    Notes notes;
    (void)read_text(source_model_xml(text.xml()), notes);
    REQUIRE(notes.warnings.size() == 1);
    check_says(notes.warnings[0], {"sm.xml:10: <hypoDepthDis>", "'hypoDepthDist'"});
}
