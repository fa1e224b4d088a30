#pragma once

#include <optional>
#include <string>

namespace mtc::mpi {

/// Ranks on this node that share one of its processors; 1 where they are fewer, or each has its own.
[[nodiscard]] double ranks_a_processor() noexcept;

/// Processors that all `n_ranks` ranks share; nothing where that is not known: on several nodes, and where
/// each rank has its own.
[[nodiscard]] std::optional<int> shared_processors(int n_ranks) noexcept;

/// Tells Open MPI to give up the processor while it waits, when more ranks share this node than there are
/// processors to run them (one spinning rank slows the computing ones many times over). Where they are many
/// times more, all but rank 0 become nicer, so that it and mpirun get their turn. Before Environment is made;
/// a value that the user set stays.
void yield_when_crowded();

/// MPI from construction to destruction, with MPI_THREAD_FUNNELED: helper threads never call MPI.
class Environment {
public:
    /// \throws MpiError  when MPI does not start or its thread level is too low
    Environment(int& argc, char**& argv);
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    /// Leaves MPI, but not while an exception unwinds: MPI_Finalize waits for all ranks, and this one is
    /// about to end the others.
    ~Environment();

    /// "Open MPI v4.1.4, ...", the first line of what the library says of itself.
    [[nodiscard]] static std::string library_version();

private:
    int n_exceptions_;
};

} // namespace mtc::mpi
