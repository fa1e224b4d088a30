#pragma once

#include "durable/run_lock.hpp"
#include "engine/failures/failure_policy.hpp"
#include "engine/manager.hpp"
#include "engine/run.hpp"
#include "engine/saves/saver.hpp"
#include "h5/parallel.hpp"
#include "mpi/node_copy.hpp"
#include "mtc/config.hpp"
#include "mtc/workload.hpp"
#include "perf/recorder.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mtc::engine {

/// What all ranks must hold before they can compute. Equal on every rank, but for `config`.
struct Prepared {
    ExitStatus status = ExitStatus::complete; ///< bad_input, failed: leave with it
    bool nothing_to_do = false;               ///< the output is there and complete
    std::string why{}; ///< on rank 0: what is wrong, where status tells that something is
    std::string calculation_mode;
    mpi::NodeCopy model;
    InstructionSet instruction_set = InstructionSet::baseline;
    ManagerSettings settings;
    std::string output;
    std::string input_name; ///< on rank 0: as outputs call the input
    std::uint64_t input_hash = 0;
    std::vector<h5::Hint> io_hints{};          ///< for the output file
    std::optional<double> memory_per_rank_mb;  ///< [MB] as the user has it
    std::optional<std::uint32_t> wished_tiles; ///< as the user has it
    SavingPlan saving;
    double patience_s = 0.0;               ///< a rank that is not heard for so long is lost; 0: automatic
    double unit_timeout_s = 0.0;           ///< a unit that takes longer has failed; 0: none has
    durable::RunLock lock;                 ///< on rank 0: on the output
    bool resumes = false;                  ///< there are checkpoints of this very calculation
    durable::FoundCheckpoints checkpoints; ///< on rank 0
    std::optional<Config> config;          ///< on rank 0
    FailurePolicy failure_policy;          ///< on rank 0
    bool forgive = false;                  ///< on rank 0: what was given up is tried again
};

/// Rank 0 reads and checks the input and broadcasts it; all ranks agree on an instruction set and prove that
/// they hold the same model. Collective. What is wrong is told on rank 0's standard error.
[[nodiscard]] Prepared prepare(const mpi::Communicator& world, const RunArguments& arguments,
                               perf::Recorder& recorder);

/// Hash of everything that determines the results: the model's bytes, made from all input files, and the
/// workload.
[[nodiscard]] std::uint64_t input_hash(std::string_view calculation_mode, std::span<const std::byte> model);

} // namespace mtc::engine
