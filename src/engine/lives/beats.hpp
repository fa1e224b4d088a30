#pragma once

#include "mtc/types.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace mtc::engine {

/// What one rank says of itself again and again, in memory that the ranks of its node share. A helper thread
/// stamps it: a rank that computes one unit for hours is as alive as one that waits.
struct alignas(64) Beat {
    std::int32_t rank = -1;
    std::int32_t process = 0;         ///< 0: not said yet
    std::uint64_t n_beats = 0;        ///< grows
    std::uint64_t n_sent = 0;         ///< messages to rank 0
    std::uint64_t n_ticks = 0;        ///< grows while something moves on (mpi::tick)
    std::uint64_t n_taken = 0;        ///< messages from rank 0
    std::uint64_t n_looks = 0;        ///< times that it looked for messages, and none was there
    std::uint32_t in_system = 0;      ///< calls to the disk under way
    std::uint32_t gone = 0;           ///< its process has ended, as another rank of its node saw
    std::uint32_t without_rank_0 = 0; ///< it has found that rank 0 is lost
};

/// A copy of what the ranks of this node say at the moment.
[[nodiscard]] std::vector<Beat> read_page(std::span<Beat> page);

/// Brings the beats of a node to the disk, where other nodes read them. \returns false when that failed
[[nodiscard]] bool write_beats(const std::filesystem::path& path, std::span<const Beat> beats);
/// The beats of another node; empty when there are none yet. The file is opened anew: that is when network
/// file systems look whether it has changed.
[[nodiscard]] std::vector<Beat> read_beats(const std::filesystem::path& path);

/// A rank that is lost, and how that was seen.
struct Loss {
    Rank rank;
    std::string why;
};

/// Decides from beats who is lost. Hearing nothing for a time makes a rank lost, not how long it computes. No
/// clock: beats count by their change, on the clock of the one that hears them.
class Judge {
public:
    Judge(int n_ranks, double now_s);
    void hear(const Beat& beat, double now_s);
    /// The time until now does not count against the rank: nobody could hear it.
    void excuse(Rank rank, double now_s);
    void excuse_all(double now_s);
    /// The rank cannot be reached by messages: lost, though its beats come.
    void cut_off(Rank rank) { heard_.at(static_cast<std::size_t>(rank.value())).cut_off = true; }
    /// Those that are lost and were not named before.
    [[nodiscard]] std::vector<Loss> lost(double now_s, double patience_s);
    /// [s] since the rank was heard
    [[nodiscard]] double silent_s(Rank rank, double now_s) const { return now_s - at(rank).heard_s; }
    [[nodiscard]] bool is_lost(Rank rank) const { return at(rank).lost; }

private:
    struct Heard {
        std::uint64_t n_beats = 0;
        double heard_s = 0.0;
        bool gone = false;
        bool cut_off = false;
        bool lost = false;
    };
    [[nodiscard]] const Heard& at(Rank rank) const
    {
        return heard_.at(static_cast<std::size_t>(rank.value()));
    }
    std::vector<Heard> heard_; ///< [n_ranks]
};

/// Messages that a rank says it has sent to rank 0 and that do not arrive.
class Arrears {
public:
    explicit Arrears(int n_ranks)
        : since_s_(static_cast<std::size_t>(n_ranks), 0.0)
        , n_taken_(static_cast<std::size_t>(n_ranks), 0)
    {}
    /// \param looked  rank 0 has looked for messages since this was asked last, and found none
    /// \returns whether none of them has arrived for so long
    [[nodiscard]] bool overdue(Rank from, std::uint64_t n_sent, std::uint64_t n_taken, bool looked,
                               double now_s, double patience_s);
    /// The time until now does not count: this process was stopped.
    void excuse_all(double now_s);

private:
    std::vector<double> since_s_;        ///< [n_ranks]
    std::vector<std::uint64_t> n_taken_; ///< [n_ranks]
};

/// What MPI has not sent yet may be on its way, such as records for everyone, and is not missing where it has
/// not come. But a message to a rank that has lost its network stays for ever.
class Backlog {
public:
    /// \param n_bytes  not sent yet
    /// \param looked   this rank has called MPI since this was asked last
    /// \returns whether some of it may still go: not when nothing has for longer than that takes at worst
    [[nodiscard]] bool moves(std::uint64_t n_bytes, bool looked, double now_s, double patience_s);

private:
    std::uint64_t n_bytes_ = 0;
    double since_s_ = 0.0;
};

/// Messages of rank 0 that a rank does not get, as its beats tell. Neither the one nor the other need send
/// anything more: the one waits for work, the other for what comes of it.
class Undelivered {
public:
    explicit Undelivered(int n_ranks)
        : told_(static_cast<std::size_t>(n_ranks))
        , arrears_{n_ranks}
    {}
    /// \param beat  may have been heard before
    /// \param n_sent  messages to that rank
    /// \returns whether none of them has arrived for so long, though the rank looked for them
    [[nodiscard]] bool overdue(const Beat& beat, std::uint64_t n_sent, double now_s, double patience_s);

private:
    struct Told {
        std::uint64_t n_beats = 0;
        std::uint64_t n_looks = 0;
        double at_s = 0.0;
    };
    std::vector<Told> told_; ///< [n_ranks]
    Arrears arrears_;
};

} // namespace mtc::engine
