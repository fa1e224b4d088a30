#include "engine/pieces.hpp"

#include <algorithm>
#include <cstring>

namespace mtc::engine {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{1} << 20;

} // namespace

void PieceLog::append(std::uint64_t key, std::span<const std::byte> bytes)
{
    if (bytes.size() > free_) {
        free_ = std::max(chunk_bytes, bytes.size());
        chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(free_));
        next_ = chunks_.back().get();
    }
    if (!bytes.empty())
        std::memcpy(next_, bytes.data(), bytes.size());
    pieces_.push_back({key, {next_, bytes.size()}});
    next_ += bytes.size();
    free_ -= bytes.size();
    n_bytes_ += bytes.size();
}

std::size_t PieceLog::close() noexcept
{
    const std::size_t n_before = pieces_.size();
    if (row_bytes_ > 0) {
        std::size_t end = n_closed_;
        for (std::size_t i = n_closed_; i < n_before; ++i) {
            const Piece piece = pieces_[i];
            Piece* const last = end > n_saved_ ? &pieces_[end - 1] : nullptr;
            if (last != nullptr && last->bytes.data() + last->bytes.size() == piece.bytes.data() &&
                last->bytes.size() == (piece.key - last->key) * row_bytes_)
                last->bytes = {last->bytes.data(), last->bytes.size() + piece.bytes.size()};
            else
                pieces_[end++] = piece;
        }
        pieces_.resize(end);
    }
    n_closed_ = pieces_.size();
    return n_before - n_closed_;
}

void PieceLog::mark_saved() noexcept
{
    n_saved_ = pieces_.size();
    n_saved_chunks_ = chunks_.size();
    free_ = 0; // what comes has chunks of its own
}

void PieceLog::drop_saved(std::span<const StoredRun> runs)
{
    stored_.insert(stored_.end(), runs.begin(), runs.end());
    for (const Piece& piece : pieces().first(n_saved_))
        n_bytes_ -= piece.bytes.size();
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(n_saved_));
    chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(n_saved_chunks_));
    n_closed_ -= std::min(n_closed_, n_saved_);
    n_saved_ = 0;
    n_saved_chunks_ = 0;
}

void PieceLog::drop_open()
{
    for (; pieces_.size() > n_closed_; pieces_.pop_back())
        n_bytes_ -= pieces_.back().bytes.size(); // their room stays taken
}

std::vector<std::byte> PieceLog::in_order() const
{
    std::vector<Piece> sorted{pieces_.begin(), pieces_.end()};
    std::ranges::stable_sort(sorted, {}, &Piece::key);
    std::vector<std::byte> all;
    all.reserve(n_bytes_);
    for (const Piece& piece : sorted)
        all.insert(all.end(), piece.bytes.begin(), piece.bytes.end());
    return all;
}

} // namespace mtc::engine
