#include "perf/source_log.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <random>
#include <utility>

namespace mtc {

TEST_CASE("a source log adds up what a map of sources adds up, in its order")
{
    std::mt19937 random{7};
    perf::SourceLog log;
    std::map<std::pair<std::uint32_t, std::uint32_t>, perf::SourceRow> expected;
    for (std::uint32_t i = 0; i < 20'000; ++i) { // merged several times
        const std::uint32_t stage = i / 15'000;
        const std::uint32_t source = i % 3 == 0 ? i / 10 : static_cast<std::uint32_t>(random() % 3000);
        for (perf::SourceRow* row :
             {&log.row(StageId{stage}, SourceId{source}), &expected[{stage, source}]}) {
            row->n_units += 1 + i % 4;
            row->seconds += 0.5 * (i % 8);
            row->weight += i % 2;
        }
    }
    const std::vector<perf::SourceRow> rows = log.rows();
    REQUIRE(rows.size() == expected.size());
    std::size_t n_equal = 0;
    auto row = rows.begin();
    for (const auto& [key, sum] : expected) {
        n_equal += row->stage == key.first && row->source == key.second && row->n_units == sum.n_units &&
                           row->seconds == sum.seconds && row->weight == sum.weight
                       ? 1U
                       : 0U;
        ++row;
    }
    CHECK(n_equal == expected.size()); // sums of halves are exact
    CHECK(n_equal > 3000);
}

TEST_CASE("a source log that holds nothing has no rows")
{
    CHECK(perf::SourceLog{}.rows().empty());
}

} // namespace mtc
