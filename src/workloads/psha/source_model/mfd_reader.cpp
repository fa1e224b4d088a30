#include "workloads/psha/source_model/mfd_reader.hpp"

#include "config/nearest.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"

#include <algorithm>
#include <array>

namespace mtc::psha {
namespace {

constexpr auto known_mfds =
    std::to_array<std::string_view>({"truncGutenbergRichterMFD", "incrementalMFD", "arbitraryMFD",
                                     "YoungsCoppersmithMFD", "taperedGutenbergRichterMFD"});
constexpr std::string_view accepted_mfds =
    "truncGutenbergRichterMFD, incrementalMFD, arbitraryMFD, YoungsCoppersmithMFD and "
    "taperedGutenbergRichterMFD";

/// Rates of a distribution: at least one, none negative.
void check_rates(const XmlNode& node, std::span<const double> rates)
{
    if (rates.empty())
        node.refuse(text("<", node.name(), "> holds no rate (at least one is accepted)"));
    const auto negative = std::ranges::find_if(rates, [](double rate) { return rate < 0.0; });
    if (negative != rates.end())
        node.refuse(text(node.name(), " holds ", *negative, " (a rate is at least 0)"));
}

std::vector<double> rates_of(const XmlNode& mfd)
{
    const XmlNode node = mfd.child("occurRates");
    std::vector<double> rates = node.numbers();
    check_rates(node, rates);
    return rates;
}

void check_bin_width(const XmlNode& node, double bin_width)
{
    if (!(bin_width > 0.0))
        node.refuse(text("binWidth = ", bin_width, " (accepted: above 0)"));
}

void check_slope(const XmlNode& node, double b_value)
{
    if (!(b_value > 0.0))
        node.refuse(text("bValue = ", b_value, " (accepted: above 0)"));
}

/// What the distributions themselves refuse, told with file and line.
MagnitudeDistribution checked(const XmlNode& mfd, MagnitudeDistribution distribution, double bin_width)
{
    try {
        check_parameters(distribution, bin_width);
    } catch (const InputError& error) {
        mfd.refuse(text(mfd.name(), ": ", error.what()));
    }
    return distribution;
}

double bin_width_of(const XmlNode& mfd, const SourceReadingKeys& keys)
{
    if (!keys.width_of_mfd_bin)
        mfd.refuse(text(mfd.name(), " needs width_of_mfd_bin, which the input does not give. "
                                    "Add 'width_of_mfd_bin = 0.1'?"));
    return *keys.width_of_mfd_bin;
}

MagnitudeDistribution read_slipping(const XmlNode& mfd, FaultArea area)
{
    if (area == FaultArea::none)
        mfd.refuse(text(mfd.name(), " with slipRate and rigidity (accepted in sources with the surface of a "
                                    "fault). Give aValue?"));
    if (mfd.has_attribute("aValue"))
        mfd.refuse(text(mfd.name(), " with aValue and slipRate (one of them is accepted)"));
    const SlippingGutenbergRichter read{.min_magnitude = mfd.number_attribute("minMag"),
                                        .max_magnitude = mfd.number_attribute("maxMag"),
                                        .b_value = mfd.number_attribute("bValue"),
                                        .slip_rate_mm = mfd.number_attribute("slipRate"),
                                        .rigidity_gpa = mfd.number_attribute("rigidity")};
    if (!(read.slip_rate_mm > 0.0))
        mfd.refuse(text("slipRate = ", read.slip_rate_mm, " (accepted: above 0 mm/year)"));
    if (!(read.rigidity_gpa > 0.0))
        mfd.refuse(text("rigidity = ", read.rigidity_gpa, " (accepted: above 0 GPa)"));
    return read;
}

MagnitudeDistribution read_truncated(const XmlNode& mfd, FaultArea area)
{
    if (mfd.has_attribute("slipRate") || mfd.has_attribute("rigidity"))
        return read_slipping(mfd, area);
    return TruncatedGutenbergRichter{.min_magnitude = mfd.number_attribute("minMag"),
                                     .max_magnitude = mfd.number_attribute("maxMag"),
                                     .a_value = mfd.number_attribute("aValue"),
                                     .b_value = mfd.number_attribute("bValue")};
}

MagnitudeDistribution read_tapered(const XmlNode& mfd)
{
    return TaperedGutenbergRichter{.min_magnitude = mfd.number_attribute("minMag"),
                                   .max_magnitude = mfd.number_attribute("maxMag"),
                                   .corner_magnitude = mfd.number_attribute("cornerMag"),
                                   .a_value = mfd.number_attribute("aValue"),
                                   .b_value = mfd.number_attribute("bValue")};
}

MagnitudeDistribution read_youngs_coppersmith(const XmlNode& mfd)
{
    const bool by_rate = mfd.has_attribute("characteristicRate");
    const bool by_moment = mfd.has_attribute("totalMomentRate");
    if (by_rate == by_moment)
        mfd.refuse(text(mfd.name(), " with ", by_rate ? "both" : "none",
                        " of characteristicRate and "
                        "totalMomentRate (one of them is accepted)"));
    const std::string_view rate_name = by_rate ? "characteristicRate" : "totalMomentRate";
    const double rate = mfd.number_attribute(rate_name);
    if (!(rate > 0.0))
        mfd.refuse(text(rate_name, " = ", rate, " (accepted: above 0)"));
    YoungsCoppersmith read{.min_magnitude = mfd.number_attribute("minMag"),
                           .b_value = mfd.number_attribute("bValue"),
                           .bin_width = mfd.number_attribute("binWidth"),
                           .characteristic_magnitude = mfd.number_attribute("characteristicMag")};
    check_slope(mfd, read.b_value);
    (by_rate ? read.characteristic_rate : read.moment_rate) = rate;
    return read;
}

MagnitudeDistribution read_incremental(const XmlNode& mfd)
{
    Incremental read{.min_magnitude = mfd.number_attribute("minMag"),
                     .bin_width = mfd.number_attribute("binWidth"),
                     .annual_rates = rates_of(mfd)};
    check_bin_width(mfd, read.bin_width);
    return read;
}

MagnitudeDistribution read_one(const XmlNode& mfd, FaultArea area)
{
    if (mfd.name() == "truncGutenbergRichterMFD")
        return read_truncated(mfd, area);
    if (mfd.name() == "taperedGutenbergRichterMFD")
        return read_tapered(mfd);
    if (mfd.name() == "YoungsCoppersmithMFD")
        return read_youngs_coppersmith(mfd);
    if (mfd.name() == "incrementalMFD")
        return read_incremental(mfd);
    if (mfd.name() == "arbitraryMFD")
        return Arbitrary{.magnitudes = mfd.child("magnitudes").numbers(), .annual_rates = rates_of(mfd)};
    if (mfd.name() == "multiMFD")
        mfd.refuse("multiMFD (accepted in multiPointSource alone)");
    mfd.refuse(text(mfd.name(), " is not known (", accepted_mfds, " are accepted).",
                    config::did_you_mean(mfd.name(), known_mfds)));
}

XmlNode only_mfd(const XmlNode& source)
{
    std::optional<XmlNode> mfd;
    for (const XmlNode& child : source.children()) {
        if (!child.name().ends_with("MFD"))
            continue;
        if (mfd)
            child.refuse(
                text("a second magnitude-frequency distribution in <", source.name(), "> (one is accepted)"));
        mfd = child;
    }
    if (!mfd)
        source.refuse(text("<", source.name(), "> has no magnitude-frequency distribution (", accepted_mfds,
                           " are accepted)"));
    return *mfd;
}

/// The parameters of a multiMFD, point by point.
class PointParameters {
public:
    PointParameters(const XmlNode& mfd, std::size_t n_points)
        : mfd_{mfd}
        , n_points_{n_points}
    {}

    /// A parameter of one number for each point.
    [[nodiscard]] std::vector<double> numbers(std::string_view name)
    {
        const XmlNode node = mfd_.child(name);
        std::vector<double> values = node.numbers();
        check_size(node, values.size());
        return values;
    }

    /// A parameter of several numbers for each point; `lengths` tells how many.
    [[nodiscard]] std::vector<std::vector<double>> lists(std::string_view name)
    {
        const XmlNode node = mfd_.child(name);
        const std::vector<double> values = node.numbers();
        const std::optional<XmlNode> lengths_node = mfd_.find("lengths");
        if (!lengths_node) { // one list for all points
            if (n_points_ > 1 && mfd_.number_attribute("size") > 1.0)
                mfd_.refuse(text("multiMFD has no <lengths> (required, as <", name,
                                 "> holds a list for each point)"));
            return {values};
        }
        std::vector<double> lengths = lengths_node->numbers();
        check_size(*lengths_node, lengths.size());
        // One length: of one list for all points, or of a list for each.
        if (lengths.size() == 1 && lengths[0] != static_cast<double>(values.size()))
            lengths.assign(n_points_, lengths[0]);
        std::vector<std::vector<double>> lists;
        std::size_t first = 0;
        for (const double length : lengths) {
            const auto count = static_cast<std::size_t>(length >= 1.0 ? length : 0.0);
            if (static_cast<double>(count) != length)
                lengths_node->refuse(
                    text("<lengths> holds ", length, " (whole numbers above 0 are accepted)"));
            if (count > values.size() - first)
                break;
            lists.emplace_back(values.begin() + static_cast<std::ptrdiff_t>(first),
                               values.begin() + static_cast<std::ptrdiff_t>(first + count));
            first += count;
        }
        if (lists.size() != lengths.size() || first != values.size())
            node.refuse(text("<", name, "> holds ", values.size(),
                             " numbers (accepted: as many as <lengths> adds up to)"));
        is_shared_ = is_shared_ && lists.size() == 1;
        return lists;
    }

    /// Of a parameter that has one value for all or one for each.
    template <class Value>
    [[nodiscard]] static const Value& of(const std::vector<Value>& values, std::size_t point)
    {
        return values.size() == 1 ? values.front() : values[point];
    }

    /// How many distributions what was asked for makes: 1 or as many as points.
    [[nodiscard]] std::size_t count() const { return is_shared_ ? 1 : n_points_; }

private:
    void check_size(const XmlNode& node, std::size_t size)
    {
        if (size != 1 && size != n_points_)
            node.refuse(text("<", node.name(), "> holds ", size, " numbers (accepted: 1, or ", n_points_,
                             ", one for each point)"));
        is_shared_ = is_shared_ && size == 1;
    }

    const XmlNode& mfd_;
    std::size_t n_points_;
    bool is_shared_ = true;
};

using Distributions = std::vector<MagnitudeDistribution>;

Distributions read_multi_truncated(const XmlNode& mfd, PointParameters& parameters)
{
    const auto low = parameters.numbers("min_mag");
    const auto high = parameters.numbers("max_mag");
    const auto a = parameters.numbers("a_val");
    const auto b = parameters.numbers("b_val");
    std::vector<double> widths{0.0};
    if (const std::optional<XmlNode> node = mfd.find("bin_width")) {
        widths = parameters.numbers("bin_width");
        for (const double width : widths)
            check_bin_width(*node, width);
    }
    Distributions read;
    for (std::size_t i = 0; i < parameters.count(); ++i)
        read.emplace_back(TruncatedGutenbergRichter{.min_magnitude = PointParameters::of(low, i),
                                                    .max_magnitude = PointParameters::of(high, i),
                                                    .a_value = PointParameters::of(a, i),
                                                    .b_value = PointParameters::of(b, i),
                                                    .bin_width = PointParameters::of(widths, i)});
    return read;
}

Distributions read_multi_incremental(const XmlNode& mfd, PointParameters& parameters)
{
    const auto low = parameters.numbers("min_mag");
    const auto widths = parameters.numbers("bin_width");
    const auto rates = parameters.lists("occurRates");
    for (const double width : widths)
        check_bin_width(mfd.child("bin_width"), width);
    for (const std::vector<double>& list : rates)
        check_rates(mfd.child("occurRates"), list);
    Distributions read;
    for (std::size_t i = 0; i < parameters.count(); ++i)
        read.emplace_back(Incremental{.min_magnitude = PointParameters::of(low, i),
                                      .bin_width = PointParameters::of(widths, i),
                                      .annual_rates = PointParameters::of(rates, i)});
    return read;
}

Distributions read_multi_arbitrary(const XmlNode& mfd, PointParameters& parameters)
{
    const auto magnitudes = parameters.lists("magnitudes");
    const auto rates = parameters.lists("occurRates");
    for (const std::vector<double>& list : rates)
        check_rates(mfd.child("occurRates"), list);
    Distributions read;
    for (std::size_t i = 0; i < parameters.count(); ++i)
        read.emplace_back(Arbitrary{.magnitudes = PointParameters::of(magnitudes, i),
                                    .annual_rates = PointParameters::of(rates, i)});
    return read;
}

Distributions read_multi(const XmlNode& mfd, std::size_t n_points)
{
    constexpr auto kinds =
        std::to_array<std::string_view>({"truncGutenbergRichterMFD", "incrementalMFD", "arbitraryMFD"});
    const std::string kind = mfd.attribute("kind");
    if (mfd.has_attribute("size") && mfd.number_attribute("size") != static_cast<double>(n_points) &&
        mfd.number_attribute("size") != 1.0)
        mfd.refuse(text("multiMFD size = ", mfd.number_attribute("size"), " (accepted: ", n_points,
                        ", the number of points)"));
    PointParameters parameters{mfd, n_points};
    if (kind == kinds[0])
        return read_multi_truncated(mfd, parameters);
    if (kind == kinds[1])
        return read_multi_incremental(mfd, parameters);
    if (kind == kinds[2])
        return read_multi_arbitrary(mfd, parameters);
    mfd.refuse(text("multiMFD kind = '", kind,
                    "' (truncGutenbergRichterMFD, incrementalMFD and arbitraryMFD are accepted).",
                    config::did_you_mean(kind, kinds)));
}

} // namespace

MagnitudeDistribution read_distribution(const XmlNode& source, const SourceReadingKeys& keys, FaultArea area)
{
    const XmlNode mfd = only_mfd(source);
    MagnitudeDistribution read = read_one(mfd, area);
    const double bin_width = needs_bin_width(read) ? bin_width_of(mfd, keys) : 0.0;
    return checked(mfd, std::move(read), bin_width);
}

std::vector<MagnitudeDistribution> read_distributions(const XmlNode& source, std::size_t n_points,
                                                      const SourceReadingKeys& keys)
{
    const XmlNode mfd = only_mfd(source);
    if (mfd.name() != "multiMFD")
        return {read_distribution(source, keys)};
    Distributions read = read_multi(mfd, n_points);
    for (MagnitudeDistribution& distribution : read)
        distribution = checked(mfd, std::move(distribution),
                               needs_bin_width(distribution) ? bin_width_of(mfd, keys) : 0.0);
    return read;
}

} // namespace mtc::psha
