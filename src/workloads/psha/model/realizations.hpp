#pragma once

#include "workloads/psha/model/logic_tree.hpp"
#include "workloads/psha/model/model.hpp"
#include "workloads/psha/model/source_model.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mtc::psha {

/// The logic trees laid out: which group is evaluated with which models, and what each realization adds up.
///
/// Groups are the groups of all files, file by file. A file that several branches name has its groups once,
/// so each group is computed once with each of its models, whatever the number of realizations.
struct Enumeration {
    std::vector<std::string> models;             ///< distinct specs, in the order of first use
    std::vector<IndexRange> models_of_group;     ///< [n_group] into group_models
    std::vector<GroupModelRecord> group_models;  ///< by group, within it in the order of the branches
    std::vector<RealizationRecord> realizations; ///< source-model paths outermost, last region type fastest
    std::vector<std::uint32_t> realization_group_models;
    std::vector<std::string>
        paths; ///< [n_realization] "b1~gA0 gB1": branch of the source model, then for each
               ///< region type (digit, alphabetical) its branch (letter, in file order)
};

/// Full enumeration of both trees. Weights are products, normalised.
/// \param files               all distinct files that the branches of `sources` name
/// \param max_potential_paths most realizations that are accepted
/// \throws InputError  when there are more
[[nodiscard]] Enumeration enumerate(const SourceModelTree& sources, const GsimTree& gsims,
                                    std::span<const SourceModel> files, std::uint64_t max_potential_paths);

} // namespace mtc::psha
