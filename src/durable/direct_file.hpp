#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace mtc::durable {

/// Memory for direct I/O: begins on a page and is whole pages long, zeros behind what is used.
class PageBuffer {
public:
    static constexpr std::size_t page = 4096; // [bytes] the largest unit that disks of today want

    explicit PageBuffer(std::size_t n_used);
    /// What is used, and all of it.
    [[nodiscard]] std::span<std::byte> used() noexcept { return {bytes_.get(), n_used_}; }
    [[nodiscard]] std::span<const std::byte> used() const noexcept { return {bytes_.get(), n_used_}; }
    [[nodiscard]] std::span<const std::byte> pages() const noexcept { return {bytes_.get(), n_pages_bytes_}; }
    [[nodiscard]] static std::size_t padded(std::size_t n) noexcept { return (n + page - 1) / page * page; }

private:
    struct Free {
        void operator()(std::byte* bytes) const noexcept;
    };
    std::size_t n_used_;
    std::size_t n_pages_bytes_;
    std::unique_ptr<std::byte[], Free> bytes_;
};

/// A file that is written past the page cache where the file system lets it: what is written for safety's
/// sake pushes nothing out of memory. Every function throws IoError with path and reason.
class DirectFile {
public:
    /// Creates it, empty.
    explicit DirectFile(const std::filesystem::path& path);
    DirectFile(const DirectFile&) = delete;
    DirectFile& operator=(const DirectFile&) = delete;
    ~DirectFile();
    /// \param offset  a whole number of pages
    void write(const PageBuffer& bytes, std::uint64_t offset);
    /// Returns when all that was written is on the disk.
    void sync();

private:
    std::filesystem::path path_;
    int descriptor_ = -1;
};

/// A whole file, or part of it. \throws IoError  with path and reason, or when it is shorter
[[nodiscard]] PageBuffer read_part(const std::filesystem::path& path, std::uint64_t offset, std::size_t n);

} // namespace mtc::durable
