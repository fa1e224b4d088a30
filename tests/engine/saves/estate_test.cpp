#include "engine/messages/protocol.hpp"
#include "engine/results/stored_pieces.hpp"
#include "engine/saves/estate.hpp"
#include "engine/saves/inheritance.hpp"
#include "engine/saves/saver.hpp"
#include "perf/recorder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

using namespace mtc;
using namespace mtc::engine;

namespace {

constexpr std::uint32_t n_blocks = 3;

/// Records for the scheduler, sums for owners, rows from those, records for the file.
std::vector<Stage> stages()
{
    Stage weigh;
    weigh.name = "weigh";
    weigh.result = ResultKind::records;
    weigh.destination = Destination::scheduler;
    weigh.datasets = {{.path = "/weights", .fields = {{.name = "", .element = Element::uint8}}}};
    Stage sums;
    sums.name = "sum";
    sums.result = ResultKind::sums;
    sums.destination = Destination::owners;
    sums.block_cells.assign(n_blocks, 10);
    Stage rows;
    rows.name = "rows";
    rows.placement = Placement::owner;
    rows.reads = StageId{1};
    Stage records;
    records.name = "records";
    records.result = ResultKind::records;
    records.datasets = {{.path = "/results/bytes", .fields = {{.name = "", .element = Element::uint8}}}};
    return {weigh, sums, rows, records};
}

/// A rank without MPI.
struct Life {
    Life(const SavingPlan& plan, int rank, int n_ranks)
        : saver{plan, declared, results, recorder, Rank{rank}, n_ranks}
    {}
    void add(std::uint64_t unit)
    {
        const double value = 0.25;
        const CellRun run{unit % 10, {&value, 1}};
        results.begin_unit({StageId{1}, UnitId{unit}});
        results.add(BlockId{static_cast<std::uint32_t>(unit % n_blocks)}, {&run, 1});
        results.end_unit();
    }
    void record(StageId stage, std::uint64_t unit)
    {
        const std::byte byte{static_cast<unsigned char>(unit)};
        results.begin_unit({stage, UnitId{unit}});
        results.records(DatasetId{0}, {&byte, 1});
        results.end_unit();
    }
    std::uint64_t n_quarters()
    {
        double sum = 0.0;
        for (std::uint32_t b = 0; b < n_blocks; ++b) {
            std::vector<double> cells(10);
            results.sums(StageId{1}, BlockId{b}, 0, cells);
            for (const double cell : cells)
                sum += cell;
        }
        return static_cast<std::uint64_t>(4.0 * sum);
    }
    std::vector<Stage> declared = stages();
    Results results{declared};
    perf::Recorder recorder;
    Saver saver;
};

SavingPlan plan(const std::string& folder)
{
    std::filesystem::remove_all(folder);
    return {.folder = folder,
            .interval_s = 1000.0,
            .origin = {.run_id = 1, .input_hash = 2, .mtc_version = "test"}};
}

} // namespace

TEST_CASE("the sums that a lost rank had saved are dealt once, and what it writes later does not count")
{
    const SavingPlan where = plan("estate.ckpt");
    Life heir{where, 0, 3};
    Life lost{where, 1, 3};
    Life third{where, 2, 3};
    Estate estate{where.folder,
                  lost.declared,
                  {heir.saver.incarnation(), lost.saver.incarnation(), third.saver.incarnation()},
                  {}};
    for (std::uint64_t unit = 0; unit < 7; ++unit)
        lost.add(unit);
    REQUIRE(lost.saver.save_now());
    lost.add(7);
    CHECK(estate.why_irreplaceable(StageId{1}).empty());
    const auto saved = estate.seal(Rank{1}, StageId{1});
    CHECK(saved.at(StageId{1}).n_units() == 7);
    CHECK_FALSE(lost.saver.save_now()); // it has come back, and finds its seal
    CHECK(estate.seal(Rank{2}, StageId{1}).empty());

    heir.add(7);
    const auto dealt = estate.deal(StageId{1}, {Rank{0}});
    REQUIRE(dealt.size() == 1);
    CHECK(dealt.front().second == Rank{0});
    CHECK(estate.deal(StageId{1}, {Rank{0}}).empty());
    take_sums(dealt.front().first.path, heir.results, heir.saver);
    CHECK(heir.n_quarters() == 8);
    REQUIRE(heir.saver.save_now());
    heir.saver.end_stage(StageId{1}, false);
    const durable::FoundCheckpoints found = durable::find_checkpoints(where.folder);
    REQUIRE(found.sums.size() == 1); // that of the lost one is absorbed, and gone
    CHECK(found.sums.front().header.units.n_units() == 8);
    CHECK(found.sums.front().header.absorbed.size() == 1);
}

TEST_CASE("what a lost rank had taken over from an earlier life and not saved anew goes to another heir")
{
    const SavingPlan where = plan("twice.ckpt");
    {
        Life first{where, 0, 1};
        for (std::uint64_t unit = 0; unit < 5; ++unit)
            first.add(unit);
        REQUIRE(first.saver.save_now());
    }
    const durable::FoundCheckpoints left = durable::find_checkpoints(where.folder);
    REQUIRE(left.sums.size() == 1);
    for (const bool saved_anew : {false, true}) {
        CAPTURE(saved_anew);
        Life lost{where, 1, 2};
        EarlierWork earlier;
        earlier.sums.push_back({left.sums.front(), Rank{1}});
        Estate estate{where.folder, lost.declared, {1, lost.saver.incarnation()}, earlier};
        take_sums(left.sums.front().path, lost.results, lost.saver);
        lost.add(5);
        if (saved_anew) {
            REQUIRE(lost.saver.save_now());
        }
        const auto saved = estate.seal(Rank{1}, StageId{1});
        CHECK(saved.contains(StageId{1}) == saved_anew);
        const auto dealt = estate.deal(StageId{1}, {Rank{0}});
        REQUIRE(dealt.size() == 1);
        Life heir{where, 0, 2};
        take_sums(dealt.front().first.path, heir.results, heir.saver);
        CHECK(heir.n_quarters() == (saved_anew ? 6 : 5));
    }
}

TEST_CASE("an heir takes of a journal what has not been handed on, and keeps its own records once")
{
    const SavingPlan where = plan("journal.ckpt");
    Life heir{where, 0, 2};
    Life lost{where, 1, 2};
    Estate estate{where.folder, lost.declared, {heir.saver.incarnation(), lost.saver.incarnation()}, {}};
    lost.record(StageId{0}, 1);
    REQUIRE(lost.saver.save_now());
    lost.saver.end_stage(StageId{0}, false);
    for (const std::uint64_t unit : {10, 11, 12})
        lost.record(StageId{3}, unit);
    REQUIRE(lost.saver.save_now());
    lost.record(StageId{3}, 13);
    CHECK(estate.seal(Rank{1}, StageId{3}).at(StageId{3}).n_units() == 3);
    heir.record(StageId{3}, 13);
    const auto dealt = estate.deal(StageId{3}, {Rank{0}});
    REQUIRE(dealt.size() == 1);
    Packer message;
    message.put(InheritHeader{3, 1}).put_bytes(std::as_bytes(std::span{dealt.front().first.path}));
    inherit(message.take(), heir.declared, heir.results, heir.saver);
    CHECK(heir.results.pieces(StageId{0}, DatasetId{0}).pieces().empty());
    CHECK(heir.results.pieces(StageId{0}, DatasetId{0}).stored().empty());
    CHECK(heir.results.pieces(StageId{3}, DatasetId{0}).pieces().empty()); // they stay in the journals
    std::vector<std::uint64_t> keys;
    StoredPieces stored{heir.results.pieces(StageId{3}, DatasetId{0})};
    while (!stored.done())
        for (const output::KeyedPiece& piece : stored.take_before(stored.stretch_end()))
            keys.push_back(piece.key);
    std::ranges::sort(keys);
    CHECK(keys == std::vector<std::uint64_t>{10, 11, 12, 13});
    CHECK(heir.saver.save_now());
    std::uint64_t n_units = 0; // all journals together hold each once
    for (const std::string& path : durable::find_checkpoints(where.folder).journals) {
        const durable::JournalContents contents = durable::read_journal(path);
        if (contents.units.contains(StageId{3}))
            n_units += contents.units.at(StageId{3}).n_units();
    }
    CHECK(n_units == 4);
}

TEST_CASE("a rank cannot be spared once it alone has what is still needed")
{
    const std::vector<Stage> declared = stages();
    const Estate estate{"nowhere.ckpt", declared, {1, 2}, {}};
    CHECK(estate.why_irreplaceable(StageId{0}).empty());
    CHECK(estate.why_irreplaceable(StageId{1}).empty());
    CHECK(estate.why_irreplaceable(StageId{2}) == "it owned results that stage rows reads");
    CHECK(estate.why_irreplaceable(StageId{3}) == "it held results of stage rows");
}
