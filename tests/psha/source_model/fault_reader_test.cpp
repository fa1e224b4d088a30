#include "workloads/psha/source_model/source_kinds.hpp"

#include "psha/job_folder.hpp"

using namespace mtc;
using namespace mtc::psha;
using mtc::test::check_says;
using mtc::test::JobFolder;
using mtc::test::refusal;

namespace {

constexpr SourceReadingKeys keys{.width_of_mfd_bin = 0.5, .investigation_time = 50.0};

const std::string floating = "<magScaleRel>WC1994</magScaleRel><ruptAspectRatio>2</ruptAspectRatio>"
                             "<incrementalMFD minMag=\"6\" binWidth=\"1\"><occurRates>0.1</occurRates>"
                             "</incrementalMFD><rake>90</rake>";
const std::string characteristic =
    "<arbitraryMFD><occurRates>0.1</occurRates><magnitudes>7</magnitudes></arbitraryMFD><rake>-90</rake>";

/// Lines: 0 the element, 1 trace, 2 dip, 3 upper, 4 lower depth.
std::string simple_geometry(const std::string& trace = "10 45 10.5 45.2", const std::string& dip = "30",
                            const std::string& upper = "0", const std::string& lower = "15")
{
    return "<simpleFaultGeometry>\n<gml:LineString><gml:posList>" + trace +
           "</gml:posList></gml:LineString>\n<dip>" + dip + "</dip>\n<upperSeismoDepth>" + upper +
           "</upperSeismoDepth>\n<lowerSeismoDepth>" + lower + "</lowerSeismoDepth></simpleFaultGeometry>\n";
}

std::string edge(const std::string& name, const std::string& points)
{
    return "<" + name + "><gml:LineString><gml:posList>" + points + "</gml:posList></gml:LineString></" +
           name + ">\n";
}

std::string complex_geometry()
{
    return "<complexFaultGeometry>" + edge("faultTopEdge", "10 45 0 10.5 45 1") +
           edge("intermediateEdge", "10 44.9 5 10.5 44.9 6") +
           edge("faultBottomEdge", "10 44.8 10 10.2 44.8 10 10.5 44.8 11") + "</complexFaultGeometry>\n";
}

/// The right corners can be moved to the east; lines as the corners'.
std::string plane(const std::string& right_lon = "0.2", const std::string& right_bottom_depth = "10")
{
    return "<planarSurface><topLeft lon=\"0\" lat=\"0\" depth=\"0\"/><topRight lon=\"" + right_lon +
           "\" lat=\"0\" depth=\"0\"/><bottomLeft lon=\"0\" lat=\"-0.1\" depth=\"10\"/><bottomRight lon=\"" +
           right_lon + "\" lat=\"-0.1\" depth=\"" + right_bottom_depth + "\"/></planarSurface>\n";
}

std::string kite()
{
    return "<kiteSurface>" + edge("profile", "0 0 0 0 -0.1 15") + edge("profile", "0.2 0 0 0.2 -0.1 15") +
           "</kiteSurface>\n";
}

std::string rupture(const std::string& kind, const std::string& surface,
                    const std::string& probabilities = "0.75 0.25")
{
    return "<" + kind + " probs_occur=\"" + probabilities +
           "\"><magnitude>6.5</magnitude><rake>0</rake><hypocenter lon=\"0.1\" lat=\"0\" depth=\"7\"/>" +
           surface + "</" + kind + ">\n";
}

/// A source in "source.xml", whose content begins in line 2.
Source read(const std::string& kind, const std::string& content, Notes& notes, const std::string& more = "")
{
    const JobFolder folder{"fault"};
    const XmlFile file{
        folder.write("source.xml", "<" + kind + " id=\"f\" " + more + ">\n" + content + "</" + kind + ">\n")};
    return read_source(file.root(), "Stable", keys, notes);
}

Source read(const std::string& kind, const std::string& content)
{
    Notes notes;
    Source source = read(kind, content, notes);
    CHECK(notes.warnings.empty());
    return source;
}

std::string refusal_of(const std::string& kind, const std::string& content, const std::string& more = "")
{
    Notes notes;
    return refusal([&] { (void)read(kind, content, notes, more); });
}

std::string surface_of(const std::string& surface)
{
    return "<surface>\n" + surface + "</surface>" + characteristic;
}

} // namespace

TEST_CASE("a simple fault is read")
{
    const Source source = read("simpleFaultSource", simple_geometry() + floating);
    CHECK(source.id == "f");
    CHECK(source.trt == "Stable");
    CHECK(source.kind == SourceKind::simple_fault);
    CHECK(source.aspect_ratio == 2.0);
    CHECK(source.distributions.size() == 1);
    const auto& fault = std::get<FaultGeometry>(source.geometry);
    CHECK(fault.rake == 90.0);
    CHECK(fault.hypocentres.empty());
    const auto& surface = std::get<SimpleFaultSurface>(fault.surface);
    REQUIRE(surface.trace.size() == 2);
    CHECK(surface.trace[1].lat == 45.2);
    CHECK(surface.dip == 30.0);
    CHECK(surface.seismogenic.lower == 15.0);
}

TEST_CASE("hypocentres and slips of a simple fault are read in pairs")
{
    const std::string hypocentres =
        "<hypoList><hypo alongStrike=\"0.25\" downDip=\"0.3\" weight=\"0.4\"/>"
        "<hypo alongStrike=\"0.75\" downDip=\"0.6\" weight=\"0.6\"/></hypoList>\n";
    const std::string slips = "<slipList><slip weight=\"1\">90</slip></slipList>\n";
    const Source source = read("simpleFaultSource", simple_geometry() + floating + hypocentres + slips);
    const auto& fault = std::get<FaultGeometry>(source.geometry);
    REQUIRE(fault.hypocentres.size() == 2);
    CHECK(fault.hypocentres[1].along == 0.75);
    CHECK(fault.hypocentres[1].down == 0.6);
    CHECK(fault.hypocentres[1].weight == 0.6);
    REQUIRE(fault.slips.size() == 1);
    CHECK(fault.slips[0].direction == 90.0);
    check_says(refusal_of("simpleFaultSource", slips + simple_geometry() + floating),
               {"source.xml:2: <slipList> without <hypoList>"});
    check_says(
        refusal_of("simpleFaultSource", "<hypoList><hypo alongStrike=\"1\" downDip=\"1\" weight=\"0.9\"/>"
                                        "</hypoList>" +
                                            slips + simple_geometry() + floating),
        {"source.xml:2: weights of <hypoList> add up to 0.9"});
    check_says(
        refusal_of("simpleFaultSource", "<hypoList><hypo alongStrike=\"1.1\" downDip=\"1\" weight=\"1\"/>"
                                        "</hypoList>" +
                                            slips + simple_geometry() + floating),
        {"source.xml:2: alongStrike = 1.1", "0 to 1"});
    check_says(refusal_of("complexFaultSource", slips + complex_geometry() + floating),
               {"source.xml:2: <slipList> in <complexFaultSource>"});
}

TEST_CASE("what a simple fault must not be is refused with line and value")
{
    const auto refused = [](const std::string& geometry) {
        return refusal_of("simpleFaultSource", geometry + floating);
    };
    check_says(refused(simple_geometry("10 45")), {"source.xml:3: the trace holds 1 point"});
    check_says(refused(simple_geometry("10 45 10 45")), {"source.xml:3: the trace holds 1 point"});
    check_says(refused(simple_geometry("10 45 10.5 45.5 10.5 45 10 45.5")),
               {"source.xml:3: the trace intersects itself"});
    check_says(refused(simple_geometry("10 45 11 46", "0")),
               {"source.xml:4: dip = 0", "above 0, at most 90"});
    check_says(refused(simple_geometry("10 45 11 46", "91")), {"source.xml:4: dip = 91"});
    check_says(refused(simple_geometry("10 45 11 46", "90", "-1")), {"source.xml:5: upperSeismoDepth = -1"});
    check_says(refused(simple_geometry("10 45 11 46", "90", "5", "5")),
               {"source.xml:6: lowerSeismoDepth = 5"});
    check_says(refusal_of("simpleFaultSource", simple_geometry() + "<rake>181</rake>" +
                                                   floating.substr(0, floating.find("<rake>"))),
               {"source.xml:7: rake = 181", "-180 to 180"});
}

TEST_CASE("a complex fault is read, its edges from the top down")
{
    const Source source = read("complexFaultSource", complex_geometry() + floating);
    CHECK(source.kind == SourceKind::complex_fault);
    const auto& surface = std::get<ComplexFaultSurface>(std::get<FaultGeometry>(source.geometry).surface);
    REQUIRE(surface.edges.size() == 3);
    CHECK(surface.edges[0][1].depth == 1.0);
    CHECK(surface.edges[1][0].depth == 5.0);
    CHECK(surface.edges[2].size() == 3);
    check_says(refusal_of("complexFaultSource", "<complexFaultGeometry>" +
                                                    edge("faultTopEdge", "10 45 0 10.5 45 1") +
                                                    "</complexFaultGeometry>" + floating),
               {"source.xml:2: <complexFaultGeometry> has no <faultBottomEdge>"});
    check_says(refusal_of("complexFaultSource", "<complexFaultGeometry>" + edge("faultTopEdge", "10 45 0") +
                                                    edge("faultBottomEdge", "10 44 9 11 44 9") +
                                                    "</complexFaultGeometry>" + floating),
               {"source.xml:2: <faultTopEdge> holds 1 point (at least 2"});
    check_says(refusal_of("complexFaultSource", "<complexFaultGeometry>" + edge("faultTopEdge", "10 45 0 1") +
                                                    "</complexFaultGeometry>" + floating),
               {"source.xml:2: <posList> holds 4 numbers (triplets"});
}

TEST_CASE("a characteristic fault is read with every kind of surface")
{
    const auto surface = [](const std::string& xml) {
        const Source source = read("characteristicFaultSource", surface_of(xml));
        CHECK(source.kind == SourceKind::characteristic_fault);
        const auto& geometry = std::get<CharacteristicGeometry>(source.geometry);
        CHECK(geometry.rake == -90.0);
        return geometry.surface;
    };
    CHECK(std::get<SimpleFaultSurface>(surface(simple_geometry())).dip == 30.0);
    CHECK(std::get<ComplexFaultSurface>(surface(complex_geometry())).edges.size() == 3);
    const auto planes = std::get<PlanarSurfaces>(surface(plane() + plane("0.3")));
    REQUIRE(planes.planes.size() == 2);
    CHECK(planes.planes[0].top_right.lon == 0.2);
    CHECK(planes.planes[1].bottom_right.lon == 0.3);
    CHECK(planes.planes[1].bottom_right.depth == 10.0);
    const auto points = std::get<GriddedSurface>(
        surface("<griddedSurface><gml:posList>0 0 5 0.1 0 6</gml:posList></griddedSurface>"));
    REQUIRE(points.points.size() == 2);
    CHECK(points.points[1].depth == 6.0);
    CHECK(std::get<KiteSurface>(surface(kite())).profiles.size() == 2);
    CHECK(std::get<KiteSurfaces>(surface(kite() + kite())).kites.size() == 2);
}

TEST_CASE("surfaces that are none are refused")
{
    const auto refused = [](const std::string& surface) {
        return refusal_of("characteristicFaultSource", surface_of(surface));
    };
    check_says(refused(""), {"source.xml:2: <surface> has no surface", "planarSurface"});
    check_says(refused("<planeSurface/>"), {"source.xml:2: <surface> has no surface", "'planarSurface'"});
    check_says(refused(plane() + simple_geometry()),
               {"source.xml:4: <simpleFaultGeometry> beside <planarSurface>"});
    check_says(refused(simple_geometry() + simple_geometry()), {"a second <simpleFaultGeometry>"});
    check_says(refused("<kiteSurface/>"), {"source.xml:3: <kiteSurface> holds 0 profiles"});
    check_says(refused(plane("0.2", "12")), {"source.xml:3: planarSurface: ",
                                             "top and bottom edges must be parallel to the earth surface"});
    std::string turned = plane();
    turned.replace(turned.find("bottomLeft lon=\"0\""), 18, "bottomLeft lon=\"1\"");
    check_says(refused(turned), {"source.xml:3: planarSurface: ", "corners are in the wrong order"});
}

TEST_CASE("a kite fault is read by its profiles")
{
    const Source source = read("kiteFaultSource", kite() + floating);
    CHECK(source.kind == SourceKind::kite_fault);
    const auto& surface = std::get<KiteSurface>(std::get<FaultGeometry>(source.geometry).surface);
    REQUIRE(surface.profiles.size() == 2);
    CHECK(surface.profiles[0][1].depth == 15.0);
    const Source on_trace = read("kiteFaultSource", simple_geometry() + floating);
    const auto& laid = std::get<KiteSurface>(std::get<FaultGeometry>(on_trace.geometry).surface);
    REQUIRE(laid.simple);
    CHECK(laid.simple->dip == 30.0);
    check_says(refusal_of("kiteFaultSource", floating), {"source.xml:1", "kiteSurface"});
    check_says(refusal_of("kiteFaultSource", simple_geometry("10 45 10.5 45", "91") + floating),
               {"source.xml:4: dip = 91"});
}

TEST_CASE("a non-parametric source is read with every kind of rupture")
{
    Notes notes;
    const Source source = read(
        "nonParametricSeismicSource",
        rupture("singlePlaneRupture", plane()) +
            rupture("multiPlanesRupture", plane() + plane("0.4"), "0.5 0.5") +
            rupture("simpleFaultRupture", simple_geometry()) +
            rupture("complexFaultRupture", complex_geometry()) +
            rupture("griddedRupture", "<griddedSurface><gml:posList>0 0 5</gml:posList></griddedSurface>"),
        notes, "rup_weights=\"0.1 0.2 0.3 0.2 0.2\"");
    CHECK(source.kind == SourceKind::non_parametric);
    CHECK(source.distributions.empty());
    const auto& ruptures = std::get<NonParametricGeometry>(source.geometry).ruptures;
    REQUIRE(ruptures.size() == 5);
    CHECK(ruptures[0].magnitude == 6.5);
    CHECK(ruptures[0].hypocentre.depth == 7.0);
    CHECK(ruptures[0].probabilities == std::vector{0.75, 0.25});
    CHECK(ruptures[1].probabilities == std::vector{0.5, 0.5});
    CHECK(ruptures[2].weight == 0.3);
    CHECK(std::get<PlanarSurfaces>(ruptures[1].surface).planes.size() == 2);
    CHECK(std::holds_alternative<SimpleFaultSurface>(ruptures[2].surface));
    CHECK(std::holds_alternative<ComplexFaultSurface>(ruptures[3].surface));
    CHECK(std::get<GriddedSurface>(ruptures[4].surface).points.size() == 1);
}

TEST_CASE("ruptures whose probabilities or surface do not fit are refused")
{
    const auto refused = [](const std::string& ruptures, const std::string& more = "") {
        return refusal_of("nonParametricSeismicSource", ruptures, more);
    };
    check_says(refused(rupture("singlePlaneRupture", plane(), "0.7 0.2")),
               {"source.xml:2: The probabilities", "'0.7 0.2'", "do not sum up to 1!"});
    check_says(refused(rupture("singlePlaneRupture", plane(), "0.1 0.2 0.3 0.4000000000000002")),
               {"do not sum up to 1!", "exactly 1 is accepted"});
    check_says(refused(rupture("singlePlaneRupture", plane(), "1.5 -0.5")), {"probs_occur = 1.5", "0 to 1"});
    check_says(refused(rupture("singlePlaneRupture", plane()) +
                       rupture("singlePlaneRupture", plane(), "0.5 0.25 0.25")),
               {"source.xml:4: probs_occur holds 3 probabilities (accepted: 2"});
    check_says(refused(rupture("singlePlaneRupture", plane() + plane())),
               {"source.xml:3: a second <planarSurface>"});
    check_says(refused(rupture("simpleFaultRupture", plane())), {"has no <simpleFaultGeometry>"});
    check_says(refused(rupture("singlePlainRupture", plane())),
               {"<singlePlainRupture>", "'singlePlaneRupture'"});
    check_says(refused(rupture("singlePlaneRupture", plane()), "rup_weights=\"0.5 0.5\""),
               {"source.xml:1: rup_weights holds 2 weights (accepted: 1"});
    check_says(refused(""), {"source.xml:1", "holds no rupture"});
}
