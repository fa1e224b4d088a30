#include "durable/run_lock.hpp"

#include "mtc/error.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mtc::durable {
namespace {

/// Who holds the lock, as that process wrote it into the file.
std::string holder(int descriptor)
{
    std::array<char, 256> said{};
    const ssize_t n = ::pread(descriptor, said.data(), said.size() - 1, 0);
    return n > 0 ? std::string{said.data(), static_cast<std::size_t>(n)} : "another process";
}

std::string this_process()
{
    std::array<char, 200> host{};
    ::gethostname(host.data(), host.size() - 1);
    return text("process ", ::getpid(), " on ", host.data());
}

/// Whether the path still leads to the open file: its last holder may have removed it meanwhile.
bool is_same_file(int descriptor, const std::string& path)
{
    struct stat opened {};
    struct stat found {};
    return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &found) == 0 &&
           opened.st_dev == found.st_dev && opened.st_ino == found.st_ino;
}

} // namespace

RunLock::RunLock(const std::filesystem::path& output)
    : path_{output.string() + ".lock"}
{
    while (descriptor_ < 0) {
        descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (descriptor_ < 0)
            throw IoError(text(path_, ": cannot be made (", std::strerror(errno), ")"));
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            const int reason = errno;
            const std::string who = holder(descriptor_);
            ::close(std::exchange(descriptor_, -1));
            if (reason == EWOULDBLOCK)
                throw IoError(text(output.string(), " is being computed by ", who,
                                   ". Wait for it, or name another file with --output?"));
            why_not_ = std::strerror(reason);
            return;
        }
        if (!is_same_file(descriptor_, path_))
            ::close(std::exchange(descriptor_, -1));
    }
    const std::string who = this_process();
    if (::ftruncate(descriptor_, 0) != 0 ||
        ::pwrite(descriptor_, who.data(), who.size(), 0) != static_cast<ssize_t>(who.size()))
        why_not_.clear(); // a full disk: the lock holds, only its holder has no name
}

RunLock::RunLock(RunLock&& other) noexcept
{
    *this = std::move(other);
}

RunLock& RunLock::operator=(RunLock&& other) noexcept
{
    std::swap(path_, other.path_);
    std::swap(why_not_, other.why_not_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

RunLock::~RunLock()
{
    if (descriptor_ < 0)
        return;
    ::unlink(path_.c_str());
    ::close(descriptor_);
}

std::optional<bool> is_locked(const std::filesystem::path& output)
{
    const std::string path = output.string() + ".lock";
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return errno == ENOENT ? std::optional{false} : std::nullopt;
    const bool taken = ::flock(descriptor, LOCK_SH | LOCK_NB) == 0; // until it is closed
    const int reason = errno;
    ::close(descriptor);
    if (taken)
        return false;
    return reason == EWOULDBLOCK ? std::optional{true} : std::nullopt;
}

} // namespace mtc::durable
