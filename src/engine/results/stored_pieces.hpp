#pragma once

#include "engine/results/pieces.hpp"
#include "output/piece_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace mtc::engine {

/// The rows or records of a log for the output file: those in memory as they lie, those in journals read back
/// a stretch at a time. The log outlives it and does not change meanwhile.
class StoredPieces final : public output::PieceStream {
public:
    static constexpr std::uint64_t stretch_bytes = std::uint64_t{32} << 20U;

    /// \param most_bytes  read back at a time, about
    explicit StoredPieces(const PieceLog& log, std::uint64_t most_bytes = stretch_bytes);

    [[nodiscard]] std::uint64_t n_bytes() const override { return n_bytes_; }
    [[nodiscard]] std::uint64_t stretch_end() const override;
    [[nodiscard]] std::span<const output::KeyedPiece> take_before(std::uint64_t end) override;
    [[nodiscard]] bool done() const override;

private:
    /// A run that has begun before the last stretch ended.
    struct Open {
        const StoredRun* stored;
        std::uint64_t n_taken; ///< pieces
    };
    void take_run(Open& open, std::uint64_t end);

    std::uint64_t most_bytes_;
    std::uint64_t n_bytes_ = 0;
    std::vector<output::KeyedPiece> in_memory_; ///< by key
    std::vector<const StoredRun*> runs_;        ///< by first key
    std::size_t next_in_memory_ = 0;
    std::size_t next_run_ = 0;
    std::vector<Open> open_; ///< in the order of their first keys
    std::uint64_t taken_to_ = 0;
    std::deque<std::vector<std::byte>> bytes_; ///< of a stretch; kept for the next, for new memory costs time
    std::size_t n_used_ = 0;                   ///< by this stretch
    std::vector<output::KeyedPiece> taken_;
};

} // namespace mtc::engine
