#pragma once

#include "engine/results/block_store.hpp"

#include "mtc/types.hpp"
#include "mtc/workload.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// \file
/// Sums that do not depend on the order of adding: non-negative integers that saturate commute and associate,
/// floating-point numbers do not. A cell is a multiple of 2^-56 in an int64, or of 2^-120 in 128 bits.
namespace mtc::engine {

/// What one rank has added up of one stage, by site block; a block is allocated when it is first touched, and
/// may lie on a disk while others are (\see BlockStore, whose BlockLost every function here may throw).
class BlockSums {
public:
    BlockSums() = default;
    /// \param block_cells [n_block]
    /// \param limit       sums saturate here, > 0, at most 37
    BlockSums(std::span<const std::uint64_t> block_cells, double limit, bool wide);

    /// Adds one unit's values, clamped to [0, limit] and rounded to the nearest multiple.
    /// \throws ComputeError  when one is not a number, before anything is added
    void add(BlockId block, std::span<const CellRun> runs);
    /// Adds what another rank has of the block: the bytes of its copy(), which hold n_units units.
    /// \throws ComputeError  when the number of bytes is not that of the block
    void add_raw(BlockId block, std::span<const std::byte> raw, std::uint64_t n_units);

    [[nodiscard]] bool holds(BlockId block) const { return store_.holds(block); }
    [[nodiscard]] std::vector<BlockId> held() const;
    [[nodiscard]] std::uint64_t n_units(BlockId block) const { return n_units_.at(block.value()); }
    [[nodiscard]] std::uint64_t n_bytes(BlockId block) const { return store_.n_bytes(block); }
    /// The bytes of a block that is held, wherever they lie. \param[out] out [n_bytes()]
    void copy(BlockId block, std::span<std::byte> out) const { store_.copy(block, out); }
    /// Values of consecutive cells as float64; zeros where nothing was added.
    void read(BlockId block, std::uint64_t first_cell, std::span<double> out) const;
    void release(BlockId block) { store_.release(block); }
    [[nodiscard]] std::size_t n_blocks() const noexcept { return n_units_.size(); }
    /// How they are kept.
    [[nodiscard]] BlockStore& store() noexcept { return store_; }
    [[nodiscard]] const BlockStore& store() const noexcept { return store_; }

private:
    /// \throws ComputeError
    void insist_on_cells(BlockId block, std::uint64_t end) const;

    std::vector<std::uint64_t> n_units_; ///< [n_block]
    mutable BlockStore store_;           ///< int64 or 128 bits a cell; reading a block may bring it back
    double limit_ = 37.0;
    std::size_t cell_bytes_ = sizeof(std::int64_t);
};

} // namespace mtc::engine
