#pragma once

#include "workloads/psha/nrml/xml.hpp"
#include "workloads/psha/source_model/source_model.hpp"

#include <filesystem>
#include <vector>

/// \file
/// Sections of multi-fault sources: files of their own, whose root holds a <geometryModel>, that stand beside
/// source models in the branches of a logic tree, or that sources name (faultSectionFname).
namespace mtc::psha {

/// The sections of a <geometryModel>, each one kite surface.
/// \throws InputError  with file and line; an id given twice
[[nodiscard]] std::vector<Section> read_sections(const XmlNode& geometry_model);

/// Gives all multi-fault sources the sections of all files, which it moves out of them, and reads those that
/// sources name themselves. \throws InputError  an id that two files have, or that no file has
void resolve_sections(std::vector<SourceModel>& files);

} // namespace mtc::psha
