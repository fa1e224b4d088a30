#include "workloads/psha/model/sites.hpp"

#include "config/values.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/geo/polygon.hpp"
#include "workloads/psha/ground_motion/model.hpp"
#include "workloads/psha/model/job_values.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

namespace mtc::psha {
namespace {

/// Sites with what a message needs to name one.
struct Gathered {
    std::vector<Site> sites{};
    std::vector<std::string> custom_ids{};
    std::vector<std::size_t> numbers{}; ///< [n_site] line of a CSV, or position in a list, from 1
    std::string source{};               ///< "sites.csv:" or "job.ini:5: sites, site "; a number follows it
    bool keeps_order = false;
};

double rounded(double degrees)
{
    constexpr double decimals = 1e5;                            // OpenQuake rounds to five of them
    return std::nearbyint(degrees * decimals) / decimals + 0.0; // + 0.0: no negative zero
}

std::string where_of(const Gathered& gathered, std::size_t i)
{
    return text(gathered.source, gathered.numbers[i]);
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

Gathered from_literal(const Config& config)
{
    Gathered gathered{.source = text(origin(config, "sites"), ", site ")};
    for (const std::vector<double>& place : read_places(config, "sites", 3)) {
        Site site;
        site.lon = place[0];
        site.lat = place[1];
        site.depth = place.size() == 3 ? place[2] : 0.0;
        gathered.sites.push_back(site);
        gathered.numbers.push_back(gathered.sites.size());
    }
    return gathered;
}

Gathered from_csv(const Config& config, Notes& notes)
{
    const std::vector<std::filesystem::path> files = config.paths("sites_csv");
    if (files.size() != 1)
        throw InputError(text(config.where("sites_csv"), " (one file is accepted)"));
    CsvSites read = read_sites_csv(files.front(), notes);
    return {.sites = std::move(read.sites),
            .custom_ids = std::move(read.custom_ids),
            .numbers = std::move(read.lines),
            .source = text(files.front().string(), ":"),
            .keeps_order = read.has_header};
}

void check_place(const Site& site, const std::string& where)
{
    if (!(std::abs(site.lon) <= 180.0))
        throw InputError(text(where, ": longitude ", site.lon, " (accepted: -180 to 180)"));
    if (!(std::abs(site.lat) <= 90.0))
        throw InputError(text(where, ": latitude ", site.lat, " (accepted: -90 to 90)"));
}

Gathered from_region(const Config& config)
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
    Gathered gathered{.source = text(where, ", grid site ")};
    for (const geo::LonLat place : geo::region_grid(polygon, config.number("region_grid_spacing"))) {
        Site site;
        site.lon = place.lon;
        site.lat = place.lat;
        gathered.sites.push_back(site);
        gathered.numbers.push_back(gathered.sites.size());
    }
    if (gathered.sites.empty())
        throw InputError(text(config.where("region_grid_spacing"), " (too large: no site lies in region)"));
    return gathered;
}

Gathered gather(const Config& config, Notes& notes)
{
    if (config.has("site_model_file"))
        throw InputError(
            text(config.where("site_model_file"),
                 " (this version reads site parameters from the keys reference_... alone; accepted: "
                 "sites, sites_csv or region)"));
    std::string given;
    std::size_t n_given = 0;
    for (const std::string_view key : {"sites", "sites_csv", "region"})
        if (config.has(key)) {
            given += text(n_given++ == 0 ? "" : ", ", origin(config, key));
        }
    if (n_given == 0)
        throw InputError(
            text(config.input_file().filename().string(),
                 ": no sites (accepted: one of sites, sites_csv, and region with region_grid_spacing)"));
    if (n_given > 1)
        throw InputError(text("several keys give sites: ", given, " (one is accepted). Remove the others?"));
    if (config.has("sites"))
        return from_literal(config);
    return config.has("sites_csv") ? from_csv(config, notes) : from_region(config);
}

/// Puts sites in an order, with all that belongs to them.
Gathered permuted(const Gathered& gathered, const std::vector<std::size_t>& order)
{
    Gathered sorted{.source = gathered.source, .keeps_order = gathered.keeps_order};
    for (const std::size_t i : order) {
        sorted.sites.push_back(gathered.sites[i]);
        sorted.numbers.push_back(gathered.numbers[i]);
        if (!gathered.custom_ids.empty())
            sorted.custom_ids.push_back(gathered.custom_ids[i]);
    }
    return sorted;
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

void refuse_equal_sites(const Gathered& gathered, const std::vector<std::size_t>& order)
{
    for (std::size_t k = 1; k < order.size(); ++k) {
        const Site& a = gathered.sites[order[k - 1]];
        const Site& b = gathered.sites[order[k]];
        if (a.lon == b.lon && a.lat == b.lat && a.depth == b.depth)
            throw InputError(text(where_of(gathered, order[k]), ": the site ", b.lon, " ", b.lat,
                                  " is also the one of ", where_of(gathered, order[k - 1]),
                                  " (sites must differ when rounded to 5 decimals)"));
    }
}

/// A site parameter, the key that gives it, and the place in Site where it goes.
struct Parameter {
    std::uint32_t mask;
    std::string_view key;
    double Site::*member;
};

void set_parameters(const Config& config, const std::vector<SiteNeeds>& needs, std::vector<Site>& sites)
{
    static constexpr auto parameters = std::to_array<Parameter>({
        {needs_vs30, "reference_vs30_value", &Site::vs30},
        {needs_z1pt0, "reference_depth_to_1pt0km_per_sec", &Site::z1pt0},
        {needs_z2pt5, "reference_depth_to_2pt5km_per_sec", &Site::z2pt5},
    });
    for (const Parameter& parameter : parameters) {
        const bool given = config.has(parameter.key);
        for (const SiteNeeds& model : needs)
            if (!given && (model.parameters & parameter.mask) != 0)
                throw InputError(text(config.input_file().filename().string(), ": Please set a value for '",
                                      parameter.key, "' (", model.model, " requires it)"));
        const double value = given ? config.number(parameter.key) : std::numeric_limits<double>::quiet_NaN();
        for (Site& site : sites)
            site.*parameter.member = value;
    }
    const double measured = config.text("reference_vs30_type") == "measured" ? 1.0 : 0.0;
    for (Site& site : sites)
        site.vs30measured = measured;
}

} // namespace

Sites read_sites(const Config& config, const std::vector<SiteNeeds>& needs, Notes& notes)
{
    Gathered gathered = gather(config, notes);
    for (std::size_t i = 0; i < gathered.sites.size(); ++i) {
        Site& site = gathered.sites[i];
        check_place(site, where_of(gathered, i));
        site.lon = rounded(site.lon);
        site.lat = rounded(site.lat);
    }
    const std::vector<std::size_t> order = order_by_place(gathered.sites);
    refuse_equal_sites(gathered, order);
    if (!gathered.keeps_order)
        gathered = permuted(gathered, order);
    set_parameters(config, needs, gathered.sites);
    return {.sites = std::move(gathered.sites), .custom_ids = std::move(gathered.custom_ids)};
}

} // namespace mtc::psha
