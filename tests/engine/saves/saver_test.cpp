#include "engine/saves/saver.hpp"

#include "durable/sums_file.hpp"
#include "perf/clock.hpp"

#include <algorithm>
#include <doctest/doctest.h>

#include <csignal>
#include <cstring>
#include <thread>

#include <sys/resource.h>

using namespace mtc;
using namespace mtc::engine;

namespace {

constexpr std::uint64_t n_cells = 100'000; // 800 kB a block: several are copied one after the other
constexpr std::uint32_t n_blocks = 12;

std::vector<Stage> stages()
{
    Stage sums;
    sums.result = ResultKind::sums;
    sums.destination = Destination::owners;
    sums.n_units = 1000;
    sums.block_cells.assign(n_blocks, n_cells);
    Stage records;
    records.result = ResultKind::records;
    records.n_units = 1000;
    records.datasets = {{.path = "/results/bytes", .fields = {{.name = "", .element = Element::uint8}}}};
    Stage gathered = records;
    gathered.destination = Destination::scheduler;
    return {sums, records, gathered};
}

SavingPlan plan(const std::string& folder)
{
    std::filesystem::remove_all(folder);
    return {.folder = folder,
            .interval_s = 1000.0,
            .origin = {.run_id = 1, .input_hash = 2, .mtc_version = "test"}};
}

/// A rank without MPI: results and what saves them.
struct Life {
    explicit Life(const SavingPlan& how)
        : saver{how, declared, results, recorder, Rank{0}, 1}
    {}
    /// With sums of which so many blocks stay in memory.
    Life(const SavingPlan& how, std::uint64_t n_in_memory)
        : Life{how}
    {
        results.limit_sums(n_in_memory * n_cells * sizeof(std::int64_t), [&](StageId stage) {
            return std::filesystem::path{how.folder} / durable::aside_name(saver.incarnation(), stage);
        });
    }
    /// One unit that adds 0.25 to a cell of a block.
    void add(std::uint64_t unit, std::uint32_t block)
    {
        const double value = 0.25;
        const CellRun run{unit % n_cells, {&value, 1}};
        results.begin_unit({StageId{0}, UnitId{unit}});
        results.add(BlockId{block}, {&run, 1});
        results.end_unit();
    }
    std::vector<Stage> declared = stages();
    Results results{declared};
    perf::Recorder recorder;
    Saver saver;
};

/// Sum of all cells that a file holds, in quarters; it must be the number of its units.
std::uint64_t n_quarters(const durable::FoundSums& found)
{
    std::uint64_t n = 0;
    durable::read_sums(found.path, found.header,
                       [&](const durable::SavedBlock&, std::span<const std::byte> bytes) {
                           std::vector<std::int64_t> cells(bytes.size() / sizeof(std::int64_t));
                           std::memcpy(cells.data(), bytes.data(), bytes.size());
                           for (const std::int64_t cell : cells)
                               n += static_cast<std::uint64_t>(cell >> 54); // 0.25 is 2^54
                       });
    return n;
}

} // namespace

TEST_CASE(
    "a save holds the state of its beginning, whatever units add while it is copied, wherever blocks lie")
{
    std::uint64_t n_in_memory = n_blocks;
    SUBCASE("all in memory") {}
    SUBCASE("most on the disk")
    {
        n_in_memory = 3;
    }
    SavingPlan often = plan("copied.ckpt");
    often.interval_s = 1e-3;
    std::filesystem::create_directories(often.folder);
    Life life{often, n_in_memory};
    std::uint64_t unit = 0;
    for (; unit < 24; ++unit)
        life.add(unit, static_cast<std::uint32_t>(unit) % n_blocks);
    // Units go on between all steps of the copying; saves follow one another.
    for (; unit < 900; ++unit) {
        life.saver.between_units(perf::now_s());
        life.add(unit, static_cast<std::uint32_t>(unit * 7) % n_blocks);
        std::this_thread::sleep_for(std::chrono::microseconds{200});
    }
    CHECK(life.saver.save_now());
    life.saver.end_stage(StageId{0}, false);
    const durable::FoundCheckpoints found = durable::find_checkpoints("copied.ckpt");
    REQUIRE(found.sums.size() == 2);
    CHECK(found.warnings.empty());
    const auto newest = std::ranges::max_element(
        found.sums, {}, [](const durable::FoundSums& sums) { return sums.header.id.generation; });
    CHECK(newest->header.id.generation >= 2); // one while units went on, and the last
    CHECK(newest->header.units.n_units() == unit);
    std::size_t n_whole = 0;
    for (const durable::FoundSums& sums : found.sums) {
        std::uint64_t n_units = 0;
        for (const durable::SavedBlock& block : sums.header.blocks)
            n_units += block.n_units;
        CHECK(n_units == sums.header.units.n_units());
        CHECK(n_quarters(sums) == sums.header.units.n_units());
        ++n_whole;
    }
    CHECK(n_whole == 2);
    CHECK((life.results.block_sums(StageId{0}).store().traffic().brought_back > 0) == (n_in_memory == 3));
}

TEST_CASE("sums that were taken over are saved anew before their files go")
{
    const SavingPlan where = plan("taken.ckpt");
    {
        Life dead{where};
        for (std::uint64_t unit = 0; unit < 10; ++unit)
            dead.add(unit, static_cast<std::uint32_t>(unit));
        CHECK(dead.saver.save_now());
    }
    const durable::FoundCheckpoints left = durable::find_checkpoints("taken.ckpt");
    REQUIRE(left.sums.size() == 1);
    Life heir{where};
    durable::read_sums(
        left.sums[0].path, left.sums[0].header,
        [&](const durable::SavedBlock& saved, std::span<const std::byte> bytes) {
            heir.results.block_sums(StageId{0}).add_raw(BlockId{saved.block}, bytes, saved.n_units);
        });
    heir.results.adopt_units(StageId{0}, left.sums[0].header.units);
    heir.saver.adopt(left.sums[0]);
    heir.add(10, 0);
    CHECK(std::filesystem::exists(left.sums[0].path));
    CHECK(heir.saver.save_now());
    heir.saver.end_stage(StageId{0}, false);
    CHECK_FALSE(std::filesystem::exists(left.sums[0].path));
    const durable::FoundCheckpoints found = durable::find_checkpoints("taken.ckpt");
    REQUIRE(found.sums.size() == 1);
    CHECK(found.sums[0].header.absorbed == std::vector<durable::CheckpointId>{left.sums[0].header.id});
    CHECK(found.sums[0].header.units.n_units() == 11);
    CHECK(n_quarters(found.sums[0]) == 11);
}

TEST_CASE("records go to the journal once, with their units")
{
    Life life{plan("records.ckpt")};
    for (std::uint64_t unit = 0; unit < 6; ++unit) {
        const std::vector<std::byte> bytes(unit, static_cast<std::byte>(unit));
        life.results.begin_unit({StageId{1}, UnitId{unit}});
        if (unit > 0)
            life.results.records(DatasetId{0}, bytes);
        life.results.end_unit();
        if (unit % 2 == 1)
            CHECK(life.saver.save_now());
    }
    const durable::FoundCheckpoints found = durable::find_checkpoints("records.ckpt");
    REQUIRE(found.journals.size() == 1);
    const durable::JournalContents contents = durable::read_journal(found.journals[0]);
    CHECK(contents.units.at(StageId{1}).n_units() == 6);
    CHECK(contents.n_lost == 0);
    std::vector<std::uint64_t> keys;
    std::vector<std::byte> memory;
    REQUIRE(contents.runs.size() == 3); // one a save: they are not adjacent in the file
    for (const durable::JournalRun& run : contents.runs)
        durable::read_run(found.journals[0], run, memory, [&](const durable::JournalPiece& piece) {
            CHECK(piece.bytes.size() == piece.key);
            keys.push_back(piece.key);
        });
    CHECK(keys == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
}

TEST_CASE("what is on its way to other ranks after a stage's end is not saved any more")
{
    Life life{plan("ended.ckpt")};
    life.results.begin_unit({StageId{1}, UnitId{0}});
    life.results.records(DatasetId{0}, std::vector<std::byte>(8));
    life.results.end_unit();
    life.saver.end_stage(StageId{1}, false);
    life.results.pieces(StageId{1}, DatasetId{0}) = {}; // as they are sent
    CHECK(life.saver.save_now());
    CHECK(
        durable::find_checkpoints("ended.ckpt").journals.empty()); // a unit without its records would be lost

    Life sums{plan("ended2.ckpt")};
    sums.add(0, 0);
    sums.saver.end_stage(StageId{0}, false);
    sums.results.block_sums(StageId{0}).release(BlockId{0});
    CHECK(sums.saver.save_now());
    CHECK(durable::find_checkpoints("ended2.ckpt").sums.empty());
    Life needed{plan("ended3.ckpt")};
    needed.add(0, 0);
    needed.saver.end_stage(StageId{0}, true);
    CHECK(durable::find_checkpoints("ended3.ckpt").sums.size() == 1);
}

TEST_CASE("a save that fails leaves the one before, and the next is whole")
{
    std::signal(SIGXFSZ, SIG_IGN);
    Life life{plan("failing.ckpt")};
    life.add(0, 0);
    CHECK(life.saver.save_now());
    life.add(1, 1);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{100'000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    CHECK_FALSE(life.saver.save_now());
    setrlimit(RLIMIT_FSIZE, &before);
    durable::FoundCheckpoints found = durable::find_checkpoints("failing.ckpt");
    REQUIRE(found.sums.size() == 1);
    CHECK(n_quarters(found.sums[0]) == 1);
    CHECK(life.saver.save_now()); // without anything new
    found = durable::find_checkpoints("failing.ckpt");
    REQUIRE(found.sums.size() == 2);
    std::uint64_t most = 0;
    for (const durable::FoundSums& sums : found.sums)
        most = std::max(most, n_quarters(sums));
    CHECK(most == 2);
}

TEST_CASE("records that could not be saved are saved as soon as there is room, once")
{
    std::signal(SIGXFSZ, SIG_IGN);
    Life life{plan("room.ckpt")};
    std::uint64_t n_units = 0;
    const auto compute = [&] {
        life.results.begin_unit({StageId{2}, UnitId{n_units}});
        life.results.records(DatasetId{0}, std::vector<std::byte>(1000, static_cast<std::byte>(n_units)));
        life.results.end_unit();
        ++n_units;
    };
    const auto journal = [] {
        const durable::FoundCheckpoints found = durable::find_checkpoints("room.ckpt");
        REQUIRE(found.journals.size() == 1);
        return found.journals[0];
    };
    compute();
    CHECK(life.saver.save_now());
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{2'500, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    for (int i = 0; i < 3; ++i) {
        compute();
        compute();
        CHECK_FALSE(life.saver.save_now());
    }
    // The journal of a dead process is taken over meanwhile: its piece is not to be written here.
    life.results.pieces(StageId{2}, DatasetId{0}).append_saved(700, std::vector<std::byte>(5));
    compute();
    setrlimit(RLIMIT_FSIZE, &before);
    CHECK(durable::read_journal(journal()).units.at(StageId{2}).n_units() == 1);
    CHECK(life.saver.save_now());
    compute();
    CHECK(life.saver.save_now());
    const durable::JournalContents contents = durable::read_journal(journal());
    CHECK(contents.units.at(StageId{2}).n_units() == n_units);
    CHECK(contents.n_lost == 0);
    std::uint64_t n_read = 0;
    std::vector<std::byte> memory;
    for (const durable::JournalRun& run : contents.runs)
        durable::read_run(journal(), run, memory, [&](const durable::JournalPiece& piece) {
            CHECK(piece.key == n_read);
            CHECK(piece.bytes.front() == static_cast<std::byte>(n_read));
            ++n_read;
        });
    CHECK(n_read == n_units);
    CHECK(n_units == 9);
    CHECK(life.results.pieces(StageId{2}, DatasetId{0}).pieces().size() ==
          9 + 1); // not for the file: all stay
}

TEST_CASE("that all is saved is not said when the end of a stage could not be")
{
    std::signal(SIGXFSZ, SIG_IGN);
    Life life{plan("unsaid.ckpt")};
    life.results.begin_unit({StageId{2}, UnitId{0}});
    life.results.records(DatasetId{0}, std::vector<std::byte>(1000));
    life.results.end_unit();
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{500, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    life.saver.end_stage(StageId{2}, true);
    setrlimit(RLIMIT_FSIZE, &before);
    life.add(0, 0);
    CHECK_FALSE(life.saver.save_now());
    CHECK(durable::find_checkpoints("unsaid.ckpt").sums.size() == 1);
}
