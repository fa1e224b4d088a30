#include "engine/messages/mailbox.hpp"

#include "engine/messages/traffic.hpp"
#include "mpi/environment.hpp"
#include "mpi/keep_processor.hpp"
#include "mpi/pulse.hpp"
#include "perf/clock.hpp"

#include <algorithm>
#include <ctime>

#include <sched.h>
#include <sys/prctl.h>

namespace mtc::engine {
namespace {

// Spinning at first keeps the rate of very short tasks; the caps were chosen from measurements with one
// computing rank beside 63 waiting ones (nap cap 1 ms costs it 9-12 %, 10 ms 4.7 %, 50 ms about nothing).
constexpr double spin_s = 200e-6;
constexpr double shortest_nap_s = 10e-6;
// Behind a task naps begin with what nobody minds beside it. In a crowd all wait for the answers of one rank
// that wants its turn: there they are as long as it takes for the others to have theirs.
constexpr double unnoticed_share = 1e-3;
constexpr double bearable_share = 1e-2;
constexpr double turn_s = 10e-6; ///< to wake up, look and nap again
constexpr double nap_growth = 1.5;
constexpr double silence_s = 1.0;
// Beside short tasks naps grow up to this first: to wake a rank takes rank 0 longer than to send it
// something.
constexpr double longest_unrung_s = 1e-3;
constexpr double longest_sleep_s = 0.2; ///< before a bell: signals and a lost rank 0 are seen after that

constexpr std::size_t most_memory = 4096; ///< bytes kept for the next message

} // namespace

void unexpected(const Message& message)
{
    throw ComputeError(
        text("rank ", message.from.value(), " sent ", name(message.tag), ", which nobody waits for"));
}

std::optional<Message> Mailbox::take()
{
    const mpi::KeepProcessor keep; // Waiter rests, not a look
    Traffic& counts = traffic();
    while (const std::optional<mpi::Incoming> incoming = inbox_.take()) {
        if (static_cast<std::size_t>(incoming->source) < counts.taken.size())
            Traffic::add_one(counts.taken[static_cast<std::size_t>(incoming->source)]);
        if (n_lost_ == 0 || !is_lost(Rank{incoming->source}))
            return Message{Rank{incoming->source}, static_cast<Tag>(incoming->tag), incoming->bytes};
    }
    Traffic::add_one(counts.n_found_none);
    return std::nullopt;
}

void Mailbox::greet()
{
    struct Greeting {
        std::array<std::byte, 64> nothing{}; // as long as an assignment
    };
    int n_awaited = 1;
    if (rank() == Rank{0}) {
        n_awaited = n_ranks() - 1;
        for (int to = 1; to < n_ranks(); ++to)
            send_header(Greeting{}, Rank{to}, Tag::greeting);
    } else {
        send_header(Greeting{}, Rank{0}, Tag::greeting);
    }
    bell_.hang(comm_);
    Waiter waiter{worker_naps};
    while (n_awaited > 0 || !idle()) {
        progress();
        if (n_awaited > 0 && take()) {
            --n_awaited;
            mpi::tick();
            waiter.traffic();
        } else {
            waiter.rest();
        }
    }
    comm_.barrier();
}

void Mailbox::progress()
{
    if (outbox_.idle())
        return;
    outbox_.progress();
    note_under_way();
}

void Mailbox::note_under_way()
{
    traffic().n_under_way.store(outbox_.bytes_under_way(), std::memory_order_relaxed);
    if (outbox_.idle())
        bell_.ring_all(); // what did not go at once may have come after its ring
}

void Mailbox::lose(Rank rank)
{
    if (is_lost(rank))
        return;
    lost_[static_cast<std::size_t>(rank.value())] = true;
    ++n_lost_;
    outbox_.forget(rank.value());
    note_under_way();
    inbox_.forget(rank.value());
}

std::vector<Rank> Mailbox::lost() const
{
    std::vector<Rank> ranks;
    for (int rank = 0; rank < n_ranks(); ++rank)
        if (is_lost(Rank{rank}))
            ranks.emplace_back(rank);
    return ranks;
}

std::vector<Rank> Mailbox::living() const
{
    std::vector<Rank> ranks;
    for (int rank = 0; rank < n_ranks(); ++rank)
        if (!is_lost(Rank{rank}))
            ranks.emplace_back(rank);
    return ranks;
}

void Mailbox::send(std::vector<std::byte> bytes, Rank to, Tag tag)
{
    if (n_lost_ > 0 && is_lost(to))
        return;
    Sent& sent = sent_[static_cast<std::size_t>(tag)];
    sent.n_messages += 1;
    sent.n_bytes += bytes.size();
    outbox_.post(bytes, to.value(), static_cast<int>(tag));
    bell_.ring(to.value());
    Traffic& counts = traffic();
    counts.n_under_way.store(outbox_.bytes_under_way(), std::memory_order_relaxed);
    if (to == Rank{0})
        Traffic::add_one(counts.n_to_rank_0);
    if (static_cast<std::size_t>(to.value()) < counts.sent.size())
        Traffic::add_one(counts.sent[static_cast<std::size_t>(to.value())]);
    if (bytes.capacity() > memory_.capacity() && bytes.capacity() <= most_memory)
        memory_ = std::move(bytes);
}

Mailbox::~Mailbox()
{
    for (std::size_t tag = 0; tag < n_tags; ++tag)
        if (sent_[tag].n_messages > 0)
            recorder_.add_messages(name(static_cast<Tag>(tag)), sent_[tag].n_messages, sent_[tag].n_bytes);
}

Waiter::Waiter(NapCaps caps, mpi::Bell* bell)
    : caps_{caps}
    , crowd_{mpi::ranks_a_processor()}
    , since_s_{perf::now_s()}
    , bell_{bell}
{
    prctl(PR_SET_TIMERSLACK, 1UL); // [ns] naps end when they should
}

void Waiter::traffic() noexcept
{
    since_s_ = perf::now_s();
    nap_s_ = 0.0;
    has_rung_ = false;
    if (lies_down_)
        bell_->stay_up();
    lies_down_ = false;
}

void Waiter::task_ended(double seconds) noexcept
{
    const double turns_s = crowd_ > 1.0 ? crowd_ * turn_s : 0.0;
    first_nap_s_ = std::clamp(turns_s, unnoticed_share * seconds, bearable_share * seconds);
}

bool Waiter::spin() const
{
    if (!spins_ || perf::now_s() - since_s_ >= spin_s || first_nap_s_ >= shortest_nap_s)
        return false;
    sched_yield();
    return true;
}

void Waiter::nap()
{
    const bool is_silent = perf::now_s() - since_s_ >= silence_s;
    nap_s_ = nap_s_ == 0.0 ? std::clamp(first_nap_s_, shortest_nap_s, caps_.lively_s)
                           : std::min(nap_s_ * nap_growth, is_silent ? caps_.silent_s : caps_.lively_s);
    const timespec nap{0, static_cast<long>(nap_s_ * 1e9)};
    nanosleep(&nap, nullptr);
}

void Waiter::rest()
{
    if (!spin())
        nap();
}

void Waiter::rest_until_rung()
{
    if (spin())
        return;
    const bool is_short = first_nap_s_ < shortest_nap_s && nap_s_ < longest_unrung_s;
    if (bell_ == nullptr || has_rung_ || is_short)
        return nap();
    if (!lies_down_) {
        bell_->lie_down();
        lies_down_ = true;
        return;
    }
    lies_down_ = false;
    has_rung_ = bell_->wait(longest_sleep_s);
}

} // namespace mtc::engine
