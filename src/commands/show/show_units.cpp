#include "commands/show/show_performance.hpp"
#include "commands/tables/run_tables.hpp"
#include "commands/text/text_table.hpp"
#include "output/reader.hpp"
#include "output/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

namespace mtc::commands {

namespace {

using perf::UnitHistogram;

// Below the first a unit's message and its book-keeping begin to show; the second is what the end of a run
// may wait for.
constexpr double shortest_s = 1e-3;
constexpr double longest_s = 50e-3;

/// What a histogram says, at the resolution of its bins.
struct UnitTimes {
    double median_s = 0.0;
    double percentile_90_s = 0.0;
    double below = 0.0; ///< share of the time in units shorter than shortest_s
    double above = 0.0; ///< share of the time in units longer than longest_s
};

/// The middle of a bin, on its logarithmic scale.
double middle_s(std::size_t bin)
{
    return std::sqrt(perf::unit_bin_begin_s(bin) * perf::unit_bin_begin_s(bin + 1));
}

double quantile(const UnitHistogram& histogram, double part)
{
    const double wanted = part * static_cast<double>(histogram.n_units);
    double n = 0.0;
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
        n += static_cast<double>(histogram.counts[bin]);
        if (n >= wanted && n > 0.0)
            return std::min(middle_s(bin), histogram.max_s);
    }
    return histogram.max_s;
}

UnitTimes times_of(const UnitHistogram& histogram)
{
    UnitTimes times;
    times.median_s = quantile(histogram, 0.5);
    times.percentile_90_s = quantile(histogram, 0.9);
    double all_s = 0.0;
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
        const double seconds = static_cast<double>(histogram.counts[bin]) * middle_s(bin);
        all_s += seconds;
        times.below += middle_s(bin) < shortest_s ? seconds : 0.0;
        times.above += middle_s(bin) > longest_s ? seconds : 0.0;
    }
    times.below = all_s > 0.0 ? times.below / all_s : 0.0;
    times.above = all_s > 0.0 ? times.above / all_s : 0.0;
    return times;
}

std::string verdict(const UnitTimes& times)
{
    if (times.below > 0.5)
        return "too short";
    return times.above > 0.5 ? "too long" : "";
}

} // namespace

void show_units(const output::Reader& reader, std::uint64_t max_rows, std::ostream& out)
{
    auto classes = reader.rows(output::unit_layout(), output::path::units);
    std::stable_sort(classes.begin(), classes.end(),
                     [](const auto& a, const auto& b) { return a.seconds > b.seconds; });
    const Names names{reader};
    TextTable table{{{"class", left},
                     {"stage", left},
                     {"units"},
                     {"time [s]"},
                     {"mean [ms]"},
                     {"median [ms]"},
                     {"90 % [ms]"},
                     {"longest [ms]"},
                     {"time below 1 ms [%]"},
                     {"time above 50 ms [%]"},
                     {"", left}}};
    const auto ms = [](double seconds) { return fmt::format("{:.4g}", 1e3 * seconds); };
    std::vector<std::string> off;
    UnitHistogram all;
    for (std::uint64_t i = 0; i < classes.size(); ++i) {
        const UnitHistogram& row = classes[i];
        const UnitTimes times = times_of(row);
        const std::string name = names.cost_class(row.stage, row.cost_class);
        if (!verdict(times).empty())
            off.push_back(fmt::format("'{}' {}", name, verdict(times)));
        all.n_units += row.n_units;
        all.seconds += row.seconds;
        all.max_s = std::max(all.max_s, row.max_s);
        for (std::size_t bin = 0; bin < row.counts.size(); ++bin)
            all.counts[bin] += row.counts[bin];
        if (i < n_shown(classes.size(), max_rows))
            table.add({name, names.stage(row.stage), fmt::format("{}", row.n_units), shown_s(row.seconds),
                       ms(row.n_units > 0 ? row.seconds / static_cast<double>(row.n_units) : 0.0),
                       ms(times.median_s), ms(times.percentile_90_s), ms(row.max_s),
                       percent(times.below, 1.0), percent(times.above, 1.0), verdict(times)});
    }
    const UnitTimes times = times_of(all);
    table.total(
        {fmt::format("all {}", classes.size()), "", fmt::format("{}", all.n_units), shown_s(all.seconds),
         ms(all.n_units > 0 ? all.seconds / static_cast<double>(all.n_units) : 0.0), ms(times.median_s),
         ms(times.percentile_90_s), ms(all.max_s), percent(times.below, 1.0), percent(times.above, 1.0), ""});
    out << fmt::format("{} of {} classes have most of their time in units off 1-50 ms", off.size(),
                       classes.size());
    constexpr std::size_t n_named = 5;
    for (std::size_t i = 0; i < std::min(off.size(), n_named); ++i)
        out << (i == 0 ? ": " : ", ") << off[i];
    out << (off.size() > n_named ? ", ...\n\n" : "\n\n");
    table.print(out);
    out << rest_line(classes.size(), max_rows, "classes");
}

} // namespace mtc::commands
