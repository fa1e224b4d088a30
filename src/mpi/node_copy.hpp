#pragma once

#include "mpi/communicator.hpp"

#include "mtc/flat.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace mtc::mpi {

/// Read-only bytes of which the ranks of a node hold one copy together. The memory has no name in any file
/// system, so it needs no room in /dev/shm, nothing is left behind whatever dies, and it is there until the
/// last rank that reads it is gone: no rank waits for another to free it.
class NodeCopy {
public:
    NodeCopy() = default;
    /// Brings the bytes of rank 0 to every node, once. Where a node's ranks cannot share memory each gets a
    /// copy of its own. Collective over `world`.
    /// \param bytes  on rank 0; not looked at elsewhere
    [[nodiscard]] static NodeCopy broadcast(const Communicator& world, ModelBytes bytes);
    NodeCopy(NodeCopy&& other) noexcept;
    NodeCopy& operator=(NodeCopy&& other) noexcept;
    NodeCopy(const NodeCopy&) = delete;
    NodeCopy& operator=(const NodeCopy&) = delete;
    ~NodeCopy();

    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
    /// Whether this rank is the one that speaks for its node.
    [[nodiscard]] bool first_on_node() const noexcept { return first_on_node_; }
    /// Why the ranks of this node have a copy each; empty when they share one or there is only one of them.
    [[nodiscard]] const std::string& why_not_shared() const noexcept { return why_not_shared_; }

private:
    std::span<const std::byte> bytes_;
    ModelBytes own_;         ///< where it is not shared
    void* mapped_ = nullptr; ///< where it is
    std::size_t n_mapped_ = 0;
    bool first_on_node_ = true;
    std::string why_not_shared_;
};

} // namespace mtc::mpi
