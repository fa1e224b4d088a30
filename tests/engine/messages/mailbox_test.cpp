#include "engine/messages/mailbox.hpp"

#include "engine/messages/traffic.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace mtc;
using test::world;

TEST_CASE("what is under way to a rank that is lost is not waited for, and does not count any more")
{
    constexpr std::size_t n_bytes = std::size_t{4} << 20U; // more than MPI sends before anybody receives it
    const mpi::Communicator comm = mpi::Communicator::duplicate(world().get());
    if (comm.size() == 1) // nobody to lose
        return;
    perf::Recorder recorder;
    engine::Mailbox mailbox{comm, recorder};
    engine::traffic().begin(static_cast<std::size_t>(comm.size()));
    const auto under_way = [] { return engine::traffic().n_under_way.load(); };
    std::uint64_t before = n_bytes;
    std::uint64_t after = 0;
    bool is_idle = true;
    if (comm.rank() == 0) {
        mailbox.send(std::vector<std::byte>(n_bytes, std::byte{7}), Rank{1}, engine::Tag::published);
        before = under_way();
        mailbox.lose(Rank{1});
        after = under_way();
        is_idle = mailbox.idle();
    }
    comm.barrier();
    bool is_whole = true;
    if (comm.rank() == 1) { // it was not lost: what MPI had begun to send is still there
        std::optional<engine::Message> message;
        while (!message)
            message = mailbox.take();
        is_whole =
            message->bytes.size() == n_bytes && std::ranges::count(message->bytes, std::byte{7}) == n_bytes;
    }
    comm.barrier();
    CHECK(before >= n_bytes);
    CHECK(after == 0);
    CHECK(is_idle);
    CHECK(is_whole);
}
