#pragma once

#include "mpi/communicator.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace mtc::mpi {

/// Memory of one process that others of its node can map: a file without a name. It needs no room in
/// /dev/shm, nothing is left behind whatever dies, and it is there until the last that maps it is gone.
class NodeMemory {
public:
    enum class Access : std::uint8_t { read, write };

    NodeMemory() = default;
    NodeMemory(const NodeMemory&) = delete;
    NodeMemory& operator=(const NodeMemory&) = delete;
    ~NodeMemory();

    /// Makes it on the first rank of a node, zeroed, and maps it on all of them: writable on the first, as
    /// said on the others. \returns why they cannot share, the same on each; empty: they do. Collective
    [[nodiscard]] std::string share(const Communicator& node, std::size_t n, Access of_others);

    [[nodiscard]] std::span<std::byte> bytes() const { return {static_cast<std::byte*>(mapped_), n_}; }
    /// From now on nobody writes. \returns the mapping, which is the caller's now
    [[nodiscard]] void* release();

private:
    /// What a rank tells the others, that they may open its memory as a file of its process.
    struct Offer {
        std::int64_t process = 0;
        std::int64_t descriptor = -1;
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
        std::array<char, 120> refused{}; ///< empty: the memory is there
    };
    bool make(std::size_t n);
    bool open(const Offer& offer, std::size_t n, Access access);
    [[nodiscard]] Offer offer() const;
    bool map(std::size_t n, int protection);
    bool refused(const std::string& call);

    int descriptor_ = -1;
    void* mapped_ = nullptr;
    std::size_t n_ = 0;
    std::string why_;
};

} // namespace mtc::mpi
