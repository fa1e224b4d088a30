#include "workloads/psha/disagg/disagg_model.hpp"

#include "config/literal.hpp"
#include "config/nearest.hpp"
#include "mtc/error.hpp"
#include "workloads/psha/disagg/bins.hpp"
#include "workloads/psha/hazard/hazard_context.hpp"
#include "workloads/psha/job/read.hpp"
#include "workloads/psha/keys/job_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace mtc::psha {
namespace {

constexpr std::string_view levels_key = "intensity_measure_types_and_levels";

/// The job as a hazard job: levels of iml_disagg are levels of curves.
Config hazard_config(const Config& config)
{
    std::map<std::string, Config::Entry, std::less<>> entries = config.entries();
    if (!config.has("iml_disagg")) {
        (void)config.text(levels_key); // says that it is missing
        return config;
    }
    if (config.has(levels_key))
        throw InputError(text(config.where(levels_key), " (", origin(config, "iml_disagg"),
                              " gives the levels: one of both is accepted). Remove one of them?"));
    const std::string where = origin(config, "iml_disagg");
    std::string levels;
    const config::Literal literal = config::parse_literal(config.text("iml_disagg"), where);
    for (const auto& [imt, level] : config::as_dict(literal, where))
        levels += fmt::format("{}'{}': [{}]", levels.empty() ? "" : ", ", imt,
                              config::as_number(level, text(where, ": ", imt)));
    entries.insert_or_assign(std::string{levels_key},
                             Config::Entry{text("{", levels, "}"), entries.at("iml_disagg").origin});
    return {config.input_file(), config.input_text(), std::move(entries)};
}

std::vector<double> read_poes(const Config& config)
{
    const std::string file = config.input_file().filename().string();
    const std::vector<double> poes = config.has("poes") ? config.numbers("poes") : std::vector<double>{};
    std::vector<double> own = config.has("poes_disagg") ? config.numbers("poes_disagg") : poes;
    if (config.has("iml_disagg")) {
        if (config.has("poes_disagg"))
            throw InputError(text(config.where("poes_disagg"), " and ", config.where("iml_disagg"),
                                  " cannot be set at the same time. Remove one of them?"));
        return {std::numeric_limits<double>::quiet_NaN()};
    }
    if (own.empty())
        throw InputError(text(file, ": poes_disagg or iml_disagg must be set (they say which level is taken "
                                    "apart). Add 'poes_disagg = 0.1'?"));
    if (!poes.empty() && poes != own)
        throw InputError(text(config.where("poes_disagg"), " != ", config.where("poes"),
                              " (where both are given they must be equal)"));
    for (const double poe : own)
        if (!(poe > 0.0 && poe < 1.0))
            throw InputError(text(origin(config, config.has("poes_disagg") ? "poes_disagg" : "poes"), " (",
                                  poe, " is not between 0 and 1)"));
    return own;
}

/// Edges that the job gives itself, by axis.
std::map<std::string, std::vector<double>> given_edges(const Config& config, std::size_t n_sites)
{
    constexpr std::string_view key = "disagg_bin_edges";
    static constexpr std::string_view axes[] = {"mag", "dist", "lon", "lat", "eps"};
    std::map<std::string, std::vector<double>> edges;
    if (!config.has(key))
        return edges;
    const std::string where = origin(config, key);
    const config::Literal literal = config::parse_literal(config.text(key), where);
    for (const auto& [axis, list] : config::as_dict(literal, where)) {
        const std::string of_axis = text(where, ": ", axis);
        if (std::ranges::find(axes, axis) == std::ranges::end(axes))
            throw InputError(text(of_axis, " is no axis (accepted: mag, dist, lon, lat, eps).",
                                  config::did_you_mean(axis, axes)));
        std::vector<double> values = config::as_numbers(list, of_axis);
        if (values.size() < 2 || std::ranges::adjacent_find(values, std::greater_equal<>{}) != values.end())
            throw InputError(text(of_axis, " (accepted: at least 2 edges, strictly increasing)"));
        if ((axis == "lon" || axis == "lat") && n_sites != 1)
            throw InputError(
                text(of_axis, " (one site is accepted with own edges of places, the job has ", n_sites, ")"));
        edges.emplace(axis, std::move(values));
    }
    return edges;
}

/// A bin width: without disagg_bin_edges it must be written, with them it has a value to fall back on.
double width_of(const Config& config, std::string_view key, double fallback)
{
    if (config.has(key))
        return config.number(key);
    if (config.has("disagg_bin_edges"))
        return fallback;
    throw InputError(text(config.input_file().filename().string(), ": ", key,
                          " must be set (no bins without it; or give disagg_bin_edges)"));
}

double largest_distance_km(const ModelView& model)
{
    double largest = 0.0;
    for (const GroupRecord& group : model.groups)
        largest = std::max(
            largest,
            model.max_distances[group.max_distance.first + group.max_distance.count - 1].distance_km);
    return largest;
}

/// Magnitudes of all sources that some distance is accepted for.
std::vector<double> all_magnitudes(const ModelView& model)
{
    std::vector<double> magnitudes;
    for (const SourceRecord& source : model.sources) {
        const IndexRange range = model.groups[source.group].max_distance;
        const double least = model.max_distances[range.first].magnitude;
        const double most = model.max_distances[range.first + range.count - 1].magnitude;
        for (const MagnitudeRecord& bin :
             model.magnitudes.subspan(source.magnitudes.first, source.magnitudes.count))
            if (bin.magnitude >= least && bin.magnitude <= most)
                magnitudes.push_back(bin.magnitude);
        for (const RuptureRecord& rupture :
             model.ruptures.subspan(source.ruptures.first, source.ruptures.count))
            if (rupture.magnitude >= least && rupture.magnitude <= most)
                magnitudes.push_back(rupture.magnitude);
    }
    return magnitudes;
}

struct Edges {
    std::vector<double> mag;
    std::vector<double> dist;
    std::vector<double> eps;
    std::vector<double> lon; ///< [n_site][n + 1]
    std::vector<double> lat;
    std::size_t n_lon = 0;
    std::size_t n_lat = 0;
};

std::uint32_t n_bands(const Config& config)
{
    const auto given = static_cast<std::uint32_t>(width_of(config, "num_epsilon_bins", 1.0));
    const bool some_kind_has_bands =
        !config.has("disagg_outputs") || config.text("disagg_outputs").find("Eps") != std::string::npos;
    return some_kind_has_bands ? given : 1U;
}

Edges make_edges(const Config& config, const ModelView& model)
{
    const auto given = given_edges(config, model.sites.size());
    const auto own = [&](const char* axis, auto make) {
        const auto found = given.find(axis);
        return found != given.end() ? found->second : make();
    };
    const double largest_km = largest_distance_km(model);
    Edges edges;
    const double mag_width = width_of(config, "mag_bin_width", 1.0);
    edges.mag = own("mag", [&] { return magnitude_edges(all_magnitudes(model), mag_width); });
    const double dist_width = width_of(config, "distance_bin_width", largest_km);
    edges.dist = own("dist", [&] { return distance_edges(largest_km, dist_width); });
    const std::uint32_t bands = n_bands(config);
    edges.eps = own("eps", [&] { return epsilon_edges(model.job->truncation_level, bands); });
    constexpr double one_cell = 100.0;
    const double place_width = width_of(config, "coordinate_bin_width", one_cell);
    for (const Site& site : model.sites) {
        const PlaceEdges about = place_edges({site.lon, site.lat}, largest_km, place_width);
        const std::vector<double> lon = own("lon", [&] { return about.lon; });
        const std::vector<double> lat = own("lat", [&] { return about.lat; });
        edges.n_lon = lon.size() - 1;
        edges.n_lat = lat.size() - 1;
        edges.lon.insert(edges.lon.end(), lon.begin(), lon.end());
        edges.lat.insert(edges.lat.end(), lat.begin(), lat.end());
    }
    return edges;
}

/// Refuses clusters and ruptures that exclude each other, which OpenQuake does not take apart either.
void check_groups(const ModelView& model)
{
    const std::vector<std::string> trts = model.reader.texts("trts");
    for (const GroupRecord& group : model.groups)
        if (group.dependence == Dependence::exclusive_ruptures || group.is_cluster != 0)
            throw InputError(
                text("a group of sources of the region type '", trts[group.trt],
                     group.is_cluster != 0 ? "' is a cluster" : "' has ruptures that exclude each other",
                     " (independent sources and sources that exclude each other are taken "
                     "apart)"));
}

/// Bins of the axis of region types: those that have sources, in alphabetical order.
struct Regions {
    std::vector<std::string> names;
    std::vector<std::uint32_t> of_group{};
};

Regions regions_of(const ModelView& model)
{
    const std::vector<std::string> trts = model.reader.texts("trts");
    std::set<std::string> used;
    for (const GroupRecord& group : model.groups)
        used.insert(trts[group.trt]);
    Regions regions{.names = {used.begin(), used.end()}};
    for (const GroupRecord& group : model.groups)
        regions.of_group.push_back(
            static_cast<std::uint32_t>(std::distance(used.begin(), used.find(trts[group.trt]))));
    return regions;
}

/// Realizations that the job names, and how many are taken apart.
std::pair<std::vector<std::uint32_t>, std::uint32_t> read_choice(const Config& config, std::size_t n_rlzs)
{
    const std::int64_t n_wanted = config.has("num_rlzs_disagg") ? config.integer("num_rlzs_disagg") : 0;
    if (n_wanted > static_cast<std::int64_t>(n_rlzs))
        throw InputError(text(config.where("num_rlzs_disagg"), " (there are ", n_rlzs, " realizations)"));
    if (!config.has("rlz_index"))
        return {{}, static_cast<std::uint32_t>(n_wanted == 0 ? static_cast<std::int64_t>(n_rlzs) : n_wanted)};
    if (n_wanted > 1)
        throw InputError(text(config.where("rlz_index"), " and ", config.where("num_rlzs_disagg"),
                              " (you cannot set rlzs_index and num_rlzs_disagg at the same time)"));
    std::vector<std::uint32_t> chosen;
    for (const double index : config.numbers("rlz_index")) {
        if (index != std::floor(index) || index >= static_cast<double>(n_rlzs))
            throw InputError(text(config.where("rlz_index"), " (", index,
                                  " is no realization; they are 0 to ", n_rlzs - 1, ")"));
        const auto row = static_cast<std::uint32_t>(index);
        if (std::ranges::find(chosen, row) != chosen.end())
            throw InputError(text(config.where("rlz_index"), " (", row, " stands there twice)"));
        chosen.push_back(row);
    }
    return {chosen, static_cast<std::uint32_t>(chosen.size())};
}

void check_size(const AxisSizes& bins)
{
    constexpr double most = 1e6;
    double n = 1.0;
    for (const std::uint32_t size : bins)
        n *= size;
    if (n > most)
        throw InputError(
            fmt::format("The disaggregation matrix is too large ({:.0f} elements: {} region types x "
                        "{} magnitudes x {} distances x {} x {} places x {} epsilons; at most "
                        "{:.0f} are accepted): fix the binning!",
                        n, bins[0], bins[1], bins[2], bins[3], bins[4], bins[5], most));
}

void check_sites(const Config& config, const ModelView& model)
{
    if (model.sites.size() > model.job->max_sites_disagg)
        throw InputError(text("Please set max_sites_disagg=", model.sites.size(), " in ",
                              config.input_file().filename().string(), " (the job has so many sites, and ",
                              config.where("max_sites_disagg"), ")"));
    if (!config.flag("mean"))
        throw InputError(text(config.where("mean"),
                              " (you disabled all statistics, and levels are those of the "
                              "mean curve). Remove the key?"));
}

constexpr std::string_view hazard_section = "hazard";

} // namespace

DisaggView::DisaggView(std::span<const std::byte> bytes)
    : reader{bytes}
    , job{&reader.get_one<DisaggRecord>("disagg")}
    , poes{reader.get<double>("poes")}
    , mag_edges{reader.get<double>("mag_edges")}
    , dist_edges{reader.get<double>("dist_edges")}
    , eps_edges{reader.get<double>("eps_edges")}
    , lon_edges{reader.get<double>("lon_edges")}
    , lat_edges{reader.get<double>("lat_edges")}
    , rlz_index{reader.get<std::uint32_t>("rlz_index")}
    , trt_of_group{reader.get<std::uint32_t>("trt_of_group")}
    , trts{reader.texts("trts")}
{
    hazard = reader.get<std::byte>(hazard_section);
}

std::span<const double> DisaggView::lon_edges_of(std::size_t site) const
{
    const std::size_t n = bins(Axis::lon) + 1;
    return lon_edges.subspan(site * n, n);
}

std::span<const double> DisaggView::lat_edges_of(std::size_t site) const
{
    const std::size_t n = bins(Axis::lat) + 1;
    return lat_edges.subspan(site * n, n);
}

ModelBytes read_disagg_model(const Config& config, Notes& notes)
{
    const std::vector<double> poes = read_poes(config);
    const std::uint32_t all_kinds = (1U << disagg_kinds().size()) - 1U;
    const std::uint32_t kinds = config.has("disagg_outputs") ? kinds_in(config.text("disagg_outputs"),
                                                                        origin(config, "disagg_outputs"))
                                                             : all_kinds;
    const ModelBytes hazard = with_units(read_model(hazard_config(config), notes));
    const ModelView model{hazard};
    check_sites(config, model);
    check_groups(model);
    const Edges edges = make_edges(config, model);
    const Regions regions = regions_of(model);
    const auto [rlz_index, n_chosen] = read_choice(config, model.realizations.size());
    const auto n_bins = [](const std::vector<double>& of) {
        return static_cast<std::uint32_t>(of.size() - 1);
    };
    const DisaggRecord job{.kinds = kinds,
                           .epsilon_star = config.flag("epsilon_star") ? 1U : 0U,
                           .n_chosen = n_chosen,
                           .levels_given = config.has("iml_disagg") ? 1U : 0U,
                           .bins = {static_cast<std::uint32_t>(regions.names.size()), n_bins(edges.mag),
                                    n_bins(edges.dist), static_cast<std::uint32_t>(edges.n_lon),
                                    static_cast<std::uint32_t>(edges.n_lat), n_bins(edges.eps)}};
    check_size(job.bins);
    FlatWriter writer;
    writer.add(hazard_section, std::span<const std::byte>{hazard});
    writer.add_one("disagg", job);
    writer.add("poes", poes);
    writer.add("mag_edges", edges.mag);
    writer.add("dist_edges", edges.dist);
    writer.add("eps_edges", edges.eps);
    writer.add("lon_edges", edges.lon);
    writer.add("lat_edges", edges.lat);
    writer.add("rlz_index", rlz_index);
    writer.add("trt_of_group", regions.of_group);
    writer.add_texts("trts", regions.names);
    return writer.finish();
}

} // namespace mtc::psha
