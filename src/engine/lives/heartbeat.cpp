#include "engine/lives/heartbeat.hpp"

#include "durable/checkpoint.hpp"
#include "engine/messages/traffic.hpp"
#include "mpi/pulse.hpp"
#include "mtc/error.hpp"
#include "perf/clock.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <iostream>

#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace mtc::engine {
namespace {

constexpr double shortest_period_s = 0.05;
constexpr double longest_period_s = 1.0;
/// What is lost within so long of the first loss is told with it.
constexpr double lost_together_s = 0.2;
constexpr double longest_exchange_s = 10.0; ///< files are written and read so often at least
constexpr double most_to_save_s = 60.0;     ///< a rank without rank 0 has so long to end its unit and save
constexpr double told_every_s = 1.0;

double period_s(double patience_s)
{
    return std::clamp(patience_s / 20.0, shortest_period_s, longest_period_s);
}

/// A descriptor that can be read once the process has ended, or -1. Not glibc's own function: its header is
/// not meant for C++ before 2.38.
int open_process(std::int32_t process)
{
    return static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
}

template <class T>
void store(T& shared, T value)
{
    std::atomic_ref<T>{shared}.store(value, std::memory_order_relaxed);
}

} // namespace

Heartbeat::Heartbeat(const mpi::Communicator& world, std::function<void(const std::string&)> give_up)
    : rank_{world.rank()}
    , n_ranks_{world.size()}
    , give_up_{std::move(give_up)}
    , judge_{world.size(), perf::now_s()}
    , arrears_{world.size()}
    , undelivered_{world.size()}
    , n_sent_(static_cast<std::size_t>(world.size()), 0)
    , node_judge_{0, 0.0}
    , ticks_(static_cast<std::size_t>(world.size()), 0)
    , in_system_(static_cast<std::size_t>(world.size()), false)
{
    traffic().begin(static_cast<std::size_t>(world.size()));
    const mpi::Communicator node = world.split_by_node();
    const std::size_t n = static_cast<std::size_t>(node.size());
    const bool shared =
        node.size() > 1 && memory_.share(node, n * sizeof(Beat), mpi::NodeMemory::Access::write).empty();
    if (shared) {
        page_ = {reinterpret_cast<Beat*>(memory_.bytes().data()), n};
        slot_ = static_cast<std::size_t>(node.rank());
    } else {
        alone_.resize(1);
        page_ = alone_;
    }
    first_on_node_ = shared ? node.min(world.rank()) : world.rank();
    const std::vector<std::vector<std::byte>> firsts =
        world.gather(std::as_bytes(std::span{&first_on_node_, 1}), 0);
    for (const std::vector<std::byte>& bytes : firsts) {
        int first = 0;
        std::memcpy(&first, bytes.data(), sizeof first);
        nodes_.push_back(first);
    }
    std::ranges::sort(nodes_);
    nodes_.erase(std::ranges::unique(nodes_).begin(), nodes_.end());
    node_judge_ = Judge{static_cast<int>(page_.size()), perf::now_s()};
    store(page_[slot_].rank, rank_.value());
    store(page_[slot_].process, static_cast<std::int32_t>(::getpid()));
    node.barrier(); // all have said who they are

    wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    watched_.push_back({.fd = wake_, .events = POLLIN, .revents = 0});
    leader_ = page_.size(); // nobody yet
    last_s_ = moved_s_ = perf::now_s();
    // Signals are for the thread that looks at them between units.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    thread_ = std::thread{[this] { work(); }};
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Heartbeat::~Heartbeat()
{
    close();
}

void Heartbeat::close()
{
    if (!thread_.joinable())
        return;
    leave_ = true;
    wake();
    thread_.join();
    files_.wait();
    wrapper_.wait();
    close_watched();
    ::close(wake_);
}

void Heartbeat::listen_across_nodes(const mpi::Communicator& world, const std::filesystem::path& folder,
                                    double patience_s)
{
    std::uint64_t nonce = durable::new_incarnation();
    int n_nodes = static_cast<int>(nodes_.size());
    world.broadcast(std::as_writable_bytes(std::span{&nonce, 1}), 0);
    world.broadcast(std::as_writable_bytes(std::span{&n_nodes, 1}), 0);
    nodes_.resize(static_cast<std::size_t>(n_nodes));
    world.broadcast(std::as_writable_bytes(std::span{nodes_}), 0);
    if (patience_s > 0.0)
        patience_s_ = patience_s;
    tell_now_ = true; // how long silence may last
    wake();
    if (n_nodes < 2)
        return;
    std::error_code failed;
    std::filesystem::create_directories(folder / "beats", failed);
    if (failed && world.rank() == 0)
        std::cerr << text("warning: ", (folder / "beats").string(), " cannot be made (", failed.message(),
                          "): the loss of another node will not be noticed\n");
    world.barrier(); // it is there
    const std::lock_guard lock{mutex_};
    nonce_ = nonce;
    folder_ = failed ? std::filesystem::path{} : folder / "beats";
}

std::filesystem::path Heartbeat::file_of(int first_rank) const
{
    return folder_ / text(nonce_, ".", first_rank);
}

std::vector<Loss> Heartbeat::take_losses()
{
    const std::lock_guard lock{mutex_};
    has_losses_.store(false, std::memory_order_release);
    return std::exchange(losses_, {});
}

void Heartbeat::say(const durable::RunStatus& status)
{
    const std::lock_guard lock{mutex_};
    status_ = status;
    has_status_ = true;
}

void Heartbeat::work()
{
    while (!leave_) {
        const double now_s = perf::now_s();
        const double period = period_s(patience_s_);
        if (now_s - last_s_ > patience_s_ / 4.0 + 2.0 * period) { // this process was stopped
            judge_.excuse_all(now_s);
            node_judge_.excuse_all(now_s);
            arrears_.excuse_all(now_s); // what came meanwhile is still to be taken
            moved_s_ = now_s;
        }
        last_s_ = now_s;
        stamp();
        look_at_traffic(now_s);
        const std::vector<Beat> beats = read_page(page_);
        look_after_node(beats, now_s);
        for (const Beat& beat : beats) {
            hear(beat, now_s);
            rank_0_is_lost_ = rank_0_is_lost_ || (beat.without_rank_0 != 0 && rank_ != Rank{0});
        }
        if (now_s - exchanged_s_ >= std::clamp(patience_s_ / 6.0, period, longest_exchange_s)) {
            exchange(beats, now_s);
            exchanged_s_ = now_s;
        }
        if (rank_ == Rank{0}) {
            judge_messages(now_s);
            judge(now_s);
            judge_standstill(now_s);
            tell_wrapper(now_s);
        } else {
            find_rank_0(now_s);
        }
        sleep(losing_since_s_ == 0.0 ? period : lost_together_s / 4.0);
    }
}

void Heartbeat::wake()
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t woken = ::write(wake_, &one, sizeof one);
}

/// Until the time has passed, a watched process ends, or wake().
void Heartbeat::sleep(double seconds)
{
    ::poll(watched_.data(), watched_.size(), static_cast<int>(1e3 * seconds));
    std::uint64_t n_woken = 0;
    [[maybe_unused]] const ssize_t taken = ::read(wake_, &n_woken, sizeof n_woken);
    for (std::size_t i = 1; i < watched_.size(); ++i)
        if (watched_[i].revents != 0)
            store(page_[watched_slots_[i - 1]].gone, std::uint32_t{1});
}

void Heartbeat::stamp()
{
    Beat& mine = page_[slot_];
    std::atomic_ref<std::uint64_t>{mine.n_beats}.fetch_add(1, std::memory_order_relaxed);
    store(mine.n_sent, traffic().n_to_rank_0.load(std::memory_order_relaxed));
    store(mine.n_taken, traffic().taken[0].load(std::memory_order_relaxed));
    store(mine.n_looks, traffic().n_found_none.load(std::memory_order_relaxed));
    store(mine.n_ticks, mpi::pulse().n_ticks.load(std::memory_order_relaxed));
    store(mine.in_system, mpi::pulse().n_in_system.load(std::memory_order_relaxed));
}

/// The lowest rank of the node that lives watches all processes, the others watch that one.
void Heartbeat::look_after_node(const std::vector<Beat>& beats, double now_s)
{
    std::size_t leader = slot_;
    for (std::size_t slot = beats.size(); slot-- > 0;) {
        Beat by_slot = beats[slot];
        by_slot.rank = static_cast<std::int32_t>(slot);
        node_judge_.hear(by_slot, now_s);
        const double silent_s = node_judge_.silent_s(Rank{static_cast<std::int32_t>(slot)}, now_s);
        const bool fit = beats[slot].gone == 0 && silent_s < patience_s_ / 4.0;
        if (slot < leader && fit)
            leader = slot;
    }
    const bool changed = leader != leader_;
    leader_ = leader;
    if (changed || std::ranges::any_of(watched_slots_, [&](std::size_t s) { return beats[s].gone != 0; }))
        watch_processes(beats);
}

void Heartbeat::close_watched()
{
    for (std::size_t i = 1; i < watched_.size(); ++i)
        ::close(watched_[i].fd);
    watched_.resize(1);
    watched_slots_.clear();
}

void Heartbeat::watch_processes(const std::vector<Beat>& beats)
{
    close_watched();
    for (std::size_t slot = 0; slot < beats.size(); ++slot) {
        const bool wanted = leader_ == slot_ ? slot != slot_ : slot == leader_;
        if (!wanted || beats[slot].gone != 0)
            continue;
        const int process = open_process(beats[slot].process);
        if (process >= 0) {
            watched_.push_back({.fd = process, .events = POLLIN, .revents = 0});
            watched_slots_.push_back(slot);
        } else if (errno == ESRCH) {
            store(page_[slot].gone, std::uint32_t{1});
        } // where processes cannot be watched, their silence must do
    }
}

void Heartbeat::hear(const Beat& beat, double now_s)
{
    judge_.hear(beat, now_s);
    if (beat.rank < 0 || beat.rank >= n_ranks_)
        return; // a file that is being written for the first time
    const auto i = static_cast<std::size_t>(beat.rank);
    n_sent_[i] = beat.n_sent;
    ticks_[i] = beat.n_ticks;
    in_system_[i] = beat.in_system != 0;
    if (rank_ != Rank{0} || beat.rank == 0)
        return;
    const std::uint64_t n_to_it = traffic().sent[i].load(std::memory_order_relaxed);
    if (undelivered_.overdue(beat, sends_ ? beat.n_taken : n_to_it, now_s, patience_s_))
        judge_.cut_off(Rank{beat.rank});
}

/// What this rank has done with messages since it was asked last.
void Heartbeat::look_at_traffic(double now_s)
{
    const std::uint64_t n_found_none = traffic().n_found_none.load(std::memory_order_relaxed);
    looked_ = n_found_none != std::exchange(n_found_none_, n_found_none);
    sends_ =
        backlog_.moves(traffic().n_under_way.load(std::memory_order_relaxed), looked_, now_s, patience_s_);
}

/// What the last exchange of files brought. Silence counts only while the way there and back is open.
void Heartbeat::take_in(double now_s)
{
    for (const Beat& beat : std::exchange(inbox_, {}))
        hear(beat, now_s);
    if (!std::exchange(is_open_, false))
        for (int rank = 0; rank < n_ranks_; ++rank)
            if (std::ranges::find(page_, rank, &Beat::rank) == page_.end())
                judge_.excuse(Rank{rank}, now_s);
}

/// Brings the beats of this node to the others, and theirs here: rank 0 reads all files, others that of rank
/// 0.
void Heartbeat::exchange(const std::vector<Beat>& beats, double now_s)
{
    const std::lock_guard lock{mutex_};
    take_in(now_s);
    if (folder_.empty() || leader_ != slot_ || !files_.idle()) // one node, or not yet, or it cannot be
        return;
    std::vector<std::filesystem::path> others;
    for (const int first : rank_ == Rank{0} ? nodes_ : std::vector<int>{0})
        if (first != first_on_node_)
            others.push_back(file_of(first));
    files_.post([this, beats, others, mine = file_of(first_on_node_)] {
        (void)write_beats(mine, beats);
        const std::vector<Beat> own = read_beats(mine);
        std::vector<Beat> heard;
        for (const std::filesystem::path& path : others)
            for (const Beat& beat : read_beats(path))
                heard.push_back(beat);
        const std::lock_guard inbox{mutex_};
        inbox_ = std::move(heard);
        is_open_ = own.size() > slot_ && own[slot_].n_beats == beats[slot_].n_beats;
    });
}

/// A pulled cable: the common file system may still carry the beats.
void Heartbeat::judge_messages(double now_s)
{
    for (int rank = 1; rank < n_ranks_; ++rank) {
        const auto i = static_cast<std::size_t>(rank);
        const std::uint64_t n_taken = traffic().taken[i].load(std::memory_order_relaxed);
        if (arrears_.overdue(Rank{rank}, n_sent_[i], n_taken, looked_, now_s, patience_s_))
            judge_.cut_off(Rank{rank});
    }
}

void Heartbeat::judge(double now_s)
{
    std::vector<Loss> lost = judge_.lost(now_s, patience_s_);
    std::string why;
    {
        const std::lock_guard lock{mutex_};
        for (Loss& loss : lost)
            losses_.push_back(std::move(loss));
        if (losses_.empty())
            return;
        has_losses_.store(true, std::memory_order_release);
        for (const Loss& loss : losses_)
            why += text(why.empty() ? "" : ", ", "rank ", loss.rank.value(), " was lost (", loss.why, ")");
    }
    if (phase_ == Phase::computing || leave_)
        return;
    if (losing_since_s_ == 0.0)
        losing_since_s_ = now_s;
    else if (now_s - losing_since_s_ >= lost_together_s)
        give_up_(why);
}

void Heartbeat::judge_standstill(double now_s)
{
    std::uint64_t n_ticks = 0;
    bool in_system = false;
    for (std::size_t rank = 0; rank < ticks_.size(); ++rank) {
        n_ticks += ticks_[rank];
        in_system = in_system || in_system_[rank];
    }
    if (n_ticks != n_moved_ || in_system || phase_ != Phase::together) {
        n_moved_ = n_ticks;
        moved_s_ = now_s;
    } else if (now_s - moved_s_ > patience_s_ && !leave_) {
        give_up_(text("nothing has moved on for ", patience_s_.load(), " s"));
    }
}

/// Every rank but 0: rank 0 is lost when its node does not hear it, or when its file does not change.
void Heartbeat::find_rank_0(double now_s)
{
    if (!rank_0_is_lost_) {
        const bool here = first_on_node_ == 0;
        if (!here && leader_ != slot_)
            judge_.excuse(Rank{0}, now_s); // the first of this node tells
        for (const Loss& loss : judge_.lost(now_s, patience_s_))
            rank_0_is_lost_ = rank_0_is_lost_ || loss.rank == Rank{0};
        if (!rank_0_is_lost_)
            return;
    }
    if (lost_since_s_ == 0.0) {
        lost_since_s_ = now_s;
        store(page_[slot_].without_rank_0, std::uint32_t{1});
    }
    const double time_to_save_s = phase_ == Phase::computing ? most_to_save_s : 0.0;
    // The first on its node still tells the others of the node, by what was just stored.
    if (now_s - lost_since_s_ > time_to_save_s && !leave_)
        give_up_("rank 0 was lost");
}

void Heartbeat::tell_wrapper(double now_s)
{
    if (!durable::has_wrapper() || !wrapper_.idle() || (now_s - told_s_ < told_every_s && !tell_now_))
        return;
    tell_now_ = false;
    durable::RunStatus status;
    {
        const std::lock_guard lock{mutex_};
        if (!has_status_)
            return;
        status = status_;
    }
    told_s_ = now_s;
    status.elapsed_s = now_s;
    status.patience_s = wrapper_patience_s();
    wrapper_.post([status] {
        try {
            durable::tell_wrapper(status);
        } catch (const IoError&) { // a full disk, for instance: the next time
        }
    });
}

} // namespace mtc::engine
