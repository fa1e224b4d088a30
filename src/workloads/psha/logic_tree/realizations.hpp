#pragma once

#include "workloads/psha/logic_tree/effective_groups.hpp"
#include "workloads/psha/model/model.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mtc::psha {

/// The logic trees laid out: which group is evaluated with which models, and what each realization adds up.
/// Each group is computed once with each of its models, whatever the number of realizations.
struct Enumeration {
    std::vector<std::string> models;             ///< distinct specs, in the order of first use
    std::vector<IndexRange> models_of_group;     ///< [n_group] into group_models
    std::vector<GroupModelRecord> group_models;  ///< by group, within it in the order of the branches
    std::vector<RealizationRecord> realizations; ///< in the order of PathSelection::realizations
    std::vector<std::uint32_t> realization_group_models;
    /// [n_imt][n_realization] each row adds up to 1; empty where one weight serves all intensity measures
    std::vector<double> imt_weights;
    std::vector<std::string>
        paths; ///< [n_realization] "b1~b2~gA0 gB1": path of the source models, then for each
               ///< region type (digit, alphabetical) its branch (letter, in file order)
};

/// Lays realizations out over the groups. \param groups  all of region types of `gsims`
[[nodiscard]] Enumeration lay_out(const PathSelection& selection, const GsimTree& gsims,
                                  const EffectiveGroups& groups);

} // namespace mtc::psha
