#pragma once

#include "durable/background.hpp"
#include "durable/checkpoint.hpp"
#include "durable/folder.hpp"
#include "durable/journal.hpp"
#include "durable/snapshot.hpp"
#include "durable/sums_file.hpp"
#include "engine/results/results.hpp"
#include "perf/recorder.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mtc::engine {

/// Where and how often a calculation is saved. Equal on every rank.
struct SavingPlan {
    std::string folder{};
    double interval_s = 60.0; ///< at least so long between two saves of a rank, and at most so much is lost
    durable::Origin origin{};
};

/// Saves what this rank holds of the present stage, from time to time and when asked. The rank computes on
/// meanwhile: between units, and before a unit changes a block, blocks are copied as they were when the save
/// began; a helper thread writes the copies. A save that fails is told, and tried again.
class Saver final : public ChangeListener {
public:
    /// [bytes] Rows and records for the file in memory: more go to the journal and are read back at the end.
    /// Twice as many while they are written.
    static constexpr std::uint64_t most_waiting = std::uint64_t{32} << 20U;
    static constexpr std::uint64_t most_staged = std::uint64_t{64}
                                                 << 20U; ///< [bytes] copied, not yet written

    Saver(SavingPlan plan, const std::vector<Stage>& stages, Results& results, perf::Recorder& recorder,
          Rank rank, int n_ranks);
    ~Saver() override;

    /// The results of the stage hold what a process that is dead had saved; its files go once that is saved
    /// anew.
    void adopt(const durable::FoundSums& taken_over);
    /// Tells this process from all others. \see durable::CheckpointId
    [[nodiscard]] std::uint64_t incarnation() const noexcept { return id_.incarnation; }
    /// To be asked between units, often; does something at few of the calls.
    void between_units(double now_s)
    {
        if (now_s >= look_s_ || results_.waiting_bytes() >= most_waiting)
            look(now_s);
    }
    /// All units of the stage are done. Saves once more when there is much to lose, or a later run needs it,
    /// and returns when nothing reads the results any more. From now on they are on their way to others, and
    /// no save holds them; asked again, nothing is done.
    void end_stage(StageId stage, bool needed_later);
    /// Saves all there is and waits until it is on the disk. \returns false when that failed, now or at the
    /// end of a stage that a later run needs; it was told
    bool save_now();
    /// Saves tasks and events only, for the tables of a later run.
    void save_tables();
    /// The same, and does not wait for it.
    void post_tables();

    void before_change(StageId stage, BlockId block) override;

private:
    /// The sums of one stage and their two files.
    struct Sums {
        StageId stage;
        std::array<std::unique_ptr<durable::SumsFile>, 2> files; ///< the helper thread's
        std::array<std::vector<bool>, 2> changed; ///< [n_block] since the last save into that file
        int target = 0;                           ///< the file to save into next
        std::vector<bool> pending;                ///< [n_block] still to be copied for the save under way
        std::uint32_t next_pending = 0;           ///< blocks before it are copied
    };
    /// What process was taken over, by stage.
    struct Absorbed {
        StageId stage;
        std::vector<durable::CheckpointId> ids;
        std::vector<std::string> paths; ///< to delete
    };

    [[nodiscard]] StageId stage_to_save() const;
    void insist_on_life();
    void look(double now_s);
    [[nodiscard]] bool begin(double now_s);
    void begin_sums(StageId stage);
    void begin_journal(StageId stage);
    void copy_some();
    void copy(BlockId block);
    [[nodiscard]] std::unique_ptr<durable::PageBuffer> new_buffer(std::size_t n_bytes);
    void complete_sums();
    void end_sums();
    void renew_sums(StageId stage);
    void finish(double now_s);
    void tell(const std::optional<std::string>& trouble);
    void renew_journal(StageId stage);
    void give_back_memory(StageId stage);
    void drain();
    [[nodiscard]] std::filesystem::path path_of(const std::string& name) const;
    [[nodiscard]] bool is_saved(StageId stage) const;
    [[nodiscard]] bool has_unsaved(StageId stage) const;
    [[nodiscard]] bool has_ended(StageId stage) const;
    [[nodiscard]] bool goes_to_file(StageId stage) const;
    [[nodiscard]] Sums& sums_of(StageId stage);
    [[nodiscard]] Absorbed& absorbed_of(StageId stage);

    SavingPlan plan_;
    const std::vector<Stage>& stages_;
    Results& results_;
    perf::Recorder& recorder_;
    Rank rank_;
    durable::CheckpointId id_; ///< of the last complete save
    double interval_s_ = 0.0;
    double next_s_ = 0.0; ///< a save is due then
    double look_s_ = 0.0;
    bool saving_ = false;
    StageId stage_;       ///< of the last save begun
    bool retry_ = false;  ///< it was of sums and failed
    std::string trouble_; ///< why the last save failed; empty when it did not
    bool lost_ = false;   ///< a stage ended that a later run needs, and could not be saved
    bool all_copied_ = true;
    schedule::UnitSet journal_units_; ///< of the save under way
    double began_s_ = 0.0;
    double saved_s_ = 0.0;     ///< what was done before is on the disk
    double copying_s_ = 0.0;   ///< of the processor
    double processor_s_ = 0.0; ///< of the helper thread when the save began
    std::uint64_t n_bytes_ = 0;
    Sums sums_;
    durable::CheckpointHeader header_; ///< of the save under way
    std::vector<Absorbed> absorbed_;
    std::vector<std::string> superseded_;        ///< files to delete when the save under way is on the disk
    std::vector<bool> ended_;                    ///< [n_stage] the results have left this rank
    std::unique_ptr<durable::Journal> journal_;  ///< the helper thread's
    std::unique_ptr<durable::Journal> spill_;    ///< the helper thread's: of stages that are not saved
    std::unique_ptr<durable::Snapshots> tables_; ///< the helper thread's
    std::vector<StoredRun> written_;             ///< the helper thread's, until it is idle
    std::atomic<std::uint64_t> staged_bytes_{0};
    durable::Background background_; ///< last: its jobs use what stands above
};

} // namespace mtc::engine
