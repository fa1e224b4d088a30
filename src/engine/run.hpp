#pragma once

#include "engine/lives/farewell.hpp"
#include "mpi/communicator.hpp"

#include "mtc/error.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mtc::engine {

/// What is known of a calculation once it was read and may begin; for those who keep records of them.
struct RunFacts {
    std::uint64_t run_id = 0; ///< the same over all lives of a calculation
    std::string calculation_mode;
    std::string description;
    std::string input;
    std::string output;
    std::uint64_t input_hash = 0;
    std::string keys_given; ///< one `key = value` a line
    int n_ranks = 0;
};

struct RunArguments {
    std::filesystem::path input;
    std::optional<std::string> input_text{};     ///< of an input that is no file
    std::optional<std::filesystem::path> output; ///< instead of the input's `output`, or its stem + ".h5"
    std::vector<std::pair<std::string, std::string>> settings; ///< --set key=value
    bool fresh = false;                                        ///< replace an output of another input
    bool retry_failed = false;                                 ///< compute what was given up in an output
    std::function<void(const RunFacts&)> begun{};              ///< called on rank 0, where there is one
};

/// One calculation, from the input file to the output file. Collective over `world`.
///
/// Rank 0 reads the input and broadcasts the model; from then to the writing all messages are point to point,
/// and the death of other ranks is survived. Rank 0 has told the user what went wrong.
[[nodiscard]] RunEnd run(const mpi::Communicator& world, const RunArguments& arguments);

} // namespace mtc::engine
