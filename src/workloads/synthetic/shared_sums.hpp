#pragma once

#include "mtc/workload.hpp"

#include <cstdint>
#include <vector>

namespace mtc::synthetic {

/// Sums that all tasks add to: every unit adds to all cells of the block of its task, a number of eleven bits
/// or so that unit and cell give, so that they come out exactly in whatever order they are added.
class SharedSums {
public:
    static constexpr std::uint32_t n_blocks = 64;

    /// Of a block, when all take so many megabytes; 0 when there are none.
    [[nodiscard]] static std::uint64_t cells(double megabytes) noexcept;
    /// \param n_cells  of a block; 0: there are none
    explicit SharedSums(std::uint64_t n_cells) noexcept
        : n_cells_{n_cells}
    {}
    [[nodiscard]] bool any() const noexcept { return n_cells_ > 0; }
    /// none() when there are none
    [[nodiscard]] BlockId block_of(std::uint64_t task) const noexcept;
    /// Makes the stage one whose units add().
    void declare(Stage& stage) const;
    /// The stage after it, whose units write() a block each.
    [[nodiscard]] Stage writing(StageId sums) const;
    [[nodiscard]] std::vector<Parcel> parcels() const;
    void add(BlockId block, UnitKey unit, std::vector<double>& values, UnitResults& results) const;
    void write(UnitKey unit, const StageInputs& inputs, std::vector<double>& values,
               UnitResults& results) const;

private:
    std::uint64_t n_cells_;
};

} // namespace mtc::synthetic
