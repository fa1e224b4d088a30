#pragma once

#include "mpi/communicator.hpp"
#include "mpi/envelope.hpp"

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace mtc::mpi {

/// A message that came in; its bytes stay valid until the next one is taken.
struct Incoming {
    int source = -1;
    int tag = 0;
    std::span<const std::byte> bytes{};
};

/// Messages that Outboxes of other ranks sent here, each sender's in the order in which it sent them.
/// Receives are posted beforehand: short messages are put where they belong as they come, and many are found
/// by one look at the network.
class Inbox {
public:
    explicit Inbox(const Communicator& comm);
    ~Inbox(); ///< what was not taken is lost
    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;

    /// The next message, if one is there. Never waits; a long message that is still coming holds up only what
    /// its sender sent after it.
    [[nodiscard]] std::optional<Incoming> take();
    /// A long message is announced and not taken yet.
    [[nodiscard]] bool receiving() const noexcept { return !late_.empty(); }
    /// Nothing of this rank is taken any more. What it had begun to send may never be whole: it is not waited
    /// for.
    void forget(int source);

private:
    static constexpr std::size_t n_slots = 64;
    /// Long messages received at a time: what else comes stays with MPI, which keeps long ones at the sender.
    static constexpr std::size_t most_long = 16;

    struct Slot {
        MPI_Request request = MPI_REQUEST_NULL;
        alignas(16) std::array<std::byte, short_bytes + sizeof(Envelope)> bytes{};
    };
    /// A long message, or a short one that came behind a long one of its sender.
    struct Late {
        int source = -1;
        int tag = 0;
        std::vector<std::byte> bytes{};
        MPI_Request request = MPI_REQUEST_NULL;
    };

    void put_back();
    [[nodiscard]] std::optional<Incoming> take_late();
    [[nodiscard]] std::optional<Incoming> take_short();
    void announce(int source, int tag, std::span<const std::byte> length);
    static void abandon(Late& late) noexcept;

    const Communicator& comm_;
    std::vector<Slot> slots_; ///< receives stand in this order, from next_ round
    std::size_t next_ = 0;
    bool taken_ = false;    ///< the slot before next_ is still being read
    std::deque<Late> late_; ///< in the order of coming
    std::size_t n_long_ = 0;
    std::vector<int> forgotten_;  ///< ranks
    std::vector<std::byte> last_; ///< bytes of the last late message taken
};

} // namespace mtc::mpi
