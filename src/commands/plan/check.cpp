#include "commands/plan/check.hpp"

#include "commands/plan/open_input.hpp"
#include "config/read.hpp"
#include "durable/folder.hpp"
#include "engine/failures/failure_policy.hpp"
#include "engine/memory.hpp"
#include "engine/results/results.hpp"
#include "engine/tiles.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <thread>

namespace mtc::commands {
namespace {

std::string bytes_text(double bytes)
{
    static constexpr const char* names[] = {"bytes", "kB", "MB", "GB", "TB"};
    std::size_t power = 0;
    for (; bytes >= 1000.0 && power < 4; ++power)
        bytes /= 1000.0;
    return fmt::format("{:.4g} {}", bytes, names[power]);
}

std::string seconds_text(double seconds)
{
    if (seconds < 120.0)
        return fmt::format("{:.2g} s", seconds);
    return seconds < 7200.0 ? fmt::format("{:.3g} min", seconds / 60.0)
                            : fmt::format("{:.3g} h", seconds / 3600.0);
}

/// What the weighing tells of a stage.
struct StageSummary {
    StageId id;
    std::uint64_t n_units = 0;
    double seconds = 0.0;                        ///< on one core, by the first guesses of the cost classes
    std::map<std::uint32_t, double> by_source{}; ///< [s] of sources that matter
};

StageSummary summary_of(const Workload& workload, StageId id, const engine::Results& results)
{
    const Stage& stage = workload.stages()[id.value()];
    StageSummary summary{.id = id};
    for (const Parcel& parcel : workload.parcels(id, results)) {
        if (parcel.weight == 0.0)
            continue;
        const double cost =
            parcel.weight * stage.cost_classes.at(parcel.cost_class.value()).seconds_per_weight;
        summary.n_units += parcel.units.count;
        summary.seconds += cost;
        summary.by_source[parcel.source.value()] += cost;
    }
    return summary;
}

/// The first few of a list of names.
std::string first_of(const std::vector<std::string>& names)
{
    constexpr std::size_t most = 5;
    return fmt::format("{}{}",
                       fmt::join(names.begin(),
                                 names.begin() + static_cast<std::ptrdiff_t>(std::min(most, names.size())),
                                 ", "),
                       names.size() > most ? ", ..." : "");
}

void print_stage(const Workload& workload, const StageSummary& summary, std::ostream& out)
{
    const Stage& stage = workload.stages()[summary.id.value()];
    const std::vector<SourceInfo> sources = workload.sources(summary.id);
    std::map<std::string, std::size_t> kinds;
    for (const SourceInfo& source : sources)
        ++kinds[source.kind];
    std::string by_kind;
    for (const auto& [kind, n] : kinds)
        by_kind += fmt::format("{}{} {}", by_kind.empty() ? "" : ", ", n, kind);
    fmt::print(out, "stage {:<11} {} sources ({}), {} of them matter; {} units; about {} on one core\n",
               stage.name, sources.size(), by_kind, summary.by_source.size(), summary.n_units,
               seconds_text(summary.seconds));
    const auto heaviest =
        std::ranges::max_element(summary.by_source, {}, [](const auto& entry) { return entry.second; });
    if (summary.by_source.size() > 1 && summary.seconds > 0.0)
        fmt::print(out, "  heaviest: {} ({:.1f} %)\n", sources[heaviest->first].name,
                   100.0 * heaviest->second / summary.seconds);
}

/// Names of the sources of a stage that no parcel holds.
std::vector<std::string> sources_without_work(const Workload& workload, const StageSummary& summary)
{
    const std::vector<SourceInfo> sources = workload.sources(summary.id);
    std::vector<std::string> names;
    for (std::uint32_t s = 0; s < sources.size(); ++s)
        if (!summary.by_source.contains(s))
            names.push_back(sources[s].name);
    return names;
}

void print_facts(const std::vector<Fact>& facts, bool warnings, std::ostream& out)
{
    for (const Fact& fact : facts)
        if (fact.warning == warnings)
            fmt::print(out, "{}{:<14} {}\n", warnings ? "look twice: " : "", fact.name, fact.value);
}

/// As if this node had one rank a processor, and no other were there.
void print_memory(const OpenInput& input, std::ostream& out, std::vector<Fact>& facts)
{
    const std::vector<Stage>& stages = input.workload->stages();
    const std::size_t model_bytes = input.model.size();
    const auto memory_per_rank_mb = input.config.has("memory_per_rank")
                                        ? std::optional{input.config.number("memory_per_rank")}
                                        : std::nullopt;
    const int n_ranks = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    const double now_bytes = std::max(0.0, engine::memory_use().own - static_cast<double>(model_bytes));
    const engine::MemoryForecast all = engine::memory_forecast(stages, n_ranks, model_bytes, now_bytes);
    const engine::MemoryLimit limit = engine::memory_limit(memory_per_rank_mb, n_ranks, all.model);
    const engine::Tiles tiles = engine::choose_tiles(stages, all, limit, engine::wished_tiles(input.config));
    const engine::MemoryForecast forecast = engine::with_tiles(all, stages, tiles);
    fmt::print(out, "{:<14} {}\n", "", engine::memory_line(forecast, limit, n_ranks));
    if (tiles.any()) {
        fmt::print(out, "{:<14} {}\n", "", engine::tiles_line(tiles));
        const std::filesystem::path folder = durable::checkpoint_folder(
            config::output_file(input.config, input.config.input_file()),
            input.config.has("checkpoint_dir") ? input.config.text("checkpoint_dir") : "");
        for (const std::string& what :
             {engine::disk_refusal(tiles, n_ranks, folder), engine::disk_warning(tiles, n_ranks, folder)})
            if (!what.empty())
                facts.push_back({"disk", what, true});
    }
    if (const std::string refusal = engine::memory_refusal(forecast, limit, n_ranks, "this node");
        !refusal.empty())
        facts.push_back(
            {"memory", refusal + engine::why_no_tiles(stages, engine::wished_tiles(input.config)), true});
}

} // namespace

ExitStatus check(const CheckArguments& arguments, std::ostream& out, std::ostream& messages)
{
    const OpenInput input = open_input(arguments.file, arguments.settings, messages);
    (void)engine::failure_policy(input.config); // refuses what is wrong with it
    const Workload* const workload = input.workload.get();
    const std::unique_ptr<Workspace> workspace = workload->make_workspace();
    engine::Results results{workload->stages()};
    fmt::print(out, "{}: {}\n", arguments.file,
               input.config.has("description") ? input.config.text("description") : input.kind.sentence);
    std::uint64_t sums_bytes = 0;
    std::uint64_t file_bytes = 0;
    double seconds = 0.0;
    std::vector<StageSummary> summaries;
    std::vector<Fact> facts = workload->facts();
    for (std::uint32_t s = 0; s < workload->stages().size(); ++s) {
        const Stage& stage = workload->stages()[s];
        weigh(*workload, StageId{s}, results, *workspace);
        summaries.push_back(summary_of(*workload, StageId{s}, results));
        seconds += summaries.back().seconds;
        for (const std::uint64_t cells : stage.block_cells)
            sums_bytes += cells * (stage.wide_sums ? 16 : 8);
        for (const Dataset& dataset : stage.datasets)
            if (stage.destination == Destination::file)
                file_bytes += dataset.n_rows * dataset.row_bytes();
        if (const auto idle = sources_without_work(*workload, summaries.back());
            stage.result == ResultKind::sums && !idle.empty())
            facts.push_back({"out of reach",
                             fmt::format("{} of {} sources matter at no site: {}", idle.size(),
                                         workload->sources(StageId{s}).size(), first_of(idle)),
                             true});
    }
    print_facts(facts, false, out);
    fmt::print(out, "{:<14} about {} on one core\n", "time", seconds_text(seconds));
    fmt::print(out, "{:<14} model {}, sums at most {} a rank\n", "memory",
               bytes_text(static_cast<double>(input.model.size())),
               bytes_text(static_cast<double>(sums_bytes)));
    print_memory(input, out, facts);
    fmt::print(out, "{:<14} about {} of results\n", "disk", bytes_text(static_cast<double>(file_bytes)));
    for (const StageSummary& summary : summaries)
        print_stage(*workload, summary, out);
    print_facts(facts, true, out);
    fmt::print(out, "the input is good\n");
    return ExitStatus::complete;
}

} // namespace mtc::commands
