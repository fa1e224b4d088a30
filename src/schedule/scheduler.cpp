#include "schedule/scheduler.hpp"

#include "schedule/fleet.hpp"
#include "schedule/guided.hpp"
#include "schedule/sharing.hpp"
#include "schedule/stock.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <utility>

namespace mtc::schedule {

namespace {

constexpr std::size_t most_in_flight = 16; ///< blocks on one worker, however short they are
constexpr Rank rank_0{0};

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

class Scheduler::Impl {
public:
    Impl(const Settings& settings, StageId stage, std::span<const Parcel> parcels,
         std::span<const CostClassInfo> classes, std::span<const Rank> owner_of, TaskId first_task);

    void on_receipt(const Receipt& receipt, double now_s);
    void on_given_back(const GivenBack& answer, double now_s);
    void on_rank_lost(Rank rank, double now_s);
    void on_already_done(UnitRange units) { stock_.skip(units); }
    void revoke();
    Decisions decide(double now_s);
    std::optional<Assignment> work_for_scheduler(double now_s);
    bool finished() const noexcept;
    Progress progress() const;
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
    void held_changed(Rank rank);
    void take_back(Rank rank, TaskId task, std::uint64_t n_units, double now_s);
    void give_to_workers(std::vector<Assignment>& assignments, double now_s);
    Decisions withdraw();
    void share(Decisions& decisions, double now_s);
    double projected_end_s(double now_s) const;
    double queue_depth_s();
    bool cannot_be_fed(Rank rank, double now_s) const;
    bool wants_more(Rank rank, double now_s);
    bool may_compute_on_rank_0(double now_s);
    Assignment give_block(Rank rank, double now_s);
    std::optional<Assignment> give(Rank rank, End end, double seconds, double now_s);
    Assignment describe(Rank rank, TaskId task, const Block& block) const;

    Settings settings_;
    StageId stage_;
    bool at_owners_;
    Fleet fleet_;
    Stock stock_;
    Sharing sharing_;
    std::vector<BlockId> block_of_; // [n_ranks] of the last units that a rank was given
    TaskId next_task_;
    bool revoked_ = false;
    bool exhausted_ = false; // all units were handed out at least once
};

Scheduler::Impl::Impl(const Settings& settings, StageId stage, std::span<const Parcel> parcels,
                      std::span<const CostClassInfo> classes, std::span<const Rank> owner_of,
                      TaskId first_task)
    : settings_{(check(settings, owner_of), settings)}
    , stage_{stage}
    , at_owners_{!owner_of.empty()}
    , fleet_{settings.n_ranks}
    , stock_{parcels,         classes,
             pools(owner_of), at_owners_ ? static_cast<std::size_t>(settings.n_ranks) : 1,
             n_computing(),   n_remembered(settings)}
    , sharing_{settings.n_ranks, settings.round_trip_s}
    , block_of_(static_cast<std::size_t>(settings.n_ranks))
    , next_task_{first_task}
{}

void Scheduler::Impl::on_receipt(const Receipt& receipt, double now_s)
{
    const Flight& flight = fleet_.find(receipt.rank, receipt.task);
    const bool rates_moved = stock_.settle({.task = receipt.task,
                                            .cost_class = flight.cost_class,
                                            .strand = flight.strand,
                                            .n_done = receipt.n_units,
                                            .failed = receipt.failed,
                                            .duration_s = receipt.duration_s,
                                            .max_unit_s = receipt.max_unit_s,
                                            .notable_s = shortest_task_s(settings_)});
    fleet_.end(receipt.rank, receipt.task, now_s, stock_.cost());
    held_changed(receipt.rank);
    if (!rates_moved)
        return;
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

void Scheduler::Impl::on_rank_lost(Rank rank, double now_s)
{
    if (rank.value() <= 0 || rank.value() >= settings_.n_ranks || at_owners_ || fleet_.lost(rank))
        throw ComputeError(text("rank ", rank.value(), " of ", settings_.n_ranks,
                                " is lost (only workers can be, once, and none that owns blocks)"));
    while (!fleet_.held(rank).empty()) {
        const Flight& last = fleet_.held(rank).back();
        take_back(rank, last.task, last.n_units, now_s);
    }
    fleet_.lose(rank, stock_.cost());
    sharing_.on_lost(rank);
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
        return fleet_.end(rank, task, now_s, stock_.cost());
    flight.n_units = left.n_units;
    flight.corrected_weight = left.corrected_weight;
    flight.longest_unit_s = left.longest_unit_s;
    fleet_.change(rank, flight, stock_.cost());
}

void Scheduler::Impl::held_changed(Rank rank)
{
    if (rank != rank_0) // who is asked first, whatever it holds
        sharing_.update(rank, {fleet_.n_units(rank), fleet_.free_at_s(rank), fleet_.longest_unit_s(rank)});
}

Decisions Scheduler::Impl::decide(double now_s)
{
    if (revoked_)
        return withdraw();
    Decisions decisions;
    give_to_workers(decisions.assignments, now_s);
    if (!at_owners_ && !stock_.waits(0)) {
        exhausted_ = true;
        share(decisions, now_s);
    }
    return decisions;
}

void Scheduler::Impl::give_to_workers(std::vector<Assignment>& assignments, double now_s)
{
    for (Rank rank = fleet_.driest(); !rank.is_none(); rank = fleet_.driest()) {
        if (cannot_be_fed(rank, now_s))
            fleet_.park(rank);
        else if (!wants_more(rank, now_s))
            break; // and so do all that run dry later
        else
            assignments.push_back(give_block(rank, now_s));
    }
    const double depth_s = queue_depth_s();
    for (const Rank rank : fleet_.shallow(depth_s))
        while (fleet_.queued_s(rank) < depth_s && fleet_.n_held(rank) < most_in_flight &&
               wants_more(rank, now_s))
            assignments.push_back(give_block(rank, now_s));
}

/// Everybody gives back everything that is not begun.
Decisions Scheduler::Impl::withdraw()
{
    Decisions decisions;
    for (int i = 0; i < settings_.n_ranks; ++i)
        if (const Rank rank{i}; fleet_.n_held(rank) > 0 && sharing_.reserve(rank))
            decisions.give_backs.push_back({rank, GiveBack::everything});
    return decisions;
}

/// Nothing waits any more. Rank 0 gives its own away first, and then only serves.
void Scheduler::Impl::share(Decisions& decisions, double now_s)
{
    const int n_idle = fleet_.n_idle_workers();
    if (n_idle > 0 && fleet_.n_units(rank_0) > 1 && sharing_.reserve(rank_0)) {
        decisions.give_backs.push_back({rank_0, GiveBack::everything});
        return;
    }
    decisions.give_backs = sharing_.ask(n_idle, fleet_.held_s(now_s), now_s);
    decisions.look_again_s = sharing_.look_again_s();
}

std::optional<Assignment> Scheduler::Impl::work_for_scheduler(double now_s)
{
    if (revoked_ || fleet_.n_held(rank_0) > 0 || !stock_.waits(pool_of(rank_0)))
        return std::nullopt;
    const double longest_s = settings_.task_duration_s.value_or(lone_piece_s);
    if (settings_.n_ranks == 1)
        return give(rank_0, End::heavy, std::min(lone_piece_s, longest_s), now_s);
    if (!at_owners_ && !may_compute_on_rank_0(now_s))
        return std::nullopt;
    return give(rank_0, end_for_rank_0(), std::min(scheduler_piece_s, longest_s), now_s);
}

/// Ranks among which the units are shared.
int Scheduler::Impl::n_computing() const noexcept
{
    if (at_owners_)
        return 1;
    return fleet_.n_ranks() - (settings_.rank_0_works || fleet_.n_ranks() == 1 ? 0 : 1);
}

/// When all would be done if what is left could be shared evenly.
double Scheduler::Impl::projected_end_s(double now_s) const
{
    return now_s + (fleet_.held_s(now_s) + stock_.waiting_s(0)) / n_computing();
}

/// Seconds that should wait on each worker: cover for the round trip, and for a rank 0 that computes.
double Scheduler::Impl::queue_depth_s()
{
    double scheduler_unit_s = fleet_.longest_unit_s(rank_0);
    if (at_owners_ || settings_.rank_0_works)
        if (const auto next = stock_.next(pool_of(rank_0), end_for_rank_0()))
            scheduler_unit_s = std::max(scheduler_unit_s, next->unit_s);
    return std::max(2.0 * settings_.round_trip_s, queue_over_scheduler_unit * scheduler_unit_s);
}

/// Nothing waits for this rank in particular, or what it computes may last much longer than expected: behind
/// that nothing should wait, since a rank answers only between two units.
bool Scheduler::Impl::cannot_be_fed(Rank rank, double now_s) const
{
    if (at_owners_)
        return !stock_.waits(pool_of(rank));
    if (fleet_.n_held(rank) == 0)
        return false;
    const Flight& last = fleet_.held(rank).back();
    if (!stock_.cost().known(last.cost_class))
        return true;
    const bool long_units = last.longest_unit_s >= shortest_task_s(settings_);
    return long_units && (fleet_.free_at_s(rank) < now_s || !stock_.cost().trusted(last.cost_class));
}

/// There is work for the rank, and the rank is idle or expected to be before the end of the whole. A block
/// that would wait behind one that runs to the end is better kept for who is free first; so are the last
/// units for each worker, since weights may be wrong.
bool Scheduler::Impl::wants_more(Rank rank, double now_s)
{
    if (!stock_.waits(pool_of(rank)))
        return false;
    if (at_owners_ || fleet_.n_held(rank) == 0)
        return true;
    const double share_s = stock_.waiting_s(0) / n_computing();
    return fleet_.free_at_s(rank) < projected_end_s(now_s) &&
           share_s > last_units * stock_.next(0, End::heavy)->unit_s;
}

/// The next unit at the light end would be over before any worker could run dry, and before the end.
bool Scheduler::Impl::may_compute_on_rank_0(double now_s)
{
    const auto next = stock_.next(0, End::light);
    if (!settings_.rank_0_works || !next || !next->known)
        return false;
    const double depth_s = queue_over_scheduler_unit * next->unit_s;
    const double end_s = projected_end_s(now_s);
    return now_s + next->unit_s <= end_s && fleet_.all_fed(depth_s, std::max(now_s + depth_s, end_s));
}

/// The next block for a worker, whose pool is not empty. One that is to wait behind another does not reach
/// beyond the end of the whole, as far as units allow.
Assignment Scheduler::Impl::give_block(Rank rank, double now_s)
{
    const std::uint32_t pool = pool_of(rank);
    const double scatter = stock_.next(pool, End::heavy)->scatter;
    double seconds = block_s(settings_, stock_.waiting_s(pool), n_computing(), scatter);
    if (exhausted_ && fleet_.n_held(rank) == 0) // what was given back is for those that have nothing
        seconds = std::max(
            seconds, std::min(given_back_s, stock_.waiting_s(pool) / std::max(1, fleet_.n_idle_workers())));
    if (!at_owners_ && fleet_.n_held(rank) > 0)
        seconds = std::min(seconds, projected_end_s(now_s) - fleet_.free_at_s(rank));
    return give(rank, End::heavy, seconds, now_s).value();
}

std::optional<Assignment> Scheduler::Impl::give(Rank rank, End end, double seconds, double now_s)
{
    const TaskId task = next_task_;
    BlockId& held_block = block_of_[static_cast<std::size_t>(rank.value())];
    const auto block = stock_.take({.pool = pool_of(rank),
                                    .end = end,
                                    .seconds = seconds,
                                    .try_s = shortest_task_s(settings_),
                                    .block = held_block},
                                   task);
    if (!block)
        return std::nullopt;
    next_task_ = TaskId{task.value() + 1};
    Assignment assignment = describe(rank, task, *block);
    const bool one_source = assignment.n_sources == 1;
    const StrandId strand = one_source ? stock_.strands().of(block->pieces.front().parcel) : StrandId::none();
    fleet_.start(rank,
                 {.task = task,
                  .cost_class = block->cost_class,
                  .strand = strand,
                  .n_units = block->amount.units,
                  .corrected_weight = block->corrected_weight,
                  .longest_unit_s = block->longest_unit_s},
                 now_s, stock_.cost());
    held_block = stock_.ledger().parcel(block->pieces.back().parcel).block;
    sharing_.refresh(rank);
    held_changed(rank);
    return assignment;
}

Assignment Scheduler::Impl::describe(Rank rank, TaskId task, const Block& block) const
{
    const auto source_of = [&](const Piece& piece) { return stock_.ledger().parcel(piece.parcel).source; };
    Assignment assignment{.rank = rank,
                          .task = task,
                          .parent = block.parent.is_none() ? task : block.parent,
                          .stage = stage_,
                          .cost_class = block.cost_class,
                          .source = source_of(block.pieces.front()),
                          .ranges = {},
                          .weight = block.amount.weight,
                          .estimated_s = block.estimated_s};
    std::vector<SourceId> sources;
    for (const Piece& piece : block.pieces) {
        if (!assignment.ranges.empty() && assignment.ranges.back().end() == piece.units.first)
            assignment.ranges.back().count += piece.units.count;
        else
            assignment.ranges.push_back(piece.units);
        sources.push_back(source_of(piece));
    }
    std::ranges::sort(sources);
    assignment.n_sources = static_cast<std::uint32_t>(std::ranges::unique(sources).begin() - sources.begin());
    return assignment;
}

bool Scheduler::Impl::finished() const noexcept
{
    return ledger().assigned().units == 0 && (revoked_ || ledger().waiting().units == 0) && sharing_.quiet();
}

Progress Scheduler::Impl::progress() const
{
    const StrandId slowest = stock_.backlog().slowest(stock_.cost());
    return {.weight_done = ledger().done().weight,
            .weight_total = ledger().total().weight,
            .remaining_s = stock_.backlog().remaining_s(stock_.cost()),
            .units_done = ledger().done().units,
            .units_total = ledger().total().units,
            .n_busy = fleet_.n_busy(),
            .slowest_source = slowest.is_none() ? SourceId::none() : stock_.strands().source(slowest)};
}

Scheduler::Scheduler(const Settings& settings, StageId stage, std::span<const Parcel> parcels,
                     std::span<const CostClassInfo> classes, std::span<const Rank> owner_of,
                     TaskId first_task)
    : impl_{std::make_unique<Impl>(settings, stage, parcels, classes, owner_of, first_task)}
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

void Scheduler::on_rank_lost(Rank rank, double now_s)
{
    impl_->on_rank_lost(rank, now_s);
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

Progress Scheduler::progress() const
{
    return impl_->progress();
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
