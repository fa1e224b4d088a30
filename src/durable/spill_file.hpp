#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace mtc::durable {

/// Memory of this process put aside on a disk, of no use to anybody else: the file loses its name as soon as
/// it is open, so that nothing stays behind however the process ends. It goes through the page cache: while
/// the node has memory to spare, much of it never reaches the disk.
class SpillFile {
public:
    /// Creates it, empty. \throws IoError  with path and reason
    explicit SpillFile(std::filesystem::path path);
    SpillFile(const SpillFile&) = delete;
    SpillFile& operator=(const SpillFile&) = delete;
    ~SpillFile();
    /// \throws IoError  with path and reason, such as a full disk; what is written there counts no more
    void write(std::span<const std::byte> bytes, std::uint64_t offset);
    /// \throws IoError  with path and reason
    void read(std::span<std::byte> bytes, std::uint64_t offset) const;
    /// What is there is needed no more: it takes no room, and what is not on the disk yet does not go there.
    void forget(std::uint64_t offset, std::uint64_t n_bytes) noexcept;

private:
    std::filesystem::path path_;
    int descriptor_ = -1;
};

} // namespace mtc::durable
