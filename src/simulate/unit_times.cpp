#include "simulate/unit_times.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace mtc::simulate {

namespace {

constexpr std::uint64_t most_drawn_singly = 64;

/// Natural logarithm of the lower edge of a bin. [ln s]
double ln_edge(double bin)
{
    using perf::UnitHistogram;
    return std::log(UnitHistogram::first_s) + bin / UnitHistogram::bins_per_decade * std::numbers::ln10;
}

/// Mean of the `power`-th power of what is uniform in its logarithm.
double moment(double from, double to, double power)
{
    const double width = power * (to - from);
    return std::exp(power * from) * (width > 1e-9 ? std::expm1(width) / width : 1.0);
}

} // namespace

Spread::Spread(const perf::UnitHistogram& histogram, double explained)
{
    const auto n_units = static_cast<double>(
        std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::uint64_t{0}));
    // No unit was longer than the longest one, which is the only end that the last bin has.
    const double ln_longest = std::log(std::max(histogram.max_s, perf::UnitHistogram::first_s));
    double mean = 0.0;
    double square = 0.0;
    double below = 0.0;
    for (std::size_t b = 0; b < histogram.counts.size(); ++b) {
        if (histogram.counts[b] == 0)
            continue;
        const double share = static_cast<double>(histogram.counts[b]) / n_units;
        const double from = ln_edge(static_cast<double>(b));
        const bool last = b + 1 == histogram.counts.size();
        double to = last ? ln_longest : std::min(ln_edge(static_cast<double>(b) + 1.0), ln_longest);
        to = std::max(from, to);
        mean += share * (from + to) / 2.0;
        square += share * (from * from + from * to + to * to) / 3.0;
        bins_.push_back({below, share, from, to});
        below += share;
    }
    const double variance = square - mean * mean;
    if (variance <= std::max(explained, 1e-12)) {
        bins_.clear();
        return;
    }
    const double narrowed = std::sqrt((variance - std::max(explained, 0.0)) / variance);
    double first_moment = 0.0;
    double second_moment = 0.0;
    for (Bin& bin : bins_) {
        bin.from = narrowed * (bin.from - mean);
        bin.to = narrowed * (bin.to - mean);
        first_moment += bin.share * moment(bin.from, bin.to, 1.0);
        second_moment += bin.share * moment(bin.from, bin.to, 2.0);
    }
    for (Bin& bin : bins_) {
        bin.from -= std::log(first_moment);
        bin.to -= std::log(first_moment);
    }
    variance_ = second_moment / (first_moment * first_moment) - 1.0;
}

double Spread::quantile(double p) const noexcept
{
    if (constant())
        return 1.0;
    const auto after = std::upper_bound(bins_.begin() + 1, bins_.end(), p,
                                        [](double share, const Bin& bin) { return share < bin.below; });
    const Bin& bin = *(after - 1);
    const double within = std::clamp((p - bin.below) / bin.share, 0.0, 1.0);
    return std::exp(bin.from + within * (bin.to - bin.from));
}

UnitTimes::UnitTimes(std::span<const Parcel> parcels, std::span<const UnitMean> means,
                     std::span<const Spread> spreads)
    : spreads_(spreads.begin(), spreads.end())
{
    if (parcels.size() != means.size())
        throw ComputeError(text(means.size(), " mean unit times for ", parcels.size(), " parcels"));
    stretches_.reserve(parcels.size());
    for (std::size_t i = 0; i < parcels.size(); ++i)
        stretches_.push_back({parcels[i].units, means[i]});
    std::ranges::sort(stretches_, {}, [](const Stretch& stretch) { return stretch.units.first; });
}

Drawn UnitTimes::draw(UnitRange units, Random& random) const
{
    auto at = std::ranges::upper_bound(stretches_, units.first, {},
                                       [](const Stretch& stretch) { return stretch.units.first; });
    if (at == stretches_.begin())
        throw ComputeError(text("unit ", units.first.value(), " is in no parcel"));
    --at;
    Drawn all;
    while (units.count > 0) {
        if (at == stretches_.end() || units.first < at->units.first || units.first >= at->units.end())
            throw ComputeError(text("unit ", units.first.value(), " is in no parcel"));
        const std::uint64_t n = std::min(units.count, at->units.end().value() - units.first.value());
        const Drawn part = draw_of_one(at->mean, n, random);
        all.seconds += part.seconds;
        all.longest_s = std::max(all.longest_s, part.longest_s);
        units = {UnitId{units.first.value() + n}, units.count - n};
        ++at;
    }
    return all;
}

Drawn UnitTimes::draw_of_one(const UnitMean& mean, std::uint64_t n, Random& random) const
{
    const auto count = static_cast<double>(n);
    if (spreads_.empty() || spreads_[mean.cost_class.value()].constant() || mean.n_units <= 1)
        return {count * mean.unit_s, mean.unit_s};
    const Spread& spread = spreads_[mean.cost_class.value()];
    const double kept = std::sqrt(std::max(0.0, 1.0 - count / static_cast<double>(mean.n_units)));
    if (n > most_drawn_singly) {
        const double sum = count + kept * std::sqrt(count * spread.variance()) * random.normal();
        const double longest = spread.quantile(std::pow(random.uniform(), 1.0 / count));
        const double seconds = std::clamp(sum, count * spread.quantile(0.0), count * spread.quantile(1.0));
        return {mean.unit_s * seconds, mean.unit_s * longest};
    }
    double sum = 0.0;
    double longest = 0.0;
    for (std::uint64_t i = 0; i < n; ++i) {
        const double factor = spread.quantile(random.uniform());
        sum += factor;
        longest = std::max(longest, factor);
    }
    sum = count + kept * (sum - count);
    return {mean.unit_s * sum, mean.unit_s * std::min(longest, sum)};
}

} // namespace mtc::simulate
