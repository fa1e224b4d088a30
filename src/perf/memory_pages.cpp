#include "perf/memory_pages.hpp"

#include <array>
#include <charconv>

#include <fcntl.h>
#include <unistd.h>

namespace mtc::perf {

MemoryPages memory_pages() noexcept
{
    static const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    static const auto page_bytes = static_cast<double>(::sysconf(_SC_PAGESIZE));
    std::array<char, 128> line{};
    const ssize_t n = ::pread(file, line.data(), line.size(), 0);
    std::array<double, 6> bytes{}; // size, resident, shared, text, nothing, data
    const char* at = line.data();
    const char* const end = at + (n > 0 ? n : 0);
    for (double& value : bytes) {
        long pages = 0;
        at = std::from_chars(at, end, pages).ptr;
        value = static_cast<double>(pages) * page_bytes;
        if (at != end)
            ++at; // the blank
    }
    return {.addresses = bytes[0], .resident = bytes[1], .shared = bytes[2], .data = bytes[5]};
}

} // namespace mtc::perf
