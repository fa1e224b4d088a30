#include "workloads/psha/nrml/file_bytes.hpp"

#include "mtc/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <zlib.h>

namespace mtc::psha {
namespace {

constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::size_t release_step = std::size_t{8} << 20U; // [byte] a multiple of any page size

class Descriptor {
public:
    Descriptor() noexcept = default;
    explicit Descriptor(int fd) noexcept
        : fd_{fd}
    {}
    explicit Descriptor(const std::filesystem::path& file)
        : fd_{::open(file.c_str(), O_RDONLY | O_CLOEXEC)}
    {}
    Descriptor(Descriptor&& other) noexcept
        : fd_{std::exchange(other.fd_, -1)}
    {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor()
    {
        if (fd_ >= 0)
            ::close(fd_);
    }
    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_ = -1;
};

struct CloseGzip {
    void operator()(gzFile file) const noexcept { gzclose(file); }
};

/// Unpacked bytes: in memory as long as they are few, then in a file that has no name.
class UnpackedBytes {
public:
    void add(std::string_view block)
    {
        size_ += block.size();
        if (file_.get() < 0 && bytes_.size() + block.size() <= most_in_memory) {
            bytes_.append(block);
            return;
        }
        if (file_.get() < 0) {
            file_ = nameless_file();
            write(bytes_);
            std::string{}.swap(bytes_);
        }
        write(block);
    }
    [[nodiscard]] bool in_memory() const { return file_.get() < 0; }
    [[nodiscard]] std::string& bytes() { return bytes_; }
    [[nodiscard]] const Descriptor& file() const { return file_; }
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    static constexpr std::size_t most_in_memory = std::size_t{16} << 20U;

    static Descriptor nameless_file()
    {
        std::string name = (std::filesystem::temp_directory_path() / "mtc-unpacked-XXXXXX").string();
        Descriptor file{::mkostemp(name.data(), O_CLOEXEC)};
        if (file.get() < 0)
            throw IoError(text(name,
                               " (cannot be made, to unpack a source model). Set TMPDIR to a folder with "
                               "room?"));
        ::unlink(name.c_str());
        return file;
    }

    void write(std::string_view block) const
    {
        while (!block.empty()) {
            const ssize_t n = ::write(file_.get(), block.data(), block.size());
            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0)
                throw IoError(text(std::filesystem::temp_directory_path().string(),
                                   " (cannot be written, to unpack a source model). Set TMPDIR to a folder "
                                   "with room?"));
            block.remove_prefix(static_cast<std::size_t>(n));
        }
    }

    std::string bytes_;
    Descriptor file_;
    std::size_t size_ = 0;
};

/// Block by block, so that memory holds no more than one beside what UnpackedBytes keeps.
UnpackedBytes unpacked(const std::filesystem::path& file)
{
    const std::unique_ptr<gzFile_s, CloseGzip> in{gzopen(file.c_str(), "rb")};
    if (!in)
        throw InputError(text(file.string(), ": no such file, or it cannot be read"));
    constexpr unsigned block_bytes = 1U << 20U;
    gzbuffer(in.get(), block_bytes);
    std::string block(block_bytes, '\0');
    UnpackedBytes bytes;
    for (;;) {
        const int n_read = gzread(in.get(), block.data(), block_bytes);
        if (n_read > 0) {
            bytes.add(std::string_view{block}.substr(0, static_cast<std::size_t>(n_read)));
            continue;
        }
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
        UnpackedBytes bytes = unpacked(file);
        if (bytes.in_memory())
            unpacked_ = std::move(bytes.bytes());
        else
            map(bytes.file().get(), bytes.size(), file);
        return;
    }
    if (size > 0)
        map(in.get(), size, file);
}

void FileBytes::map(int descriptor, std::size_t size, const std::filesystem::path& file)
{
    void* const map = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
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
