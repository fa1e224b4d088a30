#pragma once

#include "durable/background.hpp"
#include "durable/status.hpp"
#include "engine/lives/beats.hpp"
#include "mpi/communicator.hpp"
#include "mpi/node_memory.hpp"

#include <poll.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace mtc::engine {

/// What the ranks of a calculation do together, which decides what the loss of one means.
enum class Phase : std::uint8_t {
    starting,  ///< collective calls: a loss ends the run, which is started again
    computing, ///< rank 0 can go on without a worker
    together,  ///< all need each other: a loss ends the run, and so does a standstill
};

/// Tells that this rank lives and finds out who does not, by a helper thread that never calls MPI.
///
/// The ranks of a node share a page on which each stamps its beat. The lowest living rank of a node looks
/// after the processes of the others, so that a death there is seen at once, and where there are several
/// nodes it brings the page into a file of the node beside the checkpoints. Rank 0 reads these files. Why
/// files and not messages: while every rank of a node is inside a unit of hours only helper threads run, and
/// these must not call MPI; a file is right then, too, and the checkpoints need the common file system
/// anyway. So that a file system that hangs for a while kills nobody, rank 0 counts the silence of other
/// nodes only while its own beats come back to it on the same way. The other nodes watch rank 0 alike.
class Heartbeat {
public:
    /// \param give_up  ends this process; called on the helper thread when the run cannot go on. On rank 0 it
    ///                 tells why first. Collective over `world`
    Heartbeat(const mpi::Communicator& world, std::function<void(const std::string& why)> give_up);
    Heartbeat(const Heartbeat&) = delete;
    Heartbeat& operator=(const Heartbeat&) = delete;
    ~Heartbeat();

    /// From now on other nodes are heard, too. Collective over `world`
    /// \param folder      common to all nodes
    /// \param patience_s  a rank that was not heard for so long is lost; 0: a minute
    void listen_across_nodes(const mpi::Communicator& world, const std::filesystem::path& folder,
                             double patience_s);
    void set_patience(double seconds) noexcept { patience_s_ = seconds; }
    [[nodiscard]] double patience_s() const noexcept { return patience_s_; }
    /// After so much silence of rank 0 its wrapper ends what is left.
    [[nodiscard]] double wrapper_patience_s() const noexcept { return std::max(10.0, 2.0 * patience_s_); }
    /// Some ranks are on other nodes than this one: messages to them may be lost.
    [[nodiscard]] bool has_other_nodes() const noexcept { return nodes_.size() > 1; }
    void enter(Phase phase) noexcept { phase_ = phase; }
    /// Rank 0: there are losses to take.
    [[nodiscard]] bool has_losses() const noexcept { return has_losses_.load(std::memory_order_acquire); }
    [[nodiscard]] std::vector<Loss> take_losses();
    /// Other ranks: rank 0 is lost, so this one is to save and leave; give_up() follows soon.
    [[nodiscard]] bool rank_0_is_lost() const noexcept { return rank_0_is_lost_; }
    /// What rank 0 tells its wrapper, again and again, until close().
    void say(const durable::RunStatus& status);
    /// No more beats: before ranks leave, or their going would be taken for their death.
    void close();

private:
    void work();
    void sleep(double seconds);
    void wake();
    void stamp();
    void look_after_node(const std::vector<Beat>& beats, double now_s);
    void watch_processes(const std::vector<Beat>& beats);
    void close_watched();
    void exchange(const std::vector<Beat>& beats, double now_s);
    void take_in(double now_s);
    void look_at_traffic(double now_s);
    void hear(const Beat& beat, double now_s);
    void judge(double now_s);
    void judge_messages(double now_s);
    void judge_standstill(double now_s);
    void find_rank_0(double now_s);
    void tell_wrapper(double now_s);
    [[nodiscard]] std::filesystem::path file_of(int first_rank) const;

    Rank rank_;
    int n_ranks_;
    std::function<void(const std::string&)> give_up_;
    mpi::NodeMemory memory_;
    std::vector<Beat> alone_; ///< where memory cannot be shared each rank is a node of its own
    std::span<Beat> page_;    ///< [ranks of this node]
    std::size_t slot_ = 0;    ///< this rank's
    int first_on_node_ = 0;   ///< rank
    std::vector<int> nodes_;  ///< first rank of each node, ascending; the same on all
    std::atomic<double> patience_s_{60.0};
    std::atomic<Phase> phase_{Phase::starting};
    std::atomic<bool> rank_0_is_lost_{false};
    std::atomic<bool> has_losses_{false};

    std::mutex mutex_;
    std::vector<Loss> losses_;
    std::vector<Beat> inbox_; ///< what the last exchange brought
    bool is_open_ = false;    ///< and it brought this rank's own beats back
    durable::RunStatus status_;
    bool has_status_ = false;
    std::filesystem::path folder_;
    std::uint64_t nonce_ = 0; ///< tells the files of this run from those of an earlier one

    // The helper thread's own.
    std::vector<pollfd> watched_; ///< first the one that wakes it up
    std::vector<std::size_t> watched_slots_;
    std::size_t leader_ = 0;
    Judge judge_;
    Arrears arrears_;
    Undelivered undelivered_;
    std::vector<std::uint64_t> n_sent_; ///< [n_ranks] messages to this one, as the ranks say
    Backlog backlog_;
    std::uint64_t n_found_none_ = 0;
    bool looked_ = false;              ///< for messages, and found none
    bool sends_ = false;               ///< what was sent may not be through yet
    Judge node_judge_;                 ///< by slot: who leads the node
    std::vector<std::uint64_t> ticks_; ///< [n_ranks]
    std::vector<bool> in_system_;      ///< [n_ranks]
    double last_s_ = 0.0;
    double losing_since_s_ = 0.0; ///< ranks without which it cannot go on; 0: not
    double moved_s_ = 0.0;
    double exchanged_s_ = 0.0;
    double told_s_ = 0.0;
    double lost_since_s_ = 0.0;
    std::uint64_t n_moved_ = 0; ///< ticks of all ranks when last looked at
    int wake_ = -1;
    std::atomic<bool> leave_{false};
    std::atomic<bool> tell_now_{false};
    // What may hang with a file system must not stop the beats.
    durable::Background files_;
    durable::Background wrapper_;
    std::thread thread_; ///< last: it uses what stands above
};

} // namespace mtc::engine
