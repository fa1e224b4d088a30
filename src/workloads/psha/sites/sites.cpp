#include "workloads/psha/sites/sites.hpp"

#include "config/literal.hpp"
#include "config/values.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/geo/polygon.hpp"
#include "workloads/psha/keys/job_values.hpp"
#include "workloads/psha/sites/sites_parameters.hpp"
#include "workloads/psha/sites/sites_table.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <tuple>

namespace mtc::psha {
namespace {

double rounded(double degrees)
{
    constexpr double decimals = 1e5;                            // OpenQuake rounds to five of them
    return std::nearbyint(degrees * decimals) / decimals + 0.0; // + 0.0: no negative zero
}

/// "lon lat[ depth], lon lat, ..." as lists of numbers.
std::vector<std::vector<double>> read_places(const Config& config, std::string_view key,
                                             std::size_t most_numbers)
{
    std::vector<std::vector<double>> places;
    for (const std::string_view part : config::split(config.text(key), ",")) {
        std::vector<double> place;
        for (const std::string_view word : config::split(part, " \t\r\n")) {
            const std::optional<double> number = config::parse_number(word);
            if (!number)
                throw InputError(
                    text(origin(config, key), ": '", word, "' (not a number; accepted: 'lon lat, ...')"));
            place.push_back(*number);
        }
        if (place.empty() && config::trimmed(part).empty())
            continue;
        if (place.size() < 2 || place.size() > most_numbers)
            throw InputError(text(origin(config, key), ": '", config::trimmed(part), "' holds ", place.size(),
                                  " numbers (accepted: lon lat", most_numbers > 2 ? ", or lon lat depth" : "",
                                  ")"));
        places.push_back(std::move(place));
    }
    if (places.empty())
        throw InputError(text(origin(config, key), " names no place (accepted: 'lon lat, ...')"));
    return places;
}

/// A table without lines: its places are numbered from 1.
void add_place(double lon, double lat, double depth, SiteTable& table)
{
    Site site;
    site.lon = lon;
    site.lat = lat;
    site.depth = depth;
    table.sites.push_back(site);
    table.origins.push_back({.number = static_cast<std::uint32_t>(table.sites.size())});
}

SiteTable from_literal(const Config& config)
{
    SiteTable table{.sources = {text(origin(config, "sites"), ", site ")}};
    for (const std::vector<double>& place : read_places(config, "sites", 3))
        add_place(place[0], place[1], place.size() == 3 ? place[2] : 0.0, table);
    return table;
}

SiteTable from_csv(const Config& config, Notes& notes)
{
    const std::vector<std::filesystem::path> files = config.paths("sites_csv");
    if (files.size() != 1)
        throw InputError(text(config.where("sites_csv"), " (one file is accepted)"));
    return read_sites_csv(files.front(), notes);
}

void check_place(const Site& site, const std::string& where)
{
    if (!(std::abs(site.lon) <= 180.0))
        throw InputError(text(where, ": longitude ", site.lon, " (accepted: -180 to 180)"));
    if (!(std::abs(site.lat) <= 90.0))
        throw InputError(text(where, ": latitude ", site.lat, " (accepted: -90 to 90)"));
}

SiteTable from_region(const Config& config)
{
    const std::string where = origin(config, "region");
    if (!config.has("region_grid_spacing"))
        throw InputError(text(where, " needs region_grid_spacing, which the input does not give. Add "
                                     "'region_grid_spacing = 10'?"));
    std::vector<geo::LonLat> polygon;
    for (const std::vector<double>& place : read_places(config, "region", 2)) {
        Site corner;
        corner.lon = place[0];
        corner.lat = place[1];
        check_place(corner, text(where, ", corner ", polygon.size() + 1));
        polygon.push_back({.lon = corner.lon, .lat = corner.lat});
    }
    const auto same = [](geo::LonLat a, geo::LonLat b) { return a.lon == b.lon && a.lat == b.lat; };
    if (polygon.size() > 1 && same(polygon.front(), polygon.back()))
        polygon.pop_back();
    if (polygon.size() < 3)
        throw InputError(text(where, " has ", polygon.size(), " corners (at least 3 are accepted)"));
    SiteTable table{.sources = {text(where, ", grid site ")}};
    for (const geo::LonLat place : geo::region_grid(polygon, config.number("region_grid_spacing")))
        add_place(place.lon, place.lat, 0.0, table);
    if (table.sites.empty())
        throw InputError(text(config.where("region_grid_spacing"), " (too large: no site lies in region)"));
    return table;
}

/// The places of the one key that gives them; nothing when none does.
std::optional<SiteTable> gather(const Config& config, Notes& notes)
{
    std::string given;
    std::size_t n_given = 0;
    for (const std::string_view key : {"sites", "sites_csv", "region"})
        if (config.has(key))
            given += text(n_given++ == 0 ? "" : ", ", origin(config, key));
    if (n_given > 1)
        throw InputError(text("several keys give sites: ", given, " (one is accepted). Remove the others?"));
    if (config.has("region_grid_spacing") && !config.has("region"))
        throw InputError(text(config.where("region_grid_spacing"),
                              " needs region, which the input does not give. Add 'region = lon lat, lon lat, "
                              "lon lat'?"));
    if (config.has("sites"))
        return from_literal(config);
    if (config.has("sites_csv"))
        return from_csv(config, notes);
    if (config.has("region"))
        return from_region(config);
    return std::nullopt;
}

/// Some sites of a table, in an order.
SiteTable chosen(const SiteTable& table, const std::vector<std::size_t>& order)
{
    SiteTable some{
        .parameters = table.parameters, .sources = table.sources, .keeps_order = table.keeps_order};
    for (const std::size_t i : order) {
        some.sites.push_back(table.sites[i]);
        some.origins.push_back(table.origins[i]);
        if (!table.custom_ids.empty())
            some.custom_ids.push_back(table.custom_ids[i]);
    }
    return some;
}

std::vector<std::size_t> order_by_place(const std::vector<Site>& sites)
{
    std::vector<std::size_t> order(sites.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto key = [&](std::size_t i) { return std::tuple{sites[i].lon, sites[i].lat, sites[i].depth}; };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    return order;
}

void refuse_equal_sites(const SiteTable& table, const std::vector<std::size_t>& order)
{
    for (std::size_t k = 1; k < order.size(); ++k) {
        const Site& a = table.sites[order[k - 1]];
        const Site& b = table.sites[order[k]];
        if (a.lon == b.lon && a.lat == b.lat && a.depth == b.depth)
            throw InputError(text(table.where(order[k]), ": the site ", b.lon, " ", b.lat,
                                  " is also the one of ", table.where(order[k - 1]),
                                  " (sites must differ when rounded to 5 decimals)"));
    }
}

/// Checks and rounds places, and puts them in the order in which they are numbered.
void settle(SiteTable& table)
{
    for (std::size_t i = 0; i < table.sites.size(); ++i) {
        Site& site = table.sites[i];
        check_place(site, table.where(i));
        site.lon = rounded(site.lon);
        site.lat = rounded(site.lat);
    }
    const std::vector<std::size_t> order = order_by_place(table.sites);
    refuse_equal_sites(table, order);
    if (!table.keeps_order)
        table = chosen(table, order);
}

/// tile_spec = [k, n]: of the sites every n-th, beginning with the k-th.
void keep_tile(const Config& config, SiteTable& table)
{
    constexpr std::string_view key = "tile_spec";
    if (!config.has(key))
        return;
    const auto pair =
        config::as_numbers(config::parse_literal(config.text(key), origin(config, key)), origin(config, key));
    const bool is_pair = pair.size() == 2 && pair[0] == std::floor(pair[0]) &&
                         pair[1] == std::floor(pair[1]) && pair[0] >= 1.0 && pair[0] <= pair[1];
    if (!is_pair)
        throw InputError(text(config.where(key), " (accepted: [k, n], tile k of n, from 1)"));
    std::vector<std::size_t> kept;
    for (auto i = static_cast<std::size_t>(pair[0]) - 1; i < table.sites.size();
         i += static_cast<std::size_t>(pair[1]))
        kept.push_back(i);
    if (kept.empty())
        throw InputError(text(config.where(key), " (none of the ", table.sites.size(), " sites is in it)"));
    table = chosen(table, kept);
}

/// The parameters that some model of the job needs.
std::uint32_t needed(const std::vector<SiteNeeds>& needs)
{
    std::uint32_t mask = 0;
    for (const SiteNeeds& need : needs)
        mask |= need.parameters;
    return mask;
}

} // namespace

Sites read_sites(const Config& config, const std::vector<SiteNeeds>& needs, Notes& notes)
{
    std::optional<SiteTable> table = gather(config, notes);
    std::optional<SiteTable> model;
    if (config.has("site_model_file")) {
        model = read_site_model(config, needed(needs), notes);
        settle(*model);
    }
    const bool is_own = !table;
    if (is_own && !model)
        throw InputError(text(config.input_file().filename().string(),
                              ": no sites (accepted: one of sites, sites_csv, and region with "
                              "region_grid_spacing; or site_model_file)"));
    if (is_own)
        table = model;
    else
        settle(*table);
    keep_tile(config, *table);
    set_parameters(config, needs, model, is_own, table->sites, notes);
    return {.sites = std::move(table->sites), .custom_ids = std::move(table->custom_ids)};
}

} // namespace mtc::psha
