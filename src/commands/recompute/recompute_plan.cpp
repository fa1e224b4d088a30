#include "commands/recompute/recompute_plan.hpp"

#include "commands/tables/statistics_options.hpp"
#include "config/job_archive.hpp"
#include "config/read.hpp"
#include "durable/fnv1a.hpp"
#include "workloads/psha/keys/levels.hpp"
#include "workloads/psha/keys/statistics_keys.hpp"
#include "workloads/psha/sites/sites.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mtc::commands {

namespace {

using output::Reader;

constexpr std::string_view investigation_time = "investigation_time";

/// The job, with the investigation time of the earlier output where it gives none.
Config read_job(const std::filesystem::path& input, const engine::RunArguments& arguments,
                const std::string& earlier_time, Notes& notes)
{
    Notes first_notes;
    Config config = config::read_config(input, arguments.settings, statistics_options, first_notes);
    auto settings = arguments.settings;
    if (!config.has(investigation_time))
        settings.insert(settings.begin(), {std::string{investigation_time}, earlier_time});
    return config::read_config(input, settings, statistics_options, notes);
}

bool is_close(double a, double b)
{
    constexpr double tolerance = 1e-9; // relative: levels by logscale() differ in the last digits
    return std::abs(a - b) <= tolerance * std::max(std::abs(a), std::abs(b));
}

void check_levels(const Config& config, const HazardTables& tables, const std::string& file)
{
    constexpr std::string_view key = "intensity_measure_types_and_levels";
    if (!config.given(key))
        return;
    const auto refuse = [&](const std::string& why) {
        throw InputError(text(config.where(key).substr(0, config.where(key).find(" =")), " (", why, " in ",
                              file, "). Leave the key out to take those of the earlier output?"));
    };
    const std::vector<psha::ImtLevels> measures = psha::read_levels(config);
    if (measures.size() != tables.imts.size())
        refuse(text(measures.size(), " intensity measures, but ", tables.imts.size()));
    for (std::size_t i = 0; i < measures.size(); ++i) {
        if (measures[i].imt.name != tables.imts[i].name)
            refuse(text(measures[i].imt.name, " where ", tables.imts[i].name, " stands"));
        if (measures[i].levels.size() != tables.imts[i].n_levels)
            refuse(text(measures[i].levels.size(), " levels of ", measures[i].imt.name, ", but ",
                        tables.imts[i].n_levels));
        for (std::size_t l = 0; l < measures[i].levels.size(); ++l)
            if (!is_close(measures[i].levels[l], tables.level(i, l)))
                refuse(text("level ", measures[i].levels[l], " of ", measures[i].imt.name, ", but ",
                            tables.level(i, l)));
    }
}

void check_sites(const Config& config, const HazardTables& tables, const std::string& file, Notes& notes)
{
    constexpr std::array<std::string_view, 4> keys{"sites", "sites_csv", "region", "site_model_file"};
    const auto* const key =
        std::ranges::find_if(keys, [&](std::string_view candidate) { return config.given(candidate); });
    if (key == keys.end())
        return;
    const std::vector<psha::Site> sites = psha::read_sites(config, {}, notes).sites;
    const std::string advice = "). Leave the sites out to take those of the earlier output?";
    if (sites.size() != tables.sites.size())
        throw InputError(text(config.where(*key), " (", sites.size(), " sites, but ", tables.sites.size(),
                              " in ", file, advice));
    for (std::size_t i = 0; i < sites.size(); ++i)
        if (sites[i].lon != tables.sites[i].lon || sites[i].lat != tables.sites[i].lat ||
            sites[i].depth != tables.sites[i].depth)
            throw InputError(text(config.where(*key), " (site ", i, " is ", sites[i].lon, " ", sites[i].lat,
                                  " ", sites[i].depth, ", but ", tables.sites[i].lon, " ",
                                  tables.sites[i].lat, " ", tables.sites[i].depth, " in ", file, advice));
}

void check_time(const Config& config, const std::string& earlier_time, const std::string& file)
{
    if (!is_close(config.number(investigation_time), std::stod(earlier_time)))
        throw InputError(text(config.where(investigation_time), " (but ", earlier_time, " years in ", file,
                              "). Leave the key out?"));
}

ModelBytes model_of(const Config& config, const HazardTables& tables, const std::string& input)
{
    const std::vector<psha::StatisticRecord> statistics = psha::statistics_of(config);
    const bool individual = config.has("individual_rlzs")
                                ? config.flag("individual_rlzs")
                                : tables.sites.size() == 1 && tables.realizations.size() > 1;
    if (statistics.empty() && !individual)
        throw InputError(text(input,
                              ": nothing to compute (with --hc at least one of mean, std, quantiles, max "
                              "and individual_rlzs must be on)"));
    FlatWriter writer;
    writer.add("statistics", statistics);
    writer.add("poes", psha::map_poes(config));
    writer.add_one("flags", RecomputeModel::Flags{.individual_rlzs = individual ? 1U : 0U,
                                                  .use_rates = config.flag("use_rates") ? 1U : 0U,
                                                  .float32_results =
                                                      config.text("results_type") == "float32" ? 1U : 0U});
    return writer.finish();
}

/// Whether the output is there already and whole. \throws InputError when it belongs to something else
bool already_complete(const RecomputePlan& plan, const std::filesystem::path& earlier, bool fresh)
{
    std::error_code ignored;
    if (std::filesystem::equivalent(plan.output, earlier, ignored))
        throw InputError(
            text(plan.output.string(), " (is the earlier output itself). Name another file with --output?"));
    if (!std::filesystem::exists(plan.output) || fresh)
        return false;
    std::string found;
    try {
        found = Reader{plan.output}.attribute("input_hash");
    } catch (const Error& error) {
        found = text("none: ", error.what());
    }
    if (found == plan.input_hash)
        return true;
    throw InputError(text(plan.output.string(), " exists and holds something else (its input_hash is ", found,
                          ", this one's ", plan.input_hash,
                          "). Name another file with --output, or replace it with --fresh?"));
}

} // namespace

RecomputeModel::RecomputeModel(std::span<const std::byte> bytes)
{
    const FlatReader reader{bytes};
    statistics = reader.get<psha::StatisticRecord>("statistics");
    poes = reader.get<double>("poes");
    flags = &reader.get_one<Flags>("flags");
}

Dataset realization_curves(const Reader& reader, const HazardTables& tables)
{
    std::vector<HazardDataset> datasets = curve_datasets(reader, tables);
    for (HazardDataset& hazard : datasets)
        if (hazard.kinds.front().starts_with("rlz-"))
            return std::move(hazard.dataset);
    // One realization: its mean alone is the curve.
    if (tables.realizations.size() == 1 && tables.statistics == std::vector<std::string>{"mean"})
        return std::move(datasets.front().dataset);
    throw InputError(text(reader.file().path().string(), ": holds no realizations (",
                          tables.realizations.size(),
                          " of them are needed). Compute it with individual_rlzs = true?"));
}

RecomputePlan plan_recompute(const engine::RunArguments& arguments, const std::filesystem::path& earlier,
                             Notes& notes)
{
    const Reader reader{earlier};
    const HazardTables tables{reader};
    (void)realization_curves(reader, tables);
    const std::string earlier_time = reader.configured(investigation_time);
    const std::string file = earlier.string();
    const config::JobArchive job{arguments.input};
    Config config = read_job(job.input_file(), arguments, earlier_time, notes);
    check_time(config, earlier_time, file);
    check_levels(config, tables, file);
    check_sites(config, tables, file, notes);
    ModelBytes model = model_of(config, tables, arguments.input.string());
    durable::Fnv1a hash;
    hash.add(reader.attribute("input_hash"));
    hash.add(model);
    RecomputePlan plan{.config = std::move(config),
                       .input_name = job.name(),
                       .output = {},
                       .input_hash_value = hash.value(),
                       .input_hash = durable::Fnv1a::text(hash.value()),
                       .model = std::move(model)};
    plan.output = arguments.output ? *arguments.output : config::output_file(plan.config, arguments.input);
    plan.nothing_to_do = already_complete(plan, earlier, arguments.fresh);
    return plan;
}

} // namespace mtc::commands
