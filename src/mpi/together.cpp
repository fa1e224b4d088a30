#include "mpi/together.hpp"

namespace mtc::mpi {

void agree(const Communicator& comm, const Failure& mine)
{
    const bool failed = mine.kind != Failure::Kind::none;
    const int speaker = comm.min(failed ? comm.rank() : comm.size());
    if (speaker == comm.size())
        return;
    std::int32_t kind = static_cast<std::int32_t>(mine.kind);
    std::uint64_t length = mine.reason.size();
    comm.broadcast(std::as_writable_bytes(std::span{&kind, 1}), speaker);
    comm.broadcast(std::as_writable_bytes(std::span{&length, 1}), speaker);
    std::string reason = mine.reason;
    reason.resize(length);
    comm.broadcast(std::as_writable_bytes(std::span{reason.data(), reason.size()}), speaker);
    if (static_cast<Failure::Kind>(kind) == Failure::Kind::computation)
        throw ComputeError{reason};
    throw IoError{reason};
}

} // namespace mtc::mpi
