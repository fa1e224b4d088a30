#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/hazard/hazard_context.hpp"
#include "workloads/psha/hazard/hazard_space.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mtc::psha {

/// What the weigh stage says of a part of a source: about so many contexts in that block. Blocks without a
/// site in range are left out.
struct WeighRecord {
    std::uint32_t source = 0;
    std::uint32_t block = 0;
    double n_contexts = 0.0;
};

/// Numbers the units of the weigh stage, runs of up to 500 points or explicit ruptures of one source, or a
/// fault, and adds the numbering to the model.
void write_weigh_units(const ModelView& model, FlatWriter& writer);

/// The numbering of write_weigh_units(), in the model: all ranks of a node share it.
class WeighUnits {
public:
    explicit WeighUnits(const ModelView& model);
    [[nodiscard]] std::uint64_t n_units() const noexcept { return first_unit_.back(); }
    [[nodiscard]] UnitRange units(SourceId source) const;
    [[nodiscard]] SourceId source(UnitId unit) const;
    /// Points or explicit ruptures of the unit, rows of the model; of a fault anything.
    [[nodiscard]] IndexRange items(UnitId unit, const ModelView& model) const;

private:
    std::span<const std::uint64_t> first_unit_; ///< [n_source + 1]
};

/// Estimates the contexts of a unit in every block, never 0 where one may be.
void weigh(const HazardContext& hazard, SourceId source, IndexRange items, HazardSpace& space,
           std::vector<WeighRecord>& records);

/// Of what each cost class is made.
struct CostKind {
    std::uint32_t group = 0;
    bool has_surfaces = false;
    auto operator<=>(const CostKind&) const = default;
};
/// Distances of points cost less than those of fault surfaces, each model costs alike for both.
[[nodiscard]] std::vector<CostKind> cost_kinds(const ModelView& model);

/// Parcels of the compute stage from the records of all weigh units, heaviest work in units of evaluations.
[[nodiscard]] std::vector<Parcel> weighed_parcels(const HazardContext& hazard,
                                                  std::span<const CostKind> kinds,
                                                  std::span<const WeighRecord> records);

} // namespace mtc::psha
