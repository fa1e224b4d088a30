#pragma once

#include "workloads/psha/logic_tree/logic_tree.hpp"

#include <functional>

namespace mtc::psha {

/// Whether a type of uncertainty has something to change in a source: a b value in a truncated
/// Gutenberg-Richter distribution, a dip in a simple fault.
[[nodiscard]] bool can_change(UncertaintyType type, const Source& source) noexcept;

/// Whether a branch leaves every source as it is: an increment of 0, or a dummy.
[[nodiscard]] bool changes_nothing(const UncertaintyKind& kind, const UncertaintyValue& value) noexcept;

/// Area of a fault's surface as it will be discretised. [km^2]
using SurfaceArea = std::function<double(const Surface&)>;

/// The source as a branch changes it.
///
/// Relative changes of b values and largest magnitudes keep the moment rate; absolute ones replace the value
/// and keep the others. recomputeMmax takes the magnitude of the fault's area as the branches before have
/// made it, and so many standard deviations: the other parameters stay, so the moment rate changes. \throws
/// InputError  naming branch and source, when the result cannot be
[[nodiscard]] Source changed(Source source, const UncertaintyKind& kind, const SourceBranch& branch,
                             const SurfaceArea& area);

} // namespace mtc::psha
