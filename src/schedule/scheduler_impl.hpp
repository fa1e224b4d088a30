#pragma once

#include "schedule/fleet.hpp"
#include "schedule/scheduler.hpp"
#include "schedule/sharing.hpp"
#include "schedule/stock.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace mtc::schedule {

inline constexpr Rank rank_0{0};

/// What a scheduler is made of. Events come in by scheduler.cpp, decisions are made in scheduler_decide.cpp.
class Scheduler::Impl {
public:
    Impl(const Settings& settings, StageId stage, std::span<const Parcel> parcels,
         std::span<const CostClassInfo> classes, std::span<const Rank> owner_of, TaskId first_task,
         std::span<const std::uint32_t> tile_of);

    void on_receipt(const Receipt& receipt, double now_s);
    void on_given_back(const GivenBack& answer, double now_s);
    void on_rank_lost(Rank rank, const UnitSet& saved, double now_s);
    std::span<const UnitRange> done_by(Rank rank) const
    {
        return done_by_.at(static_cast<std::size_t>(rank.value()));
    }
    void on_already_done(UnitRange units) { stock_.skip(units); }
    void revoke();
    Decisions decide(double now_s);
    std::optional<Assignment> work_for_scheduler(double now_s);
    bool finished() const noexcept;
    Progress progress(double now_s) const;
    TaskId next_task() const noexcept { return next_task_; }
    const Ledger& ledger() const noexcept { return stock_.ledger(); }

private:
    std::uint32_t pool_of(Rank rank) const
    {
        return at_owners_ ? static_cast<std::uint32_t>(rank.value()) : 0;
    }
    /// Beside workers rank 0 takes the lightest units: all wait for it while it computes one.
    End end_for_rank_0() const noexcept { return at_owners_ ? End::heavy : End::light; }
    int n_computing() const noexcept;
    int n_wanting() const;
    bool rank_0_wants() const;
    bool one_may_stand_by() const;
    void keep_only(Rank rank, const UnitSet& saved);
    void held_changed(Rank rank)
    {
        char& has_changed = has_changed_[static_cast<std::size_t>(rank.value())];
        if (has_changed != 0 || rank == rank_0) // rank 0 is asked first, whatever it holds
            return;
        has_changed = 1;
        changed_.push_back(rank);
    }
    void tell_sharing();
    void estimate_anew();
    void look_at_overdue(double now_s);
    void take_back(Rank rank, TaskId task, std::uint64_t n_units, double now_s);
    void give_to_workers(std::vector<Assignment>& assignments, double now_s);
    void top_up(Rank rank, double depth_s, std::vector<Assignment>& assignments, double now_s);
    Decisions withdraw();
    void share(Decisions& decisions, double now_s);
    double projected_end_s(double now_s) const;
    double queue_depth_s();
    bool cannot_be_fed(Rank rank, double now_s);
    bool rank_0_is_worth_cover(double scatter) const;
    bool others_would_wait(const Outlook& next) const;
    bool probes_abound();
    bool wants_more(Rank rank, double now_s);
    double kept_s(std::uint32_t pool);
    bool may_compute_on_rank_0(double now_s);
    double next_block_s(Rank rank, double now_s);
    bool give(Rank rank, End end, double seconds, double now_s, Assignment& given);
    void give_more(Rank rank, double seconds, double now_s, std::vector<Assignment>& assignments);
    void describe(Rank rank, TaskId task, const Block& block, Assignment& assignment) const;

    Settings settings_;
    StageId stage_;
    bool at_owners_;
    Fleet fleet_;
    Stock stock_;
    Sharing sharing_;
    std::vector<Rank> changed_;            // workers of which sharing_ knows what they held before
    std::vector<char> has_changed_;        // [n_ranks] 1: it is in changed_
    std::vector<Overdue> overdue_;         // [n_class]
    int n_until_look_ = receipts_to_trust; // receipts of long tasks, until what is overdue is looked at
    std::vector<BlockId> block_of_;        // [n_ranks] of the last units that a rank was given
    std::vector<std::vector<UnitRange>> done_by_; // [n_ranks] in the order told
    TaskId next_task_;
    double done_s_ = 0.0;                                      // of tasks that ended
    double begun_s_ = std::numeric_limits<double>::infinity(); // when the first decision was made
    bool revoked_ = false;
    bool exhausted_ = false; // all units were handed out at least once
};

} // namespace mtc::schedule
