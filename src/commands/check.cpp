#include "commands/check.hpp"

#include "commands/open_input.hpp"
#include "engine/results.hpp"

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
    const OpenInput input = open_input(arguments.file, arguments.settings, messages);
    const Workload* const workload = input.workload.get();
    const std::unique_ptr<Workspace> workspace = workload->make_workspace();
    engine::Results results{workload->stages()};
    fmt::print(out, "{}: {}\n", arguments.file,
               input.config.has("description") ? input.config.text("description") : input.kind.sentence);
    std::uint64_t sums_bytes = 0;
    std::uint64_t file_bytes = 0;
    for (std::uint32_t s = 0; s < workload->stages().size(); ++s) {
        const Stage& stage = workload->stages()[s];
        weigh(*workload, StageId{s}, results, *workspace);
        print_stage(*workload, StageId{s}, results, out);
        for (const std::uint64_t cells : stage.block_cells)
            sums_bytes += cells * (stage.wide_sums ? 16 : 8);
        for (const Dataset& dataset : stage.datasets)
            if (stage.destination == Destination::file)
                file_bytes += dataset.n_rows * dataset.row_bytes();
    }
    fmt::print(out, "memory a rank: model {}, sums at most {}\n",
               bytes_text(static_cast<double>(input.model.size())),
               bytes_text(static_cast<double>(sums_bytes)));
    fmt::print(out, "disk: about {} of results\n", bytes_text(static_cast<double>(file_bytes)));
    fmt::print(out, "the input is good\n");
    return ExitStatus::complete;
}

} // namespace mtc::commands
