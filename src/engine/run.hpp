#pragma once

#include "engine/farewell.hpp"
#include "mpi/communicator.hpp"

#include "mtc/error.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mtc::engine {

struct RunArguments {
    std::filesystem::path input;
    std::optional<std::string> input_text{};     ///< of an input that is no file
    std::optional<std::filesystem::path> output; ///< instead of the input's `output`, or its stem + ".h5"
    std::vector<std::pair<std::string, std::string>> settings; ///< --set key=value
    bool fresh = false;                                        ///< replace an output of another input
    bool retry_failed = false;                                 ///< compute what was given up in an output
};

/// One calculation, from the input file to the output file. Collective over `world`.
///
/// Rank 0 reads the input and broadcasts the model; from then to the writing all messages are point to point,
/// and the death of other ranks is survived. Rank 0 has told the user what went wrong.
[[nodiscard]] RunEnd run(const mpi::Communicator& world, const RunArguments& arguments);

} // namespace mtc::engine
