#include "durable/direct_file.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mtc::durable {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view action)
{
    const int reason = errno;
    throw IoError(text(path.string(), ": cannot ", action, " (", std::strerror(reason), ")"));
}

} // namespace

PageBuffer::PageBuffer(std::size_t n_used)
    : n_used_{n_used}
    , n_pages_bytes_{padded(n_used)}
    , bytes_{static_cast<std::byte*>(std::aligned_alloc(page, std::max(page, n_pages_bytes_)))}
{
    if (bytes_ == nullptr)
        throw std::bad_alloc{};
    std::fill(bytes_.get() + n_used_, bytes_.get() + n_pages_bytes_, std::byte{0});
}

void PageBuffer::Free::operator()(std::byte* bytes) const noexcept
{
    std::free(bytes);
}

DirectFile::DirectFile(const std::filesystem::path& path)
    : path_{path}
{
    constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
    descriptor_ = ::open(path.c_str(), flags | O_DIRECT, 0666);
    if (descriptor_ < 0 && errno == EINVAL)
        descriptor_ = ::open(path.c_str(), flags, 0666);
    if (descriptor_ < 0)
        fail(path_, "create the file");
}

DirectFile::~DirectFile()
{
    ::close(descriptor_);
}

void DirectFile::write(const PageBuffer& buffer, std::uint64_t offset)
{
    std::span<const std::byte> bytes = buffer.pages();
    while (!bytes.empty()) {
        const ssize_t n = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EINVAL) { // some file systems refuse direct I/O only here
            const int flags = ::fcntl(descriptor_, F_GETFL);
            if ((flags & O_DIRECT) != 0 && ::fcntl(descriptor_, F_SETFL, flags & ~O_DIRECT) == 0)
                continue;
            errno = EINVAL;
        }
        if (n <= 0)
            fail(path_, "write");
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
}

void DirectFile::sync()
{
    if (::fdatasync(descriptor_) != 0)
        fail(path_, "bring it to the disk");
    struct stat found {};
    if (::fstat(descriptor_, &found) == 0 && found.st_nlink == 0)
        throw IoError(text(path_.string(), ": was removed, and with it what was saved"));
}

PageBuffer read_part(const std::filesystem::path& path, std::uint64_t offset, std::size_t n)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        fail(path, "open the file");
    struct Closer {
        int descriptor;
        ~Closer() { ::close(descriptor); }
    } const closer{descriptor};
    if (std::filesystem::file_size(path) < offset + n)
        throw IoError(text(path.string(), ": is cut short"));
    PageBuffer buffer{n};
    for (std::span<std::byte> bytes = buffer.used(); !bytes.empty();) {
        const ssize_t got = ::pread(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            fail(path, "read");
        bytes = bytes.subspan(static_cast<std::size_t>(got));
        offset += static_cast<std::uint64_t>(got);
    }
    return buffer;
}

} // namespace mtc::durable
