#pragma once

#include "engine/pieces.hpp"
#include "engine/sums.hpp"
#include "mtc/workload.hpp"

#include <span>
#include <vector>

namespace mtc::engine {

/// What one rank holds of the results of all stages. It is where units put their results (UnitResults, after
/// begin_unit) and where later stages read them (StageInputs). No MPI.
class Results final : public UnitResults, public StageInputs {
public:
    explicit Results(const std::vector<Stage>& stages);

    /// The unit whose results come next.
    void begin_unit(UnitKey unit) noexcept { unit_ = unit; }
    void add(BlockId block, std::span<const CellRun> runs) override;
    void rows(DatasetId dataset, std::uint64_t first_row, std::span<const std::byte> bytes) override;
    void records(DatasetId dataset, std::span<const std::byte> bytes) override;

    void sums(StageId stage, BlockId block, std::uint64_t first_cell, std::span<double> out) const override;
    [[nodiscard]] std::uint64_t units_in(StageId stage, BlockId block) const override;
    [[nodiscard]] std::span<const std::byte> records(StageId stage, DatasetId dataset) const override;

    [[nodiscard]] BlockSums& block_sums(StageId stage) { return of(stage).sums; }
    [[nodiscard]] PieceLog& pieces(StageId stage, DatasetId dataset)
    {
        return of(stage).logs.at(dataset.value());
    }
    /// Puts what all ranks sent to the scheduler into the order of units. Rank 0, at the end of the stage.
    void settle_records(StageId stage);
    /// Takes what settle_records() gave on rank 0.
    void take_records(StageId stage, DatasetId dataset, std::span<const std::byte> bytes);

private:
    struct OfStage {
        BlockSums sums;
        std::vector<PieceLog> logs;                  ///< [n_dataset]
        std::vector<std::vector<std::byte>> settled; ///< [n_dataset]
    };
    [[nodiscard]] OfStage& of(StageId stage) { return stages_.at(stage.value()); }
    [[nodiscard]] const OfStage& of(StageId stage) const { return stages_.at(stage.value()); }
    [[nodiscard]] const Dataset& dataset_for(DatasetId dataset, ResultKind kind, std::size_t n_bytes) const;

    const std::vector<Stage>& declared_;
    std::vector<OfStage> stages_;
    UnitKey unit_;
};

} // namespace mtc::engine
