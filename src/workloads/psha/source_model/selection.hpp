#pragma once

#include "mtc/config.hpp"
#include "workloads/psha/source_model/source_model.hpp"

#include <vector>

namespace mtc::psha {

/// Leaves the sources that source_id and source_nodes name, all where the job gives neither. An id names also
/// the variants and fragments of a source, `id;0` and `id:1`.
/// \throws InputError  an id that no source has, a name that is no kind of source, nothing left
void select_sources(std::vector<SourceModel>& files, const Config& config);

} // namespace mtc::psha
