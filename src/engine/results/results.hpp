#pragma once

#include "engine/results/pieces.hpp"
#include "engine/results/sums.hpp"
#include "mtc/workload.hpp"
#include "schedule/unit_set.hpp"

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mtc::engine {

/// Is told before a block of sums changes, so that it can still be copied as it was.
class ChangeListener {
public:
    virtual ~ChangeListener() = default;
    virtual void before_change(StageId stage, BlockId block) = 0;
};

/// What one rank holds of the results of all stages. It is where units put their results (UnitResults, after
/// begin_unit) and where later stages read them (StageInputs). No MPI.
class Results final : public UnitResults, public StageInputs {
public:
    explicit Results(const std::vector<Stage>& stages);

    /// The unit whose results come next.
    void begin_unit(UnitKey unit) noexcept
    {
        unit_ = unit;
        has_part_ = false;
    }
    /// All of its results have come.
    void end_unit();
    /// The unit failed: takes away what it gave. \returns false when that cannot be: it is in the sums
    [[nodiscard]] bool abandon_unit();
    void add(BlockId block, std::span<const CellRun> runs) override;
    void rows(DatasetId dataset, std::uint64_t first_row, std::span<const std::byte> bytes) override;
    void records(DatasetId dataset, std::span<const std::byte> bytes) override;
    [[nodiscard]] bool look_around() override { return !look_around_ || look_around_(); }
    /// What a rank does while a unit waits; \see UnitResults::look_around. Must throw nothing.
    void set_look_around(std::function<bool()> look_around) { look_around_ = std::move(look_around); }

    void sums(StageId stage, BlockId block, std::uint64_t first_cell, std::span<double> out) const override;
    [[nodiscard]] std::uint64_t units_in(StageId stage, BlockId block) const override;
    [[nodiscard]] std::span<const std::byte> records(StageId stage, DatasetId dataset) const override;

    [[nodiscard]] BlockSums& block_sums(StageId stage) { return of(stage).sums; }
    /// At most so many bytes of the sums of a stage stay in memory. \param file  where the others go, by
    /// stage
    void limit_sums(std::uint64_t most_bytes, const std::function<std::filesystem::path(StageId)>& file);
    /// Why they stay in memory all the same, such as a full disk; empty while they do not.
    [[nodiscard]] const std::string& why_sums_stay() const noexcept;
    [[nodiscard]] PieceLog& pieces(StageId stage, DatasetId dataset)
    {
        return of(stage).logs.at(dataset.value());
    }
    /// [bytes] Rows and records for the file that came since this was asked to count anew.
    [[nodiscard]] std::uint64_t waiting_bytes() const noexcept { return waiting_bytes_; }
    void count_waiting_anew() noexcept { waiting_bytes_ = 0; }
    /// May be null. It is told of what units add, not of what is reduced.
    void set_listener(ChangeListener* listener) noexcept { listener_ = listener; }
    /// The stage of the last unit begun; none() before the first.
    [[nodiscard]] StageId present_stage() const noexcept { return unit_.stage; }
    /// Units that the sums of a stage hold.
    [[nodiscard]] const schedule::UnitSet& units_held(StageId stage);
    /// The sums hold these, too: they were taken over.
    void adopt_units(StageId stage, const schedule::UnitSet& units);
    /// Units of a stage that ended since this was asked last.
    [[nodiscard]] schedule::UnitSet take_new_units(StageId stage);
    /// Those that were taken last are new all the same.
    void give_back_new_units(StageId stage, const schedule::UnitSet& units);
    [[nodiscard]] bool has_new_units(StageId stage) const;
    /// Puts what all ranks sent to the scheduler into the order of units. Rank 0, at the end of the stage.
    void settle_records(StageId stage);
    /// Takes what settle_records() gave on rank 0.
    void take_records(StageId stage, DatasetId dataset, std::span<const std::byte> bytes);

private:
    struct OfStage {
        BlockSums sums;
        std::vector<PieceLog> logs;                  ///< [n_dataset]
        std::vector<std::uint64_t> row_bytes;        ///< [n_dataset]
        std::vector<std::vector<std::byte>> settled; ///< [n_dataset]
        schedule::UnitSet held;                      ///< sums: units in them
        schedule::UnitSet fresh;                     ///< units since take_new_units()
    };
    [[nodiscard]] OfStage& of(StageId stage) { return stages_.at(stage.value()); }
    [[nodiscard]] const OfStage& of(StageId stage) const { return stages_.at(stage.value()); }
    /// Of so many bytes. \throws ComputeError  when they are no whole rows, or the stage gives others
    [[nodiscard]] std::uint64_t n_rows(DatasetId dataset, ResultKind kind, std::size_t n_bytes) const;

    const std::vector<Stage>& declared_;
    std::vector<OfStage> stages_;
    void close_run();
    void take_piece(DatasetId dataset, std::uint64_t key, std::span<const std::byte> bytes,
                    std::uint64_t n_rows);

    UnitKey unit_;
    bool has_part_ = false; ///< it has given something
    StageId run_stage_;     ///< of the consecutive units that ended last, not yet in a set
    UnitRange run_{UnitId{0}, 0};
    ChangeListener* listener_ = nullptr;
    std::function<bool()> look_around_;
    std::uint64_t waiting_bytes_ = 0;
    std::vector<const BlockStore*> limited_; ///< sums that do not all stay in memory
};

} // namespace mtc::engine
