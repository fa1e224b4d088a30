#include "workloads/psha/job/read.hpp"

#include "mtc/error.hpp"
#include "workloads/psha/ground_motion/model.hpp"
#include "workloads/psha/job/flatten.hpp"
#include "workloads/psha/keys/job_values.hpp"
#include "workloads/psha/logic_tree/logic_tree.hpp"
#include "workloads/psha/model/motion_tables.hpp"
#include "workloads/psha/source_model/sections.hpp"
#include "workloads/psha/source_model/selection.hpp"
#include "workloads/psha/source_model/source_reader.hpp"
#include "workloads/psha/source_model/surface_definition.hpp"

#include <algorithm>
#include <set>

namespace mtc::psha {
namespace {

std::optional<double> number_if_given(const Config& config, std::string_view key)
{
    return config.has(key) ? std::optional{config.number(key)} : std::nullopt;
}

/// Each file that some branch names, once.
std::vector<SourceModel> read_files(const SourceModelTree& tree, const Config& config, Notes& notes)
{
    const SourceReadingKeys keys{.width_of_mfd_bin = number_if_given(config, "width_of_mfd_bin"),
                                 .investigation_time = number_if_given(config, "investigation_time")};
    std::vector<SourceModel> models;
    for (const std::filesystem::path& file : source_files(tree))
        models.push_back(read_source_model(file, keys, notes));
    resolve_sections(models);
    if (std::ranges::all_of(models, [](const SourceModel& model) { return model.groups.empty(); }))
        throw InputError(text(config.where("source_model_logic_tree_file"),
                              " (its files hold sections alone, no source: a <sourceModel> is needed)"));
    return models;
}

std::set<std::string> region_types(const std::vector<SourceModel>& files)
{
    std::set<std::string> trts;
    for (const SourceModel& file : files)
        for (const SourceGroup& group : file.groups)
            trts.insert(group.trt);
    return trts;
}

std::filesystem::path only_path(const Config& config, std::string_view key)
{
    const std::vector<std::filesystem::path> paths = config.paths(key);
    if (paths.size() != 1)
        throw InputError(text(config.where(key), " (one file is accepted)"));
    return paths.front();
}

GsimTree read_gsims(const Config& config, const std::set<std::string>& trts)
{
    const bool has_tree = config.has("gsim_logic_tree_file");
    const bool has_model = config.has("gsim");
    if (has_tree && has_model)
        throw InputError(text(config.where("gsim"), " and ", config.where("gsim_logic_tree_file"),
                              " (one of them is accepted). Remove the other?"));
    if (!has_tree && !has_model)
        throw InputError(text(config.input_file().filename().string(),
                              ": no ground-motion model (one of gsim_logic_tree_file and gsim is required)"));
    return has_tree ? read_gsim_tree(only_path(config, "gsim_logic_tree_file"), trts)
                    : single_gsim_tree(config.text("gsim"), trts, origin(config, "gsim"));
}

/// What models name files relative to.
std::filesystem::path folder_of_models(const Config& config)
{
    return config.has("gsim_logic_tree_file") ? only_path(config, "gsim_logic_tree_file").parent_path()
                                              : config.input_file().parent_path();
}

PathSelection choose_paths(const SourceModelTree& sources, const GsimTree& gsims,
                           const std::vector<Imt>& imts, const Config& config)
{
    const auto n_samples = static_cast<std::uint32_t>(config.integer("number_of_logic_tree_samples"));
    if (n_samples == 0)
        return all_paths(sources, gsims, imts,
                         static_cast<std::uint64_t>(config.integer("max_potential_paths")));
    constexpr std::int64_t largest_seed = 0xfffffffe; // the models' sample is drawn with the next one
    const std::int64_t seed = config.integer("random_seed");
    if (seed > largest_seed)
        throw InputError(text(config.where("random_seed"), " (accepted: 0 to ", largest_seed, ")"));
    return sampled_paths(sources, gsims, imts,
                         {.n_samples = n_samples,
                          .seed = static_cast<std::uint32_t>(seed),
                          .method = sampling_method(config.text("sampling_method"))});
}

/// Makes each model once, which checks its name, its parameters and the intensity measures of the job.
std::vector<SiteNeeds> check_models(const GsimTree& gsims, const std::vector<Imt>& imts,
                                    const MotionTables& tables)
{
    std::set<std::string> made;
    std::vector<SiteNeeds> needs;
    for (const GsimSet& set : gsims.sets)
        for (const GsimBranch& branch : set.branches) {
            if (!made.insert(branch.model).second)
                continue;
            try {
                needs.push_back({.parameters = make_model(branch.model, imts, tables)->site_parameters(),
                                 .model = model_name(branch.model)});
            } catch (const InputError& error) {
                throw InputError(text(branch.where, ": ", error.what()));
            }
        }
    return needs;
}

} // namespace

ModelBytes read_model(const Config& config, Notes& notes)
{
    warn_of_idle_keys(config, notes);
    ParsedJob job;
    job.imts = read_levels(config);
    const SourceModelTree tree =
        read_source_model_tree(only_path(config, "source_model_logic_tree_file"), notes);
    std::vector<SourceModel> files = read_files(tree, config, notes);
    check_filters(tree, files);
    select_sources(files, config);
    const std::set<std::string> trts = region_types(files);
    job.trts.assign(trts.begin(), trts.end());
    warn_of_unused_regions(config, job.trts, notes);
    const GsimTree gsims = read_gsims(config, trts);
    std::vector<Imt> imts;
    for (const ImtLevels& measure : job.imts)
        imts.push_back(measure.imt);
    const PathSelection selection = choose_paths(tree, gsims, imts, config);
    EffectiveGroups effective =
        effective_groups(tree, std::move(files), selection.source_paths,
                         [&config](const Surface& surface) { return fault_area_km2(surface, config); });
    keep_what_counts(effective, config, notes);
    job.enumeration = lay_out(selection, gsims, effective);
    job.groups = std::move(effective.groups);
    const MotionTableFiles tables{folder_of_models(config)};
    job.sites = read_sites(config, check_models(gsims, imts, tables), notes);
    job.motion_tables = &tables;
    remark_on_tables(tables, notes);
    return flatten(std::move(job), config, notes);
}

} // namespace mtc::psha
