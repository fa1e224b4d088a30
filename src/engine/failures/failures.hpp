#pragma once

#include "durable/mishaps.hpp"
#include "engine/failures/failure_policy.hpp"
#include "mtc/workload.hpp"
#include "perf/recorder.hpp"
#include "perf/tables.hpp"
#include "schedule/unit_set.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace mtc::engine {

/// The message of an exception, and of those that it was thrown with (std::throw_with_nested).
[[nodiscard]] std::string with_causes(const std::exception& error);

/// Units that are computed again, each on a rank of its choice.
struct Retries {
    std::vector<Parcel> parcels{}; ///< one unit each, with a block of its own
    std::vector<Rank> owner_of{};  ///< [block] who computes it
};

/// Rank 0's book of the units that could not be computed: decides by the policy, tells the user, and records
/// what outlives the run.
class Failures {
public:
    enum class Verdict { stop, skip, retry };

    /// \param mishaps  of this calculation: units that were given up in an earlier life stay so
    Failures(const Workload& workload, FailurePolicy policy, durable::Mishaps mishaps,
             perf::Recorder& recorder);

    /// [n_stage] Units that are not to be tried: given up before, or because they have cost too many workers.
    /// \throws UnitError  the policy is to stop, and there is one that has
    [[nodiscard]] std::vector<schedule::UnitSet> given_up();
    /// The whole message of a failure. \param why  names unit, rank, host and causes
    [[nodiscard]] std::string message(UnitKey unit, const std::string& why);
    /// A unit failed. \param why  its message() \param rows  that tell of it in the file
    [[nodiscard]] Verdict on_error(UnitKey unit, Rank rank, const std::string& why,
                                   std::vector<UnitRows> rows = {});
    /// A unit found no memory; the run is left for its sake. \param why  its message()
    void on_memory(UnitKey unit, Rank rank, const std::string& why);
    /// Looks for reports of ranks that died: units that have cost too many workers by now are given up.
    /// \param lost_before  what these computed others have been given already: it only counts
    /// \throws UnitError  the policy is to stop, and there is one
    void on_deaths(std::span<const Rank> lost_before);
    /// Units that failed before and were computed again on a rank that is lost now are computed once more,
    /// unless they are saved.
    void on_rank_lost(StageId stage, Rank rank, const schedule::UnitSet& saved);
    /// Units that failed at least once: who was first given them does not hold their results.
    [[nodiscard]] const schedule::UnitSet& failed_once(StageId stage) const
    {
        return failed_once_.at(stage.value());
    }
    /// Units that were last given to this rank to be computed again.
    [[nodiscard]] schedule::UnitSet placed_at(StageId stage, Rank rank) const;
    /// Those of them that it has computed, or is to.
    [[nodiscard]] schedule::UnitSet computed_again(StageId stage, Rank rank) const;

    /// Units of a stage that wait to be computed again, then none does.
    /// \param parcels   of the stage
    /// \param of_block  [n_block] who must compute a parcel; empty: any of those that compute
    /// \param computing ranks that compute in the stage
    [[nodiscard]] Retries take_retries(StageId stage, std::span<const Parcel> parcels,
                                       std::span<const Rank> of_block, std::span<const Rank> computing);
    [[nodiscard]] bool any() const noexcept { return n_failed_ > 0; }
    /// Units given up, in this life and before.
    [[nodiscard]] std::uint64_t n_failed() const noexcept { return n_failed_; }
    /// Calls `take(unit, rows)` for what units that were given up have left to stand in the file.
    template <class Take>
    void for_each_left(const Take& take) const
    {
        std::map<UnitKey, const durable::Mishap*> last;
        for (const durable::Mishap& mishap : mishaps_.counting())
            if (mishap.kind == durable::Mishap::Kind::skipped && !mishap.rows.empty() &&
                failed_.at(mishap.unit.stage.value()).contains({mishap.unit.unit, 1}))
                last[mishap.unit] = &mishap;
        for (const auto& [unit, mishap] : last)
            take(unit, mishap->rows);
    }
    /// For the output: the first most_rows of them.
    [[nodiscard]] std::span<const perf::FailureRow> rows() const noexcept { return rows_; }

private:
    static constexpr std::size_t most_rows = 100'000;
    struct Trial {
        std::uint32_t n_errors = 0;
        std::set<Rank> on;  ///< ranks it failed on
        bool waits = false; ///< for its next trial
    };

    /// Where a unit was computed again last.
    struct Place {
        Rank rank;
        bool in_vain = false; ///< it failed there, too, or was given up, or its rank is lost
    };

    void give_up_costly(std::span<const UnitKey> units);
    void note_failed(UnitKey unit);
    void give_up(UnitKey unit, Rank rank, std::uint32_t n_tries, const std::string& why);
    void remember(durable::Mishap mishap);
    void count(const durable::Mishap& mishap);
    [[nodiscard]] bool may_go_on_without(StageId stage) const;
    [[nodiscard]] const SourceInfo& source_of(UnitKey unit);
    /// Where, of what source and unit, and why.
    [[nodiscard]] std::string in_words(const durable::Mishap& mishap);

    const Workload& workload_;
    FailurePolicy policy_;
    durable::Mishaps mishaps_;
    perf::Recorder& recorder_;
    std::map<UnitKey, Trial> trials_;             ///< of units that failed and are not given up
    std::map<UnitKey, Place> places_;             ///< of units that were computed again
    std::map<UnitKey, std::uint32_t> n_lost_;     ///< workers that a unit has cost
    std::map<UnitKey, std::uint32_t> n_timeouts_; ///< of these, because it took too long
    std::vector<schedule::UnitSet> failed_;       ///< [n_stage] given up
    std::vector<schedule::UnitSet> failed_once_;  ///< [n_stage]
    std::vector<perf::FailureRow> rows_;
    std::map<StageId, std::vector<SourceInfo>> sources_; ///< of stages that were asked for
    std::uint64_t n_failed_ = 0;
    std::uint64_t n_told_ = 0;
};

} // namespace mtc::engine
