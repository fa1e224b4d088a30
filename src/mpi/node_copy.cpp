#include "mpi/node_copy.hpp"

#include "mpi/node_memory.hpp"

#include <algorithm>
#include <utility>

#include <sys/mman.h>

namespace mtc::mpi {
NodeCopy NodeCopy::broadcast(const Communicator& world, ModelBytes bytes)
{
    std::uint64_t n = bytes.size();
    world.broadcast(std::as_writable_bytes(std::span{&n, 1}), 0);
    const Communicator node = world.split_by_node();
    const Communicator leaders = world.split(node.rank() == 0 ? 0 : 1); // and the others, who do nothing
    NodeCopy copy;
    copy.first_on_node_ = node.rank() == 0;
    NodeMemory memory;
    const bool alone = node.size() == 1 || n == 0;
    if (!alone)
        copy.why_not_shared_ = memory.share(node, n, NodeMemory::Access::read);
    const bool shared = !alone && copy.why_not_shared_.empty();
    if (shared && world.rank() == 0) {
        std::ranges::copy(bytes, memory.bytes().begin());
        bytes = {};
    } else if (!shared) {
        copy.own_ = std::move(bytes);
        copy.own_.resize(n);
    }
    const std::span<std::byte> mine = shared ? memory.bytes() : std::span{copy.own_};
    if (copy.first_on_node_)
        leaders.broadcast(mine, 0);
    if (shared)
        node.barrier(); // it is filled
    else if (!alone)
        node.broadcast(mine, 0);
    copy.bytes_ = mine;
    if (shared) {
        copy.n_mapped_ = n;
        copy.mapped_ = memory.release();
    }
    return copy;
}

NodeCopy::NodeCopy(NodeCopy&& other) noexcept
{
    *this = std::move(other);
}

NodeCopy& NodeCopy::operator=(NodeCopy&& other) noexcept
{
    std::swap(bytes_, other.bytes_);
    std::swap(own_, other.own_);
    std::swap(mapped_, other.mapped_);
    std::swap(n_mapped_, other.n_mapped_);
    std::swap(first_on_node_, other.first_on_node_);
    std::swap(why_not_shared_, other.why_not_shared_);
    return *this;
}

NodeCopy::~NodeCopy()
{
    if (mapped_ != nullptr)
        ::munmap(mapped_, n_mapped_);
}

} // namespace mtc::mpi
