#pragma once

#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

namespace mtc::durable {

/// A file descriptor that closes itself. Of a file that could not be opened get() is below 0, and errno says
/// why.
class Descriptor {
public:
    Descriptor(const std::filesystem::path& path, int flags)
        : fd_{::open(path.c_str(), flags | O_CLOEXEC, 0666)}
    {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor()
    {
        if (fd_ >= 0)
            ::close(fd_);
    }
    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_;
};

} // namespace mtc::durable
