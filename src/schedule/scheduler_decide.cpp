#include "schedule/guided.hpp"
#include "schedule/scheduler_impl.hpp"

#include <algorithm>

namespace mtc::schedule {

namespace {

/// Blocks that a worker of short tasks is mostly given together.
constexpr std::size_t few_at_once = 2 * (Fleet::most_in_flight - Fleet::many_in_flight);

/// While rank 0 computes a unit like this, workers need more than the block that they compute, which is not
/// much longer.
bool needs_cover(bool whole, double unit_s)
{
    return whole || unit_s > longest_without_cover_s;
}

/// [s] that a unit may well last.
double lasting_s(const Outlook& next)
{
    const bool may_last = !next.trusted && needs_cover(next.whole, next.unit_s);
    return may_last ? (1.0 + next.scatter) * next.unit_s : next.unit_s;
}

} // namespace

Decisions Scheduler::Impl::decide(double now_s)
{
    if (revoked_)
        return withdraw();
    begun_s_ = std::min(begun_s_, now_s);
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
    if (!at_owners_ && !stock_.waits(0))
        return;
    if (!at_owners_ && n_until_look_ <= 0)
        look_at_overdue(now_s);
    for (Rank rank = fleet_.driest(); !rank.is_none(); rank = fleet_.driest()) {
        if (cannot_be_fed(rank, now_s))
            fleet_.park(rank);
        else if (!wants_more(rank, now_s))
            break; // and so do all that run dry later
        else
            give_more(rank, next_block_s(rank, now_s), now_s, assignments);
    }
    const double depth_s = queue_depth_s();
    for (Rank rank = fleet_.shallowest(); !rank.is_none() && fleet_.queued_s(rank) < depth_s;
         rank = fleet_.shallowest()) {
        if (wants_more(rank, now_s))
            top_up(rank, depth_s, assignments, now_s);
        else
            fleet_.park(rank);
    }
}

/// Of long tasks those that end first are the short ones. So that it takes little time, not after every
/// receipt where ranks are many.
void Scheduler::Impl::look_at_overdue(double now_s)
{
    n_until_look_ = std::max(1, settings_.n_ranks / receipts_to_trust);
    fleet_.overdue(now_s, shortest_task_s(settings_), stock_.cost(), overdue_);
    if (stock_.learn_overdue(overdue_))
        estimate_anew(); // a block may wait behind another now
}

/// Gives a worker a block, and more of them at once where together they last no longer than a message takes.
void Scheduler::Impl::top_up(Rank rank, double depth_s, std::vector<Assignment>& assignments, double now_s)
{
    const std::uint32_t pool = pool_of(rank);
    double most_s = settings_.round_trip_s;
    if (!at_owners_)
        most_s =
            std::min(most_s, stock_.waiting_s(0) - kept_s(pool) - settings_.round_trip_s * n_computing());
    const double seconds = next_block_s(rank, now_s); // of each: what goes together hardly changes it
    if (assignments.empty()) // else it grows by itself: many workers may be topped up at once
        assignments.reserve(few_at_once);
    double given_s = 0.0;
    do {
        give_more(rank, seconds, now_s, assignments);
        given_s += assignments.back().estimated_s;
    } while (given_s < most_s && fleet_.n_held(rank) < Fleet::most_in_flight &&
             fleet_.queued_s(rank) < depth_s && stock_.waits(pool));
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

/// Nothing waits any more. Rank 0 gives its own away first. Then it serves, but computes along where no
/// worker is idle and enough is left on one.
void Scheduler::Impl::share(Decisions& decisions, double now_s)
{
    const int n_idle = n_wanting();
    if (n_idle > 0 && fleet_.n_units(rank_0) > 1 && sharing_.reserve(rank_0)) {
        decisions.give_backs.push_back({rank_0, GiveBack::everything});
        return;
    }
    tell_sharing();
    const double held_s = fleet_.held_s(now_s);
    if (n_idle > 0)
        decisions.give_backs = sharing_.ask(n_idle, held_s, now_s);
    else if (rank_0_wants())
        decisions.give_backs = sharing_.ask(1, held_s, now_s, scheduler_piece_s);
    else
        decisions.give_backs = sharing_.ask(one_may_stand_by() ? 1 : 0, held_s, now_s, stand_by_s);
    decisions.look_again_s = sharing_.look_again_s();
}

std::optional<Assignment> Scheduler::Impl::work_for_scheduler(double now_s)
{
    if (revoked_ || fleet_.n_held(rank_0) > 0 || !stock_.waits(pool_of(rank_0)))
        return std::nullopt;
    const double longest_s = settings_.task_duration_s.value_or(lone_piece_s);
    const bool alone = fleet_.n_ranks() == 1;
    if (!alone && !at_owners_ && !may_compute_on_rank_0(now_s))
        return std::nullopt;
    std::optional<Assignment> own{std::in_place};
    if (!give(rank_0, alone ? End::heavy : end_for_rank_0(),
              std::min(alone ? lone_piece_s : scheduler_piece_s, longest_s), now_s, *own))
        own.reset();
    return own;
}

/// Ranks among which the units are shared.
int Scheduler::Impl::n_computing() const noexcept
{
    if (at_owners_)
        return 1;
    return fleet_.n_ranks() - (settings_.rank_0_works || fleet_.n_ranks() == 1 ? 0 : 1);
}

/// Workers that have nothing, as many as would find a processor: where ranks share processors, the others go
/// on the faster for one that sleeps.
int Scheduler::Impl::n_wanting() const
{
    const int n_idle = fleet_.n_idle_workers();
    return settings_.n_processors ? std::clamp(*settings_.n_processors - fleet_.n_busy(), 0, n_idle) : n_idle;
}

/// It computes, too, has nothing and would find a processor idle.
bool Scheduler::Impl::rank_0_wants() const
{
    return settings_.rank_0_works && fleet_.n_held(rank_0) == 0 &&
           fleet_.n_busy() < settings_.n_processors.value_or(fleet_.n_ranks());
}

/// All processors are busy, and there is a worker for the next one that is not.
bool Scheduler::Impl::one_may_stand_by() const
{
    return settings_.n_processors && fleet_.n_busy() == *settings_.n_processors &&
           fleet_.n_idle_workers() > 0;
}

/// When all would be done if what is left could be shared evenly.
double Scheduler::Impl::projected_end_s(double now_s) const
{
    return now_s + (fleet_.held_s(now_s) + stock_.waiting_s(0)) / n_computing();
}

/// Seconds that should wait on each worker: cover for the round trip, and for a rank 0 that computes.
double Scheduler::Impl::queue_depth_s()
{
    double depth_s =
        std::max(2.0 * settings_.round_trip_s, queue_over_scheduler_unit * fleet_.longest_unit_s(rank_0));
    if (at_owners_ || settings_.rank_0_works)
        if (const Outlook* next = stock_.next(pool_of(rank_0), end_for_rank_0()))
            depth_s = std::max(depth_s, queue_over_scheduler_unit * lasting_s(*next));
    return depth_s;
}

/// Nothing waits for this rank in particular, or what it computes may last much longer than expected: behind
/// that nothing should wait, since a rank answers only between two units.
bool Scheduler::Impl::cannot_be_fed(Rank rank, double now_s)
{
    if (at_owners_)
        return !stock_.waits(pool_of(rank));
    if (fleet_.n_held(rank) == 0)
        return false;
    const Flight& last = fleet_.held(rank).back();
    if (!stock_.cost().known(last.cost_class))
        return fleet_.n_held(rank) > 1 || !probes_abound();
    const bool long_units = last.longest_unit_s >= shortest_task_s(settings_) ||
                            (last.whole && !stock_.cost().tried(last.cost_class));
    if (!long_units)
        return false;
    const bool covers = needs_cover(last.whole, last.longest_unit_s) &&
                        rank_0_is_worth_cover(stock_.cost().scatter(last.cost_class));
    return fleet_.free_at_s(rank) < now_s || (!covers && !stock_.cost().trusted(last.cost_class));
}

/// Of few ranks rank 0 is so much that workers are given long units to wait behind others, though one cannot
/// tell how long they last, so that it can compute them, too.
bool Scheduler::Impl::rank_0_is_worth_cover(double scatter) const
{
    const int most = scatter <= scatter_that_counts ? most_with_cover : most_filled_by_rank_0;
    return settings_.rank_0_works && n_computing() <= most;
}

/// Without cover every worker waits for half a unit on rank 0 after each of its blocks: for longer, all
/// together, than the unit lasts.
bool Scheduler::Impl::others_would_wait(const Outlook& next) const
{
    const double unit_s = lasting_s(next);
    if (next.whole)
        return !next.tried || unit_s > scheduler_piece_s;
    return unit_s > scheduler_piece_s &&
           0.5 * n_computing() * unit_s >
               block_s(settings_, stock_.waiting_s(0), n_computing(), next.scatter);
}

/// A second probe may wait behind the first: ranks that keep the processors from each other all end theirs
/// together, rank 0 waits for its turn like them, and they for its answers. So many units are left for each
/// of them that hardly one that is long waits behind another that is.
bool Scheduler::Impl::probes_abound()
{
    const Outlook* next = stock_.next(0, End::heavy);
    return settings_.ranks_a_processor >= large_crowd && next != nullptr && !next->known &&
           2.0 * next->unit_s > probe_s && stock_.waiting_s(0) > many_units * n_computing() * next->unit_s;
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
    if (exhausted_ && rank_0_wants()) // what was given back is for those that have nothing
        return false;
    const double waiting_s = stock_.waiting_s(0);
    return fleet_.free_at_s(rank) < now_s + (fleet_.held_s(now_s) + waiting_s) / n_computing() &&
           waiting_s > kept_s(pool_of(rank));
}

/// Seconds near the end that wait behind nothing on a worker but for whoever is free first: the last units of
/// each, fewer where they are sure to last as long as expected. The pool is not empty.
double Scheduler::Impl::kept_s(std::uint32_t pool)
{
    const Outlook& next = *stock_.next(pool, End::heavy);
    const double n_units = last_units * std::min(1.0, next.scatter / even_scatter);
    return (next.trusted ? n_units : last_units) * n_computing() * next.unit_s;
}

/// The next unit at the light end would be over before any worker could run dry, and before the end.
bool Scheduler::Impl::may_compute_on_rank_0(double now_s)
{
    if (!settings_.rank_0_works)
        return false;
    const Outlook* next = stock_.next(0, End::light);
    if (!next || !next->known)
        return false;
    if (!next->trusted && !rank_0_is_worth_cover(next->scatter) && others_would_wait(*next))
        return false;
    const double depth_s = queue_over_scheduler_unit * lasting_s(*next);
    const double end_s = projected_end_s(now_s);
    if (exhausted_) // no worker took it
        return now_s + next->unit_s <= end_s;
    return now_s + next->unit_s <= end_s && fleet_.all_fed(depth_s, std::max(now_s + depth_s, end_s));
}

/// Of the next block for a worker, whose pool is not empty. One that is to wait behind another does not reach
/// beyond the end of the whole, as far as units allow.
double Scheduler::Impl::next_block_s(Rank rank, double now_s)
{
    const std::uint32_t pool = pool_of(rank);
    double scatter = stock_.next(pool, End::heavy)->scatter;
    if (!at_owners_)
        scatter = gaps_are_filled(settings_, n_computing()) ? 0.0 : std::min(scatter, scatter_that_counts);
    const double waiting_s = stock_.waiting_s(pool);
    double seconds = block_s(settings_, waiting_s, n_computing(), scatter);
    if (exhausted_ && fleet_.n_held(rank) == 0) // what was given back is for those that have nothing
        seconds = std::max(seconds, std::min(given_back_s, waiting_s / std::max(1, n_wanting())));
    if (!at_owners_ && fleet_.n_held(rank) > 0)
        seconds = std::min(seconds, projected_end_s(now_s) - fleet_.free_at_s(rank));
    return seconds;
}

/// From a pool that is not empty.
void Scheduler::Impl::give_more(Rank rank, double seconds, double now_s, std::vector<Assignment>& assignments)
{
    assignments.emplace_back();
    if (!give(rank, End::heavy, seconds, now_s, assignments.back()))
        assignments.pop_back();
}

/// False, and nothing is given, where nothing waits for the rank.
bool Scheduler::Impl::give(Rank rank, End end, double seconds, double now_s, Assignment& given)
{
    const TaskId task = next_task_;
    // What was given back is shared evenly, and rank 0 takes no more than it can have done before it serves.
    const double least =
        exhausted_ || rank == rank_0
            ? 0.0
            : least_s(settings_, now_s - begun_s_, stock_.waiting_s(pool_of(rank)), n_computing());
    BlockId& held_block = block_of_[static_cast<std::size_t>(rank.value())];
    const Block* const block = stock_.take({.pool = pool_of(rank),
                                            .end = end,
                                            .seconds = seconds,
                                            .least_s = least,
                                            .try_s = shortest_task_s(settings_),
                                            .block = held_block},
                                           task);
    if (block == nullptr)
        return false;
    next_task_ = TaskId{task.value() + 1};
    describe(rank, task, *block, given);
    const bool one_source = given.n_sources == 1;
    const StrandId strand = one_source ? stock_.strands().of(block->pieces.front().parcel) : StrandId::none();
    fleet_.start(rank,
                 {.task = task,
                  .cost_class = block->cost_class,
                  .strand = strand,
                  .n_units = block->amount.units,
                  .corrected_weight = block->corrected_weight,
                  .longest_unit_s = block->longest_unit_s,
                  .whole = block->whole},
                 now_s, stock_.cost());
    held_block = stock_.ledger().parcel(block->pieces.back().parcel).block;
    sharing_.refresh(rank);
    held_changed(rank);
    return true;
}

/// \param assignment  a new one
void Scheduler::Impl::describe(Rank rank, TaskId task, const Block& block, Assignment& assignment) const
{
    const auto source_of = [&](const Piece& piece) { return stock_.ledger().parcel(piece.parcel).source; };
    assignment.rank = rank;
    assignment.task = task;
    assignment.parent = block.parent.is_none() ? task : block.parent;
    assignment.stage = stage_;
    assignment.cost_class = block.cost_class;
    assignment.source = source_of(block.pieces.front());
    assignment.weight = block.amount.weight;
    assignment.estimated_s = block.estimated_s;
    assignment.ranges.reserve(block.pieces.size());
    for (const Piece& piece : block.pieces) {
        if (!assignment.ranges.empty() && assignment.ranges.back().end() == piece.units.first)
            assignment.ranges.back().count += piece.units.count;
        else
            assignment.ranges.push_back(piece.units);
    }
    if (block.pieces.size() == 1)
        return;
    std::vector<SourceId> sources;
    for (const Piece& piece : block.pieces)
        sources.push_back(source_of(piece));
    std::ranges::sort(sources);
    assignment.n_sources = static_cast<std::uint32_t>(std::ranges::unique(sources).begin() - sources.begin());
}

} // namespace mtc::schedule
