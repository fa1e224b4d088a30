#pragma once

#include "engine/preparation.hpp"
#include "engine/results/results.hpp"
#include "mpi/communicator.hpp"
#include "mtc/workload.hpp"
#include "workloads/registry.hpp"

#include <memory>

namespace mtc::engine {

/// What all ranks hold while they compute, and what they bring to the end.
struct Calculation {
    Calculation(const mpi::Communicator& comm, const Prepared& input)
        : world{comm}
        , living{&comm}
        , prepared{input}
        , workload{workload_kind(input.calculation_mode).open(input.model.bytes(), input.instruction_set)}
        , results{workload->stages()}
    {}
    const mpi::Communicator& world;
    const mpi::Communicator* living; ///< once computed: of the ranks that are not lost
    const Prepared& prepared;
    std::unique_ptr<Workload> workload;
    Results results;
};

} // namespace mtc::engine
