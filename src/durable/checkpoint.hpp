#pragma once

#include "mtc/types.hpp"
#include "schedule/unit_set.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// \file
/// What a checkpoint says of itself. Sums cannot be subtracted, so a unit in two checkpoints that both count
/// would be added twice: a reader first ignores every checkpoint that another one has absorbed, then refuses
/// those whose unit sets overlap.
namespace mtc::durable {

/// Names one state of one process: no two processes of a calculation share an incarnation, a process counts
/// its generations up.
struct CheckpointId {
    std::uint64_t incarnation = 0;
    std::uint64_t generation = 0;
    auto operator<=>(const CheckpointId&) const = default;
};

struct CheckpointHeader {
    static constexpr std::uint32_t version = 1;

    std::uint64_t run_id = 0;     ///< equal in all checkpoints of a calculation and its resumptions
    std::uint64_t input_hash = 0; ///< of input and model: another one is refused
    CheckpointId id;
    StageId stage;
    InstructionSet instruction_set = InstructionSet::baseline; ///< resume computes with the same
    std::string mtc_version;
    schedule::UnitSet units;            ///< units of `stage` that it holds
    std::vector<CheckpointId> absorbed; ///< checkpoints whose units it has taken over
    std::uint64_t payload_bytes = 0;
    std::uint64_t payload_checksum = 0;

    bool operator==(const CheckpointHeader&) const = default;
};

/// Bytes of a header, its own checksum at the end.
[[nodiscard]] std::vector<std::byte> serialised(const CheckpointHeader& header);
/// \throws IoError  when the bytes are cut short, damaged, or of another version
[[nodiscard]] CheckpointHeader checkpoint_header(std::span<const std::byte> bytes);

/// Those that count: not absorbed by another one, the newest generation of each incarnation.
/// \throws IoError  when two of them hold the same unit of the same stage
[[nodiscard]] std::vector<CheckpointHeader> counting(std::span<const CheckpointHeader> found);

} // namespace mtc::durable
