#pragma once

#include "mpi/communicator.hpp"

#include <string>
#include <utility>

namespace mtc::mpi {

/// What a rank brings to an agreement: nothing, or why it failed.
struct Failure {
    enum class Kind : std::int32_t { none, outside_world, computation } kind = Kind::none;
    std::string reason;
};

/// Every rank goes on, or every rank throws what the lowest failing rank says (IoError or ComputeError): no
/// rank waits in a collective call for one that has left. Collective.
void agree(const Communicator& comm, const Failure& mine);

/// Runs `work` on every rank and agrees on its success. What it calls may be collective as long as all ranks
/// reach it or none does.
template <class Work>
void together(const Communicator& comm, Work&& work)
{
    Failure mine;
    try {
        std::forward<Work>(work)();
    } catch (const ComputeError& error) {
        mine = {Failure::Kind::computation, error.what()};
    } catch (const std::exception& error) {
        mine = {Failure::Kind::outside_world, error.what()};
    }
    agree(comm, mine);
}

} // namespace mtc::mpi
