#include "mpi/node_memory.hpp"

#include "mtc/error.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mtc::mpi {

NodeMemory::~NodeMemory()
{
    if (descriptor_ >= 0)
        ::close(descriptor_);
    if (mapped_ != nullptr)
        ::munmap(mapped_, n_);
}

bool NodeMemory::make(std::size_t n)
{
    descriptor_ = ::memfd_create("mtc", MFD_CLOEXEC);
    if (descriptor_ < 0)
        return refused("memfd_create");
    // Not ftruncate: with the pages there, no write later can die of missing memory.
    if (::fallocate(descriptor_, 0, 0, static_cast<off_t>(n)) != 0)
        return refused("fallocate");
    return map(n, PROT_READ | PROT_WRITE);
}

bool NodeMemory::open(const Offer& offer, std::size_t n, Access access)
{
    const std::string path = text("/proc/", offer.process, "/fd/", offer.descriptor);
    descriptor_ = ::open(path.c_str(), (access == Access::write ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    struct stat found {};
    if (descriptor_ < 0 || ::fstat(descriptor_, &found) != 0)
        return refused(path);
    if (found.st_dev != offer.device || found.st_ino != offer.inode) {
        why_ = path + " is another file here";
        return false;
    }
    return map(n, access == Access::write ? PROT_READ | PROT_WRITE : PROT_READ);
}

NodeMemory::Offer NodeMemory::offer() const
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

bool NodeMemory::map(std::size_t n, int protection)
{
    void* const at = ::mmap(nullptr, n, protection, MAP_SHARED, descriptor_, 0);
    if (at == MAP_FAILED)
        return refused("mmap");
    mapped_ = at;
    n_ = n;
    return true;
}

bool NodeMemory::refused(const std::string& call)
{
    why_ = text(call, ": ", std::strerror(errno));
    return false;
}

std::string NodeMemory::share(const Communicator& node, std::size_t n, Access of_others)
{
    Offer offered;
    if (node.rank() == 0) {
        make(n);
        offered = offer();
    }
    node.broadcast(std::as_writable_bytes(std::span{&offered, 1}), 0);
    if (offered.refused.front() != '\0')
        return offered.refused.data();
    if (node.rank() != 0 && !open(offered, n, of_others))
        offered = offer();
    const bool is_refused = offered.refused.front() != '\0';
    const int speaker = node.min(is_refused ? node.rank() : node.size());
    if (speaker == node.size())
        return {};
    node.broadcast(std::as_writable_bytes(std::span{&offered, 1}), speaker);
    return offered.refused.data();
}

void* NodeMemory::release()
{
    ::mprotect(mapped_, n_, PROT_READ);
    return std::exchange(mapped_, nullptr);
}

} // namespace mtc::mpi
