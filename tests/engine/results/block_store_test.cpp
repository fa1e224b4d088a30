#include "engine/results/block_store.hpp"

#include "engine/results/sums.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <random>
#include <string>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace mtc;
using namespace mtc::engine;

namespace {

std::vector<std::byte> bytes_of(const BlockSums& sums, BlockId block)
{
    std::vector<std::byte> bytes(sums.n_bytes(block));
    sums.copy(block, bytes);
    return bytes;
}

std::vector<double> values_of(const BlockSums& sums, BlockId block, std::uint64_t n_cells)
{
    std::vector<double> values(n_cells);
    sums.read(block, 0, values);
    return values;
}

/// A descriptor of this process's open file that has lost this name.
int open_without_name(const std::string& name)
{
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
        std::error_code gone;
        const std::string target = std::filesystem::read_symlink(entry.path(), gone).string();
        if (target.ends_with(name + " (deleted)"))
            return ::open(entry.path().c_str(), O_RDWR | O_CLOEXEC);
    }
    return -1;
}

/// Files larger than this cannot be written while it lives.
class DiskFull {
public:
    explicit DiskFull(rlim_t n_bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit small{n_bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    DiskFull(const DiskFull&) = delete;
    DiskFull& operator=(const DiskFull&) = delete;
    ~DiskFull() { ::setrlimit(RLIMIT_FSIZE, &before_); }

private:
    rlimit before_{};
};

} // namespace

TEST_CASE("sums of which few stay in memory are the bits of those that all do, whatever is done with them")
{
    for (const bool wide : {false, true}) {
        CAPTURE(wide);
        constexpr std::uint32_t n_blocks = 40;
        std::vector<std::uint64_t> cells(n_blocks);
        for (std::uint32_t b = 0; b < n_blocks; ++b)
            cells[b] = 1 + 100 * (b % 3); // of three sizes, the first far below the others
        BlockSums whole{cells, 37.0, wide};
        BlockSums paged{cells, 37.0, wide};
        const std::uint64_t most_bytes = 4 * 201 * (wide ? 16 : 8);
        paged.store().limit(most_bytes, "paged.aside");
        std::mt19937_64 random{wide ? 3U : 4U};
        std::uint64_t n_compared = 0;
        for (int step = 0; step < 4000; ++step) {
            const BlockId block{static_cast<std::uint32_t>(random() % n_blocks)};
            const std::uint64_t n = cells[block.value()];
            const auto what = random() % 10;
            if (what < 5) {
                const std::vector<double> values(n, 1e-3 * static_cast<double>(random() % 1000));
                const std::array runs{CellRun{0, values}};
                whole.add(block, runs);
                paged.add(block, runs);
            } else if (what < 6 && whole.holds(block)) {
                const std::vector<std::byte> part = bytes_of(whole, block);
                whole.add_raw(block, part, 1);
                paged.add_raw(block, part, 1);
            } else if (what < 7 && random() % 4 == 0) {
                whole.release(block);
                paged.release(block);
            } else if (what < 8) {
                REQUIRE(values_of(whole, block, n) == values_of(paged, block, n));
                ++n_compared;
            } else if (whole.holds(block)) {
                REQUIRE(bytes_of(whole, block) == bytes_of(paged, block));
                ++n_compared;
            }
            REQUIRE(paged.store().bytes_in_memory() <= most_bytes);
            REQUIRE(paged.store().bytes_held() == whole.store().bytes_held());
        }
        CHECK(whole.held() == paged.held());
        for (const BlockId block : whole.held()) {
            CHECK(bytes_of(whole, block) == bytes_of(paged, block));
            CHECK(whole.n_units(block) == paged.n_units(block));
        }
        CHECK(n_compared > 500);
        CHECK(whole.store().traffic().put_aside == 0);
        CHECK(paged.store().traffic().put_aside > 100 * most_bytes);
        CHECK(paged.store().traffic().brought_back > 100 * most_bytes);
        CHECK(paged.store().why_not_aside().empty());
        CHECK_FALSE(std::filesystem::exists("paged.aside")); // it has no name any more
    }
}

TEST_CASE(
    "tile after tile every block goes to the disk once and comes back once; a look alone writes nothing")
{
    constexpr std::uint32_t n_tiles = 10;
    constexpr std::uint32_t n_in_tile = 5;
    const std::vector<std::uint64_t> bytes(n_tiles * n_in_tile, 1000);
    BlockStore store{bytes};
    store.limit(2 * n_in_tile * 1000, "tiles.aside");
    for (std::uint32_t tile = 0; tile < n_tiles; ++tile)
        for (std::uint32_t i = 0; i < 20 * n_in_tile; ++i) {
            // The last ones of a tile go together with the first ones of the next.
            const std::uint32_t late = i < n_in_tile && tile > 0 && i % 2 == 1 ? 1 : 0;
            store.change(BlockId{(tile - late) * n_in_tile + i % n_in_tile})[0] = std::byte{1};
        }
    CHECK(store.bytes_held() == 50'000);
    CHECK(store.bytes_in_memory() == 10'000);
    CHECK(store.traffic().put_aside == 40'000);
    CHECK(store.traffic().brought_back == 0);
    for (std::uint32_t b = 0; b < bytes.size(); ++b)
        CHECK(store.look(BlockId{b})[0] == std::byte{1});
    CHECK(store.traffic().put_aside == 50'000); // the last two tiles went now
    CHECK(store.traffic().brought_back == 40'000 + 10'000);
    for (std::uint32_t b = 0; b < bytes.size(); ++b)
        CHECK(store.look(BlockId{b})[0] == std::byte{1});
    CHECK(store.traffic().put_aside == 50'000);
}

TEST_CASE("a full disk keeps sums in memory, says why, and is forgotten when there is room again")
{
    const std::vector<std::uint64_t> bytes(8, 10'000);
    BlockStore store{bytes};
    store.limit(20'000, "full.aside");
    {
        const DiskFull full{25'000}; // two and a half blocks
        for (std::uint32_t b = 0; b < bytes.size(); ++b)
            store.change(BlockId{b})[b] = std::byte{7};
        CHECK(store.why_not_aside().find("full.aside: cannot put sums aside (File too large)") !=
              std::string::npos);
        CHECK(store.traffic().put_aside == 20'000);
        CHECK(store.bytes_in_memory() == 60'000);
    }
    store.change(BlockId{7})[8] = std::byte{7};
    (void)store.look(BlockId{0});
    CHECK(store.why_not_aside().empty());
    CHECK(store.bytes_in_memory() == 20'000);
    std::uint64_t n_right = 0;
    for (std::uint32_t b = 0; b < bytes.size(); ++b) {
        const auto block = store.look(BlockId{b});
        n_right += std::ranges::count(block, std::byte{7}) == (b == 7 ? 2 : 1) && block[b] == std::byte{7};
    }
    CHECK(n_right == 8);

    BlockStore nowhere{bytes};
    nowhere.limit(20'000, "no/such/folder/x.aside");
    for (std::uint32_t b = 0; b < bytes.size(); ++b)
        nowhere.change(BlockId{b})[0] = std::byte{1};
    CHECK(nowhere.why_not_aside().find("x.aside: cannot create the file (No such file") != std::string::npos);
    CHECK(nowhere.bytes_in_memory() == 80'000);
}

TEST_CASE("what comes back damaged is refused, and what is in memory stays right")
{
    const std::vector<std::uint64_t> bytes(3, 5'000);
    BlockStore store{bytes};
    store.limit(10'000, "damaged.aside");
    for (std::uint32_t b = 0; b < bytes.size(); ++b)
        store.change(BlockId{b})[0] = std::byte{1};
    const int file = open_without_name("damaged.aside");
    REQUIRE(file >= 0);
    const std::byte wrong{4};
    REQUIRE(::pwrite(file, &wrong, 1, 4'000) == 1);
    std::vector<std::byte> out(5'000);
    CHECK_THROWS_WITH_AS(store.copy(BlockId{0}, out),
                         "damaged.aside: what was put aside is damaged (its checksum does not fit)",
                         BlockLost);
    CHECK_THROWS_AS((void)store.look(BlockId{0}), BlockLost);
    CHECK_THROWS_AS((void)store.change(BlockId{0}), BlockLost);
    CHECK(store.holds(BlockId{0}));
    CHECK(store.bytes_in_memory() <= 10'000);
    CHECK(store.look(BlockId{1})[0] == std::byte{1});
    CHECK(store.look(BlockId{2})[0] == std::byte{1});
    REQUIRE(::ftruncate(file, 100) == 0);
    ::close(file);
    CHECK_THROWS_AS(store.copy(BlockId{0}, out), BlockLost);
}

TEST_CASE("the order of touches is kept, whatever goes in between")
{
    Recency order{100};
    CHECK(order.empty());
    std::vector<std::uint32_t> plain; // the oldest first
    std::mt19937 random{1};
    for (int step = 0; step < 5000; ++step) {
        const auto i = static_cast<std::uint32_t>(random() % 100);
        std::erase(plain, i);
        if (random() % 3 == 0) {
            order.remove(i);
        } else {
            order.touch(i);
            plain.push_back(i);
        }
        REQUIRE(order.empty() == plain.empty());
        if (!plain.empty())
            REQUIRE(order.oldest() == plain.front());
    }
    CHECK(plain.size() > 20);
}
