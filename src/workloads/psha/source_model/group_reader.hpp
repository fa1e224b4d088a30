#pragma once

#include "workloads/psha/source_model/source_parts.hpp"

/// \file
/// What a <sourceGroup> of NRML 0.5 says of how its sources depend on each other.
namespace mtc::psha {

/// The group without its sources. What has no effect in it is remarked.
/// \throws InputError  for values that are not known and combinations that are not computed
[[nodiscard]] SourceGroup read_group(const XmlNode& node, Notes& notes);

/// Whether nothing of it depends on anything: such groups of one region type are one.
[[nodiscard]] bool is_independent(const SourceGroup& group) noexcept;

/// What can be checked when all sources are there: the number of weights, ids, kinds.
/// \throws InputError
void check_members(const SourceGroup& group, Notes& notes);

} // namespace mtc::psha
