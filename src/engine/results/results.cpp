#include "engine/results/results.hpp"

#include <utility>

namespace mtc::engine {

Results::Results(const std::vector<Stage>& stages)
    : declared_{stages}
    , stages_(stages.size())
{
    for (std::size_t s = 0; s < stages.size(); ++s) {
        if (stages[s].result == ResultKind::sums)
            stages_[s].sums = BlockSums{stages[s].block_cells, stages[s].sum_limit, stages[s].wide_sums};
        stages_[s].logs.resize(stages[s].datasets.size());
        for (const Dataset& dataset : stages[s].datasets)
            stages_[s].row_bytes.push_back(dataset.row_bytes());
        stages_[s].settled.resize(stages[s].datasets.size());
    }
}

void Results::limit_sums(std::uint64_t most_bytes, const std::function<std::filesystem::path(StageId)>& file)
{
    limited_.clear();
    for (std::uint32_t s = 0; s < stages_.size(); ++s)
        if (declared_[s].result == ResultKind::sums) {
            stages_[s].sums.store().limit(most_bytes, file(StageId{s}));
            limited_.push_back(&stages_[s].sums.store());
        }
}

const std::string& Results::why_sums_stay() const noexcept
{
    static const std::string they_do_not;
    for (const BlockStore* store : limited_)
        if (!store->why_not_aside().empty())
            return store->why_not_aside();
    return they_do_not;
}

void Results::add(BlockId block, std::span<const CellRun> runs)
{
    if (declared_.at(unit_.stage.value()).result != ResultKind::sums)
        throw ComputeError(text("stage ", declared_.at(unit_.stage.value()).name, " has no sums"));
    if (listener_ != nullptr)
        listener_->before_change(unit_.stage, block);
    of(unit_.stage).sums.add(block, runs);
    has_part_ = true;
}

bool Results::abandon_unit()
{
    if (has_part_ && declared_.at(unit_.stage.value()).result == ResultKind::sums)
        return false;
    if (has_part_)
        for (PieceLog& log : of(unit_.stage).logs)
            log.drop_open();
    has_part_ = false;
    return true;
}

void Results::end_unit()
{
    if (has_part_)
        for (PieceLog& log : of(unit_.stage).logs)
            log.close();
    if (unit_.stage == run_stage_ && unit_.unit == run_.end()) {
        ++run_.count;
        return;
    }
    close_run();
    run_stage_ = unit_.stage;
    run_ = {unit_.unit, 1};
}

void Results::close_run()
{
    if (run_.count > 0) {
        if (declared_.at(run_stage_.value()).result == ResultKind::sums)
            of(run_stage_).held.add(run_);
        of(run_stage_).fresh.add(run_);
    }
    run_.count = 0;
    run_stage_ = StageId::none();
}

const schedule::UnitSet& Results::units_held(StageId stage)
{
    close_run();
    return of(stage).held;
}

void Results::adopt_units(StageId stage, const schedule::UnitSet& units)
{
    units.for_each([&](const UnitRange& range) { of(stage).held.add(range); });
}

schedule::UnitSet Results::take_new_units(StageId stage)
{
    close_run();
    return std::exchange(of(stage).fresh, {});
}

void Results::give_back_new_units(StageId stage, const schedule::UnitSet& units)
{
    units.for_each([&](const UnitRange& range) { of(stage).fresh.add(range); });
}

bool Results::has_new_units(StageId stage) const
{
    return of(stage).fresh.n_units() > 0 || (run_stage_ == stage && run_.count > 0);
}

std::uint64_t Results::n_rows(DatasetId dataset, ResultKind kind, std::size_t n_bytes) const
{
    const Stage& stage = declared_.at(unit_.stage.value());
    if (stage.result != kind)
        throw ComputeError(
            text("stage ", stage.name, " gives no ", kind == ResultKind::rows ? "rows" : "records"));
    const std::uint64_t row_bytes = of(unit_.stage).row_bytes.at(dataset.value());
    const std::uint64_t n = row_bytes == 0 ? 0 : n_bytes / row_bytes;
    if (n * row_bytes != n_bytes || row_bytes == 0)
        throw ComputeError(text(n_bytes, " bytes for ", stage.datasets[dataset.value()].path, " (rows have ",
                                row_bytes, " bytes)"));
    return n;
}

void Results::take_piece(DatasetId dataset, std::uint64_t key, std::span<const std::byte> bytes,
                         std::uint64_t n_rows)
{
    const bool joined = of(unit_.stage).logs[dataset.value()].append(key, bytes, n_rows);
    has_part_ = true;
    if (declared_[unit_.stage.value()].destination == Destination::file)
        waiting_bytes_ += bytes.size() + (joined ? 0 : sizeof(Piece));
}

void Results::rows(DatasetId dataset, std::uint64_t first_row, std::span<const std::byte> bytes)
{
    const std::uint64_t n = n_rows(dataset, ResultKind::rows, bytes.size());
    const Dataset& declared = declared_[unit_.stage.value()].datasets[dataset.value()];
    if (first_row + n > declared.n_rows)
        throw ComputeError(
            text("row ", first_row + n - 1, " of ", declared.path, " (it has ", declared.n_rows, ")"));
    take_piece(dataset, first_row, bytes, n);
}

void Results::records(DatasetId dataset, std::span<const std::byte> bytes)
{
    (void)n_rows(dataset, ResultKind::records, bytes.size());
    take_piece(dataset, unit_.unit.value(), bytes, 0);
}

void Results::sums(StageId stage, BlockId block, std::uint64_t first_cell, std::span<double> out) const
{
    of(stage).sums.read(block, first_cell, out);
}

std::uint64_t Results::units_in(StageId stage, BlockId block) const
{
    return of(stage).sums.n_units(block);
}

std::span<const std::byte> Results::records(StageId stage, DatasetId dataset) const
{
    return of(stage).settled.at(dataset.value());
}

void Results::take_records(StageId stage, DatasetId dataset, std::span<const std::byte> bytes)
{
    of(stage).settled.at(dataset.value()).assign(bytes.begin(), bytes.end());
}

void Results::settle_records(StageId stage)
{
    OfStage& results = of(stage);
    for (std::size_t d = 0; d < results.logs.size(); ++d) {
        results.settled[d] = results.logs[d].in_order();
        results.logs[d] = {};
    }
}

} // namespace mtc::engine
