#include "schedule/fleet.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <limits>
#include <span>

namespace mtc::schedule {

namespace {

/// Tasks that are estimated anew with every change of what a rank holds.
constexpr std::size_t few_flights = 4;

double seconds(const Flight& flight, const CostModel& cost)
{
    return flight.measured_unit_s > 0.0 ? flight.measured_unit_s * static_cast<double>(flight.n_units)
                                        : cost.rate(flight.cost_class) * flight.corrected_weight;
}

} // namespace

Fleet::Fleet(int n_ranks)
    : holds_(static_cast<std::size_t>(n_ranks))
    , dry_{holds_.size(), std::numeric_limits<double>::infinity()}
    , queued_{holds_.size(), IndexedHeap::out}
{
    dry_.take_out(0);
}

/// Task `i` of those that are held ended.
void Fleet::Hold::remove(std::size_t i)
{
    if (i > 0)
        flights.erase(flights.begin() + static_cast<std::ptrdiff_t>(n_ended + i));
    else if (++n_ended == most_in_flight || n_ended == flights.size()) {
        flights.erase(flights.begin(), flights.begin() + static_cast<std::ptrdiff_t>(n_ended));
        n_ended = 0;
    }
}

void Fleet::start(Rank rank, const Flight& flight, double now_s, const CostModel& cost)
{
    Hold& hold = holds_[static_cast<std::size_t>(rank.value())];
    if (hold.held().empty()) {
        hold.begun_s = now_s;
        ++n_busy_;
    }
    hold.flights.push_back(flight);
    if (hold.held().size() <= few_flights)
        estimate(hold, cost);
    else
        lengthen(hold, cost);
    moved(rank);
}

const Flight& Fleet::find(Rank rank, TaskId task) const
{
    if (rank.value() < 0 || static_cast<std::size_t>(rank.value()) >= holds_.size())
        throw ComputeError(text("rank ", rank.value(), " ended task ", task.value(),
                                " (there are ranks 0 to ", holds_.size() - 1, ")"));
    const std::span<const Flight> flights = held(rank);
    const auto found = std::ranges::find(flights, task, &Flight::task);
    if (found == flights.end())
        throw ComputeError(
            text("rank ", rank.value(), " ended task ", task.value(), " (it does not hold it)"));
    return *found;
}

void Fleet::end(Rank rank, const Flight& flight, double now_s, const CostModel& cost)
{
    Hold& hold = holds_[static_cast<std::size_t>(rank.value())];
    const auto i = static_cast<std::size_t>(&flight - hold.held().data());
    if (i == 0)
        hold.begun_s = now_s;
    hold.remove(i);
    if (i > 0 || hold.held().size() <= few_flights)
        estimate(hold, cost);
    else
        shorten(hold);
    if (hold.held().empty())
        --n_busy_;
    moved(rank);
}

void Fleet::change(Rank rank, const Flight& flight, const CostModel& cost)
{
    Hold& hold = holds_[static_cast<std::size_t>(rank.value())];
    *std::ranges::find(hold.held(), flight.task, &Flight::task) = flight;
    estimate(hold, cost);
    moved(rank);
}

void Fleet::lose(Rank rank, const CostModel& cost)
{
    Hold& hold = holds_[static_cast<std::size_t>(rank.value())];
    if (!hold.held().empty())
        --n_busy_;
    hold.flights.clear();
    hold.n_ended = 0;
    estimate(hold, cost);
    hold.lost = true;
    ++n_lost_;
    park(rank);
}

int Fleet::n_idle_workers() const
{
    return n_ranks() - 1 - (n_busy_ - (holds_.front().held().empty() ? 0 : 1));
}

std::uint64_t Fleet::n_units(Rank rank) const
{
    std::uint64_t n = 0;
    for (const Flight& flight : held(rank))
        n += flight.n_units;
    return n;
}

double Fleet::longest_unit_s(Rank rank) const
{
    double longest = 0.0;
    for (const Flight& flight : held(rank))
        longest = std::max(longest, flight.longest_unit_s);
    return longest;
}

double Fleet::held_s(double now_s) const
{
    return n_busy_ == 0 ? 0.0 : std::max(0.0, free_at_sum_s_ - n_busy_ * now_s);
}

double Fleet::passed_s(double now_s) const
{
    double seconds = 0.0;
    for (const Hold& hold : holds_)
        if (!hold.held().empty())
            seconds += std::clamp(now_s - hold.begun_s, 0.0, std::max(0.0, hold.free_at_s - hold.begun_s));
    return seconds;
}

void Fleet::overdue(double now_s, double least_unit_s, const CostModel& cost,
                    std::span<Overdue> by_class) const
{
    std::ranges::fill(by_class, Overdue{});
    for (const Hold& hold : holds_) {
        const double late_s = now_s - (hold.free_at_s - hold.queued_s); // the first of them
        if (late_s <= 0.0 || hold.held().empty())
            continue;
        const Flight& running = hold.held().front();
        const double unit_s = running.expected_s / static_cast<double>(running.n_units);
        if (running.whole && unit_s >= least_unit_s && cost.known(running.cost_class))
            cost.add_overdue(running.cost_class, unit_s, late_s, by_class[running.cost_class.value()]);
    }
}

double Fleet::last_free_at_s() const
{
    double last_s = 0.0;
    for (const Hold& hold : holds_)
        last_s = std::max(last_s, hold.free_at_s);
    return last_s;
}

Rank Fleet::driest()
{
    place_moved();
    return dry_.empty() ? Rank::none() : Rank{static_cast<int>(dry_.top())};
}

Rank Fleet::shallowest()
{
    place_moved();
    return queued_.empty() ? Rank::none() : Rank{static_cast<int>(queued_.top())};
}

bool Fleet::all_fed(double depth_s, double until_s)
{
    place_moved();
    if (!dry_.empty() && -dry_.key(dry_.top()) < until_s)
        return false;
    return !queued_.any_above(-depth_s, [&](std::size_t rank) { return holds_[rank].free_at_s < until_s; });
}

void Fleet::park(Rank rank)
{
    place_moved();
    const auto item = static_cast<std::size_t>(rank.value());
    dry_.take_out(item);
    queued_.take_out(item);
}

void Fleet::estimate_anew(const CostModel& cost)
{
    for (std::size_t i = 0; i < holds_.size(); ++i) {
        estimate(holds_[i], cost);
        moved(Rank{static_cast<int>(i)});
    }
}

void Fleet::estimate(Hold& hold, const CostModel& cost)
{
    free_at_sum_s_ -= hold.free_at_s;
    hold.queued_s = 0.0;
    hold.free_at_s = 0.0;
    if (hold.held().empty())
        return;
    for (Flight& flight : hold.held())
        flight.expected_s = seconds(flight, cost);
    for (const Flight& flight : hold.held().subspan(1))
        hold.queued_s += flight.expected_s;
    hold.free_at_s = hold.begun_s + hold.held().front().expected_s + hold.queued_s;
    free_at_sum_s_ += hold.free_at_s;
}

/// Its last task is new; the others are as before.
void Fleet::lengthen(Hold& hold, const CostModel& cost)
{
    Flight& last = hold.flights.back();
    last.expected_s = seconds(last, cost);
    hold.queued_s += last.expected_s;
    hold.free_at_s += last.expected_s;
    free_at_sum_s_ += last.expected_s;
}

/// Its first task ended; the next one begins now.
void Fleet::shorten(Hold& hold)
{
    free_at_sum_s_ -= hold.free_at_s;
    hold.free_at_s = hold.begun_s + hold.queued_s;
    hold.queued_s -= hold.held().front().expected_s;
    free_at_sum_s_ += hold.free_at_s;
}

void Fleet::moved(Rank rank)
{
    Hold& hold = holds_[static_cast<std::size_t>(rank.value())];
    if (hold.moved)
        return;
    hold.moved = true;
    moved_.push_back(rank);
}

void Fleet::place_moved()
{
    for (const Rank rank : moved_)
        place(rank);
    moved_.clear();
}

/// Where a worker stands in the order of those that run dry.
void Fleet::place(Rank rank)
{
    Hold& hold = holds_[static_cast<std::size_t>(rank.value())];
    hold.moved = false;
    const auto item = static_cast<std::size_t>(rank.value());
    if (rank == Rank{0} || hold.lost)
        return;
    const std::size_t n_held = hold.held().size();
    if (n_held == 0)
        dry_.set(item, std::numeric_limits<double>::infinity());
    else
        dry_.set(item, n_held == 1 ? -hold.free_at_s : IndexedHeap::out);
    queued_.set(item, n_held > 1 && n_held <= many_in_flight ? -hold.queued_s : IndexedHeap::out);
}

} // namespace mtc::schedule
