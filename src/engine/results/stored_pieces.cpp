#include "engine/results/stored_pieces.hpp"

#include <algorithm>

namespace mtc::engine {

StoredPieces::StoredPieces(const PieceLog& log, std::uint64_t most_bytes)
    : most_bytes_{most_bytes}
{
    for (const Piece& piece : log.pieces()) {
        in_memory_.push_back({piece.key, piece.bytes});
        n_bytes_ += piece.bytes.size();
    }
    std::ranges::stable_sort(in_memory_, {}, &output::KeyedPiece::key);
    for (const StoredRun& stored : log.stored()) {
        runs_.push_back(&stored);
        n_bytes_ += stored.run.n_bytes;
    }
    std::ranges::stable_sort(runs_, {}, [](const StoredRun* stored) { return stored->run.first_key; });
}

bool StoredPieces::done() const
{
    return open_.empty() && next_run_ == runs_.size() && next_in_memory_ == in_memory_.size();
}

/// What lies in memory anyway does not count.
std::uint64_t StoredPieces::stretch_end() const
{
    std::uint64_t n_bytes = 0;
    for (const Open& open : open_)
        n_bytes += open.stored->run.bytes_on_file;
    for (std::size_t i = next_run_; i < runs_.size(); ++i) {
        n_bytes += runs_[i]->run.bytes_on_file;
        if (n_bytes > most_bytes_ && runs_[i]->run.first_key > taken_to_)
            return runs_[i]->run.first_key;
    }
    return to_the_end;
}

void StoredPieces::take_run(Open& open, std::uint64_t end)
{
    if (n_used_ == bytes_.size())
        bytes_.emplace_back();
    std::vector<std::byte>& bytes = bytes_[n_used_++];
    std::uint64_t n = 0;
    durable::read_run(*open.stored->path, open.stored->run, bytes, [&](const durable::JournalPiece& piece) {
        if (n++ < open.n_taken || piece.key >= end)
            return;
        ++open.n_taken;
        taken_.push_back({piece.key, piece.bytes});
    });
}

std::span<const output::KeyedPiece> StoredPieces::take_before(std::uint64_t end)
{
    taken_.clear();
    n_used_ = 0;
    for (; next_run_ < runs_.size() && runs_[next_run_]->run.first_key < end; ++next_run_)
        open_.push_back({runs_[next_run_], 0});
    for (Open& open : open_)
        take_run(open, end);
    std::erase_if(open_, [](const Open& open) { return open.n_taken == open.stored->run.n_pieces; });
    for (; next_in_memory_ < in_memory_.size() && in_memory_[next_in_memory_].key < end; ++next_in_memory_)
        taken_.push_back(in_memory_[next_in_memory_]);
    std::ranges::stable_sort(taken_, {}, &output::KeyedPiece::key);
    taken_to_ = end;
    return taken_;
}

} // namespace mtc::engine
