#pragma once

#include "mpi/communicator.hpp"
#include "mpi/envelope.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mtc::mpi {

/// Messages under way, to Inboxes of other ranks. Nothing here waits: a send to a rank that died never
/// completes, so the sender only looks from time to time which ones are through.
class Outbox {
public:
    explicit Outbox(const Communicator& comm)
        : comm_{comm}
    {}
    ~Outbox(); ///< what is not through is left to MPI
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    /// Sends bytes. Short ones are mostly through at once, and the memory of `bytes` can be used again;
    /// otherwise the outbox keeps them until they are, and `bytes` is empty afterwards.
    void post(std::vector<std::byte>& bytes, int to, int tag);
    /// Frees what is through.
    void progress();
    [[nodiscard]] bool idle() const noexcept { return requests_.empty(); }
    [[nodiscard]] std::uint64_t bytes_under_way() const noexcept { return n_bytes_; }
    /// What is under way to this rank will never be through: it is not waited for any more.
    void forget(int to);

private:
    void send(std::vector<std::byte>& bytes, int to, Channel channel);

    const Communicator& comm_;
    std::vector<MPI_Request> requests_;
    std::vector<std::vector<std::byte>> kept_; ///< parallel to requests_
    std::vector<int> to_;                      ///< parallel to requests_
    std::uint64_t n_bytes_ = 0;                ///< of kept_
    std::vector<int> through_;
};

} // namespace mtc::mpi
