#pragma once

#include "mtc/types.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

/// \file
/// A process that was declared dead may come back and go on saving (it was stopped, or cut off). What of its
/// files counts is fixed before anybody computes anew what is not in them: by a seal beside them,
/// `<incarnation>.seal`. The save that is sealed is never written to again: a process looks for its seal
/// before every save, and the one that may be under way goes into the other file of the pair.
namespace mtc::durable {

/// What counts of one process: of each stage one generation of sums, and the beginning of its journal.
struct Seal {
    struct Sums {
        std::uint32_t stage = 0;
        std::uint32_t padding = 0;
        std::uint64_t generation = 0;
    };
    std::uint64_t journal_bytes = 0;
    std::vector<Sums> sums{};
    [[nodiscard]] bool holds(StageId stage, std::uint64_t generation) const;
};

/// Where the seal of the process lies to which a file of sums or a journal belongs.
[[nodiscard]] std::filesystem::path seal_path(const std::filesystem::path& file);
/// Returns when it is on the disk. \throws IoError
void write_seal(const std::filesystem::path& path, const Seal& seal);
/// Nothing when there is none. \throws IoError  when it cannot be read
[[nodiscard]] std::optional<Seal> read_seal(const std::filesystem::path& path);

} // namespace mtc::durable
