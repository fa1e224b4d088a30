#pragma once

#include "mtc/types.hpp"
#include "workloads/psha/hazard/site_blocks.hpp"
#include "workloads/psha/model/model.hpp"

#include <cstdint>
#include <span>

namespace mtc::psha {

/// Number of a source's atoms (see SourceRecord).
[[nodiscard]] std::uint64_t n_atoms(const ModelView& model, const SourceRecord& source) noexcept;

/// What one unit computes: a run of a source's atoms at a run of a block's sites.
struct UnitPart {
    SourceId source;
    BlockId block;
    std::uint64_t first_atom = 0;
    std::uint64_t n_atoms = 0;
    std::uint32_t first_site = 0; ///< within the block
    std::uint32_t n_sites = 0;
};

/// How a source is cut in each block.
struct UnitCut {
    std::uint64_t n_atoms = 0;
    std::uint64_t atoms_per_unit = 1;
    std::uint32_t n_site_runs = 1;
    std::uint32_t padding = 0;
    [[nodiscard]] std::uint64_t n_atom_runs() const noexcept
    {
        return (n_atoms + atoms_per_unit - 1) / atoms_per_unit;
    }
};

/// Numbers the units of the compute stage, (site block, source, run of sites, run of atoms) with the last
/// fastest: by the input alone. A unit should last about 10 ms.
///
/// Where ruptures simply add up, a unit has all sites of its block, or as many as the distances of a fault's
/// mesh have room for, and at least 100 ruptures where there are so many, so that adding its sums up stays
/// near 1 % of it. Where sources or ruptures exclude each other, a unit has all ruptures of its source, and
/// as few sites as it takes.
/// Adds the numbering to the model.
void write_units(const ModelView& model, std::span<const SiteSpan> blocks, const LevelLayout& levels,
                 FlatWriter& writer);

/// The numbering of write_units(), in the model: all ranks of a node share it.
class UnitMap {
public:
    UnitMap(const ModelView& model, const SiteBlocks& blocks);

    [[nodiscard]] std::uint64_t n_units() const noexcept { return first_unit_.back() * blocks_.size(); }
    /// Units of a source in one block.
    [[nodiscard]] UnitRange units(SourceId source, BlockId block) const;
    [[nodiscard]] UnitPart part(UnitId unit) const;
    [[nodiscard]] SourceId source(UnitId unit) const;

private:
    std::span<const UnitCut> cuts_;             ///< [n_source]
    std::span<const std::uint64_t> first_unit_; ///< [n_source + 1] within a block
    std::span<const SiteSpan> blocks_;
};

} // namespace mtc::psha
