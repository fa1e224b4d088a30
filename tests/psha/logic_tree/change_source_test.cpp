#include "workloads/psha/logic_tree/change_source.hpp"

#include "psha/job_folder.hpp"

#include <array>

using namespace mtc;
using namespace mtc::psha;
using mtc::test::check_says;
using mtc::test::refusal;
using enum UncertaintyType;

namespace {

const TruncatedGutenbergRichter gutenberg_richter{
    .min_magnitude = 5.0, .max_magnitude = 7.0, .a_value = 4.0, .b_value = 1.0};

Source source_with(const Geometry& geometry, const MagnitudeDistribution& distribution = gutenberg_richter)
{
    return {.id = "s",
            .where = {std::make_shared<std::string>("m.xml"), 7},
            .geometry = geometry,
            .seismogenic = {.upper = 0.0, .lower = 20.0},
            .distributions = {distribution},
            .depths = {{.probability = 1.0, .depth = 10.0}}};
}

const AreaGeometry area{.polygon = {{1, 1}, {2, 1}, {2, 2}}, .discretization_km = 5.0};
const SimpleFaultSurface trace{.trace = {{1, 1}, {1, 2}}, .dip = 45.0, .seismogenic = {1.0, 12.0}};
const ComplexFaultSurface edges{.edges = {{{1, 1, 0}, {1, 2, 0}}, {{1, 1, 9}, {1, 2, 9}}}};

Source simple_fault()
{
    Source source = source_with(FaultGeometry{.surface = trace});
    source.depths.clear();
    return source;
}

Source change(const Source& source, UncertaintyType type, const UncertaintyValue& value)
{
    return changed(source, {.name = "type", .type = type},
                   {.id = "b", .weight = 1.0, .value = value, .where = "lt.xml:9"},
                   [](const Surface&) { return 1000.0; });
}

TruncatedGutenbergRichter changed_distribution(UncertaintyType type, const std::vector<double>& numbers)
{
    return std::get<TruncatedGutenbergRichter>(
        change(source_with(PointGeometry{}), type, numbers).distributions.at(0));
}

double moment_rate(const TruncatedGutenbergRichter& d)
{
    return moment_rate_of_a_value(d.a_value, d.b_value, d.min_magnitude, d.max_magnitude);
}

std::string change_refusal(const Source& source, UncertaintyType type, const UncertaintyValue& value)
{
    return refusal([&] { (void)change(source, type, value); });
}

} // namespace

TEST_CASE("absolute changes of a Gutenberg-Richter distribution replace values and nothing else")
{
    const TruncatedGutenbergRichter ab = changed_distribution(ab_absolute, {4.5, 1.1});
    CHECK(ab.a_value == 4.5);
    CHECK(ab.b_value == 1.1);
    CHECK(ab.max_magnitude == 7.0);
    const TruncatedGutenbergRichter all = changed_distribution(ab_max_magnitude_absolute, {4.5, 1.1, 7.8});
    CHECK(all.a_value == 4.5);
    CHECK(all.b_value == 1.1);
    CHECK(all.max_magnitude == 7.8);
    const TruncatedGutenbergRichter b = changed_distribution(b_absolute, {0.9});
    CHECK(b.b_value == 0.9);
    CHECK(b.a_value == 4.0);
    const TruncatedGutenbergRichter largest = changed_distribution(max_magnitude_absolute, {7.5});
    CHECK(largest.max_magnitude == 7.5);
    CHECK(largest.a_value == 4.0);
}

TEST_CASE("relative changes of a Gutenberg-Richter distribution keep the moment rate")
{
    const TruncatedGutenbergRichter b = changed_distribution(b_relative, {-0.1});
    CHECK(b.b_value == doctest::Approx(0.9));
    CHECK(b.max_magnitude == 7.0);
    CHECK(moment_rate(b) == doctest::Approx(moment_rate(gutenberg_richter)).epsilon(1e-12));
    CHECK(b.a_value < 3.9);
    const TruncatedGutenbergRichter largest = changed_distribution(max_magnitude_relative, {0.5});
    CHECK(largest.max_magnitude == 7.5);
    CHECK(largest.b_value == 1.0);
    CHECK(moment_rate(largest) == doctest::Approx(moment_rate(gutenberg_richter)).epsilon(1e-12));
    CHECK(largest.a_value < 4.0);
}

TEST_CASE("each distribution of a multi-point source is changed")
{
    Source source = source_with(MultiPointGeometry{.locations = {{1, 1}, {2, 2}}});
    source.distributions.push_back(TruncatedGutenbergRichter{5.5, 6.5, 3.0, 0.8});
    const Source after = change(source, max_magnitude_relative, std::vector{0.5});
    CHECK(std::get<TruncatedGutenbergRichter>(after.distributions.at(0)).max_magnitude == 7.5);
    CHECK(std::get<TruncatedGutenbergRichter>(after.distributions.at(1)).max_magnitude == 7.0);
}

TEST_CASE("distributions, relations and depths are replaced")
{
    const Incremental bins{.min_magnitude = 6.0, .bin_width = 0.1, .annual_rates = {0.1}};
    const Source point = source_with(PointGeometry{});
    CHECK(
        std::get<Incremental>(change(point, incremental_absolute, bins).distributions.at(0)).min_magnitude ==
        6.0);
    const FaultSlip slip{.rate_mm = 20.0, .rigidity_gpa = 32.0};
    const auto slipping = std::get<SlippingGutenbergRichter>(
        change(simple_fault(), gutenberg_richter_from_slip, slip).distributions.at(0));
    CHECK(slipping.min_magnitude == 5.0);
    CHECK(slipping.max_magnitude == 7.0);
    CHECK(slipping.b_value == 1.0);
    CHECK(slipping.slip_rate_mm == 20.0);
    CHECK(slipping.rigidity_gpa == 32.0);
    CHECK(slipping.constant_term == 9.1);
    CHECK(change(point, magnitude_area_absolute, MagnitudeArea::peer).magnitude_area == MagnitudeArea::peer);
    CHECK(change(point, lower_depth_absolute, std::vector{15.0}).seismogenic.lower == 15.0);
    const Source fault = change(simple_fault(), lower_depth_absolute, std::vector{15.0});
    CHECK(std::get<SimpleFaultSurface>(std::get<FaultGeometry>(fault.geometry).surface).seismogenic.lower ==
          15.0);
}

TEST_CASE("geometries and dips are replaced")
{
    const AreaGeometry extent{.polygon = {{3, 3}, {4, 3}, {4, 4}, {3, 4}}};
    const Source changed_area = change(source_with(area), area_geometry_absolute, extent);
    CHECK(std::get<AreaGeometry>(changed_area.geometry).polygon.size() == 4);
    CHECK(std::get<AreaGeometry>(changed_area.geometry).discretization_km == 5.0);
    CHECK(changed_area.seismogenic.upper == 0.0);

    const auto dip_of = [](const Source& source) {
        return std::get<SimpleFaultSurface>(std::get<FaultGeometry>(source.geometry).surface).dip;
    };
    CHECK(dip_of(change(simple_fault(), simple_fault_dip_absolute, std::vector{60.0})) == 60.0);
    CHECK(dip_of(change(simple_fault(), simple_fault_dip_relative, std::vector{-5.0})) == 40.0);
    SimpleFaultSurface other = trace;
    other.dip = 30.0;
    CHECK(dip_of(change(simple_fault(), simple_fault_geometry_absolute, Surface{other})) == 30.0);
    ComplexFaultSurface deeper = edges;
    deeper.edges[1][0].depth = 12.0;
    const Source complex = change(source_with(FaultGeometry{.surface = edges}),
                                  complex_fault_geometry_absolute, Surface{deeper});
    CHECK(
        std::get<ComplexFaultSurface>(std::get<FaultGeometry>(complex.geometry).surface).edges[1][0].depth ==
        12.0);
    const Source characteristic = change(source_with(CharacteristicGeometry{.surface = trace}),
                                         characteristic_fault_geometry_absolute, Surface{edges});
    CHECK(std::holds_alternative<ComplexFaultSurface>(
        std::get<CharacteristicGeometry>(characteristic.geometry).surface));
}

TEST_CASE("what a source has decides whether a type can change it")
{
    const Source arbitrary = source_with(PointGeometry{}, Arbitrary{{5.0}, {0.1}});
    const Source characteristic = source_with(CharacteristicGeometry{.surface = trace});
    const Source explicit_ruptures{.geometry = NonParametricGeometry{}};
    for (const UncertaintyType type : {ab_absolute, ab_max_magnitude_absolute, b_absolute, b_relative,
                                       max_magnitude_absolute, max_magnitude_relative}) {
        CHECK(can_change(type, source_with(PointGeometry{})));
        CHECK_FALSE(can_change(type, arbitrary));
        CHECK_FALSE(can_change(type, explicit_ruptures));
    }
    CHECK(can_change(incremental_absolute, arbitrary));
    CHECK_FALSE(can_change(incremental_absolute, explicit_ruptures));
    CHECK(can_change(gutenberg_richter_from_slip, simple_fault()));
    CHECK_FALSE(can_change(gutenberg_richter_from_slip, source_with(area)));
    CHECK(can_change(magnitude_area_absolute, simple_fault()));
    CHECK_FALSE(can_change(magnitude_area_absolute, characteristic));
    CHECK_FALSE(can_change(lower_depth_absolute, source_with(FaultGeometry{.surface = edges})));
    CHECK(can_change(area_geometry_absolute, source_with(area)));
    CHECK_FALSE(can_change(area_geometry_absolute, source_with(PointGeometry{})));
    CHECK_FALSE(can_change(simple_fault_dip_relative, characteristic));
    CHECK_FALSE(can_change(complex_fault_geometry_absolute, simple_fault()));
    CHECK(can_change(characteristic_fault_geometry_absolute, characteristic));
    for (const UncertaintyType type : {source_model, extend_model, dummy})
        CHECK_FALSE(can_change(type, source_with(area)));

    CHECK(changes_nothing({.name = "", .type = b_relative}, std::vector{0.0}));
    CHECK(changes_nothing({.name = "", .type = dummy}, {}));
    CHECK_FALSE(changes_nothing({.name = "", .type = b_relative}, std::vector{0.1}));
    CHECK_FALSE(changes_nothing({.name = "", .type = b_absolute}, std::vector{0.0}));
}

TEST_CASE("changes that cannot be name branch, source and value")
{
    const Source point = source_with(PointGeometry{});
    check_says(change_refusal(point, simple_fault_dip_relative, std::vector{1.0}),
               {"lt.xml:9", "branch 'b'", "source 's' at m.xml:7", "no such value"});
    check_says(change_refusal(point, max_magnitude_absolute, std::vector{4.5}),
               {"lt.xml:9", "largest magnitude becomes 4.5", "5"});
    check_says(change_refusal(point, max_magnitude_relative, std::vector{-2.5}), {"lt.xml:9", "'s'"});
    check_says(change_refusal(point, b_relative, std::vector{-1.5}), {"lt.xml:9", "'s'"});
    check_says(change_refusal(simple_fault(), simple_fault_dip_relative, std::vector{50.0}),
               {"lt.xml:9", "dip becomes 95"});
    check_says(change_refusal(simple_fault(), lower_depth_absolute, std::vector{0.5}),
               {"lower seismogenic depth becomes 0.5"});
    check_says(change_refusal(point, lower_depth_absolute, std::vector{8.0}),
               {"hypocentral depth 10", "0 to 8"});
}

TEST_CASE("the largest magnitude follows from the area of the fault, and so many standard deviations")
{
    const auto largest = [](Source source, double rake, double epsilon) {
        std::get<FaultGeometry>(source.geometry).rake = rake;
        return std::get<TruncatedGutenbergRichter>(
            change(source, max_magnitude_of_area, std::vector{epsilon}).distributions.at(0));
    };
    const TruncatedGutenbergRichter reverse = largest(simple_fault(), 90.0, 0.0);
    CHECK(reverse.max_magnitude == doctest::Approx(4.33 + 0.90 * 3.0)); // Wells and Coppersmith, 1000 km2
    CHECK(reverse.a_value == gutenberg_richter.a_value);
    CHECK(reverse.b_value == gutenberg_richter.b_value);
    CHECK(largest(simple_fault(), 0.0, -1.0).max_magnitude == doctest::Approx(3.98 + 1.02 * 3.0 - 0.23));
    CHECK(largest(simple_fault(), -90.0, 2.0).max_magnitude == doctest::Approx(3.93 + 1.02 * 3.0 + 0.5));
    Source leonard = simple_fault();
    leonard.magnitude_area = MagnitudeArea::leonard_2014_scr;
    CHECK(largest(leonard, 90.0, 3.0).max_magnitude == doctest::Approx(4.19 + 3.0));
    Source strasser = simple_fault();
    strasser.magnitude_area = MagnitudeArea::strasser_interface;
    CHECK(largest(strasser, 90.0, 1.0).max_magnitude == doctest::Approx(4.441 + 0.846 * 3.0 + 0.286));

    CHECK_FALSE(can_change(max_magnitude_of_area, source_with(PointGeometry{})));
    Source peer = simple_fault();
    peer.magnitude_area = MagnitudeArea::peer;
    check_says(change_refusal(peer, max_magnitude_of_area, std::vector{0.0}),
               {"lt.xml:9", "branch 'b'", "'s' at m.xml:7", "magScaleRel", "maxMagGRAbsolute"});
    check_says(change_refusal(simple_fault(), max_magnitude_of_area, std::vector{-20.0}),
               {"the largest magnitude becomes", "from the smallest, 5"});
}

TEST_CASE("magnitudes of areas undo areas of magnitudes where relations are their own inverse")
{
    std::size_t n_compared = 0;
    for (const MagnitudeArea relation :
         {MagnitudeArea::leonard_2014_scr, MagnitudeArea::leonard_2014_interplate,
          MagnitudeArea::leonard_2010_scr, MagnitudeArea::leonard_2010_scr_m0,
          MagnitudeArea::leonard_2010_scr_mx, MagnitudeArea::thingbaijam_interface,
          MagnitudeArea::thingbaijam_strike_slip, magnitude_area_by_name("CScalingMSR(C=4.2)")})
        for (const double rake : {0.0, 90.0, -90.0}) {
            const auto magnitude = magnitude_of_area(relation, median_area_km2(relation, 7.3, rake), rake);
            REQUIRE(magnitude);
            CHECK(magnitude->median == doctest::Approx(7.3).epsilon(1e-12));
            ++n_compared;
        }
    CHECK(n_compared == 24);
    CHECK_FALSE(magnitude_of_area(MagnitudeArea::point, 100.0, 0.0));
}
