#include "mpi/communicator.hpp"

#include "world.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <numeric>
#include <utility>

namespace mtc {

using test::world;

TEST_CASE("reductions give every rank the same value")
{
    const int n = world().size();
    const std::int32_t rank = world().rank();
    CHECK(world().max(rank) == n - 1);
    CHECK(world().min(rank) == 0);
    CHECK(world().sum<std::uint64_t>(1U << 20U) == (std::uint64_t{1} << 20U) * static_cast<std::uint64_t>(n));
    CHECK(world().max(0.5 * rank) == 0.5 * (n - 1));
    CHECK(world().exclusive_sum<std::uint64_t>(10) == 10U * static_cast<std::uint64_t>(rank));
    std::vector<std::int64_t> values(5);
    std::iota(values.begin(), values.end(), rank);
    world().sum_in_place(std::span{values});
    for (std::int64_t i = 0; i < 5; ++i)
        CHECK(values[static_cast<std::size_t>(i)] == i * n + n * (n - 1) / 2);
}

TEST_CASE("a broadcast reaches every rank")
{
    std::vector<std::byte> bytes(100'000);
    if (world().rank() == 0)
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<std::byte>(i * 7 % 251);
    world().broadcast(bytes, 0);
    std::size_t n_equal = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        n_equal += bytes[i] == static_cast<std::byte>(i * 7 % 251) ? 1U : 0U;
    CHECK(n_equal == bytes.size());
}

TEST_CASE("a wrong call is an exception with MPI's own reason, not the end of the process")
{
    int code = MPI_SUCCESS;
    std::string message;
    try {
        std::byte nothing{};
        mpi::check(MPI_Send(&nothing, 1, MPI_BYTE, world().size(), 0, world().get()), "MPI_Send");
    } catch (const mpi::MpiError& error) {
        code = error.code;
        message = error.what();
    }
    CHECK(code != MPI_SUCCESS);
    CHECK(message.find("MPI_Send failed (MPI_ERR_RANK") != std::string::npos);
    CHECK_THROWS_AS((void)mpi::count(std::size_t{1} << 31U), mpi::MpiError);
    CHECK(mpi::count(12) == 12);
}

TEST_CASE("a communicator moves, and messages of one are not seen in another")
{
    auto first = mpi::Communicator::duplicate(world().get());
    const auto second = std::move(first);
    const auto third = mpi::Communicator::duplicate(world().get());
    std::byte sent{1};
    MPI_Request request = MPI_REQUEST_NULL;
    mpi::check(MPI_Isend(&sent, 1, MPI_BYTE, second.rank(), 9, second.get(), &request), "MPI_Isend");
    int strayed = 0;
    mpi::check(MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, third.get(), &strayed, MPI_STATUS_IGNORE),
               "MPI_Iprobe");
    std::byte received{0};
    mpi::check(MPI_Recv(&received, 1, MPI_BYTE, second.rank(), 9, second.get(), MPI_STATUS_IGNORE),
               "MPI_Recv");
    mpi::check(MPI_Wait(&request, MPI_STATUS_IGNORE), "MPI_Wait");
    CHECK(strayed == 0);
    CHECK(second.size() == world().size());
    CHECK(received == std::byte{1});
}

TEST_CASE("some ranks make a communicator of their own without the others, who are not asked")
{
    std::vector<int> even;
    for (int rank = 0; rank < world().size(); rank += 2)
        even.push_back(rank);
    std::uint64_t sum = 0;
    int rank = -1;
    if (world().rank() % 2 == 0) {
        const mpi::Communicator some = mpi::Communicator::among(MPI_COMM_WORLD, even);
        sum = some.sum(static_cast<std::uint64_t>(world().rank()));
        rank = some.rank();
    }
    const auto n = static_cast<std::uint64_t>(even.size());
    CHECK(sum == (world().rank() % 2 == 0 ? n * (n - 1) : 0)); // 0 + 2 + 4 + ...
    CHECK(rank == (world().rank() % 2 == 0 ? world().rank() / 2 : -1));
}

} // namespace mtc
