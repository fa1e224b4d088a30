#include "workloads/synthetic/shared_sums.hpp"

#include <cmath>

namespace mtc::synthetic {

std::uint64_t SharedSums::cells(double megabytes) noexcept
{
    return static_cast<std::uint64_t>(std::ceil(megabytes * 1e6 / (sizeof(double) * n_blocks)));
}

BlockId SharedSums::block_of(std::uint64_t task) const noexcept
{
    return any() ? BlockId{static_cast<std::uint32_t>(task % n_blocks)} : BlockId::none();
}

void SharedSums::declare(Stage& stage) const
{
    stage.result = ResultKind::sums;
    stage.destination = Destination::owners;
    stage.block_cells.assign(n_blocks, n_cells_);
}

Stage SharedSums::writing(StageId sums) const
{
    Stage stage;
    stage.name = "write sums";
    stage.result = ResultKind::rows;
    stage.destination = Destination::file;
    stage.placement = Placement::owner;
    stage.reads = sums;
    stage.n_units = n_blocks;
    stage.datasets = {{.path = "/results/sums",
                       .fields = {{.name = "", .element = Element::float64}},
                       .n_rows = n_blocks,
                       .inner = {n_cells_},
                       .axes = {"block", "cell"}}};
    stage.cost_classes = {{"cell", 1e-9}};
    return stage;
}

std::vector<Parcel> SharedSums::parcels() const
{
    std::vector<Parcel> list(n_blocks);
    for (std::uint32_t b = 0; b < n_blocks; ++b)
        list[b] = {SourceId{0}, BlockId{b}, CostClass{0}, UnitRange{UnitId{b}, 1},
                   static_cast<double>(n_cells_)};
    return list;
}

void SharedSums::add(BlockId block, UnitKey unit, std::vector<double>& values, UnitResults& results) const
{
    constexpr std::uint64_t n_numbers = 1021; // a prime: neighbouring units differ in all cells
    values.resize(n_cells_);
    for (std::uint64_t k = 0; k < n_cells_; ++k)
        values[k] = static_cast<double>((31 * unit.unit.value() + k) % n_numbers) * 0x1p-24;
    const CellRun all{.first_cell = 0, .values = values};
    results.add(block, std::span{&all, 1});
}

void SharedSums::write(UnitKey unit, const StageInputs& inputs, std::vector<double>& values,
                       UnitResults& results) const
{
    values.resize(n_cells_);
    const BlockId block{static_cast<std::uint32_t>(unit.unit.value())};
    inputs.sums(StageId{0}, block, 0, values);
    results.rows(DatasetId{0}, unit.unit.value(), std::as_bytes(std::span{values}));
}

} // namespace mtc::synthetic
