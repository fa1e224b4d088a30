#include "workloads/psha/model/source_parts.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <string_view>

namespace mtc::psha {
namespace {

constexpr double probability_tolerance = 1e-7; // OpenQuake refuses larger deviations from 1
constexpr std::string_view supported_mfds = "truncGutenbergRichterMFD, incrementalMFD and arbitraryMFD";

void check_range(const XmlNode& node, std::string_view name, double value, double low, double high)
{
    if (value < low || value > high)
        node.refuse(text(name, " = ", value, " (accepted: ", low, " to ", high, ")"));
}

double probability_of(const XmlNode& node)
{
    const double probability = node.number_attribute("probability");
    check_range(node, "probability", probability, 0.0, 1.0);
    return probability;
}

/// Rates of a distribution: none may be negative.
std::vector<double> rates_of(const XmlNode& mfd)
{
    const XmlNode node = mfd.child("occurRates");
    std::vector<double> rates = node.numbers();
    const auto negative = std::find_if(rates.begin(), rates.end(), [](double rate) { return rate < 0.0; });
    if (negative != rates.end())
        node.refuse(text("occurRates holds ", *negative, " (a rate is at least 0)"));
    return rates;
}

/// What the distributions themselves refuse, told with file and line.
template <class Make>
MagnitudeDistribution located(const XmlNode& mfd, const SourceReadingKeys& keys, const Make& make)
{
    try {
        const MagnitudeDistribution distribution = make();
        (void)discretised(distribution, keys.width_of_mfd_bin.value_or(0.0), 1.0);
        return distribution;
    } catch (const InputError& error) {
        mfd.refuse(text(mfd.name(), ": ", error.what()));
    }
}

MagnitudeDistribution read_gutenberg_richter(const XmlNode& mfd, const SourceReadingKeys& keys)
{
    for (const std::string_view slip : {"slipRate", "rigidity"})
        if (mfd.find_attribute(slip))
            mfd.refuse(
                text("truncGutenbergRichterMFD with ", slip, " (this version reads aValue and bValue)"));
    if (!keys.width_of_mfd_bin)
        mfd.refuse("truncGutenbergRichterMFD needs width_of_mfd_bin, which the input does not give. "
                   "Add 'width_of_mfd_bin = 0.1'?");
    return located(mfd, keys, [&] {
        return TruncatedGutenbergRichter{.min_magnitude = mfd.number_attribute("minMag"),
                                         .max_magnitude = mfd.number_attribute("maxMag"),
                                         .a_value = mfd.number_attribute("aValue"),
                                         .b_value = mfd.number_attribute("bValue")};
    });
}

MagnitudeDistribution read_incremental(const XmlNode& mfd, const SourceReadingKeys& keys)
{
    return located(mfd, keys, [&] {
        return Incremental{.min_magnitude = mfd.number_attribute("minMag"),
                           .bin_width = mfd.number_attribute("binWidth"),
                           .annual_rates = rates_of(mfd)};
    });
}

MagnitudeDistribution read_arbitrary(const XmlNode& mfd, const SourceReadingKeys& keys)
{
    return located(mfd, keys, [&] {
        return Arbitrary{.magnitudes = mfd.child("magnitudes").numbers(), .annual_rates = rates_of(mfd)};
    });
}

/// Adds a record to a distribution, or its probability to an equal one that is there already.
template <class Record, class Same>
void merge(std::vector<Record>& records, const Record& record, const Same& same, const XmlNode& node,
           Notes& notes)
{
    const auto equal = std::find_if(records.begin(), records.end(),
                                    [&](const Record& other) { return same(record, other); });
    if (equal == records.end()) {
        records.push_back(record);
        return;
    }
    equal->probability += record.probability;
    notes.warnings.push_back(
        text(node.where(), ": the same ", node.name(), " twice (their probabilities are added)"));
}

template <class Record>
void check_distribution(const XmlNode& distribution, const std::vector<Record>& records)
{
    double sum = 0.0;
    for (const Record& record : records)
        sum += record.probability;
    if (std::abs(sum - 1.0) > probability_tolerance) {
        std::ostringstream shown;
        shown.precision(10);
        shown << sum;
        distribution.refuse(text("probabilities of <", distribution.name(), "> add up to ", shown.str(),
                                 " (1 within ", probability_tolerance, " is accepted)"));
    }
}

} // namespace

MagnitudeDistribution read_distribution(const XmlNode& source, const SourceReadingKeys& keys)
{
    std::vector<XmlNode> mfds = source.children();
    std::erase_if(mfds, [](const XmlNode& child) { return !child.name().ends_with("MFD"); });
    if (mfds.empty())
        source.refuse(text("<", source.name(), "> has no magnitude-frequency distribution (", supported_mfds,
                           " are accepted)"));
    if (mfds.size() > 1)
        mfds[1].refuse(
            text("a second magnitude-frequency distribution in <", source.name(), "> (one is accepted)"));
    const XmlNode& mfd = mfds.front();
    if (mfd.name() == "truncGutenbergRichterMFD")
        return read_gutenberg_richter(mfd, keys);
    if (mfd.name() == "incrementalMFD")
        return read_incremental(mfd, keys);
    if (mfd.name() == "arbitraryMFD")
        return read_arbitrary(mfd, keys);
    mfd.refuse(text(mfd.name(), " (this version reads ", supported_mfds, ")"));
}

std::vector<PlaneRecord> read_planes(const XmlNode& source, Notes& notes)
{
    const XmlNode distribution = source.child("nodalPlaneDist");
    std::vector<PlaneRecord> planes;
    for (const XmlNode& node : distribution.children("nodalPlane")) {
        const PlaneRecord plane{.probability = probability_of(node),
                                .strike = node.number_attribute("strike"),
                                .dip = node.number_attribute("dip"),
                                .rake = node.number_attribute("rake")};
        check_range(node, "strike", plane.strike, 0.0, 360.0);
        check_range(node, "rake", plane.rake, -180.0, 180.0);
        if (!(plane.dip > 0.0 && plane.dip <= 90.0))
            node.refuse(text("dip = ", plane.dip, " (accepted: above 0, at most 90)"));
        const auto same = [](const PlaneRecord& a, const PlaneRecord& b) {
            return a.strike == b.strike && a.dip == b.dip && a.rake == b.rake;
        };
        merge(planes, plane, same, node, notes);
    }
    check_distribution(distribution, planes);
    return planes;
}

std::vector<DepthRecord> read_depths(const XmlNode& source, SeismogenicDepths within, Notes& notes)
{
    const XmlNode distribution = source.child("hypoDepthDist");
    std::vector<DepthRecord> depths;
    for (const XmlNode& node : distribution.children("hypoDepth")) {
        const DepthRecord depth{.probability = probability_of(node), .depth = node.number_attribute("depth")};
        if (depth.depth < within.upper || depth.depth > within.lower)
            node.refuse(text("depth = ", depth.depth, " (accepted: from upperSeismoDepth ", within.upper,
                             " to lowerSeismoDepth ", within.lower, ")"));
        const auto same = [](const DepthRecord& a, const DepthRecord& b) { return a.depth == b.depth; };
        merge(depths, depth, same, node, notes);
    }
    check_distribution(distribution, depths);
    return depths;
}

SeismogenicDepths read_seismogenic_depths(const XmlNode& geometry)
{
    const XmlNode lower = geometry.child("lowerSeismoDepth");
    const SeismogenicDepths depths{.upper = geometry.child("upperSeismoDepth").number(),
                                   .lower = lower.number()};
    if (!(depths.lower > depths.upper))
        lower.refuse(text("lowerSeismoDepth = ", depths.lower,
                          " (accepted: above upperSeismoDepth, which is ", depths.upper, ")"));
    return depths;
}

std::vector<geo::LonLat> read_positions(const XmlNode& list)
{
    const std::vector<double> numbers = list.numbers();
    if (numbers.empty() || numbers.size() % 2 != 0)
        list.refuse(text("<", list.name(), "> holds ", numbers.size(),
                         " numbers (pairs of longitude and latitude are accepted)"));
    std::vector<geo::LonLat> positions;
    for (std::size_t i = 0; i < numbers.size(); i += 2) {
        check_range(list, "longitude", numbers[i], -180.0, 180.0);
        check_range(list, "latitude", numbers[i + 1], -90.0, 90.0);
        positions.push_back({.lon = numbers[i], .lat = numbers[i + 1]});
    }
    return positions;
}

} // namespace mtc::psha
