#include "workloads/psha/source_model/mfd_reader.hpp"

#include "psha/job_folder.hpp"

using namespace mtc;
using namespace mtc::psha;
using mtc::test::check_says;
using mtc::test::JobFolder;
using mtc::test::refusal;

namespace {

constexpr SourceReadingKeys keys{.width_of_mfd_bin = 0.5, .investigation_time = {}};

/// The distribution stands in line 2 of "mfd.xml".
std::string source_xml(const std::string& mfd)
{
    return "<source>\n" + mfd + "</source>\n";
}

MagnitudeDistribution read(const std::string& mfd, FaultArea area = FaultArea::none)
{
    const JobFolder folder{"mfd"};
    const XmlFile file{folder.write("mfd.xml", source_xml(mfd))};
    return read_distribution(file.root(), keys, area);
}

std::vector<MagnitudeDistribution> read_multi(const std::string& mfd, std::size_t n_points)
{
    const JobFolder folder{"mfd"};
    const XmlFile file{folder.write("mfd.xml", source_xml(mfd))};
    return read_distributions(file.root(), n_points, keys);
}

std::string refusal_of(const std::string& mfd, FaultArea area = FaultArea::none)
{
    return refusal([&] { (void)read(mfd, area); });
}

} // namespace

TEST_CASE("a Gutenberg-Richter distribution is read by its a value or by the slip of its fault")
{
    const auto plain = std::get<TruncatedGutenbergRichter>(
        read("<truncGutenbergRichterMFD aValue=\"4\" bValue=\"0.9\" minMag=\"5\" maxMag=\"7\"/>"));
    CHECK(plain.a_value == 4.0);
    CHECK(plain.b_value == 0.9);
    CHECK(plain.min_magnitude == 5.0);
    CHECK(plain.max_magnitude == 7.0);
    CHECK(needs_bin_width(plain));
    const std::string slip =
        "<truncGutenbergRichterMFD slipRate=\"2\" rigidity=\"32\" bValue=\"1\" minMag=\"5\" maxMag=\"6\"/>";
    const auto slipping = std::get<SlippingGutenbergRichter>(read(slip, FaultArea::known));
    CHECK(slipping.slip_rate_mm == 2.0);
    CHECK(slipping.rigidity_gpa == 32.0);
    CHECK(slipping.b_value == 1.0);
    check_says(refusal_of(slip), {"mfd.xml:2: truncGutenbergRichterMFD with slipRate", "surface of a fault"});
    check_says(
        refusal_of("<truncGutenbergRichterMFD slipRate=\"0\" rigidity=\"32\" bValue=\"1\" minMag=\"5\" "
                   "maxMag=\"6\"/>",
                   FaultArea::known),
        {"mfd.xml:2: slipRate = 0", "above 0 mm/year"});
    check_says(refusal_of("<truncGutenbergRichterMFD aValue=\"1\" slipRate=\"1\" rigidity=\"32\" "
                          "bValue=\"1\" minMag=\"5\" maxMag=\"6\"/>",
                          FaultArea::known),
               {"mfd.xml:2: truncGutenbergRichterMFD with aValue and slipRate"});
}

TEST_CASE("tapered and characteristic distributions are read")
{
    const auto tapered = std::get<TaperedGutenbergRichter>(read(
        "<taperedGutenbergRichterMFD aValue=\"4\" bValue=\"1\" minMag=\"5\" maxMag=\"8\" cornerMag=\"7\"/>"));
    CHECK(tapered.corner_magnitude == 7.0);
    CHECK(tapered.max_magnitude == 8.0);
    const std::string common = "<YoungsCoppersmithMFD minMag=\"5\" bValue=\"1\" binWidth=\"0.1\" "
                               "characteristicMag=\"7\" ";
    const auto by_rate = std::get<YoungsCoppersmith>(read(common + "characteristicRate=\"0.004\"/>"));
    CHECK(by_rate.characteristic_rate == 0.004);
    CHECK_FALSE(by_rate.moment_rate);
    CHECK(by_rate.bin_width == 0.1);
    const auto by_moment = std::get<YoungsCoppersmith>(read(common + "totalMomentRate=\"1e16\"/>"));
    CHECK(by_moment.moment_rate == 1e16);
    CHECK_FALSE(by_moment.characteristic_rate);
    check_says(refusal_of(common + "/>"), {"mfd.xml:2: YoungsCoppersmithMFD with none of"});
    check_says(refusal_of(common + "characteristicRate=\"-1\"/>"), {"characteristicRate = -1", "above 0"});
    check_says(refusal_of("<YoungsCoppersmithMFD minMag=\"6.9\" bValue=\"1\" binWidth=\"0.1\" "
                          "characteristicMag=\"7\" characteristicRate=\"1\"/>"),
               {"mfd.xml:2: YoungsCoppersmithMFD: ", "minMag = 6.9"});
}

TEST_CASE("distributions that are not known, or not alone, are refused")
{
    check_says(refusal_of("<incrementlMFD/>"), {"mfd.xml:2: incrementlMFD is not known", "'incrementalMFD'"});
    check_says(refusal_of("<incrementalMFD/>\n<arbitraryMFD/>"),
               {"mfd.xml:3: a second magnitude-frequency distribution in <source>"});
    check_says(refusal_of("<multiMFD kind=\"arbitraryMFD\"/>"),
               {"mfd.xml:2: multiMFD", "multiPointSource alone"});
    check_says(refusal_of("<incrementalMFD minMag=\"5\" binWidth=\"0\"><occurRates>1</occurRates>"
                          "</incrementalMFD>"),
               {"mfd.xml:2: binWidth = 0", "above 0"});
    check_says(refusal_of("<incrementalMFD minMag=\"5\" binWidth=\"1\"><occurRates/></incrementalMFD>"),
               {"mfd.xml:2: <occurRates> holds no rate"});
}

TEST_CASE("a multiMFD gives each point its distribution, or one to all")
{
    const auto truncated =
        read_multi("<multiMFD kind=\"truncGutenbergRichterMFD\" size=\"2\"><min_mag>5</min_mag>"
                   "<max_mag>6 7</max_mag><a_val>3 4</a_val><b_val>1</b_val>"
                   "<bin_width>0.1</bin_width></multiMFD>",
                   2);
    REQUIRE(truncated.size() == 2);
    const auto& second = std::get<TruncatedGutenbergRichter>(truncated[1]);
    CHECK(second.min_magnitude == 5.0);
    CHECK(second.max_magnitude == 7.0);
    CHECK(second.a_value == 4.0);
    CHECK(second.bin_width == 0.1);
    CHECK_FALSE(needs_bin_width(second));
    CHECK(discretised(second, 0.5, 0.0).size() == 20); // by its own width, not by the job's

    const auto incremental = read_multi("<multiMFD kind=\"incrementalMFD\" size=\"2\"><min_mag>5</min_mag>"
                                        "<bin_width>0.1 0.2</bin_width><occurRates>1 2 3</occurRates>"
                                        "<lengths>1 2</lengths></multiMFD>",
                                        2);
    REQUIRE(incremental.size() == 2);
    CHECK(std::get<Incremental>(incremental[0]).annual_rates == std::vector{1.0});
    CHECK(std::get<Incremental>(incremental[1]).annual_rates == std::vector{2.0, 3.0});
    CHECK(std::get<Incremental>(incremental[1]).bin_width == 0.2);

    const auto equal_lengths = read_multi("<multiMFD kind=\"arbitraryMFD\" size=\"2\"><lengths>2</lengths>"
                                          "<magnitudes>5 6 6 7</magnitudes><occurRates>1 2 3 4</occurRates>"
                                          "</multiMFD>",
                                          2);
    REQUIRE(equal_lengths.size() == 2);
    CHECK(std::get<Arbitrary>(equal_lengths[1]).magnitudes == std::vector{6.0, 7.0});
    CHECK(std::get<Arbitrary>(equal_lengths[1]).annual_rates == std::vector{3.0, 4.0});

    const auto shared = read_multi("<multiMFD kind=\"arbitraryMFD\" size=\"3\"><lengths>2</lengths>"
                                   "<magnitudes>5 6</magnitudes><occurRates>1 2</occurRates></multiMFD>",
                                   3);
    REQUIRE(shared.size() == 1);
    CHECK(std::get<Arbitrary>(shared[0]).magnitudes == std::vector{5.0, 6.0});
}

TEST_CASE("a multiMFD that does not fit its points is refused")
{
    const auto refused = [](const std::string& mfd) { return refusal([&] { (void)read_multi(mfd, 3); }); };
    check_says(refused("<multiMFD kind=\"arbitraryMFD\" size=\"2\"/>"),
               {"mfd.xml:2: multiMFD size = 2", "3"});
    check_says(refused("<multiMFD kind=\"arbitrryMFD\" size=\"3\"/>"),
               {"mfd.xml:2: multiMFD kind = 'arbitrryMFD'", "Did you mean 'arbitraryMFD'?"});
    check_says(
        refused("<multiMFD kind=\"truncGutenbergRichterMFD\" size=\"3\">\n<min_mag>5 5</min_mag></multiMFD>"),
        {"mfd.xml:3: <min_mag> holds 2 numbers", "1, or 3"});
    check_says(
        refused("<multiMFD kind=\"arbitraryMFD\" size=\"3\"><magnitudes>5 6 7</magnitudes></multiMFD>"),
        {"mfd.xml:2: multiMFD has no <lengths>"});
    check_says(refused("<multiMFD kind=\"arbitraryMFD\" size=\"3\"><lengths>1 1 2</lengths>\n"
                       "<magnitudes>5 6 7</magnitudes></multiMFD>"),
               {"mfd.xml:3: <magnitudes> holds 3 numbers"});
    check_says(refused("<multiMFD kind=\"arbitraryMFD\" size=\"3\"><lengths>1.5</lengths>"
                       "<magnitudes>5 6 7</magnitudes></multiMFD>"),
               {"<lengths> holds 1.5"});
}
