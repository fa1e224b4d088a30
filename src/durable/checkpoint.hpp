#pragma once

#include "mtc/types.hpp"
#include "schedule/unit_set.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// \file
/// What outlives a rank.
///
/// **Sums.** Each rank saves the sums of the stage that it computes, with the set of units they hold, into
/// two files in turn (SumsFile). A save takes no barrier and no message: the state is that between two units;
/// blocks are copied in pieces between the next units, and before a unit changes one, and a helper thread
/// writes them. Only blocks changed since the last save into the same file are written; header and checksum
/// come last, so that a save cut off by death leaves the other file, which holds the state before.
///
/// **Rows and records.** Each rank appends them to its journal, with the units they belong to; what is
/// written stays as it is.
///
/// **Nothing twice.** Sums cannot be subtracted, so a unit in two checkpoints that both count would be added
/// twice. Every process has an incarnation of its own and counts its saves (generations). A process that
/// has taken over the sums of a dead one names it in `absorbed` from its first save on; only when that save
/// is on the disk are the files of the dead one deleted. A reader takes of each incarnation the newest
/// generation that is whole, ignores every incarnation that another one has absorbed, then refuses unit sets
/// that overlap. Journals are never absorbed: those of all incarnations count.
///
/// **The end of a stage.** Before sums leave for their owners, each rank saves once more when there is much
/// to lose; from then on the stage's files stay as they are. Stages whose units are placed at owners are
/// computed again from the reduced sums.
///
///     <output>.ckpt/<rank / 100>/<incarnation>.<stage>.a, .b     sums of a rank
///     <output>.ckpt/<rank / 100>/<incarnation>.journal           its rows and records
///     <output>.ckpt/<rank / 100>/<incarnation>.seal              what of these counts; see seal.hpp
namespace mtc::durable {

/// Names one state of one process: no two processes of a calculation share an incarnation, a process counts
/// its generations up.
struct CheckpointId {
    std::uint64_t incarnation = 0;
    std::uint64_t generation = 0;
    auto operator<=>(const CheckpointId&) const = default;
};

/// What all checkpoints and journals of a calculation and its resumptions have in common.
struct Origin {
    std::uint64_t run_id = 0;
    std::uint64_t input_hash = 0;                              ///< of input and model: another one is refused
    InstructionSet instruction_set = InstructionSet::baseline; ///< resume computes with the same
    std::string mtc_version{};                                 ///< and with the same program
    bool operator==(const Origin&) const = default;
};

/// A block of sums in a checkpoint's file.
struct SavedBlock {
    std::uint32_t block = 0;
    std::uint32_t padding = 0;
    std::uint64_t n_units = 0; ///< added up in it
    std::uint64_t offset = 0;  ///< [bytes] in the file
    std::uint64_t n_bytes = 0;
    std::uint64_t checksum = 0;
    auto operator<=>(const SavedBlock&) const = default;
};

struct CheckpointHeader {
    static constexpr std::uint32_t version = 2;

    Origin origin;
    CheckpointId id;
    StageId stage;
    schedule::UnitSet units;            ///< units of `stage` that it holds
    std::vector<CheckpointId> absorbed; ///< checkpoints whose units it has taken over
    std::vector<SavedBlock> blocks;

    bool operator==(const CheckpointHeader&) const = default;
};

/// A number that no other process has, nor will have.
[[nodiscard]] std::uint64_t new_incarnation();

/// Bytes of a header, its own checksum at the end.
[[nodiscard]] std::vector<std::byte> serialised(const CheckpointHeader& header);
/// \throws IoError  when the bytes are cut short, damaged, or of another version
[[nodiscard]] CheckpointHeader checkpoint_header(std::span<const std::byte> bytes);

/// Those that count: of incarnations that none has absorbed, the newest generation.
/// \throws IoError  when two of them hold the same unit of the same stage
[[nodiscard]] std::vector<CheckpointHeader> counting(std::span<const CheckpointHeader> found);

} // namespace mtc::durable
