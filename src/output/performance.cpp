#include "h5/parallel.hpp"
#include "mpi/together.hpp"
#include "output/broadcast.hpp"
#include "output/rows.hpp"
#include "output/schema.hpp"
#include "output/writer.hpp"

#include "mtc/flat.hpp"

#include <algorithm>
#include <map>

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

/// Rows of all ranks summed by name; only on rank 0.
std::vector<perf::OperationRow> summed_operations(const mpi::Communicator& comm,
                                                  std::span<const perf::OperationRow> mine)
{
    const Table packed = operation_layout().table(path::operations, mine, "operation");
    FlatWriter writer;
    writer.add("width", std::vector<std::uint32_t>{packed.dataset.fields.front().extent});
    writer.add("rows", std::span<const std::byte>{packed.bytes});
    const ModelBytes bytes = writer.finish();
    std::map<std::string, perf::OperationRow> by_name;
    for (const std::vector<std::byte>& part : comm.gather(bytes, 0)) {
        const ModelBytes aligned(part.begin(), part.end());
        const FlatReader reader{aligned};
        const auto rows = reader.get<std::byte>("rows");
        Table table{packed.dataset, {rows.begin(), rows.end()}};
        table.dataset.fields.front().extent = reader.get_one<std::uint32_t>("width");
        table.dataset.n_rows = rows.size() / table.dataset.row_bytes();
        std::map<std::string, double> seconds_of_rank;
        for (const perf::OperationRow& row : operation_layout().unpack(table)) {
            perf::OperationRow& sum =
                by_name.try_emplace(row.operation, perf::OperationRow{row.operation}).first->second;
            sum.seconds += row.seconds;
            sum.counts += row.counts;
            sum.memory_mb = std::max(sum.memory_mb, row.memory_mb);
            sum.max_s = std::max(sum.max_s, seconds_of_rank[row.operation] += row.seconds);
        }
    }
    std::vector<perf::OperationRow> rows;
    for (auto& [name, row] : by_name)
        rows.push_back(std::move(row));
    return rows;
}

} // namespace

void Writer::write_performance(const perf::Tables& mine, std::span<const StageDescription> stages)
{
    std::vector<SourceRecord> sources;
    std::vector<perf::OperationRow> operations;
    std::vector<StageRow> stage_names;
    std::vector<CostClassRow> class_names;
    const bool speaks = comm_.rank() == 0;
    all_or_none([&] {
        sources = summed_sources(comm_, mine.sources, speaks ? stages : std::span<const StageDescription>{});
        operations = summed_operations(comm_, mine.operations);
    });
    for (std::uint32_t stage = 0; speaks && stage < stages.size(); ++stage) {
        stage_names.push_back({stage, stages[stage].name});
        for (std::uint32_t i = 0; i < stages[stage].cost_classes.size(); ++i)
            class_names.push_back({stage, i, stages[stage].cost_classes[i]});
    }
    write_by_rank<perf::TaskRow>(*this, comm_, task_layout(), path::tasks, mine.tasks, "task");
    write_by_rank<perf::RankRow>(*this, comm_, rank_layout(), path::ranks, {&mine.rank, 1}, "rank");
    for (const Table& table : {source_layout().table(path::sources, sources, "source"),
                               operation_layout().table(path::operations, operations, "operation"),
                               stage_layout().table(path::stages, stage_names, "stage"),
                               cost_class_layout().table(path::cost_classes, class_names, "cost_class")})
        write_table(&table);
}

} // namespace mtc::output
