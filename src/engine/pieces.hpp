#pragma once

#include "durable/journal.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mtc::engine {

/// Bytes that one unit gave to one dataset.
struct Piece {
    std::uint64_t key = 0; ///< rows: the first row; records: the unit
    std::span<const std::byte> bytes;
};

/// A run of pieces in a journal, this process's or that of a dead one.
struct StoredRun {
    std::shared_ptr<const std::string> path;
    durable::JournalRun run;
};

/// Rows or records in the order produced, in chunks that never move. Append-only; what is in a journal need
/// not stay in memory.
class PieceLog {
public:
    PieceLog() = default;
    /// \param row_bytes  [bytes] of a row, for rows; 0 for records
    explicit PieceLog(std::uint64_t row_bytes)
        : row_bytes_{row_bytes}
    {}
    void append(std::uint64_t key, std::span<const std::byte> bytes);
    /// What was appended belongs to units that are whole. Rows of units that follow each other become one
    /// piece: a unit may be a single pixel. \returns pieces that became part of others
    std::size_t close() noexcept;
    /// Takes away what was appended since close().
    void drop_open();
    [[nodiscard]] std::span<const Piece> pieces() const noexcept { return pieces_; }
    /// In memory.
    [[nodiscard]] std::uint64_t n_bytes() const noexcept { return n_bytes_; }
    /// What came since mark_saved().
    [[nodiscard]] std::span<const Piece> unsaved() const noexcept { return pieces().subspan(n_saved_); }
    /// What is there now is on its way to a journal, or was taken from one.
    void mark_saved() noexcept;
    /// What was marked is in these runs: its memory is given back.
    void drop_saved(std::span<const StoredRun> runs);
    /// Also there, in a journal of a dead process.
    void add_stored(StoredRun run) { stored_.push_back(std::move(run)); }
    [[nodiscard]] std::span<const StoredRun> stored() const noexcept { return stored_; }
    /// All bytes, pieces of smaller keys first, those of equal keys in the order appended.
    [[nodiscard]] std::vector<std::byte> in_order() const;

private:
    std::uint64_t row_bytes_ = 0;
    std::vector<Piece> pieces_;
    std::vector<std::unique_ptr<std::byte[]>> chunks_;
    std::size_t free_ = 0; ///< bytes left in the last chunk
    std::byte* next_ = nullptr;
    std::uint64_t n_bytes_ = 0;
    std::size_t n_saved_ = 0;  ///< pieces
    std::size_t n_closed_ = 0; ///< pieces
    std::size_t n_saved_chunks_ = 0;
    std::vector<StoredRun> stored_;
};

} // namespace mtc::engine
