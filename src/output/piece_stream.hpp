#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace mtc::output {

/// Bytes with a place: whole rows and the first one's number, or whole records and their unit's.
struct KeyedPiece {
    std::uint64_t key = 0;
    std::span<const std::byte> bytes;
};

/// What one rank holds of one dataset, taken in the order of keys and in stretches, so that memory need not
/// hold all of it at a time. No MPI.
class PieceStream {
public:
    static constexpr std::uint64_t to_the_end = std::numeric_limits<std::uint64_t>::max();

    virtual ~PieceStream() = default;
    /// [bytes] of all pieces.
    [[nodiscard]] virtual std::uint64_t n_bytes() const = 0;
    /// Where a stretch must end for memory to hold what it has of this rank; beyond all keys taken so far.
    [[nodiscard]] virtual std::uint64_t stretch_end() const = 0;
    /// Pieces with keys below `end` that were not taken yet, keys ascending, those of one key in the order in
    /// which they came; valid until the next call. \throws IoError  when they cannot be read
    [[nodiscard]] virtual std::span<const KeyedPiece> take_before(std::uint64_t end) = 0;
    [[nodiscard]] virtual bool done() const = 0;
};

} // namespace mtc::output
