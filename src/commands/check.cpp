#include "commands/check.hpp"

#include "config/read.hpp"
#include "engine/results.hpp"
#include "simd/dispatch.hpp"
#include "workloads/registry.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <map>
#include <ostream>

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

/// Computes the stages whose records go to the scheduler: what it weighs by, and no result.
void weigh(const Workload& workload, StageId stage, engine::Results& results, Workspace& workspace)
{
    for (const Parcel& parcel : workload.parcels(stage, results))
        for (auto unit = parcel.units.first.value(); unit < parcel.units.end().value(); ++unit) {
            results.begin_unit({stage, UnitId{unit}});
            workload.compute({stage, UnitId{unit}}, results, workspace, results);
        }
    results.settle_records(stage);
}

void print_stage(const Workload& workload, StageId id, const engine::Results& results, std::ostream& out)
{
    const Stage& stage = workload.stages()[id.value()];
    const std::vector<SourceInfo> sources = workload.sources(id);
    std::uint64_t n_units = 0;
    double seconds = 0.0;
    std::map<std::string, std::size_t> kinds;
    std::map<std::uint32_t, double> by_source;
    for (const Parcel& parcel : workload.parcels(id, results)) {
        n_units += parcel.units.count;
        const double cost =
            parcel.weight * stage.cost_classes.at(parcel.cost_class.value()).seconds_per_weight;
        seconds += cost;
        by_source[parcel.source.value()] += cost;
    }
    for (const SourceInfo& source : sources)
        ++kinds[source.kind];
    std::string by_kind;
    for (const auto& [kind, n] : kinds)
        by_kind += fmt::format("{}{} {}", by_kind.empty() ? "" : ", ", n, kind);
    fmt::print(out, "stage {:<11} {} sources ({}), {} of them matter; {} units; about {} on one core\n",
               stage.name, sources.size(), by_kind, by_source.size(), n_units, seconds_text(seconds));
    const auto heaviest =
        std::ranges::max_element(by_source, {}, [](const auto& entry) { return entry.second; });
    if (by_source.size() > 1 && seconds > 0.0)
        fmt::print(out, "  heaviest: {} ({:.1f} %)\n", sources[heaviest->first].name,
                   100.0 * heaviest->second / seconds);
}

} // namespace

ExitStatus check(const CheckArguments& arguments, std::ostream& out, std::ostream& messages)
{
    Notes notes;
    const auto options = [](const std::string& mode) -> const std::vector<Option>& {
        return workload_kind(mode).options();
    };
    const Config config = config::read_config(arguments.file, arguments.settings, options, notes);
    const WorkloadKind& kind = workload_kind(config.text("calculation_mode"));
    const ModelBytes model = kind.read(config, notes);
    for (const std::string& warning : notes.warnings)
        fmt::print(messages, "warning: {}\n", warning);
    for (const std::string& remark : notes.remarks)
        fmt::print(messages, "note: {}\n", remark);
    const std::unique_ptr<Workload> workload = kind.open(model, simd::detected());
    const std::unique_ptr<Workspace> workspace = workload->make_workspace();
    engine::Results results{workload->stages()};
    fmt::print(out, "{}: {}\n", arguments.file,
               config.has("description") ? config.text("description") : kind.sentence);
    std::uint64_t sums_bytes = 0;
    std::uint64_t file_bytes = 0;
    for (std::uint32_t s = 0; s < workload->stages().size(); ++s) {
        const Stage& stage = workload->stages()[s];
        if (stage.destination == Destination::scheduler)
            weigh(*workload, StageId{s}, results, *workspace);
        print_stage(*workload, StageId{s}, results, out);
        for (const std::uint64_t cells : stage.block_cells)
            sums_bytes += cells * (stage.wide_sums ? 16 : 8);
        for (const Dataset& dataset : stage.datasets)
            if (stage.destination == Destination::file)
                file_bytes += dataset.n_rows * dataset.row_bytes();
    }
    fmt::print(out, "memory a rank: model {}, sums at most {}\n",
               bytes_text(static_cast<double>(model.size())), bytes_text(static_cast<double>(sums_bytes)));
    fmt::print(out, "disk: about {} of results\n", bytes_text(static_cast<double>(file_bytes)));
    fmt::print(out, "the input is good\n");
    return ExitStatus::complete;
}

} // namespace mtc::commands
