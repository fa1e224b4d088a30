#include "schedule/indexed_heap.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

using mtc::schedule::IndexedHeap;

TEST_CASE("an indexed heap has the largest key on top, the first of equal ones, whatever changes")
{
    int n_compared = 0;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        std::mt19937 random{seed};
        const std::size_t n = 1 + random() % 50;
        IndexedHeap heap{n, 3.0};
        std::vector<double> keys(n, 3.0);
        for (int step = 0; step < 500; ++step) {
            const std::size_t item = random() % n;
            keys[item] =
                random() % 8 == 0 ? IndexedHeap::out : static_cast<double>(random() % 20); // often equal
            heap.set(item, keys[item]);
            const auto largest = std::ranges::max_element(keys); // the first of equal ones
            REQUIRE(heap.empty() == (*largest == IndexedHeap::out));
            REQUIRE(heap.key(item) == keys[item]);
            if (!heap.empty())
                REQUIRE(heap.top() == static_cast<std::size_t>(largest - keys.begin()));
            std::size_t n_above = 0;
            const bool found = heap.any_above(9.5, [&](std::size_t above) {
                REQUIRE(keys[above] > 9.5);
                ++n_above;
                return false;
            });
            REQUIRE_FALSE(found);
            REQUIRE(n_above == static_cast<std::size_t>(
                                   std::ranges::count_if(keys, [](double key) { return key > 9.5; })));
            ++n_compared;
        }
    }
    CHECK(n_compared == 20'000);
}
