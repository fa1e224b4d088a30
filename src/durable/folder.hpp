#pragma once

#include "durable/checkpoint.hpp"
#include "durable/journal.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mtc::durable {

/// Where a calculation's checkpoints lie: `<output>.ckpt` beside the output, or in a folder of the user's.
/// \param parent  empty: beside the output
[[nodiscard]] std::filesystem::path checkpoint_folder(const std::filesystem::path& output,
                                                      const std::filesystem::path& parent);
/// A process's part of it, made when it is not there: a hundred ranks share a folder. \throws IoError
[[nodiscard]] std::filesystem::path rank_folder(const std::filesystem::path& folder, int rank);
/// "<incarnation>.<stage>.a" and ".b"
[[nodiscard]] std::string sums_name(std::uint64_t incarnation, StageId stage, int which);
/// "<incarnation>.journal"
[[nodiscard]] std::string journal_name(std::uint64_t incarnation);
/// "<incarnation>.tables", the stem of two files
[[nodiscard]] std::string tables_name(std::uint64_t incarnation);
/// "<incarnation>.spill": rows that memory has no room for, of no use to another process
[[nodiscard]] std::string spill_name(std::uint64_t incarnation);
/// "<incarnation>.<stage>.aside": sums that memory has no room for, of no use to another process
[[nodiscard]] std::string aside_name(std::uint64_t incarnation, StageId stage);

/// A file of sums that holds a whole save.
struct FoundSums {
    std::string path;
    CheckpointHeader header;
};

/// What a folder of checkpoints holds.
struct FoundCheckpoints {
    std::vector<FoundSums> sums;
    std::vector<std::string> journals;
    std::vector<Origin> origins;       ///< all different ones
    std::vector<std::string> warnings; ///< files that are damaged
};

/// Reads the headers of all files in the folder; nothing where it is not there.
[[nodiscard]] FoundCheckpoints find_checkpoints(const std::filesystem::path& folder);

} // namespace mtc::durable
