#include "workloads/psha/model/flatten.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/geo/polygon.hpp"
#include "workloads/psha/model/index.hpp"
#include "workloads/psha/model/job_values.hpp"
#include "workloads/psha/model/statistics_keys.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mtc::psha {
namespace {

/// Appends records and tells where they are.
template <class Record>
IndexRange append(std::vector<Record>& all, const std::vector<Record>& some)
{
    const IndexRange range{.first = to_index(all.size()), .count = to_index(some.size())};
    (void)to_index(all.size() + some.size());
    all.insert(all.end(), some.begin(), some.end());
    return range;
}

/// The arrays that describe sources.
struct FlatSources {
    std::vector<SourceRecord> sources;
    std::vector<std::string> ids;
    std::vector<PointRecord> points;
    std::vector<MagnitudeRecord> magnitudes;
    std::vector<PlaneRecord> planes;
    std::vector<DepthRecord> depths;
    std::vector<GroupRecord> groups;
    std::vector<MaxDistanceRecord> max_distances;
};

double area_spacing_km(const AreaGeometry& area, const Source& source, const Config& config)
{
    if (area.discretization_km)
        return *area.discretization_km;
    if (!config.has("area_source_discretization"))
        throw InputError(text(source.where, ": the area source '", source.id,
                              "' needs area_source_discretization, which the input does not give. Add "
                              "'area_source_discretization = 10'?"));
    return config.number("area_source_discretization");
}

std::vector<PointRecord> points_of(const Source& source, const Config& config)
{
    if (const auto* point = std::get_if<PointGeometry>(&source.geometry))
        return {{.lon = point->location.lon, .lat = point->location.lat}};
    const auto& area = std::get<AreaGeometry>(source.geometry);
    const double spacing_km = area_spacing_km(area, source, config);
    std::vector<PointRecord> points;
    for (const geo::LonLat place : geo::discretised(area.polygon, spacing_km))
        points.push_back({.lon = place.lon, .lat = place.lat});
    if (points.empty())
        throw InputError(text(source.where, ": The area_source_discretization is too large (", spacing_km,
                              " km): no point of the grid lies in the area source '", source.id, "'"));
    return points;
}

std::vector<MagnitudeRecord> magnitudes_of(const Source& source)
{
    std::vector<MagnitudeRecord> magnitudes;
    for (const MagnitudeRate& bin : source.bins.front())
        magnitudes.push_back({.magnitude = bin.magnitude, .annual_rate = bin.annual_rate});
    return magnitudes;
}

void add_source(const Source& source, std::uint32_t group, const Config& config, FlatSources& flat)
{
    const std::vector<PointRecord> points = points_of(source, config);
    flat.sources.push_back({.kind = source.kind,
                            .group = group,
                            .id = to_index(flat.ids.size()),
                            .magnitude_area = source.magnitude_area,
                            .points = append(flat.points, points),
                            .magnitudes = append(flat.magnitudes, magnitudes_of(source)),
                            .planes = append(flat.planes, source.planes),
                            .depths = append(flat.depths, source.depths),
                            .upper_seismogenic_depth = source.seismogenic.upper,
                            .lower_seismogenic_depth = source.seismogenic.lower,
                            .aspect_ratio = source.aspect_ratio,
                            .rate_factor = 1.0 / static_cast<double>(points.size())});
    flat.ids.push_back(source.id);
}

void add_group(const SourceGroup& group, const ParsedJob& job, const Config& config, FlatSources& flat)
{
    const auto trt = std::lower_bound(job.trts.begin(), job.trts.end(), group.trt);
    flat.groups.push_back({.trt = to_index(static_cast<std::size_t>(trt - job.trts.begin())),
                           .group_models = job.enumeration.models_of_group[flat.groups.size()],
                           .max_distance = append(flat.max_distances, maximum_distance(config, group.trt)),
                           .pointsource_distance = pointsource_distance(config, group.trt),
                           .minimum_magnitude = minimum_magnitude(config, group.trt)});
}

void remark_of_approximation(const FlatSources& flat, Notes& notes)
{
    const bool is_on = std::any_of(flat.sources.begin(), flat.sources.end(), [&](const SourceRecord& source) {
        return static_cast<std::uint64_t>(source.planes.count) * source.depths.count > 1 &&
               std::isfinite(flat.groups[source.group].pointsource_distance);
    });
    if (is_on)
        notes.remarks.push_back(
            "pointsource_distance: beyond it each magnitude of a point is one mean rupture, as in "
            "OpenQuake; pointsource_distance = exact computes them all");
}

FlatSources flatten_sources(const ParsedJob& job, const Config& config, Notes& notes)
{
    FlatSources flat;
    for (const SourceGroup& group : job.groups) {
        const std::uint32_t row = to_index(flat.groups.size());
        add_group(group, job, config, flat);
        for (const Source& source : group.sources)
            add_source(source, row, config, flat);
    }
    remark_of_approximation(flat, notes);
    return flat;
}

void write_imts(const ParsedJob& job, FlatWriter& writer)
{
    std::vector<ImtRecord> imts;
    std::vector<double> all_levels;
    for (const ImtLevels& measure : job.imts) {
        ImtRecord record;
        if (measure.imt.name.size() >= sizeof record.name)
            throw InputError(text("intensity measure '", measure.imt.name, "' (names of at most ",
                                  sizeof record.name - 1, " letters are accepted)"));
        std::memcpy(record.name, measure.imt.name.data(), measure.imt.name.size());
        record.period = measure.imt.period;
        record.levels = append(all_levels, measure.levels);
        imts.push_back(record);
    }
    writer.add("imts", imts);
    writer.add("levels", all_levels);
}

void write_sources(const FlatSources& flat, FlatWriter& writer)
{
    writer.add("sources", flat.sources);
    writer.add_texts("source_ids", flat.ids);
    writer.add("points", flat.points);
    writer.add("magnitudes", flat.magnitudes);
    writer.add("planes", flat.planes);
    writer.add("depths", flat.depths);
    writer.add("groups", flat.groups);
    writer.add("max_distances", flat.max_distances);
}

JobRecord job_record(const ParsedJob& job, const Config& config)
{
    const bool several_rlzs = job.enumeration.realizations.size() > 1;
    const bool individual = config.has("individual_rlzs") ? config.flag("individual_rlzs")
                                                          : job.sites.sites.size() == 1 && several_rlzs;
    return {.investigation_time = config.number("investigation_time"),
            .truncation_level = config.number("truncation_level"),
            .minimum_distance = config.number("minimum_distance"),
            .exceedance_tolerance = config.number("exceedance_tolerance"),
            .max_sites_disagg = static_cast<std::uint32_t>(config.integer("max_sites_disagg")),
            .wide_sums = config.flag("wide_sums") ? 1U : 0U,
            .individual_rlzs = individual ? 1U : 0U,
            .use_rates = config.flag("use_rates") ? 1U : 0U,
            .float32_results = config.text("results_type") == "float32" ? 1U : 0U};
}

} // namespace

ModelBytes flatten(const ParsedJob& job, const Config& config, Notes& notes)
{
    const FlatSources sources = flatten_sources(job, config, notes);
    FlatWriter writer;
    writer.add("sites", job.sites.sites);
    writer.add_texts("custom_site_ids", job.sites.custom_ids);
    write_imts(job, writer);
    write_sources(sources, writer);
    writer.add("group_models", job.enumeration.group_models);
    writer.add_texts("trts", job.trts);
    writer.add_texts("models", job.enumeration.models);
    writer.add("realizations", job.enumeration.realizations);
    writer.add("realization_imt_weights", job.enumeration.imt_weights);
    writer.add("realization_group_models", job.enumeration.realization_group_models);
    writer.add_texts("realization_paths", job.enumeration.paths);
    writer.add("statistics", statistics_of(config));
    writer.add("poes", map_poes(config));
    writer.add_one("job", job_record(job, config));
    return writer.finish();
}

} // namespace mtc::psha
