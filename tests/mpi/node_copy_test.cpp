#include "mpi/node_copy.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <fstream>
#include <string>

#include <sys/mman.h>
#include <sys/resource.h>

namespace mtc {
namespace {

using test::world;

constexpr std::size_t n_bytes = 3'000'017; // not a whole number of pages

ModelBytes sample()
{
    ModelBytes bytes(world().rank() == 0 ? n_bytes : 0);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>(i * 7 % 251);
    return bytes;
}

std::size_t n_right(std::span<const std::byte> bytes)
{
    std::size_t n = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        n += bytes[i] == static_cast<std::byte>(i * 7 % 251) ? 1U : 0U;
    return n;
}

/// This rank among those of its node.
struct Place {
    int rank_ = 0;
    int size_ = 0;
    [[nodiscard]] int rank() const { return rank_; }
    [[nodiscard]] int size() const { return size_; }
};

const Place& node()
{
    static const Place place = [] {
        const mpi::Communicator ranks = world().split_by_node();
        return Place{ranks.rank(), ranks.size()};
    }();
    return place;
}

/// Bytes of the page's mapping that this process shares with nobody: "Private_Dirty: 12 kB" of smaps.
std::uint64_t private_kb(const void* inside)
{
    std::ifstream maps{"/proc/self/smaps"};
    const auto at = reinterpret_cast<std::uintptr_t>(inside);
    bool here = false;
    std::uint64_t kb = 0;
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t first = 0;
        std::uintptr_t end = 0;
        if (std::sscanf(line.c_str(), "%zx-%zx", &first, &end) == 2)
            here = at >= first && at < end;
        else if (here && (line.starts_with("Private_Dirty:") || line.starts_with("Private_Clean:")))
            kb += std::stoull(line.substr(line.find(':') + 1));
    }
    return kb;
}

} // namespace

TEST_CASE("the ranks of a node read one copy of what rank 0 has")
{
    const mpi::NodeCopy copy = mpi::NodeCopy::broadcast(world(), sample());
    CHECK(copy.bytes().size() == n_bytes);
    CHECK(n_right(copy.bytes()) == n_bytes);
    CHECK(copy.why_not_shared().empty());
    CHECK(copy.first_on_node() == (node().rank() == 0));
    world().barrier(); // all have touched it
    const std::uint64_t own_kb = private_kb(copy.bytes().data() + n_bytes / 2);
    world().barrier();
    if (node().size() > 1)
        CHECK(own_kb < 100);
    else
        CHECK(own_kb > 2900);
}

TEST_CASE("what is shared stays when the rank that brought it has let go of it")
{
    mpi::NodeCopy copy = mpi::NodeCopy::broadcast(world(), sample());
    if (world().rank() == 0)
        copy = {};
    world().barrier();
    if (world().rank() != 0)
        CHECK(n_right(copy.bytes()) == n_bytes);
    else
        CHECK(copy.bytes().empty());
}

TEST_CASE("nobody can write what is shared")
{
    const mpi::NodeCopy copy = mpi::NodeCopy::broadcast(world(), sample());
    const auto page = reinterpret_cast<std::uintptr_t>(copy.bytes().data()) / 4096 * 4096;
    const bool shared = node().size() > 1;
    std::ifstream maps{"/proc/self/maps"};
    std::string rights;
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t first = 0;
        std::uintptr_t end = 0;
        if (std::sscanf(line.c_str(), "%zx-%zx", &first, &end) == 2 && page >= first && page < end)
            rights = line.substr(line.find(' ') + 1, 4);
    }
    CHECK(rights == (shared ? "r--s" : "rw-p"));
}

TEST_CASE("where memory cannot be shared every rank has its own, and the reason is told")
{
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{1U << 20U, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    const mpi::NodeCopy copy = mpi::NodeCopy::broadcast(world(), sample());
    setrlimit(RLIMIT_FSIZE, &before);
    CHECK(n_right(copy.bytes()) == n_bytes);
    CHECK(copy.bytes().size() == n_bytes);
    CHECK(copy.why_not_shared() == (node().size() > 1 ? "fallocate: File too large" : ""));
}

TEST_CASE("no bytes are no bytes on every rank")
{
    const mpi::NodeCopy copy = mpi::NodeCopy::broadcast(world(), {});
    CHECK(copy.bytes().empty());
}

} // namespace mtc
