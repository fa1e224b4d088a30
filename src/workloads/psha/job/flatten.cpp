#include "workloads/psha/job/flatten.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/job/flat_sources.hpp"
#include "workloads/psha/keys/job_values.hpp"
#include "workloads/psha/keys/statistics_keys.hpp"
#include "workloads/psha/model/index.hpp"
#include "workloads/psha/model/motion_tables.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <malloc.h>

namespace mtc::psha {
namespace {

/// Groups and their sources as rows.
struct FlatGroups {
    FlatSources sources;
    std::vector<GroupRecord> groups{};
    std::vector<MaxDistanceRecord> max_distances{};
};

/// pointsource_distance of a group, read only where it matters: where some source is a point with several
/// planes or depths, or one of a cell, which are one mean rupture beyond it.
std::vector<MaxDistanceRecord> approximation_distance(const SourceGroup& group, const Config& config)
{
    const bool has_cells = config.number("ps_grid_spacing") > 0.0;
    const bool matters = std::ranges::any_of(group.sources, [has_cells](const Source& source) {
        return source.planes.size() * source.depths.size() > (has_cells ? 0 : 1);
    });
    return matters ? pointsource_distance(config, group.trt) : std::vector<MaxDistanceRecord>{};
}

void add_group(const SourceGroup& group, const ParsedJob& job, const Config& config, FlatGroups& flat)
{
    const auto trt = std::lower_bound(job.trts.begin(), job.trts.end(), group.trt);
    flat.groups.push_back(
        {.dependence = group.dependence,
         .is_cluster = group.is_cluster ? 1U : 0U,
         .cluster_rate = group.cluster_rate,
         .probability = group.probability,
         .trt = to_index(static_cast<std::size_t>(trt - job.trts.begin())),
         .group_models = job.enumeration.models_of_group[flat.groups.size()],
         .max_distance = append(flat.max_distances, maximum_distance(config, group.trt)),
         .pointsource_distance = append(flat.max_distances, approximation_distance(group, config)),
         .minimum_magnitude = minimum_magnitude(config, group.trt)});
}

void remark_of_approximation(const FlatGroups& flat, Notes& notes)
{
    const std::vector<SourceRecord>& sources = flat.sources.sources();
    const bool is_on = std::any_of(sources.begin(), sources.end(), [&](const SourceRecord& source) {
        return static_cast<std::uint64_t>(source.planes.count) * source.depths.count > 1 &&
               flat.groups[source.group].pointsource_distance.count > 0;
    });
    if (is_on)
        notes.remarks.push_back(
            "pointsource_distance: beyond it each magnitude of a point is one mean rupture, as in "
            "OpenQuake; pointsource_distance = exact computes them all");
    const auto n_cells = std::ranges::count(sources, SourceKind::point_cell, &SourceRecord::kind);
    if (n_cells > 0)
        notes.remarks.push_back(
            text("ps_grid_spacing: beyond pointsource_distance the points of ", n_cells,
                 " cells are one mean point each; ps_grid_spacing = 0 computes them all"));
}

/// Adds the sources of a group and frees them: their memory is wanted for what they become.
void move_sources(SourceGroup& group, std::uint32_t row, FlatSources& flat)
{
    const std::size_t n_between_trims = std::max<std::size_t>(1000, group.sources.size() / 16);
    for (std::size_t i = 0; i < group.sources.size(); ++i) {
        const Source source = std::move(group.sources[i]); // texts too, which an assignment would keep
        flat.add(source, row, group.weights.empty() ? 1.0 : group.weights[i]);
        if ((i + 1) % n_between_trims == 0)
            ::malloc_trim(0);
    }
    std::vector<Source>{}.swap(group.sources); // assignment of {} would keep the room
}

FlatGroups flatten_groups(ParsedJob& job, const Config& config, Notes& notes)
{
    FlatGroups flat{.sources = FlatSources{config}};
    flat.sources.reserve(job.groups);
    for (SourceGroup& group : job.groups) {
        const std::uint32_t row = to_index(flat.groups.size());
        add_group(group, job, config, flat);
        move_sources(group, row, flat.sources);
        const bool adds_up = group.dependence == Dependence::independent && !group.is_cluster;
        if (adds_up && flat.groups.back().pointsource_distance.count > 0)
            flat.sources.average_over_cells(row, config.number("ps_grid_spacing"));
    }
    ::malloc_trim(0);
    remark_of_approximation(flat, notes);
    if (std::string remark = flat.sources.too_large(); !remark.empty())
        notes.warnings.push_back(std::move(remark));
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

JobRecord job_record(const ParsedJob& job, const Config& config)
{
    const bool several_rlzs = job.enumeration.realizations.size() > 1;
    const bool individual = config.has("individual_rlzs") ? config.flag("individual_rlzs")
                                                          : job.sites.sites.size() == 1 && several_rlzs;
    return {.investigation_time = config.number("investigation_time"),
            .truncation_level = config.number("truncation_level"),
            .minimum_distance = config.number("minimum_distance"),
            .exceedance_tolerance = config.number("exceedance_tolerance"),
            .ps_grid_spacing = config.number("ps_grid_spacing"),
            .max_sites_disagg = static_cast<std::uint32_t>(config.integer("max_sites_disagg")),
            .wide_sums = config.flag("wide_sums") ? 1U : 0U,
            .individual_rlzs = individual ? 1U : 0U,
            .use_rates = config.flag("use_rates") ? 1U : 0U,
            .float32_results = config.text("results_type") == "float32" ? 1U : 0U};
}

} // namespace

ModelBytes flatten(ParsedJob job, const Config& config, Notes& notes)
{
    FlatGroups flat = flatten_groups(job, config, notes);
    FlatWriter writer;
    writer.add("sites", job.sites.sites);
    writer.add_texts("custom_site_ids", job.sites.custom_ids);
    write_imts(job, writer);
    std::move(flat.sources).write(writer);
    writer.add("groups", flat.groups);
    writer.add("max_distances", flat.max_distances);
    writer.add("group_models", job.enumeration.group_models);
    writer.add_texts("trts", job.trts);
    writer.add_texts("models", job.enumeration.models);
    write_motion_tables(job.motion_tables != nullptr ? *job.motion_tables : MotionTableFiles{{}}, writer);
    writer.add("realizations", job.enumeration.realizations);
    writer.add("realization_imt_weights", job.enumeration.imt_weights);
    writer.add("realization_group_models", job.enumeration.realization_group_models);
    writer.add_texts("realization_paths", job.enumeration.paths);
    writer.add("statistics", statistics_of(config));
    writer.add("poes", map_poes(config));
    writer.add_one("job", job_record(job, config));
    ::malloc_trim(0);
    return writer.finish();
}

} // namespace mtc::psha
