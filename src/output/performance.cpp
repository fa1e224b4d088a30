#include "h5/parallel.hpp"
#include "mpi/together.hpp"
#include "output/broadcast.hpp"
#include "output/rows.hpp"
#include "output/schema.hpp"
#include "output/writer.hpp"
#include "perf/recorder.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <type_traits>
#include <utility>

namespace mtc::output {

namespace {

/// Rows of this rank between those of its neighbours; texts as wide as the longest on any rank.
template <class Row>
void write_by_rank(Writer& writer, const mpi::Communicator& comm, const RowLayout<Row>& layout,
                   std::string_view path, std::span<const Row> rows, const std::string& axis)
{
    std::vector<std::uint32_t> widths = layout.widths(rows);
    for (std::uint32_t& width : widths)
        width = comm.max(width);
    const std::uint64_t n_rows = comm.sum<std::uint64_t>(rows.size());
    const std::uint64_t first_row = comm.exclusive_sum<std::uint64_t>(rows.size());
    const Dataset dataset = layout.dataset(path, n_rows, axis, widths);
    const std::vector<std::byte> bytes = layout.pack(rows, dataset);
    const h5::RowPiece piece{first_row, bytes};
    writer.write_rows(dataset, {&piece, 1});
}

/// Every source that was listed, with the sums over ranks; rank 0 has the rows, the others none.
std::vector<SourceRecord> summed_sources(const mpi::Communicator& comm, std::span<const perf::SourceRow> mine,
                                         std::span<const StageDescription> stages)
{
    std::uint64_t n_stages = stages.size();
    comm.broadcast(std::as_writable_bytes(std::span{&n_stages, 1}), 0);
    std::vector<std::uint64_t> start(n_stages + 1, 0); // first row of each stage
    for (std::size_t i = 0; i < stages.size(); ++i)
        start[i + 1] = start[i] + stages[i].sources.size();
    comm.broadcast(std::as_writable_bytes(std::span{start}), 0);

    std::vector<std::uint64_t> n_units(start.back(), 0);
    std::vector<double> weight(start.back(), 0.0);
    std::vector<double> seconds(start.back(), 0.0);
    mpi::Failure unknown;
    for (const perf::SourceRow& row : mine) {
        if (row.stage >= n_stages || row.source >= start[row.stage + 1] - start[row.stage]) {
            unknown = {mpi::Failure::Kind::computation,
                       text("source ", row.source, " of stage ", row.stage, " has times but no name")};
            break;
        }
        const std::uint64_t i = start[row.stage] + row.source;
        n_units[i] += row.n_units;
        weight[i] += row.weight;
        seconds[i] += row.seconds;
    }
    mpi::agree(comm, unknown);
    comm.sum_in_place(std::span{n_units});
    comm.sum_in_place(std::span{weight});
    comm.sum_in_place(std::span{seconds});

    std::vector<SourceRecord> rows;
    for (std::uint32_t stage = 0; stage < stages.size(); ++stage) {
        for (std::uint32_t source = 0; source < stages[stage].sources.size(); ++source) {
            const std::uint64_t i = start[stage] + source;
            const SourceInfo& info = stages[stage].sources[source];
            rows.push_back({{stage, source, n_units[i], weight[i], seconds[i]}, info.name, info.kind});
        }
    }
    return rows;
}

/// [rank] the rows of every rank; empty elsewhere than on rank 0.
template <class Row>
std::vector<std::vector<Row>> gathered(const mpi::Communicator& comm, const RowLayout<Row>& layout,
                                       std::span<const Row> mine)
{
    std::vector<std::uint32_t> widths = layout.widths(mine);
    for (std::uint32_t& width : widths)
        width = comm.max(width);
    Dataset dataset = layout.dataset("gathered rows", mine.size(), "row", widths);
    std::vector<std::vector<Row>> rows;
    for (std::vector<std::byte>& bytes : comm.gather(layout.pack(mine, dataset), 0)) {
        dataset.n_rows = bytes.size() / dataset.row_bytes();
        rows.push_back(layout.unpack({dataset, std::move(bytes)}));
    }
    return rows;
}

/// Rows of all ranks with the same key as one, in the order of keys; only on rank 0. A rank has a key once.
template <class Row, class Key, class Add>
std::vector<Row> summed(const mpi::Communicator& comm, const RowLayout<Row>& layout,
                        std::span<const Row> mine, const Key& key_of, const Add& add)
{
    std::map<std::decay_t<std::invoke_result_t<Key, const Row&>>, Row> sums;
    for (const std::vector<Row>& rows : gathered(comm, layout, mine))
        for (const Row& row : rows)
            if (const auto [sum, is_new] = sums.try_emplace(key_of(row), row); !is_new)
                add(sum->second, row);
    std::vector<Row> result;
    for (auto& [key, row] : sums)
        result.push_back(std::move(row));
    return result;
}

std::vector<perf::OperationRow> summed_operations(const mpi::Communicator& comm,
                                                  std::span<const perf::OperationRow> mine)
{
    std::vector<perf::OperationRow> rows(mine.begin(), mine.end());
    for (perf::OperationRow& row : rows)
        row.max_s = row.seconds;
    return summed<perf::OperationRow>(
        comm, operation_layout(), rows, [](const auto& row) { return row.operation; },
        [](perf::OperationRow& sum, const perf::OperationRow& row) {
            sum.seconds += row.seconds;
            sum.counts += row.counts;
            sum.memory_mb = std::max(sum.memory_mb, row.memory_mb);
            sum.max_s = std::max(sum.max_s, row.seconds);
        });
}

std::vector<perf::UnitHistogram> summed_units(const mpi::Communicator& comm,
                                              std::span<const perf::UnitHistogram> mine)
{
    return summed<perf::UnitHistogram>(
        comm, unit_layout(), mine,
        [](const auto& row) {
            return std::pair{row.stage, row.cost_class};
        },
        [](perf::UnitHistogram& sum, const perf::UnitHistogram& row) {
            sum.n_units += row.n_units;
            sum.seconds += row.seconds;
            sum.max_s = std::max(sum.max_s, row.max_s);
            for (std::size_t i = 0; i < sum.counts.size(); ++i)
                sum.counts[i] += row.counts[i];
        });
}

std::vector<perf::TransferRow> summed_transfer(const mpi::Communicator& comm,
                                               std::span<const perf::TransferRow> mine)
{
    return summed<perf::TransferRow>(
        comm, transfer_layout(), mine, [](const auto& row) { return row.kind; },
        [](perf::TransferRow& sum, const perf::TransferRow& row) {
            sum.n_messages += row.n_messages;
            sum.n_bytes += row.n_bytes;
            sum.max_bytes = std::max(sum.max_bytes, row.max_bytes);
        });
}

/// Events that a rank may bring, so that rank 0 can hold all.
std::size_t event_share(const mpi::Communicator& comm)
{
    constexpr std::size_t most_of_others = 90'000;
    constexpr std::size_t fewest = 20;
    if (comm.rank() == 0)
        return perf::Recorder::max_events;
    return std::clamp(most_of_others / static_cast<std::size_t>(comm.size()), fewest,
                      perf::Recorder::max_events);
}

/// The first events of every rank in the order of time; only on rank 0.
std::vector<perf::EventRow> ordered_events(const mpi::Communicator& comm, const perf::Tables& mine)
{
    std::vector<perf::EventRow> kept = mine.earlier_events;
    kept.insert(kept.end(), mine.events.begin(), mine.events.end());
    std::uint64_t n_left_out = mine.n_events_left_out;
    if (const std::size_t share = event_share(comm); kept.size() > share) {
        n_left_out += kept.size() - share;
        kept.resize(share);
    }
    if (n_left_out > 0)
        kept.push_back({kept.back().time_s, kept.back().rank, "left out",
                        text(n_left_out, " later events of this rank"), mine.life});
    std::vector<perf::EventRow> all;
    for (std::vector<perf::EventRow>& rows : gathered<perf::EventRow>(comm, event_layout(), kept))
        std::move(rows.begin(), rows.end(), std::back_inserter(all));
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return a.life != b.life ? a.life < b.life : a.time_s < b.time_s;
    });
    return all;
}

} // namespace

void Writer::write_performance(const perf::Tables& mine, std::span<const StageDescription> stages,
                               std::span<const perf::FailureRow> failures)
{
    std::vector<SourceRecord> sources;
    std::vector<perf::OperationRow> operations;
    std::vector<perf::UnitHistogram> units;
    std::vector<perf::TransferRow> transfer;
    std::vector<perf::EventRow> events;
    std::vector<StageRow> stage_names;
    std::vector<CostClassRow> class_names;
    const bool speaks = comm_.rank() == 0;
    all_or_none([&] {
        sources = summed_sources(comm_, mine.sources, speaks ? stages : std::span<const StageDescription>{});
        operations = summed_operations(comm_, mine.operations);
        units = summed_units(comm_, mine.units);
        transfer = summed_transfer(comm_, mine.transfer);
        events = ordered_events(comm_, mine);
    });
    for (std::uint32_t stage = 0; speaks && stage < stages.size(); ++stage) {
        stage_names.push_back({stage, stages[stage].name});
        for (std::uint32_t i = 0; i < stages[stage].cost_classes.size(); ++i)
            class_names.push_back({stage, i, stages[stage].cost_classes[i]});
    }
    std::vector<perf::FiledTask> tasks = mine.earlier_tasks;
    for (const perf::TaskRecord& task : mine.tasks)
        tasks.push_back({task, mine.life});
    write_by_rank<perf::FiledTask>(*this, comm_, filed_task_layout(), path::tasks, tasks, "task");
    write_by_rank<perf::RankRow>(*this, comm_, rank_layout(), path::ranks, {&mine.rank, 1}, "rank");
    for (const Table& table : {source_layout().table(path::sources, sources, "source"),
                               operation_layout().table(path::operations, operations, "operation"),
                               unit_layout().table(path::units, units, "cost_class"),
                               transfer_layout().table(path::transfer, transfer, "kind"),
                               event_layout().table(path::events, events, "event"),
                               failure_layout().table(path::failures, failures, "unit"),
                               stage_layout().table(path::stages, stage_names, "stage"),
                               cost_class_layout().table(path::cost_classes, class_names, "cost_class")})
        write_table(&table);
}

} // namespace mtc::output
