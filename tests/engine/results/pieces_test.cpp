#include "engine/results/pieces.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace mtc::engine {

namespace {

/// Gives rows as units would: each a number that is its own row.
struct Rows {
    bool give(std::uint64_t row, std::uint64_t n_rows = 1)
    {
        std::vector<std::uint64_t> values(n_rows);
        for (std::uint64_t i = 0; i < n_rows; ++i)
            values[i] = row + i;
        return log.append(row, std::as_bytes(std::span{values}), n_rows);
    }
    /// Rows whose bytes are what they should be.
    [[nodiscard]] std::uint64_t n_right() const
    {
        std::uint64_t n = 0;
        for (const Piece& piece : log.pieces())
            for (std::size_t i = 0; i < piece.bytes.size() / sizeof(std::uint64_t); ++i) {
                std::uint64_t value = 0;
                std::memcpy(&value, piece.bytes.data() + i * sizeof value, sizeof value);
                n += value == piece.key + i ? 1U : 0U;
            }
        return n;
    }
    engine::PieceLog log;
};

} // namespace

TEST_CASE("rows of units that follow each other become one piece")
{
    Rows rows;
    std::size_t n_joined = 0;
    for (std::uint64_t row = 10; row < 20; ++row) {
        n_joined += rows.give(row) ? 1U : 0U;
        rows.log.close();
    }
    CHECK(rows.log.pieces().size() == 1);
    CHECK(n_joined == 9);
    CHECK(!rows.give(30)); // a gap
    rows.log.close();
    CHECK(!rows.give(25, 5)); // before the last
    CHECK(rows.give(30));     // the second of the unit follows its first
    rows.log.close();
    REQUIRE(rows.log.pieces().size() == 3);
    CHECK(rows.log.pieces()[2].key == 25);
    CHECK(rows.n_right() == 17);
    CHECK(rows.log.n_bytes() == 17 * sizeof(std::uint64_t));
}

TEST_CASE("what a failed unit gave goes without what stands before it")
{
    Rows rows;
    rows.give(0, 3);
    rows.log.close();
    CHECK(rows.give(3));
    CHECK(!rows.give(7));
    rows.log.drop_open();
    CHECK(rows.log.pieces().size() == 1);
    CHECK(rows.log.n_bytes() == 3 * sizeof(std::uint64_t));
    CHECK(!rows.give(3)); // computed again: its bytes do not follow those before in memory
    rows.log.close();
    rows.log.drop_open(); // of a unit that gave nothing
    CHECK(rows.n_right() == 4);
    CHECK(rows.log.n_bytes() == 4 * sizeof(std::uint64_t));
}

TEST_CASE("what is on its way to a journal does not change")
{
    Rows rows;
    rows.give(0);
    rows.log.close();
    rows.log.mark_saved();
    CHECK(!rows.give(1));
    rows.log.drop_open();
    CHECK(rows.n_right() == 1);
    rows.give(1);
    rows.log.close();
    CHECK(rows.log.pieces().size() == 2);
    CHECK(rows.log.unsaved().size() == 1);
    rows.log.drop_saved({});
    CHECK(rows.give(2));
    rows.log.close();
    CHECK(rows.n_right() == 2);
}

TEST_CASE("records stay as they are given")
{
    engine::PieceLog log;
    const std::uint64_t value = 7;
    for (std::uint64_t unit = 0; unit < 5; ++unit) {
        CHECK(!log.append(unit, std::as_bytes(std::span{&value, 1})));
        log.close();
    }
    CHECK(log.pieces().size() == 5);
}

} // namespace mtc::engine
