#pragma once

#include "perf/tables.hpp"

#include "mtc/types.hpp"

#include <cstddef>
#include <vector>

namespace mtc::perf {

/// What one rank spent on each source. Rows are appended as sources come and go, and those of one source are
/// merged from time to time: O(log n_sources) a change of source, amortised, and no memory for each.
class SourceLog {
public:
    /// A row of the source to add to. Valid until the next call.
    [[nodiscard]] SourceRow& row(StageId stage, SourceId source);
    /// One row a source, by stage and source.
    [[nodiscard]] std::vector<SourceRow> rows() const;

private:
    std::vector<SourceRow> rows_;
    std::size_t n_merged_ = 0; ///< the first ones: one a source, in order
};

} // namespace mtc::perf
