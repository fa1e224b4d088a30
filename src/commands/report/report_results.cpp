#include "commands/report/report_parts.hpp"
#include "commands/tables/hazard_results.hpp"
#include "commands/text/json_text.hpp"
#include "output/reader.hpp"
#include "output/schema.hpp"
#include "workloads/psha/hazard/over_realizations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace mtc::commands {

namespace {

using output::Reader;

/// Of maps where the calculation was not asked for any, what building codes use: probabilities in 50 years.
constexpr std::array usual_poes{0.1, 0.02};
constexpr double usual_years = 50.0;
constexpr std::size_t most_kinds = 60;      // curves of one site
constexpr std::uint64_t rows_at_once = 512; // read from the file

/// Every `step`-th of all sites.
struct Thinned {
    std::uint64_t step = 1;
    std::vector<std::uint64_t> sites{};
};

Thinned thinned(std::uint64_t n_sites, std::uint64_t most)
{
    Thinned result{.step = std::max<std::uint64_t>(1, (n_sites + most - 1) / most)};
    for (std::uint64_t site = 0; site < n_sites; site += result.step)
        result.sites.push_back(site);
    return result;
}

std::uint64_t n_within(std::size_t n_bytes, std::size_t n_numbers_each)
{
    return std::max<std::uint64_t>(1, n_bytes / (sizeof(float) * std::max<std::size_t>(n_numbers_each, 1)));
}

template <class Value>
std::string json_all(std::span<const Value> values)
{
    std::vector<std::string> pieces;
    for (const Value& value : values) {
        if constexpr (std::is_arithmetic_v<Value>)
            pieces.push_back(json_number(static_cast<double>(value)));
        else
            pieces.push_back(json_string(value));
    }
    return json_list(pieces);
}

/// The kind that a map shows: the mean, or else the first there is.
std::uint64_t main_kind(const HazardDataset& dataset)
{
    const auto mean = std::ranges::find(dataset.kinds, "mean");
    return mean == dataset.kinds.end() ? 0 : static_cast<std::uint64_t>(mean - dataset.kinds.begin());
}

/// Calls `use(site, values)` for every row of one kind, reading many at a time. values: [imt][level or poe]
template <class Use>
void for_each_site(const Reader& reader, const HazardDataset& dataset, std::uint64_t kind, Use&& use)
{
    const std::uint64_t n_sites = dataset.dataset.n_rows;
    const std::size_t n_values = dataset.dataset.inner.at(1) * dataset.dataset.inner.at(2);
    std::vector<double> values;
    for (std::uint64_t first = 0; first < n_sites; first += rows_at_once) {
        const std::uint64_t n = std::min(rows_at_once, n_sites - first);
        read_values(reader, dataset.dataset, first, n, kind, 1, values);
        for (std::uint64_t i = 0; i < n; ++i)
            use(first + i, std::span<const double>{values}.subspan(i * n_values, n_values));
    }
}

/// The usual probabilities, for the same rates in another time.
std::vector<double> usual_poes_in(const std::string& years)
{
    std::vector<double> poes;
    for (const double poe : usual_poes)
        poes.push_back(1.0 - std::pow(1.0 - poe, std::stod(years) / usual_years));
    return poes;
}

struct Maps {
    std::vector<double> poes;
    bool are_interpolated = false; ///< here, from curves
    std::vector<float> values;     ///< [imt][poe][site taken]
};

/// Maps of the main kind at the sites taken: those in the file, or from the curves.
Maps read_maps(const Reader& reader, const HazardTables& tables, const HazardDataset& curves,
               const Thinned& taken)
{
    Maps maps;
    maps.are_interpolated = !reader.has(output::path::hmaps_stats) && !reader.has(output::path::hmaps_rlzs);
    maps.poes = maps.are_interpolated ? usual_poes_in(reader.configured("investigation_time")) : tables.poes;
    const std::size_t n_poes = maps.poes.size();
    maps.values.resize(tables.imts.size() * n_poes * taken.sites.size());
    const std::uint64_t step = taken.step;
    const auto put = [&](std::uint64_t site, std::size_t imt, std::size_t poe, double value) {
        maps.values[(imt * n_poes + poe) * taken.sites.size() + site / step] = static_cast<float>(value);
    };
    if (!maps.are_interpolated) {
        const HazardDataset stored = map_datasets(reader, tables).front();
        for_each_site(reader, stored, main_kind(stored),
                      [&](std::uint64_t site, std::span<const double> row) {
                          for (std::size_t cell = 0; site % step == 0 && cell < row.size(); ++cell)
                              put(site, cell / n_poes, cell % n_poes, row[cell]);
                      });
        return maps;
    }
    for_each_site(reader, curves, main_kind(curves), [&](std::uint64_t site, std::span<const double> row) {
        for (std::size_t imt = 0; site % step == 0 && imt < tables.imts.size(); ++imt) {
            const std::size_t n_levels = tables.imts[imt].n_levels;
            const auto curve = row.subspan(imt * tables.n_levels, n_levels);
            const auto levels = std::span{tables.levels}.subspan(imt * tables.n_levels, n_levels);
            for (std::size_t poe = 0; poe < n_poes; ++poe)
                put(site, imt, poe, psha::map_value(curve, levels, maps.poes[poe]));
        }
    });
    return maps;
}

/// Curves that the page shows for a site, and of which sites.
struct Curves {
    std::vector<std::string> kinds; ///< statistics, then realizations
    Thinned taken;
    std::vector<float> values; ///< [site taken][kind][imt][level]
};

Curves read_curves(const Reader& reader, const HazardTables& tables,
                   const std::vector<HazardDataset>& datasets, std::size_t n_bytes)
{
    Curves curves;
    const std::size_t n_numbers = tables.imts.size() * tables.n_levels;
    struct Part {
        const HazardDataset* dataset;
        std::uint64_t n_kinds;
    };
    std::vector<Part> parts;
    for (const HazardDataset& dataset : datasets) {
        // Realizations beside statistics only where all sites find place with them.
        const std::size_t n_kinds = std::min(dataset.kinds.size(), most_kinds - curves.kinds.size());
        const bool fits =
            n_within(n_bytes, (curves.kinds.size() + n_kinds) * n_numbers) >= tables.sites.size();
        if (!parts.empty() && (!fits || n_kinds < dataset.kinds.size()))
            continue;
        parts.push_back({&dataset, n_kinds});
        for (std::size_t i = 0; i < n_kinds; ++i)
            curves.kinds.push_back(dataset.kinds[i]);
    }
    curves.taken = thinned(tables.sites.size(), n_within(n_bytes, curves.kinds.size() * n_numbers));
    std::vector<double> row;
    for (const std::uint64_t site : curves.taken.sites) {
        for (const Part& part : parts) {
            read_values(reader, part.dataset->dataset, site, 1, 0, part.n_kinds, row);
            for (const double value : row)
                curves.values.push_back(static_cast<float>(value));
        }
    }
    return curves;
}

std::string json_places(const HazardTables& tables, std::span<const std::uint64_t> taken)
{
    std::vector<float> lon;
    std::vector<float> lat;
    for (const std::uint64_t site : taken) {
        lon.push_back(static_cast<float>(tables.sites[site].lon));
        lat.push_back(static_cast<float>(tables.sites[site].lat));
    }
    return fmt::format("\"lon\":{},\"lat\":{}", json_floats(lon), json_floats(lat));
}

} // namespace

std::string report_results(const Reader& reader, const ReportLimits& limits)
{
    if (!reader.has(output::path::hcurves_stats) && !reader.has(output::path::hcurves_rlzs))
        return "null";
    const HazardTables tables{reader};
    const std::vector<HazardDataset> datasets = curve_datasets(reader, tables);

    const std::size_t n_maps =
        tables.imts.size() * (tables.poes.empty() ? usual_poes.size() : tables.poes.size());
    const Thinned map_sites = thinned(tables.sites.size(), n_within(limits.map_bytes, n_maps + 2));
    const Maps maps = read_maps(reader, tables, datasets.front(), map_sites);
    const Curves curves = read_curves(reader, tables, datasets, limits.curve_bytes);

    std::vector<std::string> imts;
    for (std::size_t i = 0; i < tables.imts.size(); ++i)
        imts.push_back(fmt::format("{{\"name\":{},\"period\":{},\"levels\":{}}}",
                                   json_string(tables.imts[i].name), json_number(tables.imts[i].period),
                                   json_all(std::span<const double>{tables.levels}.subspan(
                                       i * tables.n_levels, tables.imts[i].n_levels))));
    std::vector<std::uint64_t> spectral;
    for (const std::size_t imt : tables.spectral_imts())
        spectral.push_back(imt);
    return fmt::format(
        "{{\"n_sites\":{},\"n_realizations\":{},\"years\":{},\"imts\":{},\"spectral\":{},\"n_levels\":{},"
        "\"map\":{{\"kind\":{},\"interpolated\":{},\"poes\":{},\"step\":{},{},\"values\":{}}},"
        "\"curves\":{{\"kinds\":{},\"sites\":{},\"values\":{}}}}}",
        tables.sites.size(), tables.realizations.size(), json_string(reader.configured("investigation_time")),
        json_list(imts), json_all(std::span<const std::uint64_t>{spectral}), tables.n_levels,
        json_string(datasets.front().kinds[main_kind(datasets.front())]), maps.are_interpolated,
        json_all(std::span<const double>{maps.poes}), map_sites.step, json_places(tables, map_sites.sites),
        json_floats(maps.values), json_all(std::span<const std::string>{curves.kinds}),
        json_all(std::span<const std::uint64_t>{curves.taken.sites}), json_floats(curves.values));
}

} // namespace mtc::commands
