#pragma once

#include "durable/mishaps.hpp"
#include "engine/failure_policy.hpp"
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
    /// A unit failed. \param why  its message()
    [[nodiscard]] Verdict on_error(UnitKey unit, Rank rank, const std::string& why);
    /// A unit found no memory; the run is left for its sake. \param why  its message()
    void on_memory(UnitKey unit, Rank rank, const std::string& why);
    /// Looks for reports of ranks that died: units that have cost too many workers by now, which nobody
    /// should be given any more. \throws UnitError  the policy is to stop, and there is one
    [[nodiscard]] std::vector<UnitKey> on_deaths();

    /// Units of a stage that wait to be computed again, then none does.
    /// \param parcels   of the stage
    /// \param of_block  [n_block] who must compute a parcel; empty: any of those that compute
    /// \param computing ranks that compute in the stage
    [[nodiscard]] Retries take_retries(StageId stage, std::span<const Parcel> parcels,
                                       std::span<const Rank> of_block, std::span<const Rank> computing);
    [[nodiscard]] bool any() const noexcept { return n_failed_ > 0; }
    /// Units given up, in this life and before.
    [[nodiscard]] std::uint64_t n_failed() const noexcept { return n_failed_; }
    /// For the output: the first most_rows of them.
    [[nodiscard]] std::span<const perf::FailureRow> rows() const noexcept { return rows_; }

private:
    static constexpr std::size_t most_rows = 100'000;
    struct Trial {
        std::uint32_t n_errors = 0;
        std::set<Rank> on;  ///< ranks it failed on
        bool waits = false; ///< for its next trial
    };

    void give_up(UnitKey unit, Rank rank, std::uint32_t n_tries, const std::string& why);
    void remember(durable::Mishap mishap);
    void count(const durable::Mishap& mishap);
    [[nodiscard]] bool may_go_on_without(StageId stage) const;
    [[nodiscard]] const SourceInfo& source_of(UnitKey unit);

    const Workload& workload_;
    FailurePolicy policy_;
    durable::Mishaps mishaps_;
    perf::Recorder& recorder_;
    std::map<UnitKey, Trial> trials_;         ///< of units that failed and are not given up
    std::map<UnitKey, std::uint32_t> n_lost_; ///< workers that a unit has cost
    std::vector<schedule::UnitSet> failed_;   ///< [n_stage]
    std::vector<perf::FailureRow> rows_;
    std::map<StageId, std::vector<SourceInfo>> sources_; ///< of stages that were asked for
    std::uint64_t n_failed_ = 0;
    std::uint64_t n_told_ = 0;
};

} // namespace mtc::engine
