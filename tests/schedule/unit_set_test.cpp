#include "schedule/unit_set.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>

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
