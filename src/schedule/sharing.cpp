#include "schedule/sharing.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::schedule {

namespace {

constexpr double never = -std::numeric_limits<double>::infinity();
/// One that is computed, one that is kept, one to give: with fewer a worker has nothing to share.
constexpr std::uint64_t fewest_units = 3;
constexpr double fewest_units_left = 2.0; ///< by estimate
constexpr int most_in_vain = 8;           ///< workers looked at that are about to end their last units

} // namespace

Sharing::Sharing(int n_ranks, double round_trip_s)
    : spare_s_{round_trips_to_spare * round_trip_s}
    , workers_(static_cast<std::size_t>(n_ranks))
    , last_{workers_.size()}
    , first_{workers_.size()}
{
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        last_.set(i, never);
        first_.set(i, never);
    }
}

void Sharing::update(Rank rank, const Holding& holding)
{
    worker(rank).holding = holding;
    place(rank);
}

void Sharing::place(Rank rank)
{
    const Worker& placed = worker(rank);
    const bool worth = !placed.asked && !placed.spent && placed.holding.n_units >= fewest_units;
    const auto item = static_cast<std::size_t>(rank.value());
    last_.set(item, worth ? placed.holding.free_at_s : never);
    first_.set(item, worth ? -placed.holding.free_at_s : never);
}

std::vector<GiveBack> Sharing::ask(int n_idle, double held_s, double now_s, double least_left_s)
{
    least_left_s = std::max(least_left_s, 2.0 * spare_s_); // half of it would be spared
    std::vector<GiveBack> requests;
    look_again_s_ = std::numeric_limits<double>::infinity();
    if (n_idle == 0)
        return requests;
    std::vector<Rank> in_vain;
    for (int n_unserved = n_idle - n_promised(now_s); n_unserved > 0;) {
        const Rank rank = most_loaded(now_s, least_left_s);
        if (rank.is_none())
            break;
        const Worker& victim = worker(rank);
        const double left_s = std::abs(victim.holding.free_at_s - now_s);
        const bool late = victim.holding.free_at_s < now_s;
        if (!late && left_s < fewest_units_left * victim.holding.unit_s) {
            last_.set(static_cast<std::size_t>(rank.value()), never);
            in_vain.push_back(rank);
            if (in_vain.size() < most_in_vain)
                continue;
            break;
        }
        const double share = n_unserved * left_s / std::max(held_s, left_s);
        const int n_sharers = std::clamp(static_cast<int>(std::lround(share)), 1, n_unserved);
        requests.push_back({rank, static_cast<std::uint32_t>(n_sharers)});
        mark_asked(rank, n_sharers, now_s + spare_s_ + fewest_units_left * victim.holding.unit_s);
        n_unserved -= n_sharers;
    }
    for (const Rank rank : in_vain)
        place(rank);
    if (n_idle > 0 && !first_.empty() && first_.key(first_.top()) != never)
        look_again_s_ = std::max(-first_.key(first_.top()), now_s) + least_left_s;
    for (const Rank rank : promises_)
        look_again_s_ = std::min(look_again_s_, std::max(worker(rank).until_s, now_s + spare_s_));
    return requests;
}

/// The one with the most time left, if that is enough.
Rank Sharing::most_loaded(double now_s, double least_left_s)
{
    const double left_s = last_.empty() ? never : last_.key(last_.top()) - now_s;
    const double late_s = first_.empty() ? never : first_.key(first_.top()) + now_s;
    if (std::max(left_s, late_s) < least_left_s)
        return Rank::none();
    return Rank{static_cast<int>(late_s > left_s ? first_.top() : last_.top())};
}

/// Idle workers that are to be served by an answer that can still be expected soon.
int Sharing::n_promised(double now_s)
{
    std::erase_if(promises_, [&](Rank rank) { return !worker(rank).asked || worker(rank).until_s <= now_s; });
    int n = 0;
    for (const Rank rank : promises_)
        n += worker(rank).n_promised;
    return n;
}

void Sharing::mark_asked(Rank rank, int n_promised, double until_s)
{
    Worker& victim = worker(rank);
    victim.asked = true;
    victim.refreshed = false;
    victim.n_promised = n_promised;
    victim.until_s = until_s;
    if (n_promised > 0)
        promises_.push_back(rank);
    ++n_asked_;
    place(rank);
}

bool Sharing::reserve(Rank rank)
{
    if (worker(rank).asked || worker(rank).spent)
        return false;
    mark_asked(rank, 0, 0.0);
    return true;
}

void Sharing::on_answer(Rank rank, bool gave_something)
{
    Worker& victim = worker(rank);
    if (!victim.asked)
        throw ComputeError(text("rank ", rank.value(), " answered a request to give back (it has none)"));
    victim.asked = false;
    victim.spent = !gave_something && !victim.refreshed;
    std::erase(promises_, rank);
    --n_asked_;
    place(rank);
}

void Sharing::on_lost(Rank rank)
{
    if (worker(rank).asked)
        on_answer(rank, false);
    update(rank, {});
}

} // namespace mtc::schedule
