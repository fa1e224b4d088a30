#include "workloads/psha/model/file_bytes.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <memory>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace mtc::psha {
namespace {

constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::size_t release_step = std::size_t{8} << 20U; // [byte] a multiple of any page size

class Descriptor {
public:
    explicit Descriptor(const std::filesystem::path& file)
        : fd_{::open(file.c_str(), O_RDONLY | O_CLOEXEC)}
    {}
    ~Descriptor()
    {
        if (fd_ >= 0)
            ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_;
};

struct CloseGzip {
    void operator()(gzFile file) const noexcept { gzclose(file); }
};

/// What the end of a packed file says of its unpacked size: right for one member below 4 GiB, else a guess.
std::size_t stated_size(const Descriptor& packed, std::size_t packed_size)
{
    std::array<unsigned char, 4> tail{};
    const auto size = static_cast<ssize_t>(tail.size());
    if (packed_size < tail.size() ||
        ::pread(packed.get(), tail.data(), tail.size(), static_cast<off_t>(packed_size) - size) != size)
        return 0;
    std::size_t stated = 0;
    for (std::size_t i = tail.size(); i-- > 0;)
        stated = stated << 8U | tail[i];
    constexpr std::size_t most = 1032; // of deflate's ratios: more is a damaged file
    return std::min(stated, packed_size * most);
}

/// \param expected  size of the bytes: a string that grows is twice in memory for a while
std::string unpacked(const std::filesystem::path& file, std::size_t expected)
{
    const std::unique_ptr<gzFile_s, CloseGzip> in{gzopen(file.c_str(), "rb")};
    if (!in)
        throw InputError(text(file.string(), ": no such file, or it cannot be read"));
    constexpr unsigned block = 1U << 20U;
    gzbuffer(in.get(), block);
    std::string bytes;
    bytes.reserve(expected + block); // the end is found by a read of nothing
    for (;;) {
        const std::size_t size = bytes.size();
        bytes.resize(size + block);
        const int n_read = gzread(in.get(), bytes.data() + size, block);
        bytes.resize(size + static_cast<std::size_t>(std::max(n_read, 0)));
        if (n_read > 0)
            continue;
        int code = Z_OK;
        const std::string_view why{gzerror(in.get(), &code)};
        if (n_read < 0 || code != Z_OK) // a packed file that ends too early reads as its end
            throw InputError(text(file.string(), ": cannot be unpacked (gzip: ", why, ")"));
        return bytes;
    }
}

} // namespace

FileBytes::FileBytes(const std::filesystem::path& file)
{
    const Descriptor in{file};
    struct stat status {};
    if (in.get() < 0 || ::fstat(in.get(), &status) != 0 || !S_ISREG(status.st_mode))
        throw InputError(text(file.string(), ": no such file, or it cannot be read"));
    const auto size = static_cast<std::size_t>(status.st_size);
    std::array<char, 2> head{};
    const ssize_t n_head = ::pread(in.get(), head.data(), head.size(), 0);
    if (n_head == 2 && std::string_view{head.data(), head.size()} == gzip_magic) {
        unpacked_ = unpacked(file, stated_size(in, size));
        return;
    }
    if (size == 0)
        return;
    void* const map = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, in.get(), 0);
    if (map == MAP_FAILED)
        throw InputError(text(file.string(), ": no such file, or it cannot be read"));
    mapped_ = static_cast<std::byte*>(map);
    size_ = size;
    ::madvise(mapped_, size_, MADV_SEQUENTIAL);
}

FileBytes::~FileBytes()
{
    if (mapped_ != nullptr)
        ::munmap(mapped_, size_);
}

std::string_view FileBytes::view() const noexcept
{
    return mapped_ == nullptr ? std::string_view{unpacked_}
                              : std::string_view{reinterpret_cast<const char*>(mapped_), size_};
}

void FileBytes::release_before(std::size_t offset) noexcept
{
    if (offset < released_)
        released_ = 0; // the file is read anew
    const std::size_t end = offset / release_step * release_step;
    if (mapped_ == nullptr || end <= released_)
        return;
    ::madvise(mapped_ + released_, end - released_, MADV_DONTNEED);
    released_ = end;
}

} // namespace mtc::psha
