#include "durable/spill_file.hpp"

#include "mtc/error.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace mtc::durable {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view action, int reason)
{
    throw IoError(text(path.string(), ": cannot ", action, " (", std::strerror(reason), ")"));
}

} // namespace

SpillFile::SpillFile(std::filesystem::path path)
    : path_{std::move(path)}
    , descriptor_{::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)}
{
    if (descriptor_ < 0)
        fail(path_, "create the file", errno);
    ::unlink(path_.c_str());
}

SpillFile::~SpillFile()
{
    ::close(descriptor_);
}

void SpillFile::write(std::span<const std::byte> bytes, std::uint64_t offset)
{
    while (!bytes.empty()) {
        const ssize_t n = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            fail(path_, "put sums aside", n < 0 ? errno : ENOSPC);
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
}

void SpillFile::read(std::span<std::byte> bytes, std::uint64_t offset) const
{
    while (!bytes.empty()) {
        const ssize_t n = ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            fail(path_, "read back what was put aside", n < 0 ? errno : EIO);
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
}

void SpillFile::forget(std::uint64_t offset, std::uint64_t n_bytes) noexcept
{
    constexpr int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
    (void)::fallocate(descriptor_, mode, static_cast<off_t>(offset), static_cast<off_t>(n_bytes));
}

} // namespace mtc::durable
