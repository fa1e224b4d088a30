#include "schedule/unit_set.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

using namespace mtc;
using schedule::UnitSet;

TEST_CASE("a unit set holds what a set of numbers holds, in the fewest ranges")
{
    for (unsigned seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        std::mt19937 random{seed};
        UnitSet set;
        std::set<std::uint64_t> numbers;
        for (int i = 0; i < 30; ++i) {
            const UnitRange range{UnitId{random() % 100}, random() % 8};
            bool whole = range.count > 0;
            for (auto u = range.first.value(); u < range.end().value(); ++u)
                whole = whole && numbers.contains(u);
            REQUIRE((range.count == 0 || set.contains(range) == whole));
            if (i % 3 == 2 && whole) {
                REQUIRE(set.remove(range));
                for (auto u = range.first.value(); u < range.end().value(); ++u)
                    numbers.erase(u);
            } else {
                set.add(range);
                for (auto u = range.first.value(); u < range.end().value(); ++u)
                    numbers.insert(u);
            }
            REQUIRE(set.n_units() == numbers.size());
        }
        std::optional<UnitId> last_end;
        set.for_each([&](const UnitRange& range) {
            REQUIRE((!last_end || *last_end < range.first)); // neighbours are joined
            for (auto u = range.first.value(); u < range.end().value(); ++u)
                REQUIRE(numbers.contains(u));
            last_end = range.end();
        });
    }
}

TEST_CASE("a unit set of very many ranges holds what a set of numbers holds")
{
    constexpr std::uint64_t n_numbers = 20'000;
    std::mt19937 random{1};
    UnitSet set;
    std::vector<bool> numbers(n_numbers, false);
    std::size_t most_ranges = 0;
    for (int i = 0; i < 40'000; ++i) {
        const bool wide = i % 5'000 == 4'999;
        const std::uint64_t count = wide ? n_numbers / 4 : 1 + random() % 2;
        const UnitRange range{UnitId{random() % (n_numbers - count)}, count};
        const auto begin = numbers.begin() + static_cast<std::ptrdiff_t>(range.first.value());
        const auto end = begin + static_cast<std::ptrdiff_t>(count);
        const bool whole = std::find(begin, end, false) == end;
        REQUIRE(set.contains(range) == whole);
        if (whole) {
            REQUIRE(set.remove(range));
            std::fill(begin, end, false);
        } else {
            set.add(range);
            std::fill(begin, end, true);
        }
        most_ranges = std::max(most_ranges, set.n_ranges());
    }
    CHECK(most_ranges > 3'000);
    UnitSet again; // the same in another order stands in other chunks
    std::uint64_t n_there = 0;
    for (std::uint64_t u = n_numbers; u-- > 0;)
        if (numbers[u]) {
            again.add({UnitId{u}, 1});
            ++n_there;
        }
    CHECK(set.n_units() == n_there);
    CHECK(set == again);
    CHECK(set.overlaps(again));
    again.add({UnitId{n_numbers}, 1});
    CHECK_FALSE(set == again);
}

TEST_CASE("unit sets overlap only when they share a unit")
{
    UnitSet a;
    a.add({UnitId{0}, 10});
    a.add({UnitId{20}, 5});
    UnitSet beside;
    beside.add({UnitId{10}, 10});
    beside.add({UnitId{25}, 1});
    CHECK_FALSE(a.overlaps(beside));
    CHECK_FALSE(a.overlaps(UnitSet{}));
    beside.add({UnitId{24}, 1});
    CHECK(a.overlaps(beside));
}
