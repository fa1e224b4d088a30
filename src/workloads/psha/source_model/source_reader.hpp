#pragma once

#include "mtc/workload.hpp"
#include "workloads/psha/source_model/source_model.hpp"
#include "workloads/psha/source_model/source_parts.hpp"

#include <filesystem>

namespace mtc::psha {

/// Reads a source model in NRML 0.4 or 0.5, or a <geometryModel>: sections of multi-fault sources.
/// \throws InputError  with file and line; kinds of source or group that are not supported by their name
[[nodiscard]] SourceModel read_source_model(const std::filesystem::path& file, const SourceReadingKeys& keys,
                                            Notes& notes);

} // namespace mtc::psha
