#include "durable/folder.hpp"
#include "durable/journal.hpp"
#include "durable/seal.hpp"
#include "durable/sums_file.hpp"
#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <fstream>

using namespace mtc;
using namespace mtc::durable;

namespace {

constexpr std::uint64_t incarnation = 9;

Origin origin()
{
    return {.run_id = 5, .input_hash = 77, .mtc_version = "0.1.0"};
}

void save(const std::filesystem::path& folder, std::uint64_t generation)
{
    SumsFile file{folder / sums_name(incarnation, StageId{1}, static_cast<int>(generation % 2))};
    CheckpointHeader header;
    header.origin = origin();
    header.id = {incarnation, generation};
    header.stage = StageId{1};
    header.units.add({UnitId{0}, generation});
    PageBuffer block{100};
    std::ranges::fill(block.used(), std::byte{1});
    file.write_block(0, generation, block);
    file.finish(header);
}

void append(Journal& journal, std::uint64_t unit)
{
    const std::byte byte{static_cast<unsigned char>(unit)};
    schedule::UnitSet units;
    units.add({UnitId{unit}, 1});
    const JournalPiece piece{DatasetId{0}, unit, {&byte, 1}};
    journal.append(StageId{0}, {&piece, 1}, units);
}

} // namespace

TEST_CASE("a seal comes back as it was written, and a damaged one is refused")
{
    const std::filesystem::path path = "one.seal";
    CHECK_FALSE(read_seal("none.seal").has_value());
    write_seal(path, {.journal_bytes = 7, .sums = {{1, 0, 4}, {3, 0, 1}}});
    const std::optional<Seal> seal = read_seal(path);
    REQUIRE(seal.has_value());
    CHECK(seal->journal_bytes == 7);
    CHECK(seal->holds(StageId{1}, 4));
    CHECK(seal->holds(StageId{3}, 1));
    CHECK_FALSE(seal->holds(StageId{1}, 5));
    for (const int offset : {0, 9, 17, 26, 50}) {
        write_seal(path, {.journal_bytes = 7, .sums = {{1, 0, 4}, {3, 0, 1}}});
        std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(offset);
        file.put('x');
        file.close();
        CHECK_THROWS_AS((void)read_seal(path), IoError);
    }
}

TEST_CASE("of a sealed process counts what the seal holds, whatever it writes later")
{
    std::filesystem::remove_all("sealed.ckpt");
    const std::filesystem::path folder = rank_folder("sealed.ckpt", 0);
    const std::filesystem::path path = folder / journal_name(incarnation);
    CHECK(seal_path(path) == folder / "0000000000000009.seal");
    CHECK(seal_path(folder / sums_name(incarnation, StageId{1}, 1)) == seal_path(path));
    Journal journal{path, origin()};
    append(journal, 4);
    const std::uint64_t end = read_journal(path).end;
    save(folder, 1);
    save(folder, 2);
    write_seal(seal_path(path), {.journal_bytes = end, .sums = {{1, 0, 2}}});
    append(journal, 5); // it has come back
    save(folder, 3);

    const FoundCheckpoints found = find_checkpoints("sealed.ckpt");
    CHECK(found.warnings.empty());
    REQUIRE(found.sums.size() == 1);
    CHECK(found.sums.front().header.id.generation == 2);
    REQUIRE(found.journals.size() == 1);
    const JournalContents contents = read_journal(path);
    CHECK(contents.units.at(StageId{0}).n_units() == 1);
    CHECK(contents.n_lost == 0);
    std::vector<std::uint64_t> keys;
    replay_journal(path, contents, [&](StageId, const JournalPiece& piece) { keys.push_back(piece.key); });
    CHECK(keys == std::vector<std::uint64_t>{4});
}

TEST_CASE(
    "of a process that had saved nothing when it was sealed nothing counts, and of a damaged seal neither")
{
    std::filesystem::remove_all("sealed.ckpt");
    const std::filesystem::path folder = rank_folder("sealed.ckpt", 0);
    const std::filesystem::path path = folder / journal_name(incarnation);
    write_seal(seal_path(path), {});
    Journal journal{path, origin()};
    append(journal, 4);
    save(folder, 1);
    FoundCheckpoints found = find_checkpoints("sealed.ckpt");
    CHECK(found.sums.empty());
    CHECK(found.journals.empty());
    CHECK(found.warnings.empty());
    std::ofstream{seal_path(path)} << "this is no seal at all, is it? Forty letters.";
    found = find_checkpoints("sealed.ckpt");
    CHECK(found.sums.empty());
    CHECK(found.journals.empty());
    CHECK(found.warnings.size() == 1);
}
