#pragma once

#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

/// \file
/// Rank 0 reads while all other ranks wait for it: it may use the cores that it has. No thread calls MPI.
namespace mtc::psha {

/// Cores that this process may run on, those alone to which a launcher has bound it; from 1 to 8.
[[nodiscard]] std::size_t usable_cores() noexcept;

/// Calls work(0) to work(n - 1), each on a thread of its own, and waits for all.
/// \throws what the first of them in this order has thrown
template <class Work>
void on_threads(std::size_t n, const Work& work)
{
    std::vector<std::exception_ptr> failures(n);
    const auto guarded = [&](std::size_t i) {
        try {
            work(i);
        } catch (...) {
            failures[i] = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < n; ++i)
            helpers.emplace_back(guarded, i);
        if (n > 0)
            guarded(0);
    }
    for (const std::exception_ptr& failure : failures)
        if (failure)
            std::rethrow_exception(failure);
}

} // namespace mtc::psha
