#include "durable/background.hpp"
#include "durable/checksum.hpp"
#include "durable/folder.hpp"
#include "durable/sums_file.hpp"
#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <numeric>
#include <stdexcept>

using namespace mtc;
using namespace mtc::durable;

namespace {

CheckpointHeader header(std::uint64_t generation)
{
    CheckpointHeader made;
    made.origin = {
        .run_id = 5, .input_hash = 77, .instruction_set = InstructionSet::avx2, .mtc_version = "0.1.0"};
    made.id = {9, generation};
    made.stage = StageId{1};
    made.units.add({UnitId{generation}, 10});
    return made;
}

PageBuffer filled(std::size_t n, int value)
{
    PageBuffer buffer{n};
    std::ranges::fill(buffer.used(), static_cast<std::byte>(value));
    return buffer;
}

/// By block: value of its first byte, and its length.
std::map<std::uint32_t, std::pair<int, std::size_t>> contents(const std::filesystem::path& path)
{
    std::map<std::uint32_t, std::pair<int, std::size_t>> blocks;
    read_sums(path, read_sums_header(path).value(),
              [&](const SavedBlock& block, std::span<const std::byte> bytes) {
                  blocks[block.block] = {static_cast<int>(bytes[0]), bytes.size()};
              });
    return blocks;
}

std::string bytes_of(const std::filesystem::path& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void write_bytes(const std::filesystem::path& path, std::string_view bytes)
{
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file << bytes;
}

} // namespace

TEST_CASE("the checksum of data sees every single bit, and the order of words")
{
    std::vector<std::byte> bytes(77);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>(i * 37);
    const std::uint64_t right = checksum(bytes);
    std::size_t n_seen = 0;
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        bytes[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        n_seen += checksum(bytes) != right ? 1U : 0U;
        bytes[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    }
    CHECK(n_seen == 8 * bytes.size());
    CHECK(checksum(bytes) == right);
    std::swap_ranges(bytes.begin(), bytes.begin() + 32, bytes.begin() + 32);
    CHECK(checksum(bytes) != right);
}

TEST_CASE("a file of sums holds the blocks of the last save, changed and unchanged ones")
{
    SumsFile file{"sums.a"};
    CHECK_FALSE(read_sums_header("sums.a").has_value());
    file.write_block(4, 2, filled(5000, 1));
    CHECK_FALSE(read_sums_header("sums.a").has_value()); // the first save is not complete
    file.write_block(7, 3, filled(10, 2));
    file.finish(header(1));
    CHECK(contents("sums.a") ==
          std::map<std::uint32_t, std::pair<int, std::size_t>>{{4, {1, 5000}}, {7, {2, 10}}});
    file.write_block(4, 6, filled(5000, 9));
    CHECK_THROWS_WITH_AS(contents("sums.a"), "sums.a: block 4 is damaged (its checksum does not fit)",
                         IoError);
    file.write_block(0, 1, filled(4096, 5));
    file.finish(header(3));
    CHECK(contents("sums.a") ==
          std::map<std::uint32_t, std::pair<int, std::size_t>>{{0, {5, 4096}}, {4, {9, 5000}}, {7, {2, 10}}});
    const CheckpointHeader read = read_sums_header("sums.a").value();
    CHECK(read.id == CheckpointId{9, 3});
    CHECK(read.units == header(3).units);
    CHECK(read.blocks.at(1).n_units == 6);
}

TEST_CASE("a file of sums that is cut short or changed anywhere it counts is refused by name")
{
    SumsFile{"whole.a"}.finish(header(1)); // no blocks yet is a state, too
    SumsFile file{"whole.b"};
    file.write_block(4, 2, filled(300, 1));
    file.finish(header(2));
    const std::string whole = bytes_of("whole.b");
    const std::size_t header_end =
        2 * PageBuffer::page + serialised(read_sums_header("whole.b").value()).size();
    std::size_t n_refused = 0;
    std::size_t n_tried = 0;
    const auto try_it = [&](const std::string& bytes) {
        ++n_tried;
        write_bytes("broken.b", bytes);
        try {
            (void)contents("broken.b");
        } catch (const IoError& error) {
            n_refused += std::string_view{error.what()}.starts_with("broken.b: ") ? 1U : 0U;
        }
    };
    for (std::size_t n = PageBuffer::page; n < header_end; n += 37)
        try_it(whole.substr(0, n));
    for (std::size_t i = 0; i < header_end; i += i == 39                       ? PageBuffer::page - 39
                                                 : i == PageBuffer::page + 299 ? PageBuffer::page - 299
                                                                               : 1) {
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ 8);
        try_it(changed);
    }
    CHECK(n_tried > 500);
    CHECK(n_refused == n_tried);
}

TEST_CASE("a journal gives back whole appends, whatever is cut off or damaged behind them")
{
    const Origin origin = header(1).origin;
    {
        Journal journal{"test.journal", origin};
        for (std::uint64_t unit = 0; unit < 3; ++unit) {
            const std::vector<std::byte> bytes(50 * (unit + 1), static_cast<std::byte>(unit));
            const std::vector<JournalPiece> pieces{{DatasetId{0}, unit, bytes},
                                                   {DatasetId{1}, 100 + unit, {}}};
            schedule::UnitSet units;
            units.add({UnitId{unit}, 1});
            journal.append(StageId{2}, pieces, units);
        }
    }
    const std::string whole = bytes_of("test.journal");
    const auto check = [&](const std::string& bytes) {
        write_bytes("cut.journal", bytes);
        const JournalContents contents = read_journal("cut.journal");
        CHECK(contents.origin == origin);
        std::uint64_t n_pieces = 0;
        std::vector<std::byte> memory;
        const auto take = [&](const JournalPiece& piece) {
            const std::uint64_t unit = n_pieces / 2;
            REQUIRE(piece.dataset == DatasetId{static_cast<std::uint32_t>(n_pieces % 2)});
            REQUIRE(piece.key == (n_pieces % 2 == 0 ? unit : 100 + unit));
            REQUIRE(piece.bytes.size() == (n_pieces % 2 == 0 ? 50 * (unit + 1) : 0));
            ++n_pieces;
        };
        for (const JournalRun& run : contents.runs) {
            REQUIRE(run.stage == StageId{2});
            read_run("cut.journal", run, memory, take);
        }
        const std::uint64_t n_units =
            contents.units.contains(StageId{2}) ? contents.units.at(StageId{2}).n_units() : 0;
        REQUIRE(n_pieces == 2 * n_units);
        REQUIRE(contents.end + contents.n_lost == bytes.size());
        return n_units;
    };
    CHECK(check(whole) == 3);
    std::array<std::size_t, 4> n_cuts{};
    std::size_t n_too_short = 0;
    for (std::size_t n = 0; n < whole.size(); ++n) {
        try {
            ++n_cuts.at(check(whole.substr(0, n)));
        } catch (const IoError&) {
            ++n_too_short;
        }
    }
    CHECK(n_cuts[0] > 100);
    CHECK(n_cuts[1] > 100);
    CHECK(n_cuts[2] > 100);
    CHECK(n_cuts[3] == 0);
    CHECK(n_too_short > 100); // not even its beginning
    for (std::size_t i = n_too_short; i < whole.size(); ++i) {
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ 2);
        REQUIRE(check(changed) < 3);
    }
}

TEST_CASE("a journal that was removed is written anew, with all that it held")
{
    const std::filesystem::path path = "removed.ckpt/0/test.journal";
    std::filesystem::create_directories(path.parent_path());
    Journal journal{path, header(1).origin};
    const std::vector<std::byte> bytes(1000, std::byte{7});
    std::vector<JournalRun> runs;
    for (std::uint64_t unit = 0; unit < 3; ++unit) {
        schedule::UnitSet units;
        units.add({UnitId{unit}, 1});
        const std::vector<JournalPiece> pieces{{DatasetId{0}, 20 * unit, bytes}};
        std::ranges::copy(journal.append(StageId{2}, pieces, units), std::back_inserter(runs));
        if (unit < 2)
            CHECK(journal.n_restored() == static_cast<int>(unit));
        if (unit == 0)
            CHECK(std::filesystem::remove_all("removed.ckpt") == 3);
    }
    CHECK(journal.n_restored() == 1);
    const JournalContents contents = read_journal(path);
    CHECK(contents.units.at(StageId{2}).n_units() == 3);
    CHECK(contents.n_lost == 0);
    std::filesystem::remove(path); // what was appended can be read all the same
    std::uint64_t n_read = 0;
    std::vector<std::byte> memory;
    for (const JournalRun& run : runs)
        read_run(journal.open_path(), run, memory, [&](const JournalPiece& piece) {
            CHECK(piece.key == 20 * n_read);
            CHECK(std::ranges::equal(piece.bytes, bytes));
            ++n_read;
        });
    CHECK(n_read == 3);
}

TEST_CASE("a folder of checkpoints is read whole; what is damaged is named")
{
    std::filesystem::remove_all("found.ckpt");
    CHECK(find_checkpoints("found.ckpt").sums.empty());
    const std::filesystem::path folder = rank_folder("found.ckpt", 205);
    CHECK(folder == std::filesystem::path{"found.ckpt/2"});
    SumsFile first{folder / sums_name(9, StageId{1}, 0)};
    first.finish(header(1));
    SumsFile second{folder / sums_name(9, StageId{1}, 1)};
    second.finish(header(2));
    Journal journal{folder / journal_name(9), header(1).origin};
    journal.append(StageId{0}, {}, {});
    SumsFile unfinished{folder / sums_name(10, StageId{1}, 0)};
    write_bytes(folder / sums_name(11, StageId{1}, 0), std::string(9000, 'x'));
    const FoundCheckpoints found = find_checkpoints("found.ckpt");
    CHECK(found.sums.size() == 2);
    CHECK(found.journals == std::vector<std::string>{"found.ckpt/2/0000000000000009.journal"});
    CHECK(found.origins == std::vector<Origin>{header(1).origin});
    REQUIRE(found.warnings.size() == 1);
    CHECK(found.warnings[0] ==
          "found.ckpt/2/000000000000000b.1.a: its first page is damaged: what it held is computed again");
}

TEST_CASE("helper jobs run in order, and none after one that failed")
{
    std::vector<int> done;
    Background background;
    background.post([&] { done.push_back(1); });
    background.post([] { throw std::runtime_error("no more"); });
    background.post([&] { done.push_back(2); });
    background.wait();
    CHECK(background.idle());
    CHECK(done == std::vector<int>{1});
    CHECK(background.take_error() == "no more");
    CHECK_FALSE(background.take_error().has_value());
    background.post([&] { done.push_back(3); });
    background.wait();
    CHECK(done == std::vector<int>{1, 3});
}
