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
    /// Rows that follow those appended last become part of their piece: a unit may be a single pixel.
    /// \param n_rows  0 for records, which stay by themselves
    /// \returns whether there is no new piece
    bool append(std::uint64_t key, std::span<const std::byte> bytes, std::uint64_t n_rows = 0);
    /// Of a unit of another process, in whose journal it is and stays.
    void append_saved(std::uint64_t key, std::span<const std::byte> bytes);
    /// What was appended belongs to units that are whole.
    void close() noexcept
    {
        n_closed_ = pieces_.size();
        closed_bytes_ = pieces_.empty() ? 0 : pieces_.back().bytes.size();
    }
    /// Takes away what was appended since close().
    void drop_open();
    [[nodiscard]] std::span<const Piece> pieces() const noexcept { return pieces_; }
    /// In memory.
    [[nodiscard]] std::uint64_t n_bytes() const noexcept { return n_bytes_; }
    /// What came since mark_saved().
    [[nodiscard]] std::span<const Piece> unsaved() const noexcept { return pieces().subspan(n_saved_); }
    /// What is there now is on its way to a journal.
    void mark_saved() noexcept;
    /// What was marked last did not get there.
    void unmark_saved() noexcept;
    /// What was marked is in these runs: its memory is given back.
    void drop_saved(std::span<const StoredRun> runs);
    /// Also there, in a journal of a dead process.
    void add_stored(StoredRun run) { stored_.push_back(std::move(run)); }
    [[nodiscard]] std::span<const StoredRun> stored() const noexcept { return stored_; }
    /// All bytes, pieces of smaller keys first, those of equal keys in the order appended.
    [[nodiscard]] std::vector<std::byte> in_order() const;

private:
    static constexpr std::uint64_t no_key = static_cast<std::uint64_t>(-1);
    std::vector<Piece> pieces_;
    std::vector<std::unique_ptr<std::byte[]>> chunks_;
    std::size_t free_ = 0; ///< bytes left in the last chunk
    std::byte* next_ = nullptr;
    std::uint64_t n_bytes_ = 0;
    std::uint64_t next_key_ = no_key; ///< of rows that can be part of the last piece
    std::size_t n_saved_ = 0;         ///< pieces
    std::size_t n_saved_before_ = 0;  ///< of them, without those marked last
    std::size_t n_closed_ = 0;        ///< pieces
    std::size_t closed_bytes_ = 0;    ///< of the last of them
    std::size_t n_saved_chunks_ = 0;
    std::size_t n_saved_chunks_before_ = 0;
    std::vector<StoredRun> stored_;
};

} // namespace mtc::engine
