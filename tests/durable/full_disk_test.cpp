#include "durable/journal.hpp"
#include "durable/seal.hpp"
#include "durable/snapshot.hpp"
#include "mtc/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace mtc;
using namespace mtc::durable;

namespace {

bool disk_fails = false;

} // namespace

/// Instead of the C library's, for this program: a disk that cannot hold what the system took.
extern "C" int fdatasync(int descriptor)
{
    if (disk_fails) {
        errno = EIO;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}

namespace {

const Origin origin{.run_id = 5, .input_hash = 77, .mtc_version = "0.1.0"};

/// As on a disk that is full beyond so many bytes of a file.
struct FullBeyond {
    explicit FullBeyond(std::uint64_t n_bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before);
        const rlimit small{n_bytes, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
    }
    ~FullBeyond() { setrlimit(RLIMIT_FSIZE, &before); }
    FullBeyond(const FullBeyond&) = delete;
    FullBeyond& operator=(const FullBeyond&) = delete;
    rlimit before{};
};

} // namespace

TEST_CASE(
    "what a journal had no room for is there once when it is appended again, whatever was written of it")
{
    const std::string path = "full.journal";
    constexpr std::size_t piece_bytes = 100;
    const auto pieces_of = [](std::uint64_t first, std::uint64_t n, const std::vector<std::byte>& bytes) {
        std::vector<JournalPiece> pieces;
        for (std::uint64_t key = first; key < first + n; ++key)
            pieces.push_back({DatasetId{0}, key, bytes});
        return pieces;
    };
    const auto units = [](std::uint64_t n) {
        schedule::UnitSet set;
        set.add({UnitId{0}, n});
        return set;
    };
    const std::vector<std::byte> bytes(piece_bytes, std::byte{5});
    int n_refused = 0;
    int n_left_before = 0;
    for (std::uint64_t room = 0; room < 1400; room += 7) {
        Journal journal{path, origin};
        bool first_fits = true;
        {
            const FullBeyond disk{room};
            try {
                journal.append(StageId{0}, pieces_of(0, 2, bytes), units(2));
            } catch (const IoError&) {
                first_fits = false;
            }
            // More pieces than before, as units come meanwhile.
            if (first_fits) {
                CHECK_THROWS_AS(journal.append(StageId{0}, pieces_of(2, 9, bytes), units(11)), IoError);
                CHECK(read_journal(path).units.at(StageId{0}).n_units() == 2);
                ++n_left_before;
            } else {
                ++n_refused;
                CHECK_THROWS_AS(journal.append(StageId{0}, pieces_of(0, 3, bytes), units(3)), IoError);
                CHECK(std::filesystem::file_size(path) == 0);
            }
        }
        const std::uint64_t first = first_fits ? 2 : 0;
        const std::vector<JournalRun> runs =
            journal.append(StageId{0}, pieces_of(first, 11 - first, bytes), units(11));
        REQUIRE(runs.size() == 1);
        CHECK(runs[0].first_key == first);
        const JournalContents contents = read_journal(path);
        CHECK(contents.n_lost == 0);
        CHECK(contents.units.at(StageId{0}).n_units() == 11);
        std::uint64_t n_read = 0;
        std::vector<std::byte> memory;
        for (const JournalRun& run : contents.runs)
            read_run(path, run, memory, [&](const JournalPiece& piece) {
                REQUIRE(piece.key == n_read++);
                REQUIRE(std::ranges::equal(piece.bytes, bytes));
            });
        REQUIRE(n_read == 11);
    }
    CHECK(n_refused > 30);
    CHECK(n_left_before > 30);
}

TEST_CASE("of a journal whose process was given up nothing is taken away")
{
    const std::string path = "sealed.journal";
    Journal journal{path, origin};
    const std::vector<std::byte> bytes(100, std::byte{5});
    const std::vector<JournalPiece> pieces{{DatasetId{0}, 0, bytes}};
    schedule::UnitSet units;
    units.add({UnitId{0}, 1});
    journal.append(StageId{0}, pieces, units);
    std::ofstream{seal_path(path)} << "of rank 0";
    {
        const FullBeyond disk{std::filesystem::file_size(path) + 10};
        CHECK_THROWS_AS(journal.append(StageId{0}, pieces, units), IoError);
    }
    CHECK_THROWS_AS(journal.append(StageId{0}, pieces, units), IoError);
    std::filesystem::remove(seal_path(path));
    CHECK(std::filesystem::file_size(path) == read_journal(path).end + 10);
}

TEST_CASE("a snapshot that fails, however often, leaves the one before")
{
    Snapshots snapshots{"full.tables"};
    snapshots.save(std::vector<std::byte>(10, std::byte{1}));
    {
        const FullBeyond disk{20};
        for (int i = 0; i < 3; ++i)
            CHECK_THROWS_AS(snapshots.save(std::vector<std::byte>(1000, std::byte{2})), IoError);
    }
    CHECK(read_snapshot("full.tables") == std::vector<std::byte>(10, std::byte{1}));
    snapshots.save(std::vector<std::byte>(1000, std::byte{3}));
    CHECK(read_snapshot("full.tables") == std::vector<std::byte>(1000, std::byte{3}));
}

TEST_CASE("what a journal's disk failed to take counts once when it is appended again")
{
    const std::string path = "failing.journal";
    Journal journal{path, origin};
    const std::vector<std::byte> bytes(100, std::byte{5});
    const auto append = [&](std::uint64_t first, std::uint64_t n) {
        std::vector<JournalPiece> pieces;
        for (std::uint64_t key = first; key < first + n; ++key)
            pieces.push_back({DatasetId{0}, key, bytes});
        schedule::UnitSet units;
        units.add({UnitId{first}, n});
        journal.append(StageId{0}, pieces, units);
    };
    append(0, 2);
    const std::uint64_t whole = std::filesystem::file_size(path);
    disk_fails = true;
    CHECK_THROWS_WITH_AS(append(2, 2), doctest::Contains("cannot bring it to the disk"), IoError);
    CHECK(std::filesystem::file_size(path) == whole);
    CHECK_THROWS_AS(append(2, 3), IoError);
    disk_fails = false;
    append(2, 4);
    const JournalContents contents = read_journal(path);
    CHECK(contents.units.at(StageId{0}).n_units() == 6);
    CHECK(contents.n_lost == 0);
    std::uint64_t n_read = 0;
    std::vector<std::byte> memory;
    for (const JournalRun& run : contents.runs)
        read_run(path, run, memory, [&](const JournalPiece& piece) { CHECK(piece.key == n_read++); });
    CHECK(n_read == 6);
}
