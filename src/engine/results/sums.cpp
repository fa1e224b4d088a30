#include "engine/results/sums.hpp"

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
Cell* as_cells(std::span<std::byte> bytes)
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
    : n_units_(block_cells.size(), 0)
    , limit_{limit}
    , cell_bytes_{wide ? sizeof(Wide) : sizeof(std::int64_t)}
{
    if (!(limit > 0.0 && limit <= largest_limit))
        throw ComputeError(text("limit of sums is ", limit, " (must be in (0, ", largest_limit, "])"));
    std::vector<std::uint64_t> block_bytes(block_cells.begin(), block_cells.end());
    for (std::uint64_t& n : block_bytes)
        n *= cell_bytes_;
    store_ = BlockStore{block_bytes};
}

void BlockSums::insist_on_cells(BlockId block, std::uint64_t end) const
{
    if (end > n_bytes(block) / cell_bytes_)
        throw ComputeError(
            text("block ", block.value(), " has ", n_bytes(block) / cell_bytes_, " cells, not ", end));
}

void BlockSums::add(BlockId id, std::span<const CellRun> runs)
{
    for (const CellRun& run : runs) {
        insist_on_cells(id, run.first_cell + run.values.size());
        for (std::size_t i = 0; i < run.values.size(); ++i)
            if (std::isnan(run.values[i]))
                throw ComputeError(
                    text("cell ", run.first_cell + i, " of block ", id.value(), " is not a number"));
    }
    const std::span<std::byte> cells = store_.change(id);
    ++n_units_[id.value()];
    for (const CellRun& run : runs)
        if (cell_bytes_ == sizeof(Wide))
            add_values(as_cells<Wide>(cells) + run.first_cell, run.values, limit_);
        else
            add_values(as_cells<std::int64_t>(cells) + run.first_cell, run.values, limit_);
}

void BlockSums::add_raw(BlockId id, std::span<const std::byte> raw, std::uint64_t n_units)
{
    if (raw.size() != n_bytes(id))
        throw ComputeError(
            text("part of block ", id.value(), " has ", raw.size(), " bytes, not ", n_bytes(id)));
    const std::span<std::byte> cells = store_.change(id);
    n_units_[id.value()] += n_units;
    if (cell_bytes_ == sizeof(Wide))
        add_cells(as_cells<Wide>(cells), raw, limit_);
    else
        add_cells(as_cells<std::int64_t>(cells), raw, limit_);
}

std::vector<BlockId> BlockSums::held() const
{
    std::vector<BlockId> ids;
    for (std::uint32_t b = 0; b < n_blocks(); ++b)
        if (holds(BlockId{b}))
            ids.emplace_back(b);
    return ids;
}

void BlockSums::read(BlockId id, std::uint64_t first_cell, std::span<double> out) const
{
    insist_on_cells(id, first_cell + out.size());
    const std::span<const std::byte> bytes = store_.look(id);
    if (bytes.empty()) {
        std::ranges::fill(out, 0.0);
    } else if (cell_bytes_ == sizeof(Wide)) {
        const auto* cells = reinterpret_cast<const Wide*>(bytes.data()) + first_cell;
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = std::ldexp(static_cast<double>(cells[i]), -wide_bits);
    } else {
        const auto* cells = reinterpret_cast<const std::int64_t*>(bytes.data()) + first_cell;
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<double>(cells[i]) * 0x1p-56;
    }
}

} // namespace mtc::engine
