#pragma once

#include "commands/report/report_parts.hpp"
#include "commands/tables/run_tables.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace mtc::commands {

/// The time line as JSON: {"classes": names, "names": of sources, "rows": float32[n][6]} with columns row of
/// the ranks shown, begin [s], end [s], class, name (-1: not among them), tasks in this row. Where there are
/// more tasks than the limit, the longest of each rank stand alone and what lies between them is one row,
/// whose class is -1 - its share of time computing in percent.
///
/// \param tasks  in the order of the file
/// \param shown  which of `ranks` the time line has
[[nodiscard]] std::string report_tasks(const std::vector<TaskRecord>& tasks,
                                       const std::vector<perf::RankRow>& ranks,
                                       const std::vector<std::size_t>& shown, const Names& names,
                                       const ReportLimits& limits);

} // namespace mtc::commands
