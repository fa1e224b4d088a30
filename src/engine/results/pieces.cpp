#include "engine/results/pieces.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mtc::engine {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{1} << 20;

} // namespace

bool PieceLog::append(std::uint64_t key, std::span<const std::byte> bytes, std::uint64_t n_rows)
{
    const bool joins = n_rows > 0 && key == next_key_ && bytes.size() <= free_;
    if (bytes.size() > free_) {
        const std::size_t n_bytes = std::max(chunk_bytes, bytes.size());
        chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(n_bytes)); // may find no memory
        next_ = chunks_.back().get();
        free_ = n_bytes;
    }
    if (!bytes.empty())
        std::memcpy(next_, bytes.data(), bytes.size());
    if (joins)
        pieces_.back().bytes = {pieces_.back().bytes.data(), pieces_.back().bytes.size() + bytes.size()};
    else
        pieces_.push_back({key, {next_, bytes.size()}});
    next_key_ = n_rows > 0 ? key + n_rows : no_key;
    next_ += bytes.size();
    free_ -= bytes.size();
    n_bytes_ += bytes.size();
    return joins;
}

/// It stands before what this process has still to save.
void PieceLog::append_saved(std::uint64_t key, std::span<const std::byte> bytes)
{
    append(key, bytes);
    const auto first_unsaved = pieces_.begin() + static_cast<std::ptrdiff_t>(n_saved_);
    std::rotate(first_unsaved, pieces_.end() - 1, pieces_.end());
    ++n_saved_;
    ++n_closed_;
}

void PieceLog::mark_saved() noexcept
{
    close();
    n_saved_before_ = std::exchange(n_saved_, pieces_.size());
    n_saved_chunks_before_ = std::exchange(n_saved_chunks_, chunks_.size());
    free_ = 0;          // what comes has chunks of its own,
    next_key_ = no_key; // and pieces
}

void PieceLog::unmark_saved() noexcept
{
    n_saved_ = n_saved_before_;
    n_saved_chunks_ = n_saved_chunks_before_;
}

void PieceLog::drop_saved(std::span<const StoredRun> runs)
{
    stored_.insert(stored_.end(), runs.begin(), runs.end());
    for (const Piece& piece : pieces().first(n_saved_))
        n_bytes_ -= piece.bytes.size();
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(n_saved_));
    chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(n_saved_chunks_));
    n_closed_ -= std::min(n_closed_, n_saved_);
    n_saved_ = n_saved_before_ = 0;
    n_saved_chunks_ = n_saved_chunks_before_ = 0;
}

void PieceLog::drop_open()
{
    for (; pieces_.size() > n_closed_; pieces_.pop_back())
        n_bytes_ -= pieces_.back().bytes.size(); // their room stays taken
    if (pieces_.size() > n_saved_) {             // the last may have grown
        n_bytes_ -= pieces_.back().bytes.size() - closed_bytes_;
        pieces_.back().bytes = pieces_.back().bytes.first(closed_bytes_);
    }
    next_key_ = no_key;
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
