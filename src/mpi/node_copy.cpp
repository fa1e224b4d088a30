#include "mpi/node_copy.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mtc::mpi {
namespace {

/// What a rank tells the others of its node, that they may open its memory as a file of its process.
struct Offer {
    std::int64_t process = 0;
    std::int64_t descriptor = -1;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::array<char, 120> refused{}; ///< empty: the memory is there
};

/// Shared memory of this process: a file without a name, mapped.
class Memory {
public:
    Memory() = default;
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    ~Memory()
    {
        if (descriptor_ >= 0)
            ::close(descriptor_);
        if (mapped_ != nullptr)
            ::munmap(mapped_, n_);
    }
    /// \returns false, with the reason in why(), when the system refuses
    bool make(std::size_t n)
    {
        descriptor_ = ::memfd_create("mtc model", MFD_CLOEXEC);
        if (descriptor_ < 0)
            return refused("memfd_create");
        // Not ftruncate: with the pages there, no write later can die of missing memory.
        if (::fallocate(descriptor_, 0, 0, static_cast<off_t>(n)) != 0)
            return refused("fallocate");
        return map(n, PROT_READ | PROT_WRITE);
    }
    bool open(const Offer& offer, std::size_t n)
    {
        const std::string path = text("/proc/", offer.process, "/fd/", offer.descriptor);
        descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        struct stat found {};
        if (descriptor_ < 0 || ::fstat(descriptor_, &found) != 0)
            return refused(path);
        if (found.st_dev != offer.device || found.st_ino != offer.inode) {
            why_ = path + " is another file here";
            return false;
        }
        return map(n, PROT_READ);
    }
    [[nodiscard]] Offer offer() const
    {
        Offer made;
        struct stat self {};
        if (descriptor_ >= 0 && ::fstat(descriptor_, &self) == 0) {
            made.process = ::getpid();
            made.descriptor = descriptor_;
            made.device = self.st_dev;
            made.inode = self.st_ino;
        }
        why_.copy(made.refused.data(), made.refused.size() - 1);
        return made;
    }
    [[nodiscard]] std::span<std::byte> bytes() const { return {static_cast<std::byte*>(mapped_), n_}; }
    [[nodiscard]] const std::string& why() const noexcept { return why_; }
    /// From now on nobody writes. \returns the mapping, which is the caller's now
    [[nodiscard]] void* release()
    {
        ::mprotect(mapped_, n_, PROT_READ);
        return std::exchange(mapped_, nullptr);
    }

private:
    bool map(std::size_t n, int protection)
    {
        void* const at = ::mmap(nullptr, n, protection, MAP_SHARED, descriptor_, 0);
        if (at == MAP_FAILED)
            return refused("mmap");
        mapped_ = at;
        n_ = n;
        return true;
    }
    bool refused(const std::string& call)
    {
        why_ = text(call, ": ", std::strerror(errno));
        return false;
    }
    int descriptor_ = -1;
    void* mapped_ = nullptr;
    std::size_t n_ = 0;
    std::string why_;
};

/// Whether all ranks of a node have the memory. \returns why not, the same on each; empty: they have.
/// Collective
std::string agree_to_share(const Communicator& node, Memory& memory, std::size_t n)
{
    Offer offer;
    if (node.rank() == 0) {
        memory.make(n);
        offer = memory.offer();
    }
    node.broadcast(std::as_writable_bytes(std::span{&offer, 1}), 0);
    if (offer.refused.front() != '\0')
        return offer.refused.data();
    if (node.rank() != 0 && !memory.open(offer, n))
        offer = memory.offer();
    const bool refused = offer.refused.front() != '\0';
    const int speaker = node.min(refused ? node.rank() : node.size());
    if (speaker == node.size())
        return {};
    node.broadcast(std::as_writable_bytes(std::span{&offer, 1}), speaker);
    return offer.refused.data();
}

} // namespace

NodeCopy NodeCopy::broadcast(const Communicator& world, ModelBytes bytes)
{
    std::uint64_t n = bytes.size();
    world.broadcast(std::as_writable_bytes(std::span{&n, 1}), 0);
    const Communicator node = world.split_by_node();
    const Communicator leaders = world.split(node.rank() == 0 ? 0 : 1); // and the others, who do nothing
    NodeCopy copy;
    copy.first_on_node_ = node.rank() == 0;
    Memory memory;
    const bool alone = node.size() == 1 || n == 0;
    if (!alone)
        copy.why_not_shared_ = agree_to_share(node, memory, n);
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
