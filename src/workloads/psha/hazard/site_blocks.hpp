#pragma once

#include "mtc/flat.hpp"
#include "mtc/types.hpp"
#include "workloads/psha/model/model.hpp"
#include "workloads/psha/source/distance.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mtc::psha {

/// Levels of all intensity measures of one site, evaluated with one ground-motion model.
struct LevelLayout {
    std::size_t n_imt = 0;
    std::size_t n_levels = 0;        ///< of one intensity measure; equal for all
    std::size_t n_levels_padded = 0; ///< multiple of simd::lanes
    AlignedVector<double> ln_levels; ///< [n_imt][n_levels_padded]
    [[nodiscard]] std::size_t cells() const noexcept { return n_imt * n_levels; }

    explicit LevelLayout(const ModelView& model);
};

/// Contiguous sites whose sums are held together. A block's cells are [site][group model][imt][level].
struct SiteSpan {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    geo::Vector3 centre{};         ///< [km] Cartesian, of the smallest simple ball found
    double radius_km = 0.0;        ///< chord from the centre to the farthest site, on the surface
    std::uint64_t first_value = 0; ///< of its coordinates among those of all blocks
};

/// Cuts the sites into blocks of at most 512 kB of sums, all of nearly the same size: by the input alone.
/// Adds them to the model. \returns them
std::vector<SiteSpan> write_site_blocks(const ModelView& model, const LevelLayout& levels,
                                        FlatWriter& writer);

/// The blocks of write_site_blocks(), in the model: all ranks of a node share them.
class SiteBlocks {
public:
    SiteBlocks(const ModelView& model, const LevelLayout& levels);

    [[nodiscard]] std::size_t size() const noexcept { return spans_.size(); }
    [[nodiscard]] const SiteSpan& span(BlockId block) const { return spans_[block.value()]; }
    [[nodiscard]] std::span<const SiteSpan> spans() const noexcept { return spans_; }
    /// Coordinates for the distance kernel.
    [[nodiscard]] SiteArrays arrays(BlockId block) const;
    [[nodiscard]] std::uint32_t largest() const noexcept { return largest_; }
    [[nodiscard]] std::uint64_t cells_per_site() const noexcept { return cells_per_site_; }

private:
    std::span<const SiteSpan> spans_;
    std::span<const double> values_; ///< of each block SiteBlock::values()
    std::uint32_t largest_ = 0;
    std::uint64_t cells_per_site_ = 0;
};

} // namespace mtc::psha
