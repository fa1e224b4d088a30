#include "engine/sums.hpp"

#include <algorithm>
#include <cmath>

namespace mtc::engine {
namespace {

__extension__ using Wide = __int128;

constexpr int wide_bits = 120;
constexpr double largest_limit = 37.0; // 37 * 2^57 < 2^63: two saturated cells still add without overflow

// Not vectorised on purpose: rounding through int64 keeps all 62 bits on every instruction set.
std::int64_t fixed(double value, double limit, std::int64_t)
{
    return static_cast<std::int64_t>(std::clamp(value, 0.0, limit) * 0x1p56 + 0.5);
}

Wide fixed(double value, double limit, Wide)
{
    return static_cast<Wide>(std::ldexp(std::clamp(value, 0.0, limit), wide_bits));
}

template <class Cell>
Cell* as_cells(AlignedVector<std::byte>& bytes)
{
    return reinterpret_cast<Cell*>(bytes.data());
}

template <class Cell>
void add_values(Cell* cells, std::span<const double> values, double limit)
{
    const Cell cap = fixed(limit, limit, Cell{});
    for (std::size_t i = 0; i < values.size(); ++i)
        cells[i] = std::min(cap, cells[i] + fixed(values[i], limit, Cell{}));
}

template <class Cell>
void add_cells(Cell* cells, std::span<const std::byte> others, double limit)
{
    const Cell cap = fixed(limit, limit, Cell{});
    for (std::size_t i = 0; i * sizeof(Cell) < others.size(); ++i) {
        Cell other = 0;
        std::memcpy(&other, others.data() + i * sizeof other, sizeof other);
        cells[i] = std::min(cap, cells[i] + other);
    }
}

} // namespace

BlockSums::BlockSums(std::span<const std::uint64_t> block_cells, double limit, bool wide)
    : limit_{limit}
    , cell_bytes_{wide ? sizeof(Wide) : sizeof(std::int64_t)}
{
    if (!(limit > 0.0 && limit <= largest_limit))
        throw ComputeError(text("limit of sums is ", limit, " (must be in (0, ", largest_limit, "])"));
    blocks_.resize(block_cells.size());
    for (std::size_t b = 0; b < block_cells.size(); ++b)
        blocks_[b].n_cells = block_cells[b];
}

void BlockSums::touch(Block& block) const
{
    if (block.cells.empty())
        block.cells.assign(block.n_cells * cell_bytes_, std::byte{0});
}

void BlockSums::add(BlockId id, std::span<const CellRun> runs)
{
    Block& block = blocks_.at(id.value());
    for (const CellRun& run : runs) {
        if (run.first_cell + run.values.size() > block.n_cells)
            throw ComputeError(text("block ", id.value(), " has ", block.n_cells, " cells, not ",
                                    run.first_cell + run.values.size()));
        for (std::size_t i = 0; i < run.values.size(); ++i)
            if (std::isnan(run.values[i]))
                throw ComputeError(
                    text("cell ", run.first_cell + i, " of block ", id.value(), " is not a number"));
    }
    touch(block);
    ++block.n_units;
    for (const CellRun& run : runs)
        if (cell_bytes_ == sizeof(Wide))
            add_values(as_cells<Wide>(block.cells) + run.first_cell, run.values, limit_);
        else
            add_values(as_cells<std::int64_t>(block.cells) + run.first_cell, run.values, limit_);
}

void BlockSums::add_raw(BlockId id, std::span<const std::byte> raw, std::uint64_t n_units)
{
    Block& block = blocks_.at(id.value());
    if (raw.size() != block.n_cells * cell_bytes_)
        throw ComputeError(text("part of block ", id.value(), " has ", raw.size(), " bytes, not ",
                                block.n_cells * cell_bytes_));
    touch(block);
    block.n_units += n_units;
    if (cell_bytes_ == sizeof(Wide))
        add_cells(as_cells<Wide>(block.cells), raw, limit_);
    else
        add_cells(as_cells<std::int64_t>(block.cells), raw, limit_);
}

std::vector<BlockId> BlockSums::held() const
{
    std::vector<BlockId> ids;
    for (std::uint32_t b = 0; b < blocks_.size(); ++b)
        if (!blocks_[b].cells.empty())
            ids.emplace_back(b);
    return ids;
}

std::span<const std::byte> BlockSums::raw(BlockId block) const
{
    return blocks_.at(block.value()).cells;
}

void BlockSums::read(BlockId id, std::uint64_t first_cell, std::span<double> out) const
{
    const Block& block = blocks_.at(id.value());
    if (first_cell + out.size() > block.n_cells)
        throw ComputeError(
            text("block ", id.value(), " has ", block.n_cells, " cells, not ", first_cell + out.size()));
    if (block.cells.empty()) {
        std::ranges::fill(out, 0.0);
    } else if (cell_bytes_ == sizeof(Wide)) {
        const auto* cells = reinterpret_cast<const Wide*>(block.cells.data()) + first_cell;
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = std::ldexp(static_cast<double>(cells[i]), -wide_bits);
    } else {
        const auto* cells = reinterpret_cast<const std::int64_t*>(block.cells.data()) + first_cell;
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<double>(cells[i]) * 0x1p-56;
    }
}

void BlockSums::release(BlockId block)
{
    blocks_.at(block.value()).cells = {};
}

std::uint64_t BlockSums::bytes_held() const noexcept
{
    std::uint64_t bytes = 0;
    for (const Block& block : blocks_)
        bytes += block.cells.size();
    return bytes;
}

} // namespace mtc::engine
