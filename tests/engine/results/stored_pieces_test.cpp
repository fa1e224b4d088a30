#include "engine/results/stored_pieces.hpp"

#include "durable/journal.hpp"
#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace mtc;
using namespace mtc::engine;

namespace {

/// Two pieces of a unit whose bytes tell which they are.
std::vector<std::byte> bytes_of(std::uint64_t unit, std::uint64_t which)
{
    return std::vector<std::byte>(5 + unit % 90, static_cast<std::byte>(2 * unit + which));
}

/// A log whose units came in this order, every `n_kept` of them sent to a journal but for the last ones.
struct Written {
    Written(const std::vector<std::uint64_t>& units, std::size_t n_kept)
        : journal{"stored_pieces.journal", {}}
    {
        const auto path = std::make_shared<const std::string>(journal.path().string());
        for (std::size_t i = 0; i < units.size(); ++i) {
            for (std::uint64_t which = 0; which < 2; ++which)
                log.append(units[i], bytes_of(units[i], which));
            log.close();
            if ((i + 1) % n_kept != 0)
                continue;
            std::vector<durable::JournalPiece> pieces;
            schedule::UnitSet whole;
            for (const Piece& piece : log.unsaved()) {
                pieces.push_back({DatasetId{0}, piece.key, piece.bytes});
                whole.add({UnitId{piece.key}, 1});
            }
            log.mark_saved();
            std::vector<StoredRun> runs;
            for (const durable::JournalRun& run : journal.append(StageId{0}, pieces, whole))
                runs.push_back({path, run});
            log.drop_saved(runs);
        }
    }
    durable::Journal journal;
    PieceLog log;
};

/// Tasks of consecutive units in any order, a tenth of the units without anything.
std::vector<std::uint64_t> units_in_tasks(std::mt19937& random, std::uint64_t n_tasks)
{
    std::vector<std::uint64_t> firsts(n_tasks);
    for (std::uint64_t task = 0; task < n_tasks; ++task)
        firsts[task] = 40 * task;
    std::ranges::shuffle(firsts, random);
    std::vector<std::uint64_t> units;
    for (const std::uint64_t first : firsts)
        for (std::uint64_t unit = first; unit < first + 40; ++unit)
            if (random() % 10 != 0)
                units.push_back(unit);
    return units;
}

} // namespace

TEST_CASE("pieces come back in the order of keys, in stretches that memory holds, wherever they were kept")
{
    std::mt19937 random{1};
    std::size_t n_compared = 0;
    for (const std::size_t n_kept : {7UL, 500UL, 100'000UL}) {
        std::vector<std::uint64_t> units = units_in_tasks(random, 60);
        const Written written{units, n_kept};
        std::ranges::sort(units);
        StoredPieces stream{written.log, 4000};
        std::uint64_t n_bytes = 0;
        std::size_t n_stretches = 0;
        std::size_t next = 0; // piece, two a unit
        std::uint64_t last_end = 0;
        while (!stream.done()) {
            std::uint64_t end = stream.stretch_end();
            REQUIRE(end > last_end);
            if (random() % 3 == 0) // another rank has more than this one
                end = std::min(end, last_end + 1 + random() % 50);
            last_end = end;
            std::uint64_t in_stretch = 0;
            for (const output::KeyedPiece& piece : stream.take_before(end)) {
                REQUIRE(piece.key == units.at(next / 2));
                REQUIRE(std::ranges::equal(piece.bytes, bytes_of(piece.key, next % 2)));
                in_stretch += piece.bytes.size();
                ++next;
            }
            n_bytes += in_stretch;
            if (n_kept < units.size())
                CHECK(in_stretch < 20'000); // runs that begin before the stretch ends are taken as a whole
            ++n_stretches;
        }
        CHECK(next == 2 * units.size());
        CHECK(n_bytes == stream.n_bytes());
        if (n_kept < 1000)
            CHECK(n_stretches > 10);
        n_compared += next;
    }
    CHECK(n_compared > 12'000);
}

TEST_CASE("what is written to a journal takes no memory any more, and damage there is found")
{
    const std::vector<std::uint64_t> units{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    const Written written{units, 5};
    CHECK(written.log.n_bytes() == 0);
    CHECK(written.log.pieces().empty());
    CHECK(written.log.stored().size() == 2);
    std::filesystem::resize_file("stored_pieces.journal", 200);
    StoredPieces stream{written.log};
    CHECK_THROWS_AS((void)stream.take_before(output::PieceStream::to_the_end), IoError);
}

TEST_CASE("a unit that fails leaves no piece of itself")
{
    PieceLog log;
    log.append(1, bytes_of(1, 0));
    log.close();
    const std::uint64_t n_bytes = log.n_bytes();
    log.append(2, bytes_of(2, 0));
    log.append(2, bytes_of(2, 1));
    log.drop_open();
    REQUIRE(log.pieces().size() == 1);
    CHECK(log.n_bytes() == n_bytes);
    CHECK(log.pieces()[0].key == 1);
}
