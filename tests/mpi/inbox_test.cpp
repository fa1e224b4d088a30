#include "mpi/inbox.hpp"

#include "mpi/outbox.hpp"
#include "world.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <thread>
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

TEST_CASE("an inbox ends while a long message comes, whose sender does nothing about it")
{
    constexpr std::size_t n_bytes = std::size_t{4} << 20U;
    constexpr std::chrono::seconds far_too_long{20};
    const std::filesystem::path has_ended = "inbox.ended";
    const mpi::Communicator comm = mpi::Communicator::duplicate(world().get());
    const int sender = comm.size() - 1;
    if (sender == 0)
        return;
    if (comm.rank() == 0)
        std::filesystem::remove(has_ended);
    comm.barrier();
    bool found = comm.rank() != 0;
    bool ended = comm.rank() != sender;
    const auto until = std::chrono::steady_clock::now() + far_too_long;
    if (comm.rank() == 0) {
        {
            mpi::Inbox inbox{comm};
            while (!found && std::chrono::steady_clock::now() < until)
                found = inbox.take().has_value() || inbox.receiving();
        }
        std::ofstream{has_ended} << "yes";
    } else if (comm.rank() == sender) {
        mpi::Outbox outbox{comm};
        std::vector<std::byte> bytes(n_bytes, std::byte{1});
        outbox.post(bytes, 0, 1);
        while (!ended && std::chrono::steady_clock::now() < until) { // no call to MPI
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
            ended = std::filesystem::exists(has_ended);
        }
    }
    comm.barrier(); // here the message comes; what it is made of is still there on both sides
    CHECK(found);
    CHECK(ended);
}

} // namespace mtc
