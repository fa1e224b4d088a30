#include "engine/writing.hpp"

#include "durable/fnv1a.hpp"
#include "engine/progress.hpp"
#include "engine/results/stored_pieces.hpp"
#include "output/writer.hpp"
#include "perf/clock.hpp"
#include "simd/dispatch.hpp"

#include <fmt/format.h>

#include <iostream>
#include <optional>
#include <utility>

namespace mtc::engine {
namespace {

Writing write_results(output::Writer& writer, Calculation& calculation, const Failures& failures)
{
    Writing writing;
    const bool first = calculation.living->rank() == 0;
    if (first)
        failures.for_each_left([&](UnitKey unit, const std::vector<UnitRows>& left) {
            for (const UnitRows& rows : left)
                calculation.results.pieces(unit.stage, rows.dataset).append(rows.first_row, rows.bytes);
        });
    const std::vector<Table> tables = first ? calculation.workload->tables() : std::vector<Table>{};
    const auto n_tables = calculation.living->max(static_cast<std::uint64_t>(tables.size()));
    for (std::uint64_t t = 0; t < n_tables; ++t)
        writer.write_table(first ? &tables[t] : nullptr);
    const std::vector<Stage>& stages = calculation.workload->stages();
    for (std::uint32_t s = 0; s < stages.size(); ++s) {
        if (stages[s].destination != Destination::file)
            continue;
        for (std::uint32_t d = 0; d < stages[s].datasets.size(); ++d) {
            StoredPieces mine{calculation.results.pieces(StageId{s}, DatasetId{d})};
            writing.add(
                stages[s].result == ResultKind::rows
                    ? writer.write_rows(stages[s].datasets[d], mine)
                    : writer.write_records(stages[s].datasets[d], mine, stages[s].n_units, stages[s].starts));
        }
    }
    return writing;
}

std::vector<output::StageDescription> descriptions(const Workload& workload)
{
    std::vector<output::StageDescription> list;
    for (std::uint32_t s = 0; s < workload.stages().size(); ++s) {
        output::StageDescription description;
        description.name = workload.stages()[s].name;
        for (const CostClassInfo& cost_class : workload.stages()[s].cost_classes)
            description.cost_classes.push_back(cost_class.name);
        description.sources = workload.sources(StageId{s});
        list.push_back(std::move(description));
    }
    return list;
}

} // namespace

Writing write(Calculation& calculation, perf::Recorder& recorder, const Failures& failures, bool some_failed,
              std::span<const EarlierTables> lives, double begin_s)
{
    const bool first = calculation.world.rank() == 0;
    output::RunInfo info;
    if (first) {
        const Config& config = *calculation.prepared.config;
        info = output::run_info_of(config);
        info.input_file = calculation.prepared.input_name;
        info.calculation_mode = calculation.prepared.calculation_mode;
        if (config.has("description"))
            info.description = config.text("description");
        info.instruction_set = simd::name(calculation.prepared.instruction_set);
        info.input_hash = durable::Fnv1a::text(calculation.prepared.input_hash);
    }
    std::optional<StillBusy> told;
    if (first)
        told.emplace(std::cerr, "writing");
    output::Writer writer{*calculation.living, calculation.prepared.output, info,
                          calculation.prepared.io_hints};
    Writing writing;
    {
        const perf::Recorder::Scope scope{recorder, "write results"};
        writing = write_results(writer, calculation, failures);
        writing.seconds = scope.seconds();
    }
    perf::describe_host(recorder.rank());
    recorder.rank().memory_peak_mb = perf::peak_resident_mb();
    recorder.rank().total_s = perf::now_s();
    recorder.rank().writing_s = recorder.rank().total_s - begin_s;
    perf::Tables tables = recorder.tables();
    add(tables, lives);
    writer.write_performance(
        tables, first ? descriptions(*calculation.workload) : std::vector<output::StageDescription>{},
        failures.rows());
    const double finish_s = perf::now_s();
    writer.finish(some_failed ? ExitStatus::some_sources_failed : ExitStatus::complete);
    writing.sync_s = perf::now_s() - finish_s;
    return writing;
}

void report(const Calculation& calculation, const Writing& writing, std::uint64_t evaluations, double busy_s,
            std::uint64_t n_dropped)
{
    if (n_dropped > 0)
        std::cerr << fmt::format("{} parcels had no weight and were not computed\n", n_dropped);
    if (evaluations > 0 && busy_s > 0.0)
        std::cerr << fmt::format(
            "{:.3e} evaluations (rupture x site x model x level), {:.3e} a second and core\n",
            static_cast<double>(evaluations), static_cast<double>(evaluations) / busy_s);
    if (!writing.collective)
        std::cerr
            << "note: HDF5 did not write all results collectively, which a parallel file system may make "
               "slow\n";
    std::cerr << fmt::format("{} written, {:.2f} s in all; {:.4g} MB of results by all ranks together in "
                             "{:.3f} s, on the disk {:.3f} s later\n",
                             calculation.prepared.output, perf::now_s(),
                             1e-6 * static_cast<double>(writing.n_bytes), writing.seconds, writing.sync_s);
}

} // namespace mtc::engine
