#include "engine/results/block_store.hpp"

#include "durable/checksum.hpp"

#include <algorithm>
#include <utility>

namespace mtc::engine {

BlockStore::BlockStore(std::span<const std::uint64_t> block_bytes)
    : blocks_(block_bytes.size())
{
    for (std::size_t b = 0; b < block_bytes.size(); ++b)
        blocks_[b].n_bytes = block_bytes[b];
}

void BlockStore::limit(std::uint64_t most_bytes, std::filesystem::path file)
{
    most_bytes_ = most_bytes;
    path_ = std::move(file);
    if (most_bytes == all)
        return;
    recency_ = Recency{blocks_.size()};
    for (std::uint32_t b = 0; b < blocks_.size(); ++b)
        if (!blocks_[b].bytes.empty())
            recency_.touch(b);
    make_room(0);
}

std::span<std::byte> BlockStore::change(BlockId id)
{
    Block& block = blocks_.at(id.value());
    if (block.bytes.empty()) {
        if (block.is_aside) {
            bring_back(block);
        } else {
            allocate(block);
            std::ranges::fill(block.bytes, std::byte{0});
            held_ += block.n_bytes;
        }
    }
    block.is_aside = false;
    if (most_bytes_ != all)
        recency_.touch(id.value());
    return block.bytes;
}

std::span<const std::byte> BlockStore::look(BlockId id)
{
    Block& block = blocks_.at(id.value());
    if (block.bytes.empty() && !block.is_aside)
        return {};
    if (block.bytes.empty())
        bring_back(block);
    if (most_bytes_ != all)
        recency_.touch(id.value());
    return block.bytes;
}

void BlockStore::copy(BlockId id, std::span<std::byte> out) const
{
    const Block& block = blocks_.at(id.value());
    if (block.bytes.empty() && block.is_aside)
        read_back(block, out);
    else
        std::ranges::copy(block.bytes, out.begin());
}

void BlockStore::release(BlockId id)
{
    Block& block = blocks_.at(id.value());
    if (holds(id))
        held_ -= block.n_bytes;
    block.is_aside = false;
    if (block.offset != no_place)
        file_->forget(block.offset, block.n_bytes);
    if (block.bytes.empty())
        return;
    in_memory_ -= block.n_bytes;
    block.bytes = {};
    if (most_bytes_ != all)
        recency_.remove(id.value());
}

/// Gives it memory, of whatever content.
void BlockStore::allocate(Block& block)
{
    if (most_bytes_ != all)
        make_room(block.n_bytes);
    if (spare_.size() == block.n_bytes)
        block.bytes = std::exchange(spare_, {});
    else
        block.bytes.resize(block.n_bytes);
    in_memory_ += block.n_bytes;
}

void BlockStore::bring_back(Block& block)
{
    allocate(block);
    try {
        read_back(block, block.bytes);
    } catch (...) {
        in_memory_ -= block.n_bytes;
        block.bytes = {};
        throw;
    }
}

void BlockStore::read_back(const Block& block, std::span<std::byte> out) const
{
    try {
        file_->read(out, block.offset);
    } catch (const IoError& error) {
        throw BlockLost(error.what());
    }
    if (durable::checksum(out) != block.checksum)
        throw BlockLost(text(path_.string(), ": what was put aside is damaged (its checksum does not fit)"));
    traffic_.brought_back += block.n_bytes;
}

/// Puts blocks aside until so many bytes more fit, or it cannot be done.
void BlockStore::make_room(std::uint64_t n_bytes)
{
    while (in_memory_ + n_bytes > most_bytes_ && !recency_.empty()) {
        Block& oldest = blocks_[recency_.oldest()];
        if (!oldest.is_aside && !put_aside(oldest))
            return;
        recency_.remove(recency_.oldest());
        in_memory_ -= oldest.n_bytes;
        spare_ = std::exchange(oldest.bytes, {});
    }
}

/// Writes it to the file. \returns false, and why_not_aside() says why, when that fails
bool BlockStore::put_aside(Block& block)
{
    try {
        if (!file_)
            file_ = std::make_unique<durable::SpillFile>(path_);
        if (block.offset == no_place) {
            block.offset = file_end_;
            file_end_ += block.n_bytes;
        }
        file_->write(block.bytes, block.offset);
    } catch (const IoError& error) {
        why_not_ = error.what();
        return false;
    }
    why_not_.clear();
    block.checksum = durable::checksum(block.bytes);
    block.is_aside = true;
    traffic_.put_aside += block.n_bytes;
    return true;
}

} // namespace mtc::engine
