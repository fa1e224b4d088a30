#include "mpi/inbox.hpp"

#include "mpi/outbox.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <utility>

namespace mtc {

using test::world;

namespace {

/// Lengths on both sides of short_bytes, and some that MPI itself does not send at once.
std::size_t length(int i)
{
    const std::vector<std::size_t> lengths{
        0, 8, 40, mpi::short_bytes - 1, mpi::short_bytes, mpi::short_bytes + 1, 3000, 100'000, 300'000};
    return lengths[static_cast<std::size_t>(i) % lengths.size()];
}

std::byte value(int sender, int i)
{
    return static_cast<std::byte>((31 * sender + 7 * i) % 251);
}

} // namespace

TEST_CASE("messages of all lengths come whole, with sender and tag, in the order of each sender")
{
    constexpr int n_each = 130; // more than receives are posted beforehand
    const mpi::Communicator comm = mpi::Communicator::duplicate(world().get());
    const int n_ranks = comm.size();
    mpi::Inbox inbox{comm};
    mpi::Outbox outbox{comm};
    std::vector<int> n_from(static_cast<std::size_t>(n_ranks), 0);
    int n_taken = 0;
    int n_wrong = 0;
    const auto take = [&] {
        outbox.progress();
        const auto message = inbox.take();
        if (!message)
            return;
        int& i = n_from.at(static_cast<std::size_t>(message->source));
        bool right = message->tag == i % 13 && message->bytes.size() == length(i);
        for (const std::byte byte : message->bytes)
            right = right && byte == value(message->source, i);
        n_wrong += right ? 0 : 1;
        ++i;
        ++n_taken;
    };
    for (int i = 0; i < n_each; ++i) {
        for (int to = 0; to < n_ranks; ++to) {
            std::vector<std::byte> bytes(length(i), value(comm.rank(), i));
            outbox.post(bytes, to, i % 13);
        }
        if (i % 90 == 89) // now and then, so that they pile up
            take();
    }
    while (n_taken < n_each * n_ranks || !outbox.idle())
        take();
    CHECK(n_wrong == 0);
    for (const int n : n_from)
        CHECK(n == n_each);
    CHECK_FALSE(inbox.take().has_value());
    comm.barrier();
}

TEST_CASE("an inbox ends with messages in it")
{
    const mpi::Communicator comm = mpi::Communicator::duplicate(world().get());
    const int next = (comm.rank() + 1) % comm.size();
    mpi::Outbox outbox{comm};
    bool found = false;
    {
        mpi::Inbox inbox{comm};
        for (int i = 0; i < 5; ++i) {
            std::vector<std::byte> bytes(40, value(comm.rank(), i));
            outbox.post(bytes, next, 1);
        }
        while (!outbox.idle())
            outbox.progress();
        while (!found)
            found = inbox.take().has_value();
        comm.barrier();
    }
    comm.barrier();
    CHECK(found);
}

} // namespace mtc
