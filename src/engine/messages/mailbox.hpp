#pragma once

#include "engine/messages/protocol.hpp"
#include "mpi/bell.hpp"
#include "mpi/communicator.hpp"
#include "mpi/inbox.hpp"
#include "mpi/outbox.hpp"
#include "perf/recorder.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace mtc::engine {

/// A message that came in; its bytes stay valid until the next one is taken.
struct Message {
    Rank from;
    Tag tag;
    std::span<const std::byte> bytes;
};

/// \throws ComputeError  that nobody waits for such a message now
[[noreturn]] void unexpected(const Message& message);

/// Messages of the protocol, in and out. Never waits.
class Mailbox {
public:
    Mailbox(const mpi::Communicator& comm, perf::Recorder& recorder)
        : comm_{comm}
        , inbox_{comm}
        , outbox_{comm}
        , recorder_{recorder}
        , lost_(static_cast<std::size_t>(comm.size()), false)
    {}
    ~Mailbox(); ///< the recorder is told how many messages there were
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;
    [[nodiscard]] Rank rank() const noexcept { return Rank{comm_.rank()}; }
    [[nodiscard]] int n_ranks() const noexcept { return comm_.size(); }

    /// One message each way between rank 0 and every other rank, before anything else is sent: with the first
    /// one a process touches memory and links calls, and hundreds that do so at the end of their first task
    /// hold up each other. From here on ranks of a node wake each other. Collective.
    void greet();
    /// Messages of lost ranks are dropped.
    [[nodiscard]] std::optional<Message> take();
    /// To a rank that is lost nothing is sent.
    void send(std::vector<std::byte> bytes, Rank to, Tag tag);
    template <class T>
    void send_header(const T& header, Rank to, Tag tag)
    {
        send(Packer{memory()}.put(header).take(), to, tag);
    }
    /// Memory of an earlier message, to put the next one together in.
    [[nodiscard]] std::vector<std::byte> memory() noexcept { return std::exchange(memory_, {}); }
    void progress();
    /// The rank is lost: what is under way to it is not waited for, what comes from it does not count.
    void lose(Rank rank);
    [[nodiscard]] bool is_lost(Rank rank) const { return lost_.at(static_cast<std::size_t>(rank.value())); }
    [[nodiscard]] std::vector<Rank> lost() const;
    /// Ranks that are not lost, ascending, this one among them.
    [[nodiscard]] std::vector<Rank> living() const;
    [[nodiscard]] int n_living() const noexcept { return n_ranks() - n_lost_; }
    /// All that was sent is through.
    [[nodiscard]] bool idle() const noexcept { return outbox_.idle(); }
    [[nodiscard]] std::uint64_t bytes_under_way() const noexcept { return outbox_.bytes_under_way(); }
    /// That rings when a rank of this node has sent something here.
    [[nodiscard]] mpi::Bell& bell() noexcept { return bell_; }
    /// The next message of rank 0 rings, and until it comes there is nothing to do here.
    [[nodiscard]] bool rank_0_rings() const noexcept
    {
        return bell_.hears(0) && outbox_.idle() && !inbox_.receiving();
    }

private:
    /// What was under way may be through.
    void note_under_way();

    const mpi::Communicator& comm_;
    mpi::Inbox inbox_;
    mpi::Outbox outbox_;
    mpi::Bell bell_;
    perf::Recorder& recorder_;
    struct Sent {
        std::uint64_t n_messages = 0;
        std::uint64_t n_bytes = 0;
    };
    std::array<Sent, n_tags> sent_{};
    std::vector<bool> lost_; ///< [n_ranks]
    int n_lost_ = 0;
    std::vector<std::byte> memory_;
};

/// [s] the longest naps of a rank that waits: while there was traffic within a second, and after that.
struct NapCaps {
    double lively_s;
    double silent_s;
};
/// Many wait at a time, beside ranks that compute.
constexpr NapCaps worker_naps{5e-3, 50e-3};
/// Only one of its kind: a thousand looks a second are 0.3 % of a processor, and what it misses by sleeping
/// all workers wait for.
constexpr NapCaps scheduler_naps{0.5e-3, 2e-3};

/// Rests while nothing comes in: spins first, then naps for growing times, so that a rank that waits takes no
/// processor from one that computes. traffic() brings the latency back at once: as much of it as matters
/// beside the tasks that there are. Behind long ones nobody spins, or hundreds of ranks that end theirs
/// together keep the processors from the one that has the next for them.
class Waiter {
public:
    /// \param bell  null: there is nothing that could wake it
    explicit Waiter(NapCaps caps, mpi::Bell* bell = nullptr);
    void traffic() noexcept;
    /// A task that has lasted so long ended.
    void task_ended(double seconds) noexcept;
    /// Whether it spins before it naps: not where those that wait are about to wait for long anyway.
    void spin(bool spins) noexcept { spins_ = spins; }
    /// Rests a moment, at most NapCaps::silent_s.
    void rest();
    /// Rests until the bell rings, but now and then looks around. What comes in without ringing waits
    /// meanwhile.
    void rest_until_rung();

private:
    [[nodiscard]] bool spin() const;
    void nap();

    NapCaps caps_;
    double crowd_; ///< ranks a processor
    double since_s_ = 0.0;
    double nap_s_ = 0.0;
    double first_nap_s_ = 0.0;
    bool spins_ = true;
    mpi::Bell* bell_;
    bool lies_down_ = false; ///< the bell knows, and the last look was not yet
    bool has_rung_ = false;  ///< and what was sent is not there yet
};

} // namespace mtc::engine
