#pragma once

#include "mtc/config.hpp"
#include "mtc/flat.hpp"
#include "mtc/workload.hpp"
#include "workloads/psha/ground_motion/motion_table.hpp"
#include "workloads/psha/keys/levels.hpp"
#include "workloads/psha/logic_tree/realizations.hpp"
#include "workloads/psha/sites/sites.hpp"
#include "workloads/psha/source_model/source_model.hpp"

#include <span>
#include <string>
#include <vector>

namespace mtc::psha {

/// Everything that a hazard job names, read and checked.
struct ParsedJob {
    std::vector<ImtLevels> imts;
    std::vector<SourceGroup> groups; ///< in the order of Enumeration::models_of_group; only what counts
    std::vector<std::string> trts;   ///< region types of all groups, in alphabetical order
    Enumeration enumeration;
    Sites sites;
    const MotionTableFiles* motion_tables = nullptr; ///< that the models use; null: none
};

/// Lays a job out as the flat model of model.hpp: area sources become points, all else becomes rows.
///
/// The job's sources are freed one after another while the model grows, so that both are never there whole.
///
/// Beside the sections that ModelView opens there are the texts source_ids, trts, models, realization_paths
/// and custom_site_ids (empty when the job gives none), realization_imt_weights, as in Enumeration, and those
/// of write_motion_tables().
/// \throws InputError  an area source without a point or without a spacing
[[nodiscard]] ModelBytes flatten(ParsedJob job, const Config& config, Notes& notes);

} // namespace mtc::psha
