#include "schedule/scheduler.hpp"

#include "schedule/guided.hpp"
#include "schedule/scheduler_impl.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <memory>

namespace mtc::schedule {

namespace {

/// One pool for each rank where blocks have owners, one for all otherwise.
std::vector<std::uint32_t> pools(std::span<const Rank> owner_of)
{
    std::vector<std::uint32_t> pool_of_block;
    for (const Rank owner : owner_of)
        pool_of_block.push_back(static_cast<std::uint32_t>(owner.value()));
    return pool_of_block;
}

/// Receipts that a cost class remembers: a few of each worker.
double n_remembered(const Settings& settings)
{
    return std::max(64.0, 4.0 * settings.n_ranks);
}

} // namespace

Scheduler::Impl::Impl(const Settings& settings, StageId stage, std::span<const Parcel> parcels,
                      std::span<const CostClassInfo> classes, std::span<const Rank> owner_of,
                      TaskId first_task, std::span<const std::uint32_t> tile_of)
    : settings_{(check(settings, owner_of), settings)}
    , stage_{stage}
    , at_owners_{!owner_of.empty()}
    , fleet_{settings.n_ranks}
    , stock_{parcels,         classes,
             pools(owner_of), at_owners_ ? static_cast<std::size_t>(settings.n_ranks) : 1,
             n_computing(),   n_remembered(settings),
             tile_of}
    , sharing_{settings.n_ranks, settings.round_trip_s}
    , has_changed_(static_cast<std::size_t>(settings.n_ranks), 0)
    , overdue_(classes.size())
    , block_of_(static_cast<std::size_t>(settings.n_ranks))
    , done_by_(static_cast<std::size_t>(settings.n_ranks))
    , next_task_{first_task}
{}

void Scheduler::Impl::on_receipt(const Receipt& receipt, double now_s)
{
    const Flight& flight = fleet_.find(receipt.rank, receipt.task);
    const double notable_s = shortest_task_s(settings_);
    const bool rates_moved =
        stock_.settle({.task = receipt.task,
                       .cost_class = flight.cost_class,
                       .strand = flight.strand,
                       .n_done = receipt.n_units,
                       .failed = receipt.failed,
                       .duration_s = receipt.duration_s,
                       .max_unit_s = receipt.max_unit_s,
                       .notable_s = notable_s,
                       .done = &done_by_[static_cast<std::size_t>(receipt.rank.value())]});
    fleet_.end(receipt.rank, flight, now_s, stock_.cost());
    done_s_ += receipt.duration_s;
    held_changed(receipt.rank);
    if (receipt.duration_s >= notable_s)
        --n_until_look_;
    if (rates_moved)
        estimate_anew();
}

void Scheduler::Impl::estimate_anew()
{
    fleet_.estimate_anew(stock_.cost());
    for (int rank = 1; rank < settings_.n_ranks; ++rank)
        held_changed(Rank{rank});
}

void Scheduler::Impl::on_given_back(const GivenBack& answer, double now_s)
{
    sharing_.on_answer(answer.rank, !answer.tasks.empty());
    if (!answer.running.is_none() && answer.n_done > 0) {
        Flight flight = fleet_.find(answer.rank, answer.running);
        flight.measured_unit_s = answer.duration_s / static_cast<double>(answer.n_done);
        fleet_.change(answer.rank, flight, stock_.cost());
        stock_.learn({.task = answer.running,
                      .cost_class = flight.cost_class,
                      .strand = flight.strand,
                      .n_done = answer.n_done,
                      .duration_s = answer.duration_s});
    }
    for (const Shortened& task : answer.tasks)
        take_back(answer.rank, task.task, task.n_units, now_s);
    held_changed(answer.rank);
}

void Scheduler::Impl::on_rank_lost(Rank rank, const UnitSet& saved, double now_s)
{
    const bool exists = rank.value() > 0 && rank.value() < settings_.n_ranks;
    const auto refuse = [&] {
        throw ComputeError(
            text("rank ", rank.value(), " of ", settings_.n_ranks,
                 " is lost (only workers can be, once, and none with work that only it can do)"));
    };
    if (!exists || fleet_.lost(rank))
        refuse();
    while (!fleet_.held(rank).empty()) {
        const Flight& last = fleet_.held(rank).back();
        take_back(rank, last.task, last.n_units, now_s);
    }
    fleet_.lose(rank, stock_.cost());
    sharing_.on_lost(rank);
    held_changed(rank);
    keep_only(rank, saved);
    if (at_owners_ && !revoked_ && stock_.waits(pool_of(rank)))
        refuse();
}

/// Of what a lost rank had done, only what is saved stays done; so does what it saved and did not tell of.
void Scheduler::Impl::keep_only(Rank rank, const UnitSet& saved)
{
    UnitSet unsaved;
    for (const UnitRange& units : done_by_[static_cast<std::size_t>(rank.value())])
        unsaved.add(units);
    saved.for_each([&](const UnitRange& units) {
        while (const auto both = unsaved.first_in(units))
            (void)unsaved.remove(*both);
        while (const auto waiting = ledger().first_waiting(units))
            stock_.skip(*waiting);
    });
    unsaved.for_each([&](const UnitRange& units) { stock_.undo(units); });
    done_by_[static_cast<std::size_t>(rank.value())].clear();
}

void Scheduler::Impl::revoke()
{
    revoked_ = true;
    for (int rank = 0; rank < settings_.n_ranks; ++rank)
        sharing_.refresh(Rank{rank});
}

/// The last units of a task wait again.
void Scheduler::Impl::take_back(Rank rank, TaskId task, std::uint64_t n_units, double now_s)
{
    Flight flight = fleet_.find(rank, task);
    stock_.put_back(task, n_units);
    const Load left = stock_.load(task);
    if (left.n_units == 0)
        return fleet_.end(rank, fleet_.find(rank, task), now_s, stock_.cost());
    flight.n_units = left.n_units;
    flight.corrected_weight = left.corrected_weight;
    flight.longest_unit_s = left.longest_unit_s;
    fleet_.change(rank, flight, stock_.cost());
}

/// What a worker holds changes with every message, but matters only when nothing waits any more.
void Scheduler::Impl::tell_sharing()
{
    for (const Rank rank : changed_) {
        sharing_.update(rank, {fleet_.n_units(rank), fleet_.free_at_s(rank), fleet_.longest_unit_s(rank)});
        has_changed_[static_cast<std::size_t>(rank.value())] = 0;
    }
    changed_.clear();
}

bool Scheduler::Impl::finished() const noexcept
{
    return ledger().assigned().units == 0 && (revoked_ || ledger().waiting().units == 0) && sharing_.quiet();
}

Progress Scheduler::Impl::progress(double now_s) const
{
    const StrandId slowest = stock_.backlog().slowest(stock_.cost());
    const double remaining_s = stock_.backlog().waiting_s(stock_.cost()) + fleet_.held_s(now_s);
    const int n_sharing = at_owners_ ? fleet_.n_ranks() : n_computing();
    return {.done_s = done_s_ + fleet_.passed_s(now_s),
            .remaining_s = remaining_s,
            .eta_s = std::max(remaining_s / n_sharing, fleet_.last_free_at_s() - now_s),
            .units_done = ledger().done().units,
            .units_total = ledger().total().units,
            .n_busy = fleet_.n_busy(),
            .slowest_source = slowest.is_none() ? SourceId::none() : stock_.strands().source(slowest)};
}

Scheduler::Scheduler(const Settings& settings, StageId stage, std::span<const Parcel> parcels,
                     std::span<const CostClassInfo> classes, std::span<const Rank> owner_of,
                     TaskId first_task, std::span<const std::uint32_t> tile_of)
    : impl_{std::make_unique<Impl>(settings, stage, parcels, classes, owner_of, first_task, tile_of)}
{}

Scheduler::~Scheduler() = default;

void Scheduler::on_receipt(const Receipt& receipt, double now_s)
{
    impl_->on_receipt(receipt, now_s);
}

void Scheduler::on_given_back(const GivenBack& answer, double now_s)
{
    impl_->on_given_back(answer, now_s);
}

void Scheduler::on_rank_lost(Rank rank, const UnitSet& saved, double now_s)
{
    impl_->on_rank_lost(rank, saved, now_s);
}

std::span<const UnitRange> Scheduler::done_by(Rank rank) const
{
    return impl_->done_by(rank);
}

void Scheduler::on_already_done(UnitRange units)
{
    impl_->on_already_done(units);
}

void Scheduler::revoke()
{
    impl_->revoke();
}

Decisions Scheduler::decide(double now_s)
{
    return impl_->decide(now_s);
}

std::optional<Assignment> Scheduler::work_for_scheduler(double now_s)
{
    return impl_->work_for_scheduler(now_s);
}

bool Scheduler::finished() const noexcept
{
    return impl_->finished();
}

Progress Scheduler::progress(double now_s) const
{
    return impl_->progress(now_s);
}

TaskId Scheduler::next_task() const noexcept
{
    return impl_->next_task();
}

std::uint64_t Scheduler::n_dropped_parcels() const noexcept
{
    return impl_->ledger().n_dropped_parcels();
}

void Scheduler::check_books() const
{
    impl_->ledger().check();
}

} // namespace mtc::schedule
