#pragma once

#include "mtc/types.hpp"
#include "workloads/psha/hazard/site_blocks.hpp"
#include "workloads/psha/model/model.hpp"

#include <cstdint>
#include <vector>

namespace mtc::psha {

/// A run of a source's atoms. An atom is one magnitude at one of the source's points, with all its nodal
/// planes and depths: what the point-source approximation decides on. Atoms are numbered point by point.
struct AtomRun {
    SourceId source;
    BlockId block;
    std::uint64_t first = 0;
    std::uint64_t count = 0;
};

/// Numbers the units of the compute stage, (site block, source, run of atoms) with the run fastest: by the
/// input alone. A unit has at least 100 ruptures where its source has them, so that adding its sums up stays
/// near 1 % of it, and should last about 10 ms.
class UnitMap {
public:
    UnitMap(const ModelView& model, const SiteBlocks& blocks, const LevelLayout& levels);

    [[nodiscard]] std::uint64_t n_units() const noexcept { return first_unit_.back() * n_blocks_; }
    /// Units of a source in one block.
    [[nodiscard]] UnitRange units(SourceId source, BlockId block) const;
    [[nodiscard]] AtomRun atoms(UnitId unit) const;
    [[nodiscard]] SourceId source(UnitId unit) const;

private:
    std::vector<std::uint64_t> n_atoms_;        ///< [n_source]
    std::vector<std::uint64_t> atoms_per_unit_; ///< [n_source]
    std::vector<std::uint64_t> first_unit_;     ///< [n_source + 1] within a block
    std::uint64_t n_blocks_ = 0;
};

} // namespace mtc::psha
