#include "h5/disk.hpp"

#include "durable/descriptor.hpp"
#include "mpi/pulse.hpp"
#include "mtc/error.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace mtc::h5 {

namespace {

using durable::Descriptor;

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view action, int reason)
{
    throw IoError{text(path.string(), ": cannot ", action, " (", std::strerror(reason), ")")};
}

} // namespace

void check_creatable(const std::filesystem::path& path)
{
    const Descriptor file{path, O_WRONLY | O_CREAT};
    if (file.get() < 0)
        fail(path, "create the file", errno);
}

void reserve(const std::filesystem::path& path, std::uint64_t n_bytes)
{
    const Descriptor file{path, O_WRONLY};
    if (file.get() < 0)
        fail(path, "open the file", errno);
    const mpi::SystemCall reserving;
    const off_t end = ::lseek(file.get(), 0, SEEK_END);
    if (::fallocate(file.get(), 0, end, static_cast<off_t>(n_bytes)) == 0)
        return;
    const int reason = errno;
    const std::string action = text("reserve ", n_bytes, " bytes");
    if (reason != EOPNOTSUPP && reason != ENOSYS)
        fail(path, action, reason);
    std::error_code unknown;
    const std::filesystem::space_info space = std::filesystem::space(path, unknown);
    if (!unknown && space.available < n_bytes)
        fail(path, action, ENOSPC);
}

std::string why_not_written(const std::filesystem::path& path, std::uint64_t end)
{
    const Descriptor file{path, O_WRONLY};
    const char byte = 0;
    if (file.get() >= 0 && ::pwrite(file.get(), &byte, 1, static_cast<off_t>(end - (end > 0 ? 1 : 0))) == 1 &&
        ::fsync(file.get()) == 0)
        return {};
    return std::strerror(errno);
}

void sync(const std::filesystem::path& path)
{
    const mpi::SystemCall syncing;
    const Descriptor file{path.empty() ? std::filesystem::path{"."} : path, O_RDONLY};
    if (file.get() < 0 || ::fsync(file.get()) != 0)
        fail(path, "bring it to the disk", errno);
}

} // namespace mtc::h5
