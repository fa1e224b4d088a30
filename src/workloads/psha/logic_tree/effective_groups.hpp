#pragma once

#include "mtc/config.hpp"
#include "mtc/workload.hpp"
#include "workloads/psha/logic_tree/change_source.hpp"
#include "workloads/psha/logic_tree/logic_tree_paths.hpp"
#include "workloads/psha/source_model/source_model.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mtc::psha {

/// Sources as the paths of the logic tree hold them, each distinct form of each once: a group holds
/// independent sources of one region type that the same paths share, or a group of dependent sources.
struct EffectiveGroups {
    std::vector<SourceGroup> groups;
    std::vector<std::vector<std::uint32_t>> of_path; ///< [n_source_path] rows of `groups`, increasing
};

/// Refuses filters of the tree's sets that name what no file holds, or what several source models hold
/// without applyToBranches. \param files  as source_files() lists them \throws InputError
void check_filters(const SourceModelTree& tree, std::span<const SourceModel> files);

/// Applies the branches of all paths to the sources. Sources that no path changes are moved.
/// \param files  as source_files() lists them; region types of filters and ids are checked by check_filters()
/// \param area   of the surfaces of faults
/// \throws InputError  a source that is named and cannot be changed so, or not to such a value; a file twice
/// in one path
[[nodiscard]] EffectiveGroups effective_groups(const SourceModelTree& tree, std::vector<SourceModel> files,
                                               std::span<const SourcePath> paths, const SurfaceArea& area);

/// Leaves what counts, see keep_what_counts() of counting.hpp, and drops the groups that this empties; paths
/// stay, if need be with nothing in them.
void keep_what_counts(EffectiveGroups& effective, const Config& config, Notes& notes);

} // namespace mtc::psha
