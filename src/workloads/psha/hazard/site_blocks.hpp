#pragma once

#include "mtc/types.hpp"
#include "workloads/psha/model/model.hpp"
#include "workloads/psha/source/distance.hpp"

#include <cstdint>
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
    geo::Vector3 centre{};  ///< [km] Cartesian, of the smallest simple ball found
    double radius_km = 0.0; ///< chord from the centre to the farthest site, on the surface
};

/// Cuts the sites into blocks of at most 512 kB of sums, all of nearly the same size: by the input alone.
class SiteBlocks {
public:
    SiteBlocks(const ModelView& model, const LevelLayout& levels);

    [[nodiscard]] std::size_t size() const noexcept { return spans_.size(); }
    [[nodiscard]] const SiteSpan& span(BlockId block) const { return spans_[block.value()]; }
    /// Coordinates for the distance kernel.
    [[nodiscard]] SiteArrays arrays(BlockId block) const { return arrays_[block.value()].arrays(); }
    [[nodiscard]] std::uint32_t largest() const noexcept { return largest_; }
    [[nodiscard]] std::uint64_t cells_per_site() const noexcept { return cells_per_site_; }

private:
    std::vector<SiteSpan> spans_;
    std::vector<SiteBlock> arrays_;
    std::uint32_t largest_ = 0;
    std::uint64_t cells_per_site_ = 0;
};

} // namespace mtc::psha
