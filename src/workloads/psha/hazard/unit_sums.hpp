#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/hazard/unit_contexts.hpp"

namespace mtc::psha {

/// Contexts whose exceedances are added up for hazard curves, and given to the sums of the block.
class UnitSums final : public UnitContexts {
public:
    UnitSums(const HazardContext& hazard, const UnitPart& part, HazardSpace& space);

    /// Gives the sums of all sites that some rupture reached.
    /// \throws ComputeError  as flush()
    void give(UnitResults& results);

private:
    std::size_t accumulate(std::size_t model_of_group, std::size_t imt, const ContextBatch& batch,
                           const double* mean, const double* sigma) override;
    void add_events(std::size_t model_of_group, std::size_t imt, const ContextBatch& batch);
    [[nodiscard]] double event_value(std::size_t context, double g) const;
    [[nodiscard]] Exceedance::Sums sums_of(std::size_t model_of_group, std::size_t imt) const;
};

} // namespace mtc::psha
