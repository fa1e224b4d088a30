#include "psha/hazard/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

// In a file of its own, so that no call is inlined next to the library's own operator delete.
namespace {

std::atomic<std::uint64_t> n_asked{0};

void* counted(void* memory)
{
    ++n_asked;
    if (memory == nullptr)
        throw std::bad_alloc{};
    return memory;
}

} // namespace

std::uint64_t mtc::test::n_allocations() noexcept
{
    return n_asked;
}

void* operator new(std::size_t n)
{
    return counted(std::malloc(n == 0 ? 1 : n));
}
void* operator new(std::size_t n, const std::nothrow_t&) noexcept // temporary buffers of std::stable_sort
{
    ++n_asked;
    return std::malloc(n == 0 ? 1 : n);
}
void* operator new(std::size_t n, std::align_val_t alignment)
{
    const auto step = static_cast<std::size_t>(alignment);
    return counted(std::aligned_alloc(step, (n + step - 1) / step * step));
}
void operator delete(void* memory) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept
{
    std::free(memory);
}
