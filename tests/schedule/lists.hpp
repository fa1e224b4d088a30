#pragma once

#include "schedule/builders.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace mtc::schedule::test {

inline constexpr std::array<int, 4> worker_counts{3, 7, 15, 63};

/// A published list of 1000 tasks with its figures [ms] on 3, 7, 15 and 63 workers.
struct List {
    const char* name;
    std::uint64_t (*task_ms)(std::uint64_t i);
    std::uint64_t sum_ms;
    std::uint64_t max_ms;
    std::array<std::uint64_t, 4> bound_ms;
    std::array<std::uint64_t, 4> file_order_ms;
    std::array<std::uint64_t, 4> longest_first_ms;

    [[nodiscard]] std::vector<std::uint64_t> tasks_ms() const
    {
        std::vector<std::uint64_t> tasks;
        for (std::uint64_t i = 0; i < 1000; ++i)
            tasks.push_back(task_ms(i));
        return tasks;
    }
};

inline std::uint64_t hash(std::uint64_t i)
{
    return mix((1ULL << 32U) + i);
}

inline const std::array<List, 4> lists{{
    {"equal",
     [](std::uint64_t) -> std::uint64_t { return 100; },
     100'000,
     100,
     {33'334, 14'286, 6'667, 1'588},
     {33'400, 14'300, 6'700, 1'600},
     {33'400, 14'300, 6'700, 1'600}},
    {"uniform",
     [](std::uint64_t i) { return 1 + hash(i) % 200; },
     97'589,
     200,
     {32'530, 13'942, 6'506, 1'550},
     {32'534, 13'993, 6'590, 1'644},
     {32'530, 13'942, 6'507, 1'551}},
    {"powers",
     [](std::uint64_t i) -> std::uint64_t {
         return 10ULL << static_cast<unsigned>(std::min(std::countr_zero(hash(i)), 9));
     },
     69'210,
     5'120,
     {23'070, 9'888, 5'120, 5'120},
     {24'590, 13'060, 7'910, 5'610},
     {23'070, 9'890, 5'120, 5'120}},
    {"straggler",
     [](std::uint64_t i) -> std::uint64_t { return i == 999 ? 10'000 : 1 + hash(i) % 20; },
     20'477,
     10'000,
     {10'000, 10'000, 10'000, 10'000},
     {13'491, 11'489, 10'693, 10'160},
     {10'000, 10'000, 10'000, 10'000}},
}};

} // namespace mtc::schedule::test
