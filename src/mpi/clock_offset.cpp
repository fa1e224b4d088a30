#include "mpi/clock_offset.hpp"

#include <limits>

namespace mtc::mpi {

namespace {

constexpr int n_exchanges = 40;

/// Rank 0's side: answers each message with a reading.
void answer(MPI_Comm comm, int rank, double (*clock)())
{
    for (int i = 0; i < n_exchanges; ++i) {
        check(MPI_Recv(nullptr, 0, MPI_DOUBLE, rank, 0, comm, MPI_STATUS_IGNORE), "MPI_Recv");
        const double reading_s = clock();
        check(MPI_Send(&reading_s, 1, MPI_DOUBLE, rank, 0, comm), "MPI_Send");
    }
}

ClockOffset ask(MPI_Comm comm, double (*clock)())
{
    ClockOffset best{0.0, std::numeric_limits<double>::infinity()};
    for (int i = 0; i < n_exchanges; ++i) {
        double reading_s = 0.0;
        const double sent_s = clock();
        check(MPI_Send(nullptr, 0, MPI_DOUBLE, 0, 0, comm), "MPI_Send");
        check(MPI_Recv(&reading_s, 1, MPI_DOUBLE, 0, 0, comm, MPI_STATUS_IGNORE), "MPI_Recv");
        const double received_s = clock();
        const double half_trip_s = 0.5 * (received_s - sent_s);
        if (half_trip_s < best.uncertainty_s)
            best = {sent_s + half_trip_s - reading_s, half_trip_s};
    }
    return best;
}

} // namespace

ClockOffset clock_offset(const Communicator& comm, double (*clock)())
{
    if (comm.rank() != 0)
        return ask(comm.get(), clock);
    for (int rank = 1; rank < comm.size(); ++rank)
        answer(comm.get(), rank, clock);
    return {};
}

ClockOffset clock_offset_by_node(const Communicator& comm, double (*clock)())
{
    const Communicator node = comm.split_by_node();
    const Communicator leaders = comm.split(node.rank() == 0 ? 0 : 1); // and the others, who do nothing
    ClockOffset offset;
    if (node.rank() == 0)
        offset = clock_offset(leaders, clock);
    node.broadcast(std::as_writable_bytes(std::span{&offset, 1}), 0);
    return offset;
}

} // namespace mtc::mpi
