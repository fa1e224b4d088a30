#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace mtc::engine {

/// Bytes that one unit gave to one dataset.
struct Piece {
    std::uint64_t key = 0; ///< rows: the first row; records: the unit
    std::span<const std::byte> bytes;
};

/// Rows or records in the order produced, in chunks that never move. Append-only.
class PieceLog {
public:
    void append(std::uint64_t key, std::span<const std::byte> bytes);
    [[nodiscard]] std::span<const Piece> pieces() const noexcept { return pieces_; }
    [[nodiscard]] std::uint64_t n_bytes() const noexcept { return n_bytes_; }
    /// What came since mark_saved().
    [[nodiscard]] std::span<const Piece> unsaved() const noexcept { return pieces().subspan(n_saved_); }
    void mark_saved() noexcept { n_saved_ = pieces_.size(); }
    /// All bytes, pieces of smaller keys first, those of equal keys in the order appended.
    [[nodiscard]] std::vector<std::byte> in_order() const;

private:
    std::vector<Piece> pieces_;
    std::vector<std::unique_ptr<std::byte[]>> chunks_;
    std::size_t free_ = 0; ///< bytes left in the last chunk
    std::byte* next_ = nullptr;
    std::uint64_t n_bytes_ = 0;
    std::size_t n_saved_ = 0; ///< pieces
};

} // namespace mtc::engine
